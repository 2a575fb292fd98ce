import pytest

from helpdesk.core.errors import InvalidInput
from teams.models import Organisation, Team, TeamMembership, User
from teams.services.people import find_or_create_requester
from tests.cast import MONDAY
from tickets.events import EventKind
from tickets.lifecycle import Status
from tickets.models import Message, Priority, RoutingRule, Ticket
from tickets.services.submitting import SubmissionReused


def kinds(ticket):
    return list(ticket.events.order_by("seq").values_list("kind", flat=True))


def test_a_new_ticket_has_a_team_a_person_and_a_history(cast):
    ticket = cast.open_ticket()
    assert (ticket.team, ticket.assignee, ticket.status) == (cast.billing, cast.amir, Status.ASSIGNED)
    assert kinds(ticket)[:1] == [EventKind.OPENED]
    assert EventKind.ASSIGNED in kinds(ticket)
    assert ticket.reference.startswith("HD-")


def test_the_description_is_the_first_public_message(cast):
    message = cast.open_ticket().messages.get()
    assert (message.body, message.author, message.is_internal) == (
        "You charged my card twice for March.",
        cast.rosa,
        False,
    )


def test_without_a_category_the_general_team_gets_it(cast):
    ticket = cast.open_ticket(category=None)
    assert ticket.events.get(kind=EventKind.OPENED).data["why"] == "no_category"
    assert ticket.events.get(kind=EventKind.OPENED).data["team"] == cast.general.pk


def test_a_category_without_a_rule_goes_to_the_general_team(cast):
    RoutingRule.objects.all().delete()
    assert cast.open_ticket().events.get(kind=EventKind.OPENED).data["why"] == "no_rule"


def test_a_switched_off_team_is_passed_over(cast):
    Team.objects.filter(pk=cast.billing.pk).update(is_active=False)
    opened = cast.open_ticket().events.get(kind=EventKind.OPENED)
    assert (opened.data["team"], opened.data["why"]) == (cast.general.pk, "inactive_team")


def test_the_rule_for_an_organisation_comes_before_the_general_one(cast):
    acme = Organisation.objects.create(name="Acme")
    RoutingRule.objects.create(position=1, organisation=acme, team=cast.technical)
    assert cast.open_ticket(organisation=acme).team == cast.technical
    assert cast.open_ticket().team == cast.billing


@pytest.mark.parametrize("asked", [Priority.LOW, Priority.HIGH])
def test_customers_choose_up_to_high(cast, asked):
    ticket = cast.open_ticket(priority=asked)
    assert (ticket.priority, ticket.requested_priority) == (asked, asked)


def test_a_customer_who_asks_for_critical_gets_high_and_the_wish_is_kept(cast):
    ticket = cast.open_ticket(priority=Priority.CRITICAL)
    assert (ticket.priority, ticket.requested_priority) == (Priority.HIGH, Priority.CRITICAL)


def test_critical_comes_from_staff_a_trusted_caller_or_an_organisation_with_the_right(cast):
    acme = Organisation.objects.create(name="Acme", may_request_critical=True)
    for change in ({"by": cast.amir}, {"may_request_critical": True}, {"organisation": acme}):
        assert cast.open_ticket(priority=Priority.CRITICAL, **change).priority == Priority.CRITICAL


def test_critical_goes_to_the_lead(cast):
    assert cast.open_ticket(priority=Priority.CRITICAL, by=cast.ada).assignee == cast.lena


def test_the_same_submission_leads_to_the_first_ticket(cast):
    first = cast.open_ticket(submission_key="form-1")
    assert cast.open_ticket(submission_key="form-1") == first
    assert Ticket.objects.count() == 1


def test_a_submission_key_with_other_words_is_refused_and_saves_nothing(cast):
    cast.open_ticket(submission_key="form-1")
    with pytest.raises(SubmissionReused):
        cast.open_ticket(submission_key="form-1", description="Something else")
    assert Message.objects.count() == 1


def test_keys_of_different_authors_have_nothing_to_do_with_each_other(cast):
    first = cast.open_ticket(submission_key="1")
    assert cast.open_ticket(submission_key="1", requester=cast.otto, by=cast.otto) != first


def test_with_no_agent_at_all_the_ticket_has_a_team_and_waits(cast):
    TeamMembership.objects.all().delete()
    ticket = cast.open_ticket()
    assert (ticket.status, ticket.assignee, ticket.team) == (Status.OPEN, None, cast.billing)
    held = ticket.events.get(kind=EventKind.HELD)
    assert held.data["rung"] == "nobody"
    assert held.decision.record["candidates"] == []


def test_when_the_team_is_empty_the_last_active_agent_anywhere_gets_it(cast):
    TeamMembership.objects.exclude(user=cast.noor).delete()
    ticket = cast.open_ticket()
    assert (ticket.assignee, ticket.team) == (cast.noor, cast.technical)


def test_a_new_address_becomes_a_requester_without_a_password(db):
    newcomer = find_or_create_requester(" New.Person@Example.COM ", full_name="New\nPerson")
    assert (newcomer.email, newcomer.full_name) == ("new.person@example.com", "New Person")
    assert not newcomer.has_usable_password()
    assert find_or_create_requester("NEW.PERSON@example.com") == newcomer
    assert User.objects.count() == 1


@pytest.mark.parametrize("address", ["", "nobody", "a@b@c", "x@" + "y" * 300 + ".de", "rosa@example.com\nBcc: x@y.de"])
def test_what_is_no_address_is_refused(db, address):
    with pytest.raises(InvalidInput):
        find_or_create_requester(address)


def test_opening_takes_a_constant_number_of_queries(cast, django_assert_max_num_queries):
    from tests.cast import make_agent

    for number in range(20):
        make_agent(f"Extra{number}", cast.billing)
    cast.open_ticket()
    cast.open_ticket()
    with django_assert_max_num_queries(25):
        cast.open_ticket(at=MONDAY)
