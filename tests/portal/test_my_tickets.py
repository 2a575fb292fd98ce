"""The list of a signed-in customer: theirs only, found by words, and what is new is marked."""

import pytest
from django.urls import reverse

from notifications.models import Notification
from tickets.models import Watcher
from tickets.portal.listing import PAGE
from tickets.services.conversing import AfterSending, add_note, reply
from tickets.services.resolving import resolve_ticket

MINE = "/tickets/"


@pytest.fixture
def rosa(client, cast):
    client.force_login(cast.rosa)
    return client


def test_only_what_one_asked_or_follows_is_listed(rosa, cast):
    cast.open_ticket(title="Mine")
    cast.open_ticket(title="Not mine", requester=cast.otto, by=cast.otto)
    followed = cast.open_ticket(title="Followed", requester=cast.otto, by=cast.otto)
    Watcher.objects.create(ticket=followed, user=cast.rosa)

    page = rosa.get(MINE).content.decode()

    assert "Mine" in page
    assert "Followed" in page
    assert "Not mine" not in page


def test_whoever_is_not_signed_in_is_asked_to(client, cast):
    answer = client.get(MINE, {"q": "card"})

    assert answer.status_code == 302
    assert answer["Location"].endswith("?next=/tickets/%3Fq%3Dcard")


def test_words_of_subject_and_answers_find_it_and_words_of_notes_do_not(rosa, cast):
    ticket = cast.open_ticket(title="Charged twice")
    reply(ticket, body="The blue receipt is missing.", by=cast.amir, channel="web")
    add_note(ticket, body="Suspicious behaviour", by=cast.amir)

    def finds(words):
        return "Charged twice</a>" in rosa.get(MINE, {"q": words}).content.decode()

    assert finds("charged")
    assert finds("receipt")
    assert finds(ticket.reference)
    assert not finds("suspicious")


def test_nonsense_is_searched_without_an_error(rosa, cast):
    for words in ("'", "\x00", "a" * 3000, "& | !", "<script>", "%"):
        assert rosa.get(MINE, {"q": words, "show": "?", "before": "x"}).status_code == 200


def test_groups_narrow_the_list(rosa, cast):
    cast.open_ticket(title="Still open")
    reply(cast.open_ticket(title="Asked back"), body="?", by=cast.amir, channel="web", then=AfterSending.WAIT)
    resolve_ticket(cast.open_ticket(title="All done"), by=cast.rosa)

    def listed(group):
        page = rosa.get(MINE, {"show": group}).content.decode()
        return [title for title in ("Still open", "Asked back", "All done") if f"{title}</a>" in page]

    assert listed("waiting") == ["Asked back"]
    assert listed("done") == ["All done"]
    assert listed("open") == ["Still open", "Asked back"]


def test_an_answer_marks_the_ticket_until_it_has_been_before_ones_eyes(rosa, cast):
    ticket = cast.open_ticket()
    reply(ticket, body="Done.", by=cast.amir, channel="web")
    answer = ticket.events.get(kind="ticket.replied")
    Notification.objects.create(event=answer, ticket=ticket, kind="replied", recipient=cast.rosa, reason="requester")

    assert "data-unread" in rosa.get(MINE).content.decode()
    assert "data-unread" in rosa.get(MINE).content.decode()
    assert rosa.post(reverse("portal:reading", args=[ticket.public_id])).status_code == 204
    assert "data-unread" not in rosa.get(MINE).content.decode()


def test_the_receipt_of_ones_own_request_is_no_news(rosa, cast):
    ticket = cast.open_ticket()
    Notification.objects.create(
        event=ticket.events.first(), ticket=ticket, kind="opened", recipient=cast.rosa, reason="requester"
    )

    assert "data-unread" not in rosa.get(MINE).content.decode()


def test_pages_hold_everything_once(rosa, cast):
    for each in range(PAGE + 3):
        cast.open_ticket(title=f"Request {each}.")

    first = rosa.get(MINE)
    second = rosa.get(f"{MINE}{first.context['next_page']}")

    titles = [row.ticket.title for page in (first, second) for row in page.context["rows"]]
    assert titles == [f"Request {each}." for each in reversed(range(PAGE + 3))]
    assert second.context["next_page"] == ""


def test_few_queries_however_many_tickets(rosa, cast, django_assert_max_num_queries):
    for _ in range(3):
        cast.open_ticket()
    with django_assert_max_num_queries(8) as few:
        rosa.get(MINE)
    for _ in range(6):
        cast.open_ticket()
    with django_assert_max_num_queries(8) as more:
        rosa.get(MINE)

    assert len(few) == len(more)


def test_the_first_page_shows_the_latest_ones_to_whoever_is_signed_in(client, cast):
    cast.open_ticket(title="Recent one")

    assert "Recent one" not in client.get("/").content.decode()
    client.force_login(cast.rosa)
    assert "Recent one" in client.get("/").content.decode()
