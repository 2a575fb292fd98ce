"""Links in mails: they let one person into one ticket, end, can be revoked, and say nothing when they don't work."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.timezone import now

from helpdesk.core.errors import NotPermitted
from teams.models import User
from tickets.links import LIFETIME, grant_in, granted, link_to, opened, revoke_links
from tickets.models import Watcher
from tickets.portal.door import enter, grants_of


def token_of(link: str) -> str:
    return link.rstrip("/").rsplit("/", 1)[-1]


def path_of(link: str, settings) -> str:
    return link.removeprefix(settings.SITE_URL)


@pytest.fixture
def ticket(cast):
    return cast.open_ticket()


def entering(client: Client, ticket):
    """The visitor whom the door lets in with the session of `client`."""
    request = RequestFactory().get("/")
    request.session = client.session
    request.user = User.objects.filter(pk=client.session.get("_auth_user_id")).first()
    return enter(request, ticket.public_id)


def is_let_in(client: Client, ticket) -> bool:
    try:
        entering(client, ticket)
    except Http404:
        return False
    return True


def test_a_link_opens_its_ticket_for_its_person(cast, ticket):
    assert opened(token_of(link_to(ticket, cast.rosa, at=now())), at=now()) == (ticket, cast.rosa)


def test_a_link_is_absolute_from_the_address_of_the_site(cast, ticket, settings):
    assert link_to(ticket, cast.rosa, at=now()).startswith(f"{settings.SITE_URL}/t/")


def test_following_it_leads_to_the_page_and_no_page_address_holds_the_secret(cast, ticket, client, settings):
    link = path_of(link_to(ticket, cast.rosa, at=now()), settings)

    answer = client.get(link)

    assert answer.status_code == 302
    assert answer["Location"] == reverse("portal:ticket", args=[ticket.public_id])
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    visitor = entering(client, ticket)
    assert (visitor.person, visitor.ticket, visitor.is_guest) == (cast.rosa, ticket, True)


def test_following_it_changes_no_ticket(cast, ticket, client, settings):
    client.get(path_of(link_to(ticket, cast.rosa, at=now()), settings))

    before = ticket.version
    ticket.refresh_from_db()
    assert ticket.version == before


def test_a_grant_is_for_one_ticket(cast, ticket, client, settings):
    other = cast.open_ticket()

    client.get(path_of(link_to(ticket, cast.rosa, at=now()), settings))

    assert is_let_in(client, ticket)
    assert not is_let_in(client, other)
    assert client.get(reverse("portal:tickets")).status_code == 302


def test_a_grant_under_another_tickets_name_opens_neither(cast, ticket, client, settings):
    other = cast.open_ticket()
    client.get(path_of(link_to(ticket, cast.rosa, at=now()), settings))
    session = client.session
    session["ticket_grants"] = {str(other.public_id): session["ticket_grants"][str(ticket.public_id)]}
    session.save()

    assert not is_let_in(client, other)


@pytest.mark.parametrize("token", ["x", "a.b", "a" * 5000, "WzFd.x", "..", "%00", "ä"])
def test_a_wrong_link_leads_to_the_form_and_says_nothing(db, client, token):
    answer = client.get(f"/t/{token}/", follow=True)

    assert answer.redirect_chain == [("/links/", 302)]
    assert answer.status_code == 200


def test_wrong_old_revoked_and_foreign_links_get_the_same_answer(cast, ticket, settings):
    old = link_to(ticket, cast.rosa, at=now() - LIFETIME)
    foreign = link_to(ticket, cast.otto, at=now())
    revoked = link_to(ticket, cast.rosa, at=now())
    revoke_links(ticket, by=cast.amir)

    answers = set()
    for link in (f"{settings.SITE_URL}/t/nonsense/", old, foreign, revoked):
        client = Client()
        answer = client.get(path_of(link, settings))
        shown = [str(message) for message in client.get(answer["Location"]).context["messages"]]
        answers.add((answer.status_code, answer["Location"], tuple(shown)))
        assert not is_let_in(client, ticket)

    assert len(answers) == 1


def test_a_link_ends_after_its_time(cast, ticket):
    at = now()
    token = token_of(link_to(ticket, cast.rosa, at=at))

    assert opened(token, at=at + LIFETIME - timedelta(seconds=2)) is not None
    assert opened(token, at=at + LIFETIME) is None


def test_a_changed_character_makes_it_worthless(cast, ticket):
    token = token_of(link_to(ticket, cast.rosa, at=now()))

    changed = [
        token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :] for place in range(len(token))
    ]

    # The last character of base64 carries bits that are no part of the signature.
    assert {opened(each, at=now()) for each in changed[:-1]} == {None}


def test_revoking_ends_links_and_open_pages_and_later_links_work(cast, ticket, client, settings):
    client.get(path_of(link_to(ticket, cast.rosa, at=now()), settings))

    fresh = revoke_links(ticket, by=cast.amir)

    assert not is_let_in(client, ticket)
    assert opened(token_of(link_to(fresh, cast.rosa, at=now())), at=now()) is not None
    assert fresh.events.last().kind == "ticket.links_revoked"


def test_only_staff_of_the_ticket_revoke(cast, ticket):
    for person in (cast.rosa, cast.noor, cast.otto):
        with pytest.raises(NotPermitted):
            revoke_links(ticket, by=person)


def test_a_link_dies_with_the_address_that_it_was_mailed_to(cast, ticket):
    token = token_of(link_to(ticket, cast.rosa, at=now()))

    User.objects.filter(pk=cast.rosa.pk).update(email="right@example.com")

    assert opened(token, at=now()) is None


def test_a_link_dies_when_its_person_is_switched_off_or_follows_no_longer(cast, ticket):
    Watcher.objects.create(ticket=ticket, user=cast.otto)
    to_rosa, to_otto = (token_of(link_to(ticket, person, at=now())) for person in (cast.rosa, cast.otto))
    assert opened(to_otto, at=now()) is not None

    User.objects.filter(pk=cast.rosa.pk).update(is_active=False)
    Watcher.objects.all().delete()

    assert opened(to_rosa, at=now()) is None
    assert opened(to_otto, at=now()) is None


def test_no_link_acts_as_staff(cast, ticket):
    token = token_of(link_to(ticket, cast.amir, at=now()))

    assert opened(token, at=now()) is None
    User.objects.filter(pk=cast.rosa.pk).update(is_staff=True)
    assert opened(token_of(link_to(ticket, cast.rosa, at=now())), at=now()) is None


def test_whoever_is_signed_in_sees_their_own_and_staff_never_act_as_a_customer(cast, ticket, client, settings):
    link = path_of(link_to(ticket, cast.rosa, at=now()), settings)
    client.force_login(cast.noor)
    client.get(link)
    assert not is_let_in(client, ticket)

    client.force_login(cast.rosa)
    visitor = entering(client, ticket)
    assert (visitor.person, visitor.is_guest) == (cast.rosa, False)


def test_somebody_with_two_addresses_opens_the_link_to_the_other_one(cast, ticket, client, settings):
    client.force_login(cast.otto)

    client.get(path_of(link_to(ticket, cast.rosa, at=now()), settings))

    visitor = entering(client, ticket)
    assert (visitor.person, visitor.is_guest) == (cast.rosa, True)


def test_a_session_that_was_there_before_learns_nothing(cast, ticket, client, settings):
    client.get("/t/nonsense/")
    planted = client.cookies["sessionid"].value if "sessionid" in client.cookies else None

    client.get(path_of(link_to(ticket, cast.rosa, at=now()), settings))

    assert client.cookies["sessionid"].value != planted


def test_signing_out_forgets_what_links_opened(cast, ticket, client, settings):
    client.force_login(cast.otto)
    client.get(path_of(link_to(ticket, cast.rosa, at=now()), settings))

    client.post(reverse("account_logout"))

    assert not is_let_in(client, ticket)


def test_sessions_keep_what_a_link_says_and_not_the_link(cast, ticket, client, settings):
    link = link_to(ticket, cast.rosa, at=now())
    client.get(path_of(link, settings))

    assert token_of(link) not in str(dict(client.session))
    grant = grants_of(client.session)[str(ticket.public_id)]
    assert grant == grant_in(token_of(link))
    assert granted(grant, at=now()) == (ticket, cast.rosa)


@pytest.mark.parametrize("nonsense", [{"x": 1}, {"x": [1]}, {"x": None}, {}])
def test_nonsense_in_a_session_opens_nothing(cast, ticket, client, nonsense):
    session = client.session
    session["ticket_grants"] = {str(ticket.public_id): value for value in nonsense.values()}
    session.save()

    assert not is_let_in(client, ticket)
