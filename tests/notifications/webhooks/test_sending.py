"""Calls go out: signed, once, to where they may; what fails is tried for a day, and an endpoint that never answers goes off."""

import json
import socket
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from helpdesk.core import fetching
from notifications.models import WebhookCall, WebhookEndpoint
from notifications.models.webhook import validate_endpoint_url
from notifications.webhooks import sending
from notifications.webhooks.endpoints import EndpointIsOff, send_test
from notifications.webhooks.keeping import KEPT, forget_calls, keep_call
from notifications.webhooks.sending import DISABLE_AFTER, LEASE, RETRY_AFTER, call_due, send_again
from tests.racing import race

State = WebhookCall.State
A_DAY = timedelta(hours=24)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def later(**delta):
    return now() + timedelta(**delta)


def test_a_call_arrives_signed_and_as_the_specification_says(endpoint, receiver):
    call = send_test(endpoint)
    before = int(now().timestamp())
    assert call_due(as_of=now()) == 1

    (arrived,) = receiver.received
    assert arrived.path == "/hooks?desk=1"
    assert arrived.headers["content-type"] == "application/json"
    assert arrived.headers["host"] == receiver.host
    assert arrived.message_id == call.message_id
    assert "." not in arrived.message_id
    assert before <= int(arrived.headers["webhook-timestamp"]) <= before + 10
    assert arrived.is_signed_with(endpoint.secret)
    payload = json.loads(arrived.body)
    assert (payload["type"], set(payload)) == ("webhook.test", {"type", "timestamp", "data"})
    call = fresh(call)
    assert (call.state, call.attempts, call.last_status, call.last_answer) == (State.SENT, 1, 200, "ok")
    assert call.sent_at is not None


def test_what_has_arrived_goes_out_no_second_time(endpoint, receiver):
    send_test(endpoint)
    for _again in range(3):
        call_due(as_of=later(hours=1))

    assert len(receiver.received) == 1


def test_the_same_cause_keeps_one_call(endpoint):
    kept = [keep_call(endpoint, WebhookCall.Kind.TEST, {"n": n}, dedupe_key="same", at=now()) for n in (1, 2)]

    assert kept[0] == kept[1]
    assert json.loads(WebhookCall.objects.get().body)["data"] == {"n": 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        WebhookCall.objects.create(
            dedupe_key="same", endpoint=endpoint, kind="x", body="", next_attempt_at=now(), give_up_at=now()
        )


@pytest.mark.parametrize("status", [302, 400, 404, 500])
def test_anything_else_than_2xx_is_tried_again_with_the_same_id_and_body(endpoint, receiver, status):
    receiver.status, receiver.headers = status, {"Location": "http://169.254.169.254/"}
    call = send_test(endpoint)
    call_due(as_of=now())
    waiting = fresh(call)
    assert (waiting.state, waiting.attempts, waiting.last_status) == (State.FAILED, 1, status)
    assert waiting.next_attempt_at > now()

    receiver.status = 204
    call_due(as_of=waiting.next_attempt_at)
    first, second = receiver.received
    assert (first.message_id, first.body) == (second.message_id, second.body)
    assert second.is_signed_with(endpoint.secret)
    assert fresh(call).state == State.SENT


@pytest.mark.parametrize("status", [0, 429, 502, 503, 504])
def test_a_silent_endpoint_gets_one_try_and_then_rest(endpoint, receiver, status):
    receiver.status = status
    first, second = send_test(endpoint), send_test(endpoint)
    assert call_due(as_of=now()) == 1
    assert call_due(as_of=later(seconds=20)) == 0
    assert sorted(fresh(call).attempts for call in (first, second)) == [0, 1]
    assert fresh(second).last_answer == ""
    resting = fresh(endpoint).silent_until
    assert resting > now()

    receiver.status = 200
    assert call_due(as_of=resting + timedelta(seconds=6)) == 2
    assert {fresh(call).state for call in (first, second)} == {State.SENT}
    assert (fresh(endpoint).silent_until, fresh(endpoint).failing_since) == (None, None)


def test_a_slow_endpoint_gets_one_call_a_run(endpoint, receiver, monkeypatch):
    monkeypatch.setattr(sending, "SLOW_SECONDS", 0.0)
    for _number in range(3):
        send_test(endpoint)

    assert [call_due(as_of=now()) for _run in range(4)] == [1, 1, 1, 0]
    assert len(receiver.received) == 3


def test_one_worker_at_a_time_waits_for_anybody(endpoint, receiver):
    send_test(endpoint)
    another = connection.copy()
    with another.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [sending._SENDING_LOCK])
        assert call_due(as_of=now()) == 0
        cursor.execute("SELECT pg_advisory_unlock(%s)", [sending._SENDING_LOCK])
    another.close()

    assert call_due(as_of=now()) == 1


def test_one_that_is_silent_keeps_no_other_waiting(endpoint, receiver):
    gone = WebhookEndpoint.objects.create(name="Gone", key="gone", url="https://127.0.0.1/")
    sending.WebhookSecret.objects.create(endpoint=gone, salt="x", digest="y")
    refused, other = send_test(gone), send_test(endpoint)
    call_due(as_of=now())

    assert fresh(refused).state == State.FAILED
    assert fresh(other).state == State.SENT


def test_retry_after_is_kept_to(endpoint, receiver):
    receiver.status, receiver.headers = 503, {"Retry-After": "7200"}
    call = send_test(endpoint)
    call_due(as_of=now())

    assert later(hours=1, minutes=59) < fresh(call).next_attempt_at < later(hours=2, minutes=1)


@pytest.mark.parametrize("asked", ["999999999999", "Wed, 21 Oct 2099 07:28:00 GMT", "-5", "soon"])
def test_a_retry_after_that_makes_no_sense_does_no_harm(endpoint, receiver, asked):
    receiver.status, receiver.headers = 503, {"Retry-After": asked}
    call = send_test(endpoint)
    call_due(as_of=now())

    assert fresh(call).state == State.FAILED
    assert fresh(call).next_attempt_at <= later(hours=11)


def test_the_whole_schedule_lies_within_a_day_and_grows():
    longest = sum(RETRY_AFTER, timedelta()) * (1 + sending.JITTER)

    assert list(RETRY_AFTER) == sorted(RETRY_AFTER)
    assert timedelta(hours=20) < longest < A_DAY - len(RETRY_AFTER) * timedelta(seconds=sending.TIMEOUT_SECONDS)


def test_waits_differ_so_that_what_failed_at_once_is_not_tried_at_once(endpoint, receiver):
    receiver.status = 500
    calls = [send_test(endpoint) for _number in range(5)]
    WebhookCall.objects.update(attempts=5)
    at = now()
    call_due(as_of=at)

    waits = {(fresh(call).next_attempt_at - at).total_seconds() for call in calls}
    assert len(waits) == 5
    assert all(0.9 * 3 * 3600 <= wait <= 1.1 * 3 * 3600 + 60 for wait in waits)


def test_after_nine_attempts_it_is_given_up_and_can_be_sent_again_under_the_same_id(endpoint, receiver):
    receiver.status = 500
    call = send_test(endpoint)
    for _attempt in range(len(RETRY_AFTER) + 1):
        WebhookCall.objects.update(next_attempt_at=now())
        call_due(as_of=now())
    assert (fresh(call).state, len(receiver.received)) == (State.DEAD, 9)
    assert call_due(as_of=later(hours=23)) == 0

    receiver.status = 200
    assert send_again([call]) == 1
    call_due(as_of=now())
    assert fresh(call).state == State.SENT
    assert len({arrived.message_id for arrived in receiver.received}) == 1


def test_what_has_arrived_can_be_sent_again_as_well(endpoint, receiver):
    call = send_test(endpoint)
    call_due(as_of=now())
    send_again([call])
    call_due(as_of=now())

    first, second = receiver.received
    assert (first.message_id, first.body) == (second.message_id, second.body)


def test_whoever_waits_longer_than_a_day_is_given_up(endpoint, receiver):
    WebhookEndpoint.objects.update(is_enabled=False)
    call = keep_call(endpoint, WebhookCall.Kind.TEST, {}, dedupe_key="x", at=now())
    assert call_due(as_of=later(hours=23)) == 0
    assert fresh(call).state == State.WAITING
    call_due(as_of=later(hours=24, minutes=1))

    assert fresh(call).state == State.DEAD
    assert "before it could be tried" in fresh(call).last_answer
    assert receiver.received == []


def test_410_switches_it_off_at_once(endpoint, receiver):
    receiver.status = 410
    first, second = send_test(endpoint), send_test(endpoint)
    call_due(as_of=now())

    off = fresh(endpoint)
    assert not off.is_enabled
    assert "410" in off.disabled_because
    assert list(WebhookEndpoint.objects.switched_off()) == [off]
    assert fresh(first).state == State.DEAD
    call_due(as_of=later(hours=1))
    assert len(receiver.received) == 1
    assert fresh(second).state == State.WAITING
    with pytest.raises(EndpointIsOff):
        send_test(off)
    assert send_again([first]) == 0


def test_nothing_but_failures_for_days_switches_it_off(endpoint, receiver):
    receiver.status = 500
    send_test(endpoint)
    call_due(as_of=now())
    assert fresh(endpoint).is_enabled
    WebhookEndpoint.objects.update(failing_since=now() - DISABLE_AFTER)
    WebhookCall.objects.update(next_attempt_at=now())
    call_due(as_of=now())

    assert not fresh(endpoint).is_enabled
    assert "5 days" in fresh(endpoint).disabled_because


def test_two_failures_with_quiet_days_between_switch_nothing_off(endpoint, receiver):
    receiver.status = 500
    send_test(endpoint)
    call_due(as_of=now())
    a_week_ago = now() - timedelta(days=7)
    WebhookEndpoint.objects.update(failing_since=a_week_ago, last_failed_at=a_week_ago)
    send_test(endpoint)
    call_due(as_of=now())

    assert fresh(endpoint).is_enabled
    assert fresh(endpoint).failing_since > a_week_ago


def test_one_that_arrives_begins_the_count_anew(endpoint, receiver):
    WebhookEndpoint.objects.update(failing_since=now() - DISABLE_AFTER)
    send_test(endpoint)
    call_due(as_of=now())
    receiver.status = 500
    send_test(endpoint)
    call_due(as_of=now())

    assert fresh(endpoint).is_enabled
    assert fresh(endpoint).failing_since > now() - timedelta(minutes=5)


def test_a_long_answer_is_cut_and_one_without_end_costs_nothing(endpoint, receiver):
    receiver.body, receiver.drip = b"\x00\xff<b>" + b"long " * 10_000, 0.01
    call = send_test(endpoint)
    call_due(as_of=now())

    assert fresh(call).state == State.SENT
    assert 100 < len(fresh(call).last_answer) <= 500


def test_whoever_takes_the_call_and_says_nothing_is_hung_up_on(endpoint, receiver, settings, monkeypatch):
    monkeypatch.setattr(sending, "TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        host = f"127.0.0.1:{mute.getsockname()[1]}"
        settings.FETCH_PRIVATE_HOSTS = [host]
        WebhookEndpoint.objects.update(url=f"http://{host}/")
        call = send_test(fresh(endpoint))
        call_due(as_of=now())

    assert fresh(call).state == State.FAILED
    assert "in time" in fresh(call).last_answer


INSIDE = [
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[::ffff:0:7f00:1]/",
    "https://[2001:4860::5efe:7f00:1]/",
    "https://[2002:7f00:1::1]/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[ff02::1]/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://224.0.0.1/",
    "https://0.0.0.0/",
    "https://localhost/",
]
NONSENSE = [
    "",
    "pager",
    "ftp://93.184.215.14/",
    "https://user@93.184.215.14/",
    "https://93.184.215.14:22/",
    "https://[",
]


@pytest.mark.parametrize("url", INSIDE)
def test_nothing_inside_is_called_in_whatever_notation(endpoint, url):
    WebhookEndpoint.objects.update(url=url)
    call = send_test(fresh(endpoint))
    call_due(as_of=now())

    assert (fresh(call).state, fresh(call).last_status) == (State.FAILED, None)
    assert "private network" in fresh(call).last_answer


@pytest.mark.parametrize("url", [*INSIDE, *NONSENSE, "https://desk.localhost/", "http://93.184.215.14/"])
def test_and_it_is_refused_when_it_is_typed_in(url, settings):
    settings.FETCH_PRIVATE_HOSTS = []
    with pytest.raises(ValidationError):
        validate_endpoint_url(url)


@pytest.mark.parametrize("url", ["https://hooks.example.com/a?b=c", "https://93.184.215.14/"])
def test_what_is_outside_may_be_typed_in(url):
    validate_endpoint_url(url)


def test_ones_own_network_only_where_it_is_named(settings):
    settings.FETCH_PRIVATE_HOSTS = ["10.0.0.7:8080"]
    validate_endpoint_url("http://10.0.0.7:8080/hooks")
    with pytest.raises(ValidationError, match="ports"):
        validate_endpoint_url("http://10.0.0.7:8081/hooks")


def test_a_name_that_leads_inside_is_not_called(endpoint, monkeypatch):
    """Also when only one of its addresses does, and whatever it said the time before."""
    answers = [("93.184.215.14", 443), ("10.0.0.1", 443)]
    monkeypatch.setattr(
        fetching.socket, "getaddrinfo", lambda *_a, **_k: [(2, 1, 6, "", address) for address in answers]
    )
    WebhookEndpoint.objects.update(url="https://rebound.example.com/")
    call = send_test(fresh(endpoint))
    call_due(as_of=now())

    assert "private network" in fresh(call).last_answer


def test_the_connection_goes_to_the_very_address_that_was_checked(endpoint, receiver, settings, monkeypatch):
    """Asked a second time the name says something else: it is not asked a second time."""
    port = int(receiver.host.partition(":")[2])
    settings.FETCH_PRIVATE_HOSTS = [f"pager.example.com:{port}"]
    asked = []
    resolve = socket.getaddrinfo

    def lying(host, *args, **options):
        if host != "pager.example.com":
            return resolve(host, *args, **options)
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1" if len(asked) == 1 else "127.0.0.2", port))]

    monkeypatch.setattr(fetching.socket, "getaddrinfo", lying)
    WebhookEndpoint.objects.update(url=f"http://pager.example.com:{port}/hooks")
    send_test(fresh(endpoint))
    call_due(as_of=now())

    assert len(asked) == 1
    assert receiver.received[0].headers["host"] == f"pager.example.com:{port}"


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_call_once(endpoint, receiver):
    for _number in range(40):
        send_test(endpoint)
    at = now()
    counts = race(lambda: call_due(as_of=at), lambda: call_due(as_of=at))
    # Only one of them is let near an endpoint at a time.
    call_due(as_of=at)

    assert all(isinstance(count, int) for count in counts)
    assert len(receiver.received) == 40
    assert len({call.message_id for call in receiver.received}) == 40


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_repeats_at_most_its_call_under_the_same_id(endpoint, receiver, monkeypatch):
    """It dies between the other side's answer and our commit: the worst moment."""

    class Killed(BaseException):
        pass

    def die(*_args, **_kwargs):
        raise Killed

    call, other = send_test(endpoint), send_test(endpoint)
    with monkeypatch.context() as patched:
        patched.setattr(sending, "_note_health", die)
        with pytest.raises(Killed):
            call_due(as_of=now())
    assert fresh(call).state == State.WAITING
    assert call_due(as_of=now()) == 0

    WebhookCall.objects.update(lease_until=now() - LEASE)
    call_due(as_of=now())
    assert {fresh(each).state for each in (call, other)} == {State.SENT}
    assert len(receiver.received) == 3
    assert {arrived.message_id for arrived in receiver.received} == {call.message_id, other.message_id}


def test_a_call_that_kills_whoever_sends_it_is_given_up(endpoint, receiver):
    call = send_test(endpoint)
    WebhookCall.objects.update(attempts=len(RETRY_AFTER) + 1)
    call_due(as_of=now())

    assert fresh(call).state == State.DEAD
    assert receiver.received == []


def test_the_log_is_forgotten_after_a_month_and_what_waits_is_not(endpoint, receiver):
    sent, waiting = send_test(endpoint), send_test(endpoint)
    WebhookCall.objects.filter(pk=sent.pk).update(state=State.SENT)
    assert forget_calls(as_of=later(days=29)) == 0
    assert forget_calls(as_of=now() + KEPT + timedelta(hours=1)) == 1

    assert list(WebhookCall.objects.all()) == [waiting]


def test_neither_secret_nor_body_is_logged(endpoint, receiver, capsys, caplog):
    keep_call(endpoint, WebhookCall.Kind.TEST, {"title": "Charged twice"}, dedupe_key="x", at=now())
    call_due(as_of=now())
    written = "".join(capsys.readouterr()) + caplog.text

    assert "webhook.sent" in written
    assert "Charged" not in written
    assert endpoint.secret[6:] not in written
