"""What goes out, what does not any more, what is tried again, and what is given up."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils.timezone import now

from notifications.models import Delivery
from notifications.services.delivering import LEASE, RETRY_AFTER, deliver_due, try_again
from teams.models import TeamMembership
from tests.cast import assemble
from tests.racing import race
from tickets.relay import relay
from tickets.services.assigning import assign_ticket
from tickets.services.conversing import reply
from tickets.services.following import add_watcher, remove_watcher
from tickets.services.resolving import reopen_ticket, resolve_ticket
from tickets.services.undoing import UNDO_SECONDS

SENT, WAITING, DEAD, SUPPRESSED = (
    Delivery.State.SENT,
    Delivery.State.WAITING,
    Delivery.State.DEAD,
    Delivery.State.SUPPRESSED,
)


def send(at=None):
    relay()
    return deliver_due(as_of=at or now())


def to(name):
    return Delivery.objects.get(recipient__full_name=name)


def open_now(cast, **changes):
    return cast.open_ticket(at=now(), **changes)


def test_what_is_due_goes_out_once(cast, smtp):
    open_now(cast)
    assert send() == 2
    assert send() == 0
    assert set(Delivery.objects.values_list("state", flat=True)) == {SENT}
    assert sorted(str(mail["To"]) for mail in smtp.mails) == ["amir@example.com", "rosa@example.com"]


def test_what_is_not_due_stays(cast, smtp):
    open_now(cast)
    relay()
    Delivery.objects.update(send_after=now() + timedelta(hours=1))
    assert send() == 0
    assert smtp.mails == []


def test_it_is_yours_is_not_said_when_it_is_somebody_elses_by_now(cast, smtp):
    ticket = open_now(cast)
    relay()
    assign_ticket(ticket, to=cast.lena, by=cast.lena)
    send()
    assert (to("Amir").state, to("Amir").outcome) == (SUPPRESSED, "assignee_changed")
    assert "amir@example.com" not in {str(mail["To"]) for mail in smtp.mails}


def test_resolved_is_not_said_when_it_is_open_again(cast, smtp):
    ticket = open_now(cast)
    send()
    resolve_ticket(ticket, by=cast.amir)
    relay()
    reopen_ticket(ticket, by=cast.amir)
    send(now() + timedelta(seconds=UNDO_SECONDS))
    assert Delivery.objects.get(notifications__kind="resolved").outcome == "reopened"


def test_who_may_no_longer_see_the_ticket_is_written_nothing(cast, smtp):
    ticket = open_now(cast)
    add_watcher(ticket, user=cast.otto, by=cast.lena)
    send()
    reply(ticket, body="secret", by=cast.amir, channel="web")
    relay()
    remove_watcher(ticket, user=cast.otto, by=cast.lena)
    send()
    assert to("Otto").outcome == "no_longer_visible"
    assert "otto@example.com" not in {str(mail["To"]) for mail in smtp.mails}


def test_a_member_who_left_the_team_is_written_nothing(cast, smtp):
    ticket = open_now(cast)
    send()
    reply(ticket, body="Hello?", by=cast.rosa, channel="web")
    relay()
    assign_ticket(ticket, to=cast.lena, by=cast.lena)
    TeamMembership.objects.filter(user=cast.amir).delete()
    send()
    assert Delivery.objects.get(notifications__kind="replied").outcome == "no_longer_visible"


def test_a_server_that_says_later_is_asked_again_at_growing_distances(cast, smtp):
    smtp.answer = "451 4.3.0 Later"
    open_now(cast)
    at = None
    for attempt, wait in enumerate(RETRY_AFTER, start=1):
        send(at)
        delivery = to("Rosa")
        assert (delivery.state, delivery.attempts) == (WAITING, attempt)
        assert wait * 0.79 <= delivery.send_after - now() <= wait * 1.21
        at = delivery.send_after
    smtp.answer = "250 OK"
    send(at)
    assert to("Rosa").state == SENT


def test_after_the_last_try_it_is_given_up_and_stays_visible_with_its_reason(cast, smtp):
    smtp.answer = "451 4.3.0 Later"
    open_now(cast)
    relay()
    Delivery.objects.update(attempts=len(RETRY_AFTER))
    send()
    assert to("Rosa").state == DEAD
    assert "451" in to("Rosa").outcome


@pytest.mark.parametrize("refusal", ["answer", "refuses_recipient"])
def test_a_no_for_good_is_not_asked_again(cast, smtp, refusal):
    setattr(smtp, refusal, "550 5.1.1 No such user")
    open_now(cast)
    send()
    assert (to("Rosa").state, to("Rosa").attempts) == (DEAD, 1)
    assert "550" in to("Rosa").outcome


def test_a_server_that_hangs_up_in_the_middle_costs_a_retry_and_spoils_no_other_mail(cast, smtp):
    smtp.first_answers = ["", "451 Later"]
    open_now(cast)
    open_now(cast)
    send()
    assert sorted(Delivery.objects.values_list("state", flat=True)) == [SENT, SENT, WAITING, WAITING]
    send(now() + timedelta(minutes=2))
    assert len(smtp.mails) == 4


def no_server(settings):
    settings.EMAIL_PORT = 1


def wrong_password(settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "helpdesk", "wrong"


@pytest.mark.parametrize(("breakage", "said"), [(no_server, "Refused"), (wrong_password, "535")])
def test_a_channel_that_is_down_gets_one_try_and_what_waits_for_it_keeps_its_tries(
    cast, smtp, settings, breakage, said
):
    port = settings.EMAIL_PORT
    breakage(settings)
    open_now(cast)
    open_now(cast)
    assert send() == 1
    assert sorted(Delivery.objects.values_list("state", "attempts")) == [(WAITING, 0)] * 3 + [(WAITING, 1)]
    assert said in Delivery.objects.get(attempts=1).outcome
    settings.EMAIL_PORT, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = port, "", ""
    assert send(now() + timedelta(minutes=1)) == 4
    assert len(smtp.mails) == 4


def test_a_sender_that_is_refused_is_our_fault_and_no_reason_to_give_up(cast, smtp):
    smtp.refuses_sender = "550 5.7.1 Not from here"
    open_now(cast)
    send()
    assert (to("Rosa").state, to("Rosa").attempts) == (WAITING, 1)
    assert "5.7.1" in to("Rosa").outcome


def test_a_mail_that_is_too_large_stays_too_large(cast, smtp):
    smtp.refuses_sender = "552 5.3.4 Too large"
    open_now(cast)
    send()
    assert to("Rosa").state == DEAD


def test_a_delivery_that_kills_its_worker_each_time_is_given_up(cast, smtp):
    open_now(cast)
    relay()
    Delivery.objects.filter(recipient=cast.rosa).update(attempts=len(RETRY_AFTER) + 1)
    send()
    assert (to("Rosa").state, to("Amir").state) == (DEAD, SENT)
    assert [str(mail["To"]) for mail in smtp.mails] == ["amir@example.com"]


def test_what_a_server_says_is_kept_on_one_line_and_short(cast, smtp):
    smtp.answer = "550 5.7.1 \x00\x07" + "no " * 300
    open_now(cast)
    send()
    assert to("Rosa").state == DEAD
    assert to("Rosa").outcome.isprintable()
    assert len(to("Rosa").outcome) <= 500


def test_a_batch_needs_one_connection_also_when_some_are_refused(cast, smtp):
    smtp.refuses_recipient = "550 5.1.1 No such user"
    for _number in range(3):
        open_now(cast)
    send()
    assert len(smtp.peers) == 1


def test_a_run_takes_no_more_than_it_is_asked_to_and_the_longest_due_first(cast, smtp):
    first, second = open_now(cast), open_now(cast)
    relay()
    Delivery.objects.filter(notifications__ticket=second).update(send_after=now() - timedelta(hours=1))
    assert deliver_due(as_of=now(), limit=2) == 2
    assert {mail["Subject"].split()[0] for mail in smtp.mails} == {f"[{second.reference}]"}
    assert set(Delivery.objects.filter(notifications__ticket=first).values_list("state", flat=True)) == {WAITING}


def test_a_dead_delivery_can_be_brought_back(cast, smtp):
    smtp.answer = "550 5.1.1 No such user"
    open_now(cast)
    send()
    smtp.answer = "250 OK"
    assert try_again([to("Rosa")]) == 1
    send()
    assert to("Rosa").state == SENT
    assert try_again([to("Rosa")]) == 0


def test_what_a_killed_worker_left_is_sent_again_under_the_same_id(cast, smtp):
    open_now(cast)
    send()
    first = {str(mail["Message-ID"]) for mail in smtp.mails}
    # Killed after the server had taken the mail and before that was noted.
    Delivery.objects.update(state=WAITING, lease_until=now() + LEASE)
    assert send() == 0
    Delivery.objects.update(lease_until=now())
    assert send() == 2
    assert len(smtp.mails) == 4
    assert {str(mail["Message-ID"]) for mail in smtp.mails} == first


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_each_mail_once(smtp):
    cast = assemble()
    for _number in range(15):
        open_now(cast)
    relay()
    results = race(*[partial(deliver_due, as_of=now())] * 4)
    assert sum(results) == 30
    identities = [str(mail["Message-ID"]) for mail in smtp.mails]
    assert len(identities) == len(set(identities)) == 30


@pytest.mark.django_db(transaction=True)
def test_a_slow_worker_leaves_to_others_what_they_have_taken_over(smtp):
    open_now(assemble())
    relay()

    def others_take_over():
        smtp.meanwhile = None
        try:
            # The lease of what the slow one has not begun runs out.
            Delivery.objects.filter(attempts=0).update(lease_until=now())
            assert deliver_due(as_of=now()) == 1
        finally:
            connection.close()

    smtp.meanwhile = others_take_over
    deliver_due(as_of=now())
    assert sorted(str(mail["To"]) for mail in smtp.mails) == ["amir@example.com", "rosa@example.com"]
    assert set(Delivery.objects.values_list("state", "attempts")) == {(SENT, 1)}
