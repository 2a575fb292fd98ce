"""Verbs are done as a whole, and once more when what they refer to has just been deleted."""

import pytest
from django.db import IntegrityError, NotSupportedError, transaction

from helpdesk.core.statements import rows, run
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


def test_a_plan_that_a_migration_has_overtaken_is_made_anew():
    def become(type_):
        """As from another connection: in a block this one does not notice."""
        run(f"DO $$ BEGIN EXECUTE 'ALTER TABLE overtaken ALTER words TYPE {type_}'; END $$")

    run("CREATE TEMPORARY TABLE overtaken AS SELECT 'said'::varchar(20) AS words")
    read = in_transaction(lambda: rows("SELECT words FROM overtaken"))
    for _number in range(4):
        assert read() == [("said",)]
    become("varchar(40)")
    with pytest.raises(NotSupportedError), transaction.atomic():
        rows("SELECT words FROM overtaken")
    for _number in range(4):
        assert read() == [("said",)]
    become("varchar(9)")
    assert read() == [("said",)]
    run("DROP TABLE overtaken")
