"""Signatures of Standard Webhooks: its published vector, a second opinion, and what the guide tells receivers to do."""

import base64
import json
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import now

from notifications.models import WebhookCall, WebhookSecret
from notifications.webhooks.endpoints import OVERLAP, give_secret, send_test
from notifications.webhooks.sending import call_due
from notifications.webhooks.signing import new_salt, secret_for, signature, signed_headers
from tests.notifications.webhooks.receiver import Received

GUIDE = Path(__file__).resolve().parents[3] / "docs/WEBHOOKS.md"


def test_the_vector_that_the_specifications_libraries_are_tested_with():
    signed = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("body", [b"{}", '{"title":"Größe 💶"}'.encode(), b"x" * 100_000])
def test_somebody_elses_arithmetic_agrees(body):
    secret = secret_for(new_salt())
    headers = signed_headers([secret], message_id="msg_1", timestamp=1, body=body)

    assert Received("/", headers, body).is_signed_with(secret)
    assert not Received("/", headers, body + b" ").is_signed_with(secret)
    assert not Received("/", headers | {"webhook-timestamp": "2"}, body).is_signed_with(secret)
    assert not Received("/", headers | {"webhook-id": "msg_2"}, body).is_signed_with(secret)


def test_a_secret_has_256_bits_of_its_own_and_follows_from_the_secret_key(settings):
    salt = new_salt()
    secret = secret_for(salt)

    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret_for(salt) == secret
    assert secret_for(new_salt()) != secret
    settings.SECRET_KEY = "another one"
    assert secret_for(salt) != secret


def test_no_secret_lies_in_the_database(endpoint):
    stored = json.dumps(list(WebhookSecret.objects.values("salt", "digest")))

    assert endpoint.secret.removeprefix("whsec_") not in stored


def test_after_a_rotation_both_sign_for_a_day_and_then_only_the_new_one(endpoint, receiver):
    rotated_at = now()
    newer = give_secret(endpoint, at=rotated_at)
    send_test(endpoint)
    call_due(as_of=now())

    (call,) = receiver.received
    assert len(call.headers["webhook-signature"].split(" ")) == 2
    assert call.is_signed_with(newer)
    assert call.is_signed_with(endpoint.secret)
    in_force = WebhookSecret.objects.in_force(rotated_at + OVERLAP).filter(endpoint=endpoint)
    assert [secret.value() for secret in in_force] == [newer]


def test_with_another_secret_key_nothing_goes_out_until_there_is_a_new_secret(endpoint, receiver, settings):
    settings.SECRET_KEY = "another one"
    send_test(endpoint)
    call_due(as_of=now())

    assert receiver.received == []
    call = WebhookCall.objects.get()
    assert (call.state, call.last_answer[:10]) == (WebhookCall.State.FAILED, "SECRET_KEY")
    secret = give_secret(endpoint)
    call_due(as_of=now() + timedelta(hours=1))
    assert receiver.received[0].is_signed_with(secret)


@pytest.fixture
def takes():
    """The example in docs/WEBHOOKS.md, run as it stands there."""
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    told: dict = {}
    exec(example, told)
    return told["is_from_the_helpdesk"]


def test_the_guides_receiver_takes_what_we_send_and_nothing_else(endpoint, receiver, takes):
    send_test(endpoint)
    call_due(as_of=now())
    (call,) = receiver.received
    old = {"webhook-timestamp": str(int(time.time()) - 301)}

    assert takes(endpoint.secret, call.headers, call.body)
    assert not takes(endpoint.secret, call.headers, call.body.replace(b"test", b"best"))
    assert not takes(secret_for(new_salt()), call.headers, call.body)
    assert not takes(endpoint.secret, call.headers | old, call.body)
    assert not takes(endpoint.secret, call.headers | {"webhook-signature": ""}, call.body)


def test_the_guides_numbers_come_out(takes, monkeypatch):
    example = dict(re.findall(r"^\| ([a-z-]+) \| `(.+)` \|$", GUIDE.read_text(), re.MULTILINE))
    monkeypatch.setattr(time, "time", lambda: int(example["webhook-timestamp"]) + 10.0)

    assert takes(example["secret"], example, example["body"].encode())
    assert not takes(example["secret"], example, example["body"].encode() + b" ")
