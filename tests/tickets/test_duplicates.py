from datetime import timedelta

import pytest

from escalation.models import Clock
from helpdesk.core.errors import NotPermitted
from notifications.models import Notification
from tests.api.conftest import address, api, assert_problem  # noqa: F401
from tests.cast import MONDAY
from tickets.events import EventKind, broken_link
from tickets.lifecycle import IllegalMove, Status
from tickets.models import Ticket, Watcher
from tickets.relay import relay
from tickets.services.duplicates import NotADuplicate, is_stranger_to, mark_duplicate
from tickets.services.following import add_watcher
from tickets.services.resolving import close_ticket, resolve_ticket
from tickets.timeline import told

LATER = MONDAY + timedelta(minutes=5)


@pytest.fixture
def original(cast):
    return cast.open_ticket()


@pytest.fixture
def copy(cast):
    return cast.open_ticket(requester=cast.otto, by=cast.otto, title="Twice!")


def test_it_is_closed_points_to_the_original_and_its_requester_follows_there(cast, original, copy):
    mark_duplicate(copy, of=original, by=cast.amir, at=LATER)
    copy.refresh_from_db()
    assert (copy.status, copy.duplicate_of, copy.closed_at) == (Status.CLOSED, original, LATER)
    assert list(original.duplicates.all()) == [copy]
    assert Ticket.objects.visible_to(cast.otto).filter(pk=original.pk).exists()
    found = copy.events.get(kind=EventKind.DUPLICATED)
    assert (found.data, found.is_public) == ({"of": original.number}, False)
    assert original.reference in told([found])[0].text
    assert broken_link(copy) is None


def test_doing_it_twice_changes_nothing(cast, original, copy):
    version = mark_duplicate(copy, of=original, by=cast.amir).version
    assert mark_duplicate(copy, of=original, by=cast.amir).version == version


def test_a_stranger_is_not_shown_anothers_conversation_when_staff_say_so(cast, original, copy):
    assert is_stranger_to(copy, of=original)
    assert not is_stranger_to(cast.open_ticket(), of=original)
    mark_duplicate(copy, of=original, by=cast.amir, lets_follow=False)
    assert not Watcher.objects.filter(ticket=original).exists()


def test_the_original_of_a_duplicate_is_meant(cast, original, copy):
    mark_duplicate(copy, of=original, by=cast.amir)
    third = cast.open_ticket()
    mark_duplicate(third, of=copy, by=cast.amir)
    third.refresh_from_db()
    assert third.duplicate_of == original


def test_circles_are_refused(cast, original, copy):
    with pytest.raises(NotADuplicate):
        mark_duplicate(original, of=original, by=cast.amir)
    mark_duplicate(copy, of=original, by=cast.amir)
    with pytest.raises(NotADuplicate):
        mark_duplicate(original, of=copy, by=cast.amir)
    original.refresh_from_db()
    assert original.is_unresolved


def test_a_closed_ticket_is_final(cast, original, copy):
    close_ticket(resolve_ticket(copy, by=cast.amir), by=cast.amir)
    with pytest.raises(IllegalMove):
        mark_duplicate(copy, of=original, by=cast.amir)


def test_it_takes_staff_of_both(cast, original):
    elsewhere = cast.open_ticket(category=cast.technical_category)
    for ticket, of in ((original, elsewhere), (elsewhere, original)):
        with pytest.raises(NotPermitted):
            mark_duplicate(ticket, of=of, by=cast.amir)
    with pytest.raises(NotPermitted):
        mark_duplicate(original, of=elsewhere, by=cast.rosa)
    assert not Ticket.objects.exclude(duplicate_of=None).exists()


def test_no_promise_was_kept_or_broken_by_it(cast, original, copy):
    mark_duplicate(copy, of=original, by=cast.amir, at=LATER)
    assert set(Clock.objects.filter(ticket=copy).values_list("state", flat=True)) == {Clock.State.CANCELLED}


def test_the_requester_is_told_where_it_goes_on_and_not_that_it_is_resolved(cast, original, copy):
    mark_duplicate(copy, of=original, by=cast.amir, at=LATER)
    relay()
    kinds = Notification.objects.filter(ticket=copy, recipient=cast.otto).values_list("kind", flat=True)
    assert "duplicated" in kinds
    assert not {"resolved", "reopened"} & set(kinds)


def test_integrators_post_it(cast, api, original, copy):  # noqa: F811
    answer = api(cast.amir).post(address(copy, "duplicate/"), {"of": original.reference})
    assert (answer.json()["status"], answer.json()["duplicate_of"]) == ("closed", original.reference)
    seen_by_requester = api(cast.otto).get(address(copy)).json()
    assert seen_by_requester["duplicate_of"] is None


def test_an_original_that_the_caller_does_not_see_does_not_exist(cast, api, copy):  # noqa: F811
    hidden = cast.open_ticket(category=cast.technical_category)
    for reference in (hidden.reference, "HD-999999", "nonsense"):
        problem = assert_problem(api(cast.amir).post(address(copy, "duplicate/"), {"of": reference}), 400)
        assert "of" in problem["errors"]
    add_watcher(hidden, user=cast.amir, by=cast.noor)
    assert api(cast.amir).post(address(copy, "duplicate/"), {"of": hidden.reference}).status_code == 200
