"""What administrators do with endpoints: give one a secret, try it, take it away."""

import uuid
from datetime import datetime, timedelta

from django.utils.timezone import now
from django.utils.translation import gettext as _

from escalation.calling import callers_of
from helpdesk.core.errors import DomainError
from helpdesk.core.transactions import in_transaction
from notifications.models import WebhookCall, WebhookEndpoint, WebhookSecret
from notifications.webhooks.keeping import keep_call
from notifications.webhooks.signing import digest_of, new_salt, secret_for

# For so long the secret before still signs, beside the new one.
OVERLAP = timedelta(hours=24)


class EndpointInUse(DomainError):
    code = "endpoint_in_use"

    def __init__(self, endpoint: WebhookEndpoint, callers: list[str]) -> None:
        super().__init__(
            _("“%(endpoint)s” stays: it is called by %(callers)s. Take the action out there first.")
            % {"endpoint": endpoint, "callers": ", ".join(f"“{each}”" for each in callers)}
        )


class EndpointIsOff(DomainError):
    code = "endpoint_is_off"

    def __init__(self, endpoint: WebhookEndpoint) -> None:
        super().__init__(_("The webhook endpoint “%(endpoint)s” is switched off.") % {"endpoint": endpoint})


@in_transaction
def give_secret(endpoint: WebhookEndpoint, *, at: datetime | None = None) -> str:
    """A new secret, readable at this moment only. The one before signs for another day, so that nothing is refused."""
    at = at or now()
    # Locks the row, so that of two at once one comes after the other.
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(secret_made_at=at)
    WebhookSecret.objects.filter(endpoint=endpoint, ends_at=None).update(ends_at=at + OVERLAP)
    salt = new_salt()
    secret = secret_for(salt)
    WebhookSecret.objects.create(endpoint=endpoint, salt=salt, digest=digest_of(secret))
    return secret


@in_transaction
def send_test(endpoint: WebhookEndpoint, *, at: datetime | None = None) -> WebhookCall:
    """Every test is one of its own. Raises EndpointIsOff."""
    if not endpoint.is_enabled:
        raise EndpointIsOff(endpoint)
    at = at or now()
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(silent_until=None)
    data = {"message": "This is a test.", "endpoint": endpoint.key}
    return keep_call(endpoint, WebhookCall.Kind.TEST, data, dedupe_key=f"test:{uuid.uuid4()}", at=at)


@in_transaction
def remove_endpoint(endpoint: WebhookEndpoint) -> None:
    """With its log. Raises EndpointInUse while a level or an automation calls it."""
    callers = callers_of(endpoint.key)
    if callers:
        raise EndpointInUse(endpoint, callers)
    endpoint.delete()
