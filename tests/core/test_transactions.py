"""Verbs are done as a whole, and once more when what they refer to has just been deleted."""

import pytest
from django.db import IntegrityError

from helpdesk.core.transactions import TRIES, in_transaction
from teams.models import AgentProfile
from tests.cast import make_person

pytestmark = pytest.mark.django_db(transaction=True)


class Follow:
    """Needs a person whom it remembers, and learns the right one when it is tried again."""

    def __init__(self, *people):
        self.people, self.tries = iter(people), 0

    def __call__(self):
        self.tries += 1
        return AgentProfile.objects.create(user_id=next(self.people), capacity=self.tries)


def test_a_verb_that_refers_to_what_is_gone_is_done_again():
    there = make_person("tom")
    follow = Follow(0, there.pk)
    profile = in_transaction(lambda: follow())()

    assert follow.tries == 2
    assert list(AgentProfile.objects.filter(user=there)) == [profile]


def test_it_is_refused_when_it_is_still_gone():
    follow = Follow(0, 0, 0)
    with pytest.raises(IntegrityError):
        in_transaction(lambda: follow())()

    assert follow.tries == TRIES
    assert not AgentProfile.objects.filter(user=0).exists()
