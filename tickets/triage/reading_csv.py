"""Labelled texts out of a CSV file that nobody here has seen: whatever its header, separator and encoding."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tickets.triage.text import cleaned

_TEXTS = (
    *("text", "texts", "utterance", "message", "body", "description", "content", "query", "question", "sentence"),
    *("ticket", "ticket_text", "document", "input", "sms", "instruction", "beschreibung", "nachricht", "anfrage"),
)
_TITLES = ("title", "subject", "summary", "headline", "betreff", "titel")
_LABELS = (
    *("label", "labels", "category", "intent", "class", "target", "topic", "queue", "tag", "type", "department"),
    *("label_text", "kategorie", "klasse", "thema"),
)
_SEPARATORS = (",", ";", "\t", "|")
_ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
_LONGEST_FIELD = 100_000_000


class UnreadableRows(ValueError):
    """Says what is wrong with the file, and what would help."""


@dataclass(frozen=True)
class LabelledTexts:
    """`skipped`: rows without a text or without a label."""

    texts: list[str]
    labels: list[str]
    skipped: int


def read_labelled(file: Path, *, text_column: str = "", label_column: str = "") -> LabelledTexts:
    """Texts are cleaned as tickets are. Raises UnreadableRows."""
    rows = _rows(file)
    titles, texts = _text_places(rows[0], text_column)
    label = _place(rows[0], (label_column,) if label_column else _LABELS)
    if texts is None and titles is None and label is None and not text_column and not label_column:
        return _without_header(file, rows)
    if label is None or (titles is None and texts is None):
        missing = "label" if label is None else "text"
        raise UnreadableRows(
            f"{file.name} has no column for the {missing}; its columns are: {', '.join(rows[0])}. "
            f"Name it with --{missing}-column."
        )
    return _labelled(file, rows[1:], titles, texts, label)


def read_texts(file: Path, *, text_column: str = "") -> list[str]:
    """Only the texts; a file of one column needs no header. Raises UnreadableRows."""
    rows = _rows(file)
    titles, texts = _text_places(rows[0], text_column)
    has_header = titles is not None or texts is not None
    if not has_header and (text_column or len(rows[0]) > 1):
        raise UnreadableRows(f"{file.name} has no column for the text. Name it with --text-column.")
    found = [_text(row, titles, texts if has_header else 0) for row in rows[has_header:]]
    return [text for text in found if text]


def _labelled(
    file: Path, rows: Sequence[list[str]], titles: int | None, texts: int | None, label: int
) -> LabelledTexts:
    pairs = [(_text(row, titles, texts), _cell(row, label).strip()) for row in rows]
    kept = [(text, name) for text, name in pairs if text and name]
    if not kept:
        raise UnreadableRows(f"{file.name} has no row with a text and a label.")
    return LabelledTexts([text for text, _ in kept], [name for _, name in kept], len(pairs) - len(kept))


def _without_header(file: Path, rows: list[list[str]]) -> LabelledTexts:
    """Two columns: the one that says more is the text."""
    if any(len(row) != 2 for row in rows[:100]):
        raise UnreadableRows(
            f"{file.name} needs columns called text and label; its first line has: {', '.join(rows[0])[:200]}. "
            "Name them with --text-column and --label-column."
        )
    lengths = [sum(len(row[place]) for row in rows if len(row) == 2) for place in (0, 1)]
    text = lengths.index(max(lengths))
    return _labelled(file, rows, None, text, 1 - text)


def _rows(file: Path) -> list[list[str]]:
    """Not empty; the first has what names the columns, if anything does."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UnreadableRows(f"{file} can't be read: {error.strerror}.") from None
    text = _decoded(content).replace("\x00", "")
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        found = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), skipinitialspace=True)
        rows = [row for row in found if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise UnreadableRows(f"{file.name} is no CSV file: {error}.") from None
    if not rows:
        raise UnreadableRows(f"{file.name} is empty.")
    return rows


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes anything")


def _separator(text: str) -> str:
    """Whichever makes known names of the first line; else the commonest in it."""
    first = text.lstrip().split("\n", 1)[0]
    known = {*_TEXTS, *_TITLES, *_LABELS}

    def fitness(separator: str) -> tuple[int, int]:
        names = next(csv.reader([first], delimiter=separator), [])
        return sum(_plain(name) in known for name in names), first.count(separator)

    return max(_SEPARATORS, key=fitness)


def _text_places(header: list[str], text_column: str) -> tuple[int | None, int | None]:
    """Of the title and of the text. A column that somebody names stands alone."""
    if text_column:
        return None, _place(header, (text_column,))
    return _place(header, _TITLES), _place(header, _TEXTS)


def _place(header: list[str], names: Sequence[str]) -> int | None:
    plain = [_plain(name) for name in header]
    return next((plain.index(_plain(name)) for name in names if _plain(name) in plain), None)


def _plain(name: str) -> str:
    return name.strip().strip("\"'").lower().replace(" ", "_")


def _text(row: list[str], titles: int | None, texts: int | None) -> str:
    return cleaned(_cell(row, titles), _cell(row, texts))


def _cell(row: list[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""
