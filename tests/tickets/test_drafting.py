from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.core.errors import InvalidInput, NotPermitted
from tests.cast import MONDAY
from tickets.models import Attachment, Draft, TicketEvent
from tickets.services.attaching import BadFile, sweep_orphaned_files
from tickets.services.conversing import reply
from tickets.services.drafting import (
    add_draft_file,
    discard_draft,
    draft_of,
    open_draft,
    remove_draft_file,
    save_draft,
)
from tickets.services.sending import send_draft


def picture(name="log.txt", content=b"line 1\n"):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def ticket(cast):
    return cast.open_ticket()


def write(ticket, by, body="Hello", **changes):
    return save_draft(ticket, **({"by": by, "is_internal": False, "body": body, "at": MONDAY} | changes))


def test_the_latest_words_are_found_again_on_each_side(cast, ticket):
    write(ticket, cast.amir, "Hel")
    write(ticket, cast.amir, "Hello", seen_version=3, then="send_and_wait")
    write(ticket, cast.amir, "psst", is_internal=True)
    draft = draft_of(ticket, by=cast.amir, is_internal=False)
    assert (draft.body, draft.seen_version, draft.then) == ("Hello", 3, "send_and_wait")
    assert draft_of(ticket, by=cast.amir, is_internal=True).body == "psst"
    assert Draft.objects.count() == 2


def test_writing_leaves_no_trace_in_the_history(cast, ticket):
    before = TicketEvent.objects.count()
    write(ticket, cast.amir)
    assert TicketEvent.objects.count() == before


def test_what_was_emptied_is_thrown_away_unless_a_file_is_left(cast, ticket):
    write(ticket, cast.amir)
    assert write(ticket, cast.amir, "  \n") is None
    assert not Draft.objects.exists()
    attachment = add_draft_file(open_draft(ticket, by=cast.amir, is_internal=False), picture(), by=cast.amir)
    assert write(ticket, cast.amir, "").files.get() == attachment


def test_a_late_save_of_what_has_just_gone_out_is_no_new_draft(cast, ticket):
    reply(ticket, body="Hello", by=cast.amir, channel="web", at=MONDAY)
    assert write(ticket, cast.amir, "Hello ", at=MONDAY + timedelta(seconds=30)) is None
    assert write(ticket, cast.amir, "Hello", at=MONDAY + timedelta(hours=1)) is not None


def test_posting_the_same_words_and_file_again_is_an_echo_but_not_with_another_file(cast, ticket):
    draft = write(ticket, cast.amir, "Here")
    add_draft_file(draft, picture(), by=cast.amir)
    send_draft(draft, by=cast.amir, at=MONDAY)
    add_draft_file(open_draft(ticket, by=cast.amir, is_internal=False), picture(), by=cast.amir)
    assert write(ticket, cast.amir, "Here") is None
    add_draft_file(open_draft(ticket, by=cast.amir, is_internal=False), picture(content=b"other"), by=cast.amir)
    assert write(ticket, cast.amir, "Here").files.count() == 2


def test_nobody_touches_anothers_draft(cast, ticket):
    draft = write(ticket, cast.amir)
    for act in (
        lambda: discard_draft(draft, by=cast.lena),
        lambda: add_draft_file(draft, picture(), by=cast.lena),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert draft_of(ticket, by=cast.lena, is_internal=False) is None
    assert Draft.objects.get().body == "Hello"


def test_a_drafts_file_is_seen_by_its_author_only(cast, ticket):
    attachment = add_draft_file(write(ticket, cast.amir), picture(), by=cast.amir)
    assert Attachment.objects.drafted_by(cast.amir).get() == attachment
    assert not Attachment.objects.drafted_by(cast.lena).exists()
    for person in (cast.amir, cast.lena, cast.rosa, cast.ada):
        assert not Attachment.objects.visible_to(person).exists()
    with pytest.raises(NotPermitted):
        remove_draft_file(attachment, by=cast.lena)


def test_files_left_behind_are_swept_and_no_others(cast, ticket):
    kept = add_draft_file(write(ticket, cast.lena), picture(), by=cast.lena)
    removed = add_draft_file(write(ticket, cast.amir), picture(), by=cast.amir)
    discarded = add_draft_file(draft_of(ticket, by=cast.amir, is_internal=False), picture(), by=cast.amir)
    remove_draft_file(removed, by=cast.amir)
    discard_draft(draft_of(ticket, by=cast.amir, is_internal=False), by=cast.amir)
    assert sweep_orphaned_files() == 2
    assert list(Attachment.objects.values_list("pk", flat=True)) == [kept.pk]
    storage = kept.file.storage
    assert storage.exists(kept.file.name)
    assert not storage.exists(removed.file.name) and not storage.exists(discarded.file.name)
    assert sweep_orphaned_files() == 0


def test_a_draft_takes_no_more_files_than_a_message(cast, ticket, settings):
    settings.MAX_ATTACHMENTS_PER_MESSAGE = 1
    draft = write(ticket, cast.amir)
    add_draft_file(draft, picture(), by=cast.amir)
    with pytest.raises(BadFile):
        add_draft_file(draft, picture(), by=cast.amir)


def test_what_is_too_long_is_refused_with_a_sentence(cast, ticket, settings):
    settings.MAX_DESCRIPTION_CHARACTERS = 10
    with pytest.raises(InvalidInput, match="at most 10"):
        write(ticket, cast.amir, "x" * 11)
