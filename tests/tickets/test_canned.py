import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from teams.models import User
from tests.cast import MONDAY
from tickets.canned import canned_for, filled
from tickets.models import CannedReply


def make(shortcut, body="Hello", **fields):
    return CannedReply.objects.create(title=shortcut, shortcut=shortcut, body=body, **fields)


def test_twelve_are_shipped_and_each_can_be_filled_in(cast):
    ticket = cast.open_ticket()
    shipped = canned_for(cast.amir, ticket)
    assert len(shipped) == 12
    for canned in shipped:
        canned.full_clean()
        text = filled(canned, ticket=ticket, by=cast.amir, at=MONDAY)
        assert "{{" not in text and "Amir" in text and "Rosa" in text


def test_marks_become_what_the_customer_should_read(cast):
    ticket = cast.open_ticket()
    canned = make("all", "{{ requester }} {{reference}} {{ title }} {{ agent }} {{ team }}: {{ promise }}")
    text = filled(canned, ticket=ticket, by=cast.lena, at=MONDAY)
    assert text.startswith(f"Rosa {ticket.reference} Charged twice Lena Billing: Amir from Billing has it")


def test_what_people_wrote_is_never_read_as_a_mark(cast):
    ticket = cast.open_ticket(title="{{ promise }} {{ agent }}")
    assert filled(make("t", "{{ title }}"), ticket=ticket, by=cast.amir) == "{{ promise }} {{ agent }}"


def test_an_unknown_mark_is_refused_when_written_and_harmless_when_there(cast):
    canned = make("bad", "Hi {{ password }}")
    with pytest.raises(ValidationError, match="password"):
        canned.full_clean()
    assert filled(canned, ticket=cast.open_ticket(), by=cast.amir) == "Hi {{ password }}"


def test_each_finds_those_of_their_teams_in_the_requesters_language_first(cast):
    CannedReply.objects.all().delete()
    ticket = cast.open_ticket()
    make("everybody")
    make("deutsch", language="de")
    make("ours", team=cast.billing)
    make("theirs", team=cast.technical)
    User.objects.filter(pk=cast.rosa.pk).update(language="de")
    ticket.requester.refresh_from_db()
    assert [canned.shortcut for canned in canned_for(cast.amir, ticket)] == ["deutsch", "ours", "everybody"]
    assert len(canned_for(cast.ada, ticket)) == 4


def test_administrators_edit_them_in_the_back_office(cast, client):
    client.force_login(cast.ada)
    address = reverse("admin:tickets_cannedreply_add")
    fields = {"title": "Hi", "shortcut": "hi", "language": "en", "body": "{{ nonsense }}"}
    assert "nonsense" in client.post(address, fields).content.decode()
    assert client.post(address, fields | {"body": "Hi {{ requester }}"}).status_code == 302
    assert CannedReply.objects.get(shortcut="hi").body == "Hi {{ requester }}"
