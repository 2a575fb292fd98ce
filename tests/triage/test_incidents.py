"""Several people report the same in a short time: found, confirmed by one click, answered once for all."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.core.errors import NotPermitted
from notifications.models import Notification
from tests.cast import MONDAY, make_person
from tests.racing import loads_locked
from tests.triage.desk import by_slug, crown, fitted, trained
from tickets.events import EventKind
from tickets.lifecycle import Status
from tickets.models import Incident, IncidentTicket, Ticket, TicketVector, TriageSwitch
from tickets.relay import relay
from tickets.services.assigning import assign_ticket
from tickets.services.conversing import AfterSending
from tickets.services.duplicates import mark_duplicate
from tickets.services.incidents import (
    AlreadyDecided,
    NoSuchPart,
    answer_incident,
    confirm_incident,
    dismiss_incident,
    join_incident,
    leave_incident,
)
from tickets.services.resolving import close_ticket, resolve_ticket
from tickets.triage import champion, opinion
from tickets.triage.signature import signature_of, unpacked

pytestmark = pytest.mark.django_db

REPORTS = (
    "The checkout shows error 502 when I pay",
    "Error 502 on the checkout when I try to pay",
    "When I pay, the checkout shows an error 502",
    "The checkout page shows error 502 as soon as I pay",
)


@pytest.fixture(scope="module", autouse=True)
def _learned() -> None:
    fitted()


@pytest.fixture(autouse=True)
def _all_the_time_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinion, "BUDGET_SECONDS", 30.0)
    champion.forget()


@pytest.fixture(autouse=True)
def _version(cast):
    return crown(trained(by_slug()), is_automatic=False)


def report(cast, place: int, *, minutes: int = 0, person=None, **changes) -> Ticket:
    return cast.open_ticket(
        title="Checkout",
        description=REPORTS[place % len(REPORTS)],
        requester=person or make_person(f"Person{place}"),
        by=None,
        at=MONDAY + timedelta(minutes=minutes),
        **changes,
    )


@pytest.fixture
def reports(cast) -> list[Ticket]:
    tickets = [report(cast, place, minutes=5 * place) for place in range(3)]
    relay()
    return tickets


@pytest.fixture
def incident(reports) -> Incident:
    return Incident.objects.get()


def test_three_people_with_the_same_look_like_one_incident(reports, incident):
    assert (incident.state, incident.parent) == ("suspected", reports[0])
    assert set(incident.parts.values_list("ticket", flat=True)) == {ticket.pk for ticket in reports}
    told = reports[0].events.get(kind=EventKind.INCIDENT_SUSPECTED)
    assert told.data == {"incident": incident.pk, "tickets": 3}


def test_the_lead_is_told_once(cast, reports):
    relay()

    notes = Notification.objects.filter(kind="incident")
    assert [note.recipient for note in notes] == [cast.lena]


def test_two_people_are_none_and_one_person_is_never(cast):
    rosa = [report(cast, place, minutes=place, person=cast.rosa) for place in range(4)]
    report(cast, 1)
    relay()

    assert len(rosa) == 4
    assert not Incident.objects.exists()


def test_over_a_longer_time_it_is_none(cast):
    for place in range(4):
        report(cast, place, minutes=59 * place)
    relay()

    assert not Incident.objects.exists()


def test_what_is_asked_all_the_time_is_none(cast):
    new = [report(cast, place, minutes=place) for place in range(3)]
    own = TicketVector.objects.get(ticket=new[0])
    before = Ticket.objects.bulk_create(
        Ticket(
            title="Checkout", channel="web", requester=cast.rosa, team=cast.billing, status=Status.CLOSED,
            opened_at=MONDAY - timedelta(hours=1, minutes=40 * n), updated_at=MONDAY,
        )
        for n in range(1, 240)
    )  # fmt: skip
    bits = signature_of(unpacked([own.vector])[0])
    TicketVector.objects.bulk_create(
        TicketVector(ticket=ticket, encoder=own.encoder, signature=bits, vector=own.vector) for ticket in before
    )
    relay()

    assert not Incident.objects.exists()


def test_different_matters_are_none(cast):
    for place, text in enumerate(("The invoice is wrong", "My scanner is broken", "I forgot the password")):
        cast.open_ticket(title=str(place), description=text, requester=make_person(f"P{place}"), by=None)
    relay()

    assert not Incident.objects.exists()


def test_looking_twice_finds_it_once(reports):
    from tickets.services.incidents import suspect_incident

    for ticket in reports:
        suspect_incident(ticket)

    assert Incident.objects.count() == 1


def test_the_next_one_joins_the_suspicion(cast, reports, incident):
    fourth = report(cast, 3, minutes=20)
    relay()

    assert IncidentTicket.objects.get(ticket=fourth).incident == incident


def test_one_click_makes_a_parent_and_links_the_rest(cast, reports, incident):
    confirmed = confirm_incident(incident, by=cast.lena)

    assert (confirmed.state, confirmed.decided_by) == ("confirmed", cast.lena)
    assert not incident.parts.filter(linked_at=None).exists()
    joined = reports[1].events.get(kind=EventKind.INCIDENT_JOINED)
    assert joined.data == {"incident": incident.pk, "of": reports[0].number}
    assert not reports[0].events.filter(kind=EventKind.INCIDENT_JOINED).exists()
    confirm_incident(incident, by=cast.lena)
    assert reports[1].events.filter(kind=EventKind.INCIDENT_JOINED).count() == 1


def test_only_tickets_that_one_works_on_are_linked(cast):
    tickets = [report(cast, place, minutes=place) for place in range(2)]
    elsewhere = report(cast, 2, minutes=3, category=cast.technical_category)
    relay()
    incident = confirm_incident(Incident.objects.get(), by=cast.lena)

    assert set(incident.parts.exclude(linked_at=None).values_list("ticket", flat=True)) == {t.pk for t in tickets}
    confirm_incident(incident, by=cast.noor)
    assert IncidentTicket.objects.get(ticket=elsewhere).linked_at is not None


def test_a_stranger_may_decide_nothing(cast, incident):
    for act in (confirm_incident, dismiss_incident):
        for person in (cast.noor, cast.rosa, cast.otto):
            with pytest.raises(NotPermitted):
                act(incident, by=person)


def test_one_public_update_reaches_each_customer_in_their_own_ticket(cast, reports, incident):
    confirm_incident(incident, by=cast.lena)

    messages = answer_incident(incident, body="We are on it.", by=cast.lena, submission_key="once")

    assert {message.ticket_id for message in messages} == {ticket.pk for ticket in reports}
    assert answer_incident(incident, body="We are on it.", by=cast.lena, submission_key="once") == []
    for ticket in reports:
        told = ticket.messages.last()
        assert (told.body, told.author, told.is_from_staff, told.is_internal) == (
            "We are on it.",
            cast.lena,
            True,
            False,
        )
        ticket.refresh_from_db()
        assert ticket.first_responded_at is not None
        assert ticket.events.get(kind=EventKind.REPLIED).cause == "incident"


def test_the_last_update_resolves_all(cast, reports, incident):
    confirm_incident(incident, by=cast.lena)

    answer_incident(incident, body="Fixed.", by=cast.lena, then=AfterSending.RESOLVE)

    assert {Ticket.objects.get(pk=ticket.pk).status for ticket in reports} == {Status.RESOLVED}


def test_all_whose_load_it_moves_are_locked_at_once(cast, reports, incident):
    assign_ticket(reports[0], to=cast.lena, by=cast.ada)
    confirm_incident(incident, by=cast.lena)

    with CaptureQueriesContext(connection) as captured:
        answer_incident(incident, body="Fixed.", by=cast.lena, then=AfterSending.RESOLVE)

    assert loads_locked(captured)[0] == {cast.lena.pk, cast.amir.pk}


def test_what_is_closed_or_not_linked_is_passed_over(cast, reports, incident):
    confirm_incident(incident, by=cast.lena)
    close_ticket(resolve_ticket(reports[1], by=cast.lena), by=None)
    leave_incident(reports[2], by=cast.amir)

    assert [m.ticket_id for m in answer_incident(incident, body="Fixed.", by=cast.lena)] == [reports[0].pk]
    assert reports[2].events.filter(kind=EventKind.INCIDENT_LEFT).exists()


def test_the_first_ticket_stays(cast, reports, incident):
    confirm_incident(incident, by=cast.lena)

    with pytest.raises(NoSuchPart):
        leave_incident(reports[0], by=cast.lena)


def test_one_more_is_linked_by_hand(cast, reports, incident):
    confirm_incident(incident, by=cast.lena)
    other = cast.open_ticket(title="Something else", description="Roses")

    join_incident(other, incident=incident, by=cast.amir)

    assert IncidentTicket.objects.get(ticket=other).linked_at is not None
    with pytest.raises(NotPermitted):
        join_incident(other, incident=incident, by=cast.noor)


def test_the_first_ticket_of_another_incident_is_not_taken_from_it(cast, reports, incident):
    confirm_incident(incident, by=cast.lena)
    first = cast.open_ticket(title="Something else", description="Roses")
    other = Incident.objects.create(parent=first, suspected_at=first.opened_at)
    IncidentTicket.objects.create(incident=other, ticket=first, joined_at=first.opened_at)

    with pytest.raises(AlreadyDecided, match="first one of another"):
        join_incident(first, incident=incident, by=cast.amir)


def test_dismissed_it_is_not_asked_again(cast, reports, incident):
    dismiss_incident(incident, by=cast.amir)
    for place in range(2):
        report(cast, place, minutes=20, person=make_person(f"Late{place}"))
    relay()

    assert Incident.objects.count() == 1
    with pytest.raises(AlreadyDecided):
        confirm_incident(incident, by=cast.lena)


def test_switched_off_nothing_is_looked_for(cast):
    TriageSwitch.objects.create(target="incidents", is_on=False)
    for place in range(3):
        report(cast, place)
    relay()

    assert not Incident.objects.exists()


def test_duplicates_of_one_count_for_nothing(cast):
    first, second = report(cast, 0), report(cast, 1, minutes=1)
    mark_duplicate(second, of=first, by=cast.lena)
    report(cast, 2, minutes=2)
    relay()

    assert not Incident.objects.exists()


def test_leads_hear_of_the_first_ticket_only(cast, reports, incident):
    from notifications.audience import load_situations

    confirm_incident(incident, by=cast.lena)
    events = [ticket.events.select_related("ticket__team").first() for ticket in reports]

    assert [len(situation.team_leads()) for situation in load_situations(events)] == [1, 0, 0]
