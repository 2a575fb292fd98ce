"""What the composer holds when the page is shown: the reader's drafts with their files, and what is still on its way."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string

from tickets.console.page.door import Desk
from tickets.lifecycle import Status
from tickets.models import Attachment, Draft
from tickets.services.overtaking import Overtaken, overtaking_events
from tickets.timeline import told


@dataclass(frozen=True, slots=True)
class Held:
    """A reply that did not go out. `since` says what others did meanwhile; `version` sends it anyway."""

    message: str
    since: list[str]
    version: int

    def as_json(self) -> dict[str, Any]:
        return {"message": self.message, "since": self.since, "version": self.version}


@dataclass(slots=True)
class Composer:
    seen_version: int
    reply: str = ""
    note: str = ""
    reply_files: list[Attachment] = field(default_factory=list)
    note_files: list[Attachment] = field(default_factory=list)
    side: str = "reply"
    held: Held | None = None
    error: str = ""
    sending: Draft | None = None
    submission_key: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def text(self) -> str:
        return self.note if self.side == "note" else self.reply

    @property
    def limits(self) -> dict[str, int]:
        most = settings.MAX_ATTACHMENT_BYTES
        return {"files": settings.MAX_ATTACHMENTS_PER_MESSAGE, "bytes": most, "megabytes": most // (1024 * 1024)}

    def take_back(self, posted: QueryDict, *, held: Held | None, error: str) -> None:
        """A plain form that could not be sent comes back as it was."""
        self.side = "note" if posted.get("side") == "note" else "reply"
        if self.side == "note":
            self.note = posted.get("body", "")
        else:
            self.reply = posted.get("body", "")
        self.held, self.error = held, error
        if held is not None:
            self.seen_version = held.version

    def as_json(self) -> dict[str, Any]:
        return {
            "reply": self.reply,
            "note": self.note,
            "held": None if self.held is None else self.held.as_json(),
            "is_sending": self.sending is not None,
        }


def composer_for(desk: Desk) -> Composer | None:
    """None where nothing can be written: staff don't write to what is closed, and customers open a linked ticket.

    Two queries, and two more for a reply that was held back.
    """
    composer = Composer(seen_version=desk.ticket.version)
    if not desk.writes_as_staff:
        return composer
    if desk.ticket.status == Status.CLOSED:
        return None
    drafts = (
        Draft.objects.filter(ticket=desk.ticket, author=desk.reader)
        .select_related("author")
        .prefetch_related("files")
        .order_by("pk")
    )
    for draft in drafts:
        _put(composer, draft, desk)
    if composer.note and not composer.reply:
        composer.side = "note"
    return composer


def held_by(desk: Desk, refusal: Overtaken, *, seen_version: int | None) -> Held:
    return Held(refusal.message, _since(desk, seen_version), desk.ticket.version)


def pending_html(request: HttpRequest, desk: Desk, draft: Draft) -> str:
    return render_to_string("console/ticket/_pending.html", {"ticket": desk.ticket, "draft": draft}, request)


def _put(composer: Composer, draft: Draft, desk: Desk) -> None:
    if draft.send_at is not None:
        composer.sending = draft
    elif draft.is_internal:
        composer.note, composer.note_files = draft.body, _named(draft.files.all())
    else:
        composer.reply, composer.reply_files = draft.body, _named(draft.files.all())
        if draft.is_held_back:
            since = _since(desk, draft.seen_version) if draft.held_code == Overtaken.code else []
            composer.held = Held(draft.held_because, since, desk.ticket.version)
        elif draft.seen_version is not None and draft.body:
            # It answers what was to be read when it was begun.
            composer.seen_version = draft.seen_version


def _named(files: Iterable[Attachment]) -> list[Attachment]:
    return sorted(files, key=lambda file: file.name)


def _since(desk: Desk, seen_version: int | None) -> list[str]:
    """What others did since, as sentences."""
    if seen_version is None:
        return []
    events = overtaking_events(desk.ticket, by=desk.reader, seen_version=seen_version)
    lines = told(list(events.select_related("actor", "caused_by").order_by("seq")[:20]))
    return [line.text for line in lines]
