"""A new request: with or without an account, sent once, and answered with who has it and by when."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from teams.models import User
from tickets.models import Attachment, Priority, Ticket
from tickets.portal.forms import subject_from
from tickets.promise import promise

NEW = "/new/"


@pytest.fixture
def wanted(cast):
    return {
        "description": "The Wi-Fi in room 4 drops every hour. Please help.",
        "category": "technical",
        "consequence": "high",
        "full_name": "Nora Lindqvist",
        "email": "Nora@Example.com",
        "submission_key": "once",
    }


def test_somebody_without_an_account_opens_a_ticket_in_their_name(client, wanted):
    answer = client.post(NEW, wanted)

    ticket = Ticket.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == reverse("portal:sent", args=[ticket.public_id])
    assert (ticket.requester.email, ticket.requester.full_name) == ("nora@example.com", "Nora Lindqvist")
    assert (ticket.category.slug, ticket.priority, ticket.channel) == ("technical", Priority.HIGH, "web")
    assert ticket.messages.get().body == wanted["description"]


def test_the_new_persons_language_and_zone_are_theirs(client, wanted):
    client.post(NEW, wanted | {"time_zone": "Asia/Kolkata"}, headers={"Accept-Language": "de"})

    person = User.objects.get(email="nora@example.com")
    assert (person.language, person.time_zone) == ("de", "Asia/Kolkata")


def test_whoever_is_signed_in_asks_in_their_own_name_whatever_is_posted(client, cast, wanted):
    client.force_login(cast.rosa)

    client.post(NEW, wanted)

    assert Ticket.objects.get().requester == cast.rosa
    assert not User.objects.filter(email="nora@example.com").exists()


def test_not_sure_leaves_the_category_to_us_and_says_nothing_of_priority(client, wanted):
    client.post(NEW, wanted | {"category": "", "consequence": ""})

    ticket = Ticket.objects.get()
    assert (ticket.category, ticket.priority, ticket.requested_priority) == (None, Priority.MEDIUM, None)


def test_critical_is_not_offered(client, wanted):
    answer = client.post(NEW, wanted | {"consequence": "critical"})

    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_a_topic_in_the_address_is_chosen_already(client, cast):
    page = client.get(NEW, {"topic": "billing"}).content.decode()

    assert '<input type="radio" name="category" value="billing" checked>' in page


def test_the_subject_is_what_was_given_else_the_first_words(client, wanted):
    client.post(NEW, wanted | {"subject": "  Wi-Fi\t down "})
    client.post(NEW, wanted | {"submission_key": "twice"})

    assert list(Ticket.objects.order_by("pk").values_list("title", flat=True)) == [
        "Wi-Fi down",
        "The Wi-Fi in room 4 drops every hour. Please help.",
    ]


@pytest.mark.parametrize(
    ("description", "subject"),
    [
        ("Hello", "Hello"),
        ("Dear team,\n\nmy card was swallowed", "my card was swallowed"),
        ("# Broken *door*\nmore", "Broken *door*"),
        (
            "I was charged twice for March and again for April. Please give me one of them back, if you can.",
            "I was charged twice for March and again for April",
        ),
        ("x" * 500, "x" * 79 + "…"),
        ("word " * 40, "word " * 14 + "word…"),
    ],
)
def test_first_words_make_a_subject(description, subject):
    assert subject_from(description) == subject


def test_a_second_press_leads_to_the_first_ticket(client, wanted):
    first, second = client.post(NEW, wanted), client.post(NEW, wanted)

    assert first["Location"] == second["Location"]
    assert Ticket.objects.count() == 1


def test_other_words_after_the_back_button_are_kept_and_can_be_sent_as_a_new_request(client, wanted):
    client.post(NEW, wanted)

    answer = client.post(NEW, wanted | {"description": "Something else entirely"})
    again = answer.context["form"]["submission_key"].value()
    sent = client.post(NEW, wanted | {"description": "Something else entirely", "submission_key": again})

    assert answer.status_code == 422
    assert "Something else entirely" in answer.content.decode()
    assert "You have sent this form before" in answer.content.decode()
    assert sent.status_code == 303
    assert Ticket.objects.count() == 2


def test_what_is_missing_is_said_at_its_field_and_everything_typed_is_kept(client, wanted):
    answer = client.post(NEW, wanted | {"description": " \n ", "email": "nora@", "subject": "Kept <b>subject</b>"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Describe what you need" in page
    assert "This address is not complete" in page
    assert "Kept &lt;b&gt;subject&lt;/b&gt;" in page
    assert "Nora Lindqvist" in page
    assert '<input type="radio" name="category" value="technical" checked>' in page
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("field", ["description", "subject", "full_name"])
def test_a_nul_is_refused_with_a_sentence(client, wanted, field):
    answer = client.post(NEW, wanted | {field: "a\x00b"})

    assert answer.status_code == 422
    assert "null characters" in answer.content.decode().lower() or "NUL" in answer.content.decode()


def test_files_come_along(client, wanted):
    files = [SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.txt", b"two")]

    client.post(NEW, wanted | {"attachments": files})

    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["a.txt", "b.txt"]


def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_is_opened(client, wanted):
    answer = client.post(NEW, wanted | {"attachments": [SimpleUploadedFile("a.png", b"MZ not a picture")]})

    assert answer.status_code == 422
    assert "is not what its name says" in answer.content.decode()
    assert not Ticket.objects.exists()


def test_the_confirmation_says_who_has_it_and_by_when(client, wanted):
    page = client.get(client.post(NEW, wanted)["Location"]).content.decode()

    ticket = Ticket.objects.get()
    assert promise(ticket, at=now()) in page
    assert ticket.reference in page
    assert "nora@example.com" in page


def test_the_confirmation_is_shown_to_the_browser_that_sent_it_only(client, wanted):
    address = client.post(NEW, wanted)["Location"]
    client.cookies.clear()

    assert client.get(address).status_code == 404


def test_opening_without_an_account_lets_nobody_into_the_ticket(client, wanted):
    client.post(NEW, wanted)

    assert client.get(reverse("portal:ticket", args=[Ticket.objects.get().public_id])).status_code == 404


def test_htmx_is_sent_on_as_a_whole_page(client, wanted):
    answer = client.post(NEW, wanted, headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"] == reverse("portal:sent", args=[Ticket.objects.get().public_id])


def test_a_stranger_cannot_flood_an_address(client, wanted):
    for each in range(10):
        assert client.post(NEW, wanted | {"submission_key": str(each)}).status_code == 303

    answer = client.post(NEW, wanted | {"submission_key": "one too many"})

    assert answer.status_code == 422
    assert wanted["description"] in answer.content.decode()
    assert Ticket.objects.count() == 10


def test_get_opens_nothing_and_needs_few_queries(client, cast, django_assert_max_num_queries):
    client.force_login(cast.rosa)
    with django_assert_max_num_queries(6):
        client.get(NEW)
