"""Versions of the model: keeping a new one, letting one take over, going back, and the switches."""

import hashlib
from datetime import datetime
from typing import Any

import structlog
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError, NotPermitted
from helpdesk.core.transactions import in_transaction
from teams.models import TeamMembership, User
from tickets.models import ModelFile, ModelVersion, Target, TriageSwitch
from tickets.triage.champion import fault
from tickets.triage.fitted import Classifier

log = structlog.get_logger(__name__)

# The bytes of older ones are let go: who goes back, goes back to a recent one.
FILES_KEPT = 10


class UnusableVersion(DomainError):
    code = "unusable_version"
    status = 409


@in_transaction
def keep_version(classifier: Classifier, *, origin: str, at: datetime, **about: Any) -> ModelVersion:
    """As a candidate: it is asked nothing until it is activated."""
    content = classifier.to_bytes()
    version = ModelVersion.objects.create(
        origin=origin,
        encoder=classifier.encoder_name,
        encoder_digest=classifier.encoder_digest,
        labels=classifier.labels,
        file_hash=hashlib.sha256(content).hexdigest(),
        file_size=len(content),
        made_at=at,
        **about,
    )
    ModelFile.objects.create(version=version, content=content)
    kept = ModelVersion.objects.order_by("-pk").values("pk")[:FILES_KEPT]
    ModelFile.objects.exclude(version__in=kept).exclude(version__state=ModelVersion.State.CHAMPION).delete()
    return version


def activate_version(version: ModelVersion, *, by: User | None, at: datetime | None = None) -> ModelVersion:
    """It is asked from the next ticket on, in every process. Activating the one in use changes nothing.

    Raises UnusableVersion when its file is gone, damaged or made for another encoder, and NotPermitted for whoever
    leads no team.
    """
    _check_lead(by)
    # Loading it takes a while: before the transaction.
    wrong = fault(version.pk)
    if wrong:
        raise UnusableVersion(_("This version cannot be used: %(why)s") % {"why": wrong})
    return _crown(version, by, at or now())


@in_transaction
def _crown(version: ModelVersion, by: User | None, at: datetime) -> ModelVersion:
    # One statement locks both, so that two who activate at once do it one after the other.
    rows = ModelVersion.objects.filter(Q(pk=version.pk) | Q(state=ModelVersion.State.CHAMPION))
    locked = {row.pk: row for row in rows.order_by("pk").select_for_update(no_key=True)}
    version = locked[version.pk]
    if version.state == ModelVersion.State.CHAMPION:
        return version
    ModelVersion.objects.filter(state=ModelVersion.State.CHAMPION).update(
        state=ModelVersion.State.RETIRED, retired_at=at
    )
    version.state, version.activated_at, version.activated_by, version.retired_at = (
        ModelVersion.State.CHAMPION,
        at,
        by,
        None,
    )
    version.save(update_fields=["state", "activated_at", "activated_by", "retired_at"])
    log.info("triage.activated", version=version.pk, actor_id=by.pk if by else None)
    return version


@in_transaction
def switch_target(target: Target, *, is_on: bool, by: User | None, at: datetime | None = None) -> TriageSwitch:
    """Off at once, in every process. Switching twice changes nothing."""
    _check_lead(by)
    switch, _made = TriageSwitch.objects.select_for_update().get_or_create(target=target, defaults={"is_on": True})
    if switch.is_on != is_on:
        switch.is_on, switch.changed_by, switch.changed_at = is_on, by, at or now()
        switch.save(update_fields=["is_on", "changed_by", "changed_at"])
        log.info("triage.switched", target=str(target), is_on=is_on, actor_id=by.pk if by else None)
    return switch


def may_steer_triage(user: User) -> bool:
    """Whoever leads a team, and administrators."""
    if not user.is_active or not user.is_staff:
        return False
    return user.is_administrator or TeamMembership.objects.filter(user=user, role=TeamMembership.Role.LEAD).exists()


def _check_lead(by: User | None) -> None:
    if by is not None and not may_steer_triage(by):
        raise NotPermitted(_("Only team leads and administrators may do that."))
