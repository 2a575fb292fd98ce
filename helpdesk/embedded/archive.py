"""The file that a backup is: a tar with the database's dump, the uploaded files, and last a manifest that proves them."""

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any

from .refusal import Refusal

FORMAT = 1
DATABASE = "database.dump"
SECRET_KEY = "secret_key"  # noqa: S105 - the name of an entry
MAIL_SERVER = "mail.json"
MEDIA = "media/"
_MANIFEST = "manifest.json"
_BLOCK = 1024 * 1024


class ArchiveWriter:
    """Entries are hashed while they are written. Without its manifest the file is no backup."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.entries: dict[str, dict[str, Any]] = {}

    def add(self, name: str, file: Path) -> None:
        with file.open("rb") as content:
            size = os.fstat(content.fileno()).st_size
            self._write(name, size, content)

    def add_text(self, name: str, text: str) -> None:
        self._write(name, len(text.encode()), BytesIO(text.encode()))

    def finish(self, facts: Mapping[str, Any]) -> None:
        manifest = {"format": FORMAT, **facts, "entries": self.entries}
        self.add_text(_MANIFEST, json.dumps(manifest | {"checksum": _checksum(manifest)}, indent=1))

    def _write(self, name: str, size: int, content: IO[bytes]) -> None:
        hashing = _Hashing(content)
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, hashing)
        self.entries[name] = {"size": size, "sha256": hashing.digest.hexdigest()}


@contextmanager
def new_archive(file: Path) -> Iterator[ArchiveWriter]:
    """Under its name only when it is complete and on the disk. Readable by its owner only."""
    if file.exists():
        raise Refusal(f"{file} exists already: choose another name.")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with open(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
                yield ArchiveWriter(tar)
            out.flush()
            os.fsync(out.fileno())
        draft.rename(file)
    finally:
        draft.unlink(missing_ok=True)


class Archive:
    def __init__(self, tar: tarfile.TarFile, file: Path) -> None:
        self._tar, self._file = tar, file
        self.manifest = self._read_manifest()
        self.entries: dict[str, dict[str, Any]] = self.manifest["entries"]

    @property
    def media(self) -> list[str]:
        return [name for name in self.entries if name.startswith(MEDIA)]

    def verify(self) -> None:
        """Every byte against its hash, before anything is touched."""
        for name, expected in self.entries.items():
            _check_name(name)
            if self._pour(name, None) != expected["sha256"]:
                raise self._damaged(f"{name} has changed")

    def text(self, name: str) -> str:
        return self._content(name).read().decode()

    def extract(self, name: str, target: Path) -> None:
        """The file appears under its name when it is whole, or not at all."""
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.part")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            digest = self._pour(name, out)
        if digest != self.entries[name]["sha256"]:
            draft.unlink()
            raise self._damaged(f"{name} has changed")
        draft.replace(target)

    def _read_manifest(self) -> dict[str, Any]:
        try:
            manifest = dict(json.loads(self.text(_MANIFEST)))
        except ValueError:
            raise self._damaged("its manifest can't be read") from None
        checksum = manifest.pop("checksum", None)
        if manifest.get("format", 0) > FORMAT:
            raise Refusal(f"{self._file} was made by a newer version of the product: restore it with that one.")
        if checksum != _checksum(manifest):
            raise self._damaged("its manifest has changed")
        return manifest

    def _content(self, name: str) -> IO[bytes]:
        try:
            content = self._tar.extractfile(name)
        except KeyError:
            content = None
        if content is None:
            raise self._damaged(f"{name} is missing")
        return content

    def _pour(self, name: str, out: IO[bytes] | None) -> str:
        digest = hashlib.sha256()
        with self._content(name) as content:
            while block := content.read(_BLOCK):
                digest.update(block)
                if out is not None:
                    out.write(block)
        return digest.hexdigest()

    def _damaged(self, how: str) -> Refusal:
        return Refusal(f"{self._file} is not a whole backup ({how}): take another one. Nothing was changed.")


@contextmanager
def opened_archive(file: Path) -> Iterator[Archive]:
    try:
        with tarfile.open(file, "r:") as tar:
            yield Archive(tar, file)
    except tarfile.TarError as error:
        raise Refusal(f"{file} is not a whole backup ({error}): take another one. Nothing was changed.") from None


class _Hashing:
    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._content.read(size)
        self.digest.update(block)
        return block


def _checksum(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _check_name(name: str) -> None:
    """A name never leads out of the folder that it is extracted to."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise Refusal(f"The backup holds a file that wants to lie outside of its folder: {name}. Nothing was changed.")
