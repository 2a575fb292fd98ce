"""Forms as a browser has them: what a page's fields hold, ready to be sent back with changes."""

from html.parser import HTMLParser
from typing import Any


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        # A list where several boxes of one name are ticked.
        self.values: dict[str, Any] = {}
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and name:
            self._input(name, given)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.values[self._select] = given.get("value") or ""
        elif tag == "textarea":
            self._textarea = name
            self.values[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            # A line break right behind the tag is not part of the text.
            self.values[self._textarea] = self.values[self._textarea].removeprefix("\n")
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.values[self._textarea] += data

    def _input(self, name: str, given: dict[str, str | None]) -> None:
        is_box = given.get("type") in ("checkbox", "radio")
        if is_box and "checked" not in given:
            return
        value = given.get("value") or ("on" if is_box else "")
        if is_box and name in self.values:
            before = self.values[name]
            self.values[name] = [*(before if isinstance(before, list) else [before]), value]
        elif given.get("type") not in ("submit", "button", "file"):
            self.values[name] = value


def filled_form(page: str) -> dict[str, Any]:
    fields = _Fields()
    fields.feed(page)
    # The empty rows that a script copies are sent by no browser that matters.
    return {name: value for name, value in fields.values.items() if "__prefix__" not in name}


def inline_row(form: dict[str, Any], prefix: str, values: dict[str, Any]) -> None:
    """Add a row to one of the page's inline forms, as its script does."""
    number = int(form[f"{prefix}-TOTAL_FORMS"])
    form[f"{prefix}-TOTAL_FORMS"] = str(number + 1)
    form |= {f"{prefix}-{number}-{name}": value for name, value in values.items()}
