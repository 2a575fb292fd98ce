"""Verbs are done as a whole, and once more when what they refer to has just been deleted."""

import pytest
from django.db import IntegrityError, NotSupportedError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg import errors

from helpdesk.core.statements import rows, run
from helpdesk.core.transactions import TRIES, in_transaction, on_rollback, set_apart
from teams.models import AgentProfile, User
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


class Attempt:
    """A verb that makes a person, and attempts another whose e-mail address is taken."""

    def __init__(self):
        self.tries = self.attempts = 0

    def __call__(self):
        self.tries += 1
        make_person("first")
        try:
            with set_apart():
                self.attempts += 1
                make_person("lost")
                make_person("first")
        except IntegrityError:
            make_person("second")


def people():
    return sorted(person.email.split("@")[0] for person in User.objects.all())


def test_what_fails_apart_leaves_the_rest_and_nothing_of_itself():
    attempt = Attempt()
    in_transaction(lambda: attempt())()

    assert people() == ["first", "second"]
    assert attempt.tries == 2


def test_where_the_transaction_is_somebody_elses_nothing_begins_again():
    attempt = Attempt()
    with transaction.atomic():
        in_transaction(lambda: attempt())()

    assert people() == ["first", "second"]
    assert attempt.tries == 1


def test_a_handler_of_errors_on_the_way_does_not_take_the_beginning_again_for_one():
    attempt, told = Attempt(), []

    def verb():
        try:
            in_transaction(lambda: attempt())()
        except Exception as error:
            told.append(error)

    in_transaction(lambda: verb())()
    assert (people(), told) == (["first", "second"], [])


def test_what_succeeds_apart_costs_no_savepoint():
    def verb():
        with set_apart():
            rows("SELECT 1")

    with CaptureQueriesContext(connection) as asked:
        in_transaction(lambda: verb())()
    assert [query["sql"] for query in asked] == ["BEGIN", "SELECT 1", "COMMIT"]


def test_what_follows_the_commit_does_not_begin_the_verb_again():
    """It has been done: with a failure then, doing it again would be doing it twice."""
    attempt, tries = Attempt(), []

    def verb():
        tries.append(1)
        transaction.on_commit(lambda: transaction.atomic(attempt)())

    in_transaction(lambda: verb())()
    assert (tries, attempt.tries, people()) == ([1], 1, ["first", "second"])


def test_what_fails_after_the_commit_neither_undoes_nor_repeats_the_verb():
    tries, undone = [], []

    def verb():
        tries.append(1)
        make_person("first")
        on_rollback(lambda: undone.append(1))
        transaction.on_commit(refuse)

    def refuse():
        error = OperationalError("deadlock detected")
        error.__cause__ = errors.DeadlockDetected()
        raise error

    with pytest.raises(OperationalError):
        in_transaction(lambda: verb())()
    assert (len(tries), undone, people()) == (1, [], ["first"])
