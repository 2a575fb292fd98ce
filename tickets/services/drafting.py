"""What somebody is writing is kept on the server as they type, with its files. No event tells of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError, InvalidInput, NotPermitted
from helpdesk.core.text import validate_storable
from helpdesk.core.transactions import in_transaction
from teams.models import User
from tickets.models import Attachment, Draft, Message, Ticket
from tickets.services.attaching import BadFile, attach_to_draft, check_upload
from tickets.services.conversing import AfterSending

# A page may save what it has just sent once more: this long afterwards the same words are no new draft.
ECHO = timedelta(minutes=2)


class AlreadySent(DomainError):
    code = "already_sent"
    status = 409


@in_transaction
def save_draft(
    ticket: Ticket,
    *,
    by: User,
    is_internal: bool,
    body: str,
    then: str | None = None,
    seen_version: int | None = None,
    at: datetime | None = None,
) -> Draft | None:
    """Keep what `by` has written so far. Empty and without files it is thrown away: None.

    Saving again what is on its way, or has just gone out, changes nothing: a page's last save may come late.
    """
    at = at or now()
    _check(body)
    draft = draft_of(ticket, by=by, is_internal=is_internal, lock=True)
    is_new = draft is None or not draft.body.strip()
    if is_new and body.strip() and _is_echo(ticket, draft, by=by, is_internal=is_internal, body=body, at=at):
        return None
    if draft is None:
        if not body.strip():
            return None
        draft = open_draft(ticket, by=by, is_internal=is_internal, at=at)
    if not body.strip() and not draft.files.exists():
        discard_draft(draft, by=by)
        return None
    draft.body, draft.updated_at = body, at
    if then is not None:
        draft.then = AfterSending(then)
    if seen_version is not None:
        draft.seen_version = seen_version
    draft.save(update_fields=["body", "then", "seen_version", "updated_at"])
    return draft


@in_transaction
def open_draft(ticket: Ticket, *, by: User, is_internal: bool, at: datetime | None = None) -> Draft:
    """The draft that is being written; an empty one when nothing was typed yet, to add files to."""
    draft = draft_of(ticket, by=by, is_internal=is_internal, lock=True)
    if draft is not None:
        return draft
    try:
        with transaction.atomic():
            return Draft.objects.create(ticket=ticket, author=by, is_internal=is_internal, updated_at=at or now())
    except IntegrityError:
        # Another tab was first: the index decides, and both write in the same draft.
        return Draft.objects.unsent().select_for_update().get(ticket=ticket, author=by, is_internal=is_internal)


def draft_of(ticket: Ticket, *, by: User, is_internal: bool, lock: bool = False) -> Draft | None:
    """What `by` was writing here when they left. One query."""
    drafts = Draft.objects.unsent().filter(ticket=ticket, author=by, is_internal=is_internal)
    return (drafts.select_for_update() if lock else drafts).first()


def sending_of(ticket: Ticket, *, by: User) -> Draft | None:
    """The last one of `by` that is on its way and can still be taken back. One query."""
    return Draft.objects.on_the_way().filter(ticket=ticket, author=by).order_by("-pk").first()


@in_transaction
def discard_draft(draft: Draft, *, by: User) -> None:
    """Throw it away with its files. What is on its way must be taken back first; what is gone already is no mistake."""
    check_author(draft, by)
    Draft.objects.unsent().filter(pk=draft.pk).delete()


@in_transaction
def add_draft_file(draft: Draft, file: File, *, by: User) -> Attachment:
    """Raises BadFile, FileTooLarge or AlreadySent, with a sentence for the person."""
    check_author(draft, by)
    checked = check_upload(file)
    found = Draft.objects.unsent().select_for_update().filter(pk=draft.pk).first()
    if found is None:
        raise AlreadySent(_("The message has been sent without “%(name)s”.") % {"name": checked.name})
    if found.files.count() >= settings.MAX_ATTACHMENTS_PER_MESSAGE:
        raise BadFile(
            _("A message takes at most %(most)s files. Send the rest in a second message.")
            % {"most": settings.MAX_ATTACHMENTS_PER_MESSAGE}
        )
    return attach_to_draft(found, checked)


@in_transaction
def remove_draft_file(attachment: Attachment, *, by: User) -> None:
    """Take a file off again. The sweep deletes it; one that went out or is gone already stays as it is."""
    if attachment.draft is not None:
        check_author(attachment.draft, by)
    Attachment.objects.drafted_by(by).filter(pk=attachment.pk, draft__send_at=None).update(draft=None)


def check_author(draft: Draft, by: User) -> None:
    if draft.author_id != by.pk:
        raise NotPermitted(_("Only its author sees and sends a draft."))


def _check(body: str) -> None:
    validate_storable(body)
    if len(body) > settings.MAX_DESCRIPTION_CHARACTERS:
        raise InvalidInput(
            {
                "body": [
                    _("A message has at most %(most)s characters. Attach the rest as a file.")
                    % {"most": settings.MAX_DESCRIPTION_CHARACTERS}
                ]
            }
        )


def _is_echo(ticket: Ticket, draft: Draft | None, *, by: User, is_internal: bool, body: str, at: datetime) -> bool:
    """Whether this was said just now, with whatever files the draft has. The same words about another file are new."""
    same = {"ticket": ticket, "author": by, "is_internal": is_internal}
    on_its_way = Draft.objects.on_the_way().filter(body=body, **same)
    sent = Message.objects.filter(sent_at__gte=at - ECHO, body=body.strip(), **same)
    if not on_its_way.exists() and not sent.exists():
        return False
    added = set() if draft is None else set(draft.files.values_list("sha256", flat=True))
    known = Attachment.objects.filter(Q(draft__in=on_its_way) | Q(message__in=sent))
    return added <= set(known.values_list("sha256", flat=True))
