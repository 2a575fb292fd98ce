import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from teams.models import Absence, AgentProfile, Calendar, User
from tests.cast import make_agent
from tickets.lifecycle import Status
from tickets.links import link_to, opened
from tickets.models import AgentLoad, Priority, Tag, Ticket, TicketEvent
from tickets.services.conversing import reply
from tickets.services.following import add_watcher
from tickets.services.resolving import resolve_ticket

HX = {"HX-Request": "true"}
JSON = {"Accept": "application/json"}


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def undo_of(response):
    return json.loads(response["HX-Trigger"])["ticket:done"]["undo"]


def test_assigning_saves_at_once_and_can_be_taken_back(cast, desk, at, ticket):
    assert ticket.assignee == cast.amir
    client = desk(cast.amir)
    response = client.post(at(ticket, "assignment"), {"to": cast.lena.pk}, headers=HX)
    assert fresh(ticket).assignee == cast.lena
    assert "Assigned to Lena" in response["HX-Trigger"]
    undo = undo_of(response)
    client.post(undo["url"], undo["fields"], headers=HX)
    assert fresh(ticket).assignee == cast.amir


def test_an_assignment_to_another_team_comes_back_to_the_team_too(cast, desk, at, ticket):
    client = desk(cast.ada)
    undo = undo_of(client.post(at(ticket, "assignment"), {"to": cast.noor.pk}, headers=HX))
    assert fresh(ticket).team == cast.technical
    client.post(undo["url"], undo["fields"], headers=HX)
    assert (fresh(ticket).team, fresh(ticket).assignee) == (cast.billing, cast.amir)


def test_whoever_gives_a_ticket_away_is_told_that_it_is_out_of_sight(cast, desk, at, ticket):
    response = desk(cast.amir).post(at(ticket, "assignment"), {"to": cast.noor.pk}, headers=HX)
    assert fresh(ticket).assignee == cast.noor
    assert "You no longer see this ticket" in json.loads(response["HX-Trigger"])["ticket:gone"]["message"]
    assert desk(cast.amir).get(at(ticket)).status_code == 404


def test_a_ticket_is_taken_back_and_found_anew(cast, desk, at, ticket):
    client = desk(cast.amir)
    client.post(at(ticket, "assignment"), {"to": ""})
    assert fresh(ticket).assignee is None
    client.post(at(ticket, "assignment"), {"to": "rules"})
    assert fresh(ticket).assignee is not None


@pytest.mark.parametrize("to", ["0", "999999", "rosa", "²", "-1", "9" * 30])
def test_only_agents_get_tickets(cast, desk, at, ticket, to):
    response = desk(cast.amir).post(at(ticket, "assignment"), {"to": to}, follow=True)
    assert response.status_code == 200
    assert fresh(ticket).assignee == cast.amir


def test_a_customer_is_no_assignee(cast, desk, at, ticket):
    response = desk(cast.amir).post(at(ticket, "assignment"), {"to": cast.rosa.pk}, headers=HX)
    assert "no such active agent" in json.loads(response["HX-Trigger"])["ticket:refused"]["message"]
    assert fresh(ticket).assignee == cast.amir


def test_priority_and_category_change_in_place_with_a_way_back(cast, desk, at, ticket):
    client = desk(cast.lena)
    back = undo_of(client.post(at(ticket, "priority"), {"to": "high"}, headers=HX))
    assert fresh(ticket).priority == Priority.HIGH
    client.post(back["url"], back["fields"], headers=HX)
    assert fresh(ticket).priority == Priority.MEDIUM
    response = client.post(at(ticket, "category"), {"to": cast.technical_category.slug}, headers=HX)
    assert fresh(ticket).category == cast.technical_category
    assert fresh(ticket).team == cast.technical
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("moves", "status"),
    [
        (["in_progress"], Status.IN_PROGRESS),
        (["pending_customer"], Status.PENDING_CUSTOMER),
        (["pending_customer", "in_progress"], Status.IN_PROGRESS),
        (["resolved"], Status.RESOLVED),
        (["resolved", "in_progress"], Status.IN_PROGRESS),
        (["resolved", "closed"], Status.CLOSED),
    ],
)
def test_the_status_moves_by_the_verbs(cast, desk, at, ticket, moves, status):
    for move in moves:
        assert desk(cast.amir).post(at(ticket, "status"), {"to": move}).status_code == 303
    assert fresh(ticket).status == status


def test_resolving_can_be_taken_back(cast, desk, at, ticket):
    client = desk(cast.amir)
    undo = undo_of(client.post(at(ticket, "status"), {"to": "resolved"}, headers=HX))
    client.post(undo["url"], undo["fields"], headers=HX)
    assert fresh(ticket).status == Status.IN_PROGRESS


def test_a_refusal_is_a_sentence_and_the_panel_as_it_is(cast, desk, at, ticket):
    response = desk(cast.amir).post(at(ticket, "status"), {"to": "closed"}, headers=HX)
    assert "cannot become" in json.loads(response["HX-Trigger"])["ticket:refused"]["message"]
    assert 'id="property-status"' in response.content.decode()
    plain = desk(cast.amir).post(at(ticket, "status"), {"to": "closed"}, follow=True)
    assert "cannot become" in plain.content.decode()
    assert fresh(ticket).status == Status.ASSIGNED


def test_tags_and_followers_come_and_go(cast, desk, at, ticket):
    client = desk(cast.amir)
    client.post(at(ticket, "tags"), {"name": " VIP "})
    client.post(at(ticket, "watchers"), {"person": "OTTO@example.com"})
    assert list(ticket.tags.values_list("name", flat=True)) == ["vip"]
    assert ticket.watchers.get().user == cast.otto
    client.post(at(ticket, "tag_removal"), {"name": "vip"})
    client.post(at(ticket, "watcher_removal"), {"person": cast.otto.pk})
    assert not ticket.tags.exists()
    assert not ticket.watchers.exists()
    unknown = client.post(at(ticket, "watchers"), {"person": "who@example.com"}, follow=True)
    assert "Nobody here has this address" in unknown.content.decode()


def test_links_in_mails_are_revoked_and_the_history_says_by_whom(cast, desk, at, ticket):
    token = link_to(ticket, cast.rosa, at=now()).rstrip("/").rpartition("/")[2]
    response = desk(cast.amir).post(at(ticket, "link_revocation"), headers=HX)
    assert "open nothing any more" in response["HX-Trigger"]
    assert opened(token, at=now()) is None
    assert "Amir revoked the links" in desk(cast.lena).get(at(ticket)).content.decode()


def test_what_is_written_by_strangers_is_shown_as_text(cast, desk, at):
    nasty = "<script>alert(1)</script>"
    ticket = cast.open_ticket(title=nasty, description=nasty)
    client = desk(cast.amir)
    client.post(at(ticket, "tags"), {"name": nasty[:50]})
    shown = client.get(at(ticket)).content.decode() + client.get(at(ticket, "side"), headers=HX).content.decode()
    assert "<script>alert" not in shown


NOUNS = {
    "assignment": {"to": ""}, "priority": {"to": "critical"}, "category": {"to": ""}, "status": {"to": "resolved"},
    "tags": {"name": "vip"}, "tag_removal": {"name": "vip"}, "watchers": {"person": "otto@example.com"},
    "watcher_removal": {"person": "lena@example.com"}, "duplicate": {"of": "HD-1"}, "resolution_withdrawal": {},
    "link_revocation": {}, "draft": {"side": "reply", "body": "x"}, "withdrawal": {"draft": "1"},
}  # fmt: skip


@pytest.mark.parametrize("noun", NOUNS)
def test_nobody_changes_what_is_not_theirs(cast, desk, at, ticket, client, noun):
    own = cast.open_ticket(requester=cast.noor, by=cast.noor)
    before = list(Ticket.objects.order_by("pk").values()), TicketEvent.objects.count()
    assert desk(cast.noor).post(at(ticket, noun), NOUNS[noun]).status_code == 404
    assert desk(cast.noor).post(at(own, noun), NOUNS[noun]).status_code == 403
    assert desk(cast.rosa).post(at(ticket, noun), NOUNS[noun]).status_code == 302
    assert client.post(at(ticket, noun), NOUNS[noun]).status_code == 302
    assert client.post(at(ticket, noun), NOUNS[noun], headers=HX).status_code == 401
    assert noun == "draft" or desk(cast.amir).get(at(ticket, noun)).status_code == 405
    assert (list(Ticket.objects.order_by("pk").values()), TicketEvent.objects.count()) == before


def test_a_post_without_the_token_changes_nothing(cast, at, ticket):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.amir)
    for noun, data in NOUNS.items():
        assert client.post(at(ticket, noun), data).status_code == 403
    assert client.post(at(ticket, "messages"), {"body": "Hello"}).status_code == 403
    assert fresh(ticket).version == ticket.version


@pytest.mark.parametrize("who", ["amir", "lena", "ada"])
def test_a_forged_post_for_each_field_changes_nothing(cast, desk, at, ticket, who):
    vip = Tag.objects.create(name="vip")
    client = desk(getattr(cast, who))
    forged = {
        "number": "1", "public_id": "00000000-0000-0000-0000-000000000000", "title": "Forged", "status": "closed",
        "priority": "4", "requested_priority": "4", "category": str(cast.technical_category.pk), "channel": "phone",
        "requester": str(cast.otto.pk), "organisation": "", "created_by_external_id": "x", "follows_up": str(ticket.pk),
        "duplicate_of": str(ticket.pk), "link_generation": "9", "tags": str(vip.pk), "team": str(cast.technical.pk),
        "assignee": str(cast.noor.pk), "version": "99", "last_event_hash": "x", "_save": "Save",
    }  # fmt: skip
    dates = {
        field.name for field in Ticket._meta.get_fields() if field.name.endswith(("_at", "_until")) and field.concrete
    }
    forged |= {f"{name}_{part}": value for name in dates for part, value in ((0, "2000-01-01"), (1, "00:00"))}
    forged |= dict.fromkeys(dates, "2000-01-01T00:00")
    assert {field.name for field in Ticket._meta.get_fields() if field.concrete} - {"id"} <= forged.keys()
    before, events = Ticket.objects.values().get(), TicketEvent.objects.count()
    by_key = f"/admin/tickets/ticket/{ticket.pk}/change/"
    for address in (at(ticket), at(ticket, "side"), at(ticket, "story"), by_key):
        for field, value in forged.items():
            assert client.post(address, {field: value}).status_code == 405
        assert client.post(address, forged).status_code == 405
    for noun in ("priority", "status", "tags", "tag_removal", "watchers", "watcher_removal"):
        assert client.post(at(ticket, noun), forged).status_code == 303
    assert Ticket.objects.values().get() == before
    assert (TicketEvent.objects.count(), ticket.tags.count()) == (events, 0)


def test_the_next_ticket_is_ones_own_that_is_due_first(cast, desk, at, ticket):
    mira = make_agent("Mira", cast.billing)
    sooner = cast.open_ticket(title="Sooner", priority=Priority.HIGH)
    waiting = cast.open_ticket(title="Waiting", priority=Priority.HIGH)
    client = desk(mira)
    for each in (ticket, sooner, waiting):
        desk(cast.lena).post(at(each, "assignment"), {"to": mira.pk})
    desk(mira).post(at(waiting, "status"), {"to": "pending_customer"})
    following = "/admin/tickets/ticket/next/"
    assert client.get(following).url == at(sooner)
    assert client.get(following, {"after": sooner.reference}).url == at(ticket)
    resolve_ticket(sooner, by=mira)
    response = client.get(following, {"after": ticket.reference}, follow=True)
    assert response.redirect_chain[0][0] == "/admin/tickets/ticket/"
    assert "Nothing else waits for you" in response.content.decode()


def test_what_was_answered_just_now_is_not_next_until_its_customer_writes(cast, desk, at, ticket):
    other = cast.open_ticket(title="Other", at=now())
    reply(ticket, body="Which card?", by=cast.amir, channel="web")
    following = "/admin/tickets/ticket/next/"
    assert desk(cast.amir).get(following, {"after": other.reference}).url == "/admin/tickets/ticket/"
    reply(ticket, body="The blue one.", by=cast.rosa, channel="web")
    assert desk(cast.amir).get(following, {"after": other.reference}).url == at(ticket)


def test_a_follower_from_elsewhere_works_on_it_like_the_team(cast, desk, at, ticket):
    add_watcher(ticket, user=cast.noor, by=cast.lena)
    assert desk(cast.noor).get(at(ticket)).status_code == 200
    assert desk(cast.noor).post(at(ticket, "tags"), {"name": "seen"}).status_code == 303


def test_an_assignment_out_of_sight_is_taken_back_by_whoever_made_it(cast, desk, at, ticket):
    client = desk(cast.amir)
    gone = client.post(at(ticket, "assignment"), {"to": cast.noor.pk}, headers=HX)
    undo = json.loads(gone["HX-Trigger"])["ticket:gone"]["undo"]
    assert desk(cast.otto).post(undo["url"], headers=JSON).status_code in (302, 401)
    assert desk(make_agent("Mira", cast.billing)).post(undo["url"], headers=JSON).status_code == 404
    assert client.post(undo["url"], headers=JSON).status_code == 200
    assert (fresh(ticket).assignee, fresh(ticket).team) == (cast.amir, cast.billing)
    assert client.get(at(ticket)).status_code == 200


def test_what_is_not_ones_own_act_is_not_taken_back(cast, desk, at, ticket):
    desk(cast.lena).post(at(ticket, "assignment"), {"to": cast.lena.pk})
    answer = desk(cast.amir).post(at(ticket, "assignment_withdrawal"), headers=JSON).json()
    assert "too late" in answer["refused"]["message"]
    assert fresh(ticket).assignee == cast.lena


def test_a_priority_that_breaks_a_promise_is_asked_for_first(cast, desk, at):
    old = cast.open_ticket(priority=Priority.LOW, at=now() - timedelta(hours=3))
    client = desk(cast.lena)
    asked = client.get(at(old, "priority_preview"), {"to": "high"}, headers=JSON).json()["question"]
    assert "would be broken at once" in asked
    assert "First response" in asked
    plain = client.post(at(old, "priority"), {"to": "high"}).content.decode()
    assert "would be broken at once" in plain
    assert fresh(old).priority == Priority.LOW
    client.post(at(old, "priority"), {"to": "high", "sure": "yes"})
    assert fresh(old).priority == Priority.HIGH


def test_a_priority_that_breaks_nothing_needs_no_question(cast, desk, at):
    young = cast.open_ticket(at=now())
    assert desk(cast.lena).get(at(young, "priority_preview"), {"to": "high"}, headers=JSON).json() == {"question": ""}
    desk(cast.lena).post(at(young, "priority"), {"to": "high"})
    assert fresh(young).priority == Priority.HIGH


def test_a_duplicate_is_linked_closed_and_followed(cast, desk, at, ticket):
    original = cast.open_ticket(title="The first one")
    client = desk(cast.amir)
    said = client.post(at(ticket, "duplicate"), {"of": original.reference.lower()}, headers=HX)["HX-Trigger"]
    assert f"Linked with {original.reference}" in said
    assert (fresh(ticket).status, fresh(ticket).duplicate_of) == (Status.CLOSED, original)
    assert "Duplicate of" in client.get(at(ticket, "side"), headers=HX).content.decode()
    assert ticket.reference in client.get(at(original, "side"), headers=HX).content.decode()


def test_a_stranger_does_not_follow_the_original(cast, desk, at, ticket):
    strangers = cast.open_ticket(requester=cast.otto, by=cast.otto)
    said = desk(cast.amir).post(at(strangers, "duplicate"), {"of": ticket.reference}, headers=HX)["HX-Trigger"]
    assert "somebody else" in said
    assert not ticket.watchers.exists()


def test_a_ticket_that_one_does_not_see_is_no_original(cast, desk, at, ticket):
    hidden = cast.open_ticket(category=cast.technical_category, requester=cast.otto, by=cast.otto)
    for of in (hidden.reference, "HD-99999999", "nonsense", ticket.reference):
        response = desk(cast.amir).post(at(ticket, "duplicate"), {"of": of}, headers=HX)
        assert "ticket:refused" in json.loads(response["HX-Trigger"])
    assert fresh(ticket).status == Status.ASSIGNED


def test_the_list_of_assignees_says_who_can_not_work_on_it_now(cast, desk, at, ticket):
    berta = make_agent("Berta", cast.billing)
    Absence.objects.create(user=berta, starts_at=now() - timedelta(hours=1), ends_at=now() + timedelta(hours=1))
    another_day = Calendar.objects.create(name="One day a week", time_zone="UTC")
    another_day.spans.create(weekday=(now().weekday() + 3) % 7, opens="09:00", closes="17:00")
    make_agent("Cora", cast.billing, calendar=another_day)
    make_agent("Dora", cast.billing, capacity=1)
    AgentLoad.objects.create(agent=User.objects.get(full_name="Dora"), load_eighths=8)
    eve = make_agent("Eve", cast.billing)
    AgentProfile.objects.filter(user=eve).update(is_accepting_work=False)

    page = desk(cast.amir).get(at(ticket, "side")).content.decode()
    said = re.findall(r"<option value=.\d+.[^>]*>([^<]*)</option>", page)
    assert said[: said.index("Eve · takes no new tickets") + 1] == [
        "Amir", "Berta · absent", "Cora · off shift", "Dora · full", "Eve · takes no new tickets",
    ]  # fmt: skip
