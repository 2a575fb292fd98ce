"""The data folder: one installation at a time, and a key that stays."""

import stat
from pathlib import Path

import pytest

from helpdesk.embedded.data_folder import DataFolder
from helpdesk.embedded.refusal import Refusal


def test_only_one_command_has_the_folder(tmp_path: Path):
    first, second = DataFolder(tmp_path / "data"), DataFolder(tmp_path / "data")

    assert first.claim()
    assert not second.claim()
    first.release()
    assert second.claim()
    second.release()


def test_others_learn_where_the_servers_are_until_they_end(tmp_path: Path):
    holder, other = DataFolder(tmp_path), DataFolder(tmp_path)
    holder.claim()

    holder.announce({"address": "http://localhost:8000/"})
    assert other.running() == {"address": "http://localhost:8000/"}
    holder.release()
    assert other.running() == {}


def test_what_a_killed_start_has_announced_counts_no_more(tmp_path: Path):
    sockets = tmp_path / "sockets"
    sockets.mkdir()
    DataFolder(tmp_path).announce({"address": "http://localhost:8000/", "sockets": str(sockets)})

    next_one = DataFolder(tmp_path)
    next_one.claim()

    assert next_one.running() == {}
    assert not sockets.exists()
    next_one.release()


def test_the_secret_key_is_made_once_and_is_for_our_eyes_only(tmp_path: Path):
    key = DataFolder(tmp_path).secret_key()

    assert len(key) >= 50
    assert DataFolder(tmp_path).secret_key() == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_other_users_of_the_machine_see_neither_logs_nor_files_nor_mails(tmp_path: Path):
    data = DataFolder(tmp_path / "data")

    assert stat.S_IMODE(data.path.stat().st_mode) in (0o700, 0o711)
    for folder in ("logs", "media", "outbox"):
        assert stat.S_IMODE((data.path / folder).stat().st_mode) == 0o700


def test_a_damaged_secret_key_is_not_used(tmp_path: Path):
    (tmp_path / "secret_key").write_text("")

    with pytest.raises(Refusal, match="is damaged"):
        DataFolder(tmp_path).secret_key()


def test_a_folder_that_cannot_be_made_is_refused_in_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")

    with pytest.raises(Refusal, match="choose another one with --data"):
        DataFolder(tmp_path / "file" / "data")
