"""What stands in our sources to be translated, and what our catalogues say, read with nothing but Python and Django."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "helpdesk" / "locale"

# What customers read: their pages, their mails, and what the verbs that they call answer.
FOR_CUSTOMERS = (
    "templates/*.html",
    "templates/account/**/*",
    "templates/components/*.html",
    "templates/mail/*",
    "templates/portal/**/*.html",
    "helpdesk/core/text.py",
    "helpdesk/core/letters.py",
    "helpdesk/core/spans.py",
    "helpdesk/settings.py",
    "teams/models/user.py",
    "teams/portal/**/*.py",
    "teams/services/people.py",
    "teams/sign_in/**/*.py",
    "tickets/downloads.py",
    "tickets/lifecycle.py",
    "tickets/models/ticket.py",
    "tickets/permissions.py",
    "tickets/portal/**/*.py",
    "tickets/promise.py",
    "tickets/rendering.py",
    "tickets/templatetags/*.py",
    "tickets/services/attaching.py",
    "tickets/services/conversing.py",
    "tickets/services/opening.py",
    "tickets/services/overtaking.py",
    "tickets/services/resolving.py",
    "tickets/services/submitting.py",
    "notifications/audience.py",
    "notifications/customer_inbox.py",
    "notifications/kinds/*.py",
    "notifications/services/composing.py",
    "notifications/wording.py",
)
_PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop"}
_PLURAL = {"ngettext", "ngettext_lazy"}
_LITERAL = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_IN_TEMPLATE = re.compile(rf"\b(n?)gettext\({_LITERAL}(?:,\s*{_LITERAL})?|\b_\({_LITERAL}\)")
_ENTRY = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:"(?:[^"\\]|\\.)*"\s*)+)', re.MULTILINE)


def words_for_customers() -> dict[str, str]:
    """Message → the file that it stands in."""
    found: dict[str, str] = {}
    for pattern in FOR_CUSTOMERS:
        for file in sorted(path for path in ROOT.glob(pattern) if path.is_file()):
            words = words_of_python(file) if file.suffix == ".py" else words_of_template(file)
            found |= dict.fromkeys(words, str(file.relative_to(ROOT)))
    return found


def words_of_python(file: Path) -> Iterator[str]:
    """Also those of ngettext, by their singular."""
    aliases = {}
    tree = ast.parse(file.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            aliases |= {name.asname or name.name: name.name for name in node.names}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        if aliases.get(node.func.id) in _PLAIN | _PLURAL and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value


def words_of_template(file: Path) -> Iterator[str]:
    for match in _IN_TEMPLATE.finditer(templatize(file.read_text(), origin=str(file))):
        literal = match[2] or match[4]
        yield ast.literal_eval(literal)


def compiled(language: str) -> dict[str, list[str]]:
    """Message → its translations: one, or one for each plural form."""
    path = LOCALE / language / "LC_MESSAGES" / "django.mo"
    with path.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    found: dict[str, list[str]] = {}
    for key, value in catalogue.items():
        name = key[0] if isinstance(key, tuple) else key
        found.setdefault(name, []).append(value)
    found.pop("", None)
    return found


def written(language: str) -> dict[str, list[str]]:
    """The same from the file that people edit, without what has no translation yet."""
    text = (LOCALE / language / "LC_MESSAGES" / "django.po").read_text()
    found: dict[str, list[str]] = {}
    name = ""
    for block in re.split(r"\n\s*\n", text):
        if "#, fuzzy" in block:
            continue
        for keyword, literals in _ENTRY.findall(re.sub(r"^#.*\n?", "", block, flags=re.MULTILINE) + "\n"):
            value = "".join(ast.literal_eval(line.strip()) for line in literals.strip().splitlines())
            if keyword == "msgid":
                name = value
            elif keyword.startswith("msgstr") and value and name:
                found.setdefault(name, []).append(value)
    return found
