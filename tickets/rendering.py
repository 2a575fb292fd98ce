"""What people wrote becomes safe HTML, and what they only quoted is told from their own words.

Most of it was never meant as Markdown. So nothing that was typed may vanish or change: no reference definitions, no
backslash escapes, no entities, no heading made by the dashes under a line.
"""

import re

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from mailparser_reply import EmailMessage
from mailparser_reply.constants import MAIL_LANGUAGES
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

# Markup over more than this is a log or an attack. It is shown as it is.
MOST_MARKUP = 50_000

_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    allowed_classes={"p": {"said-heading"}, "pre": {"said-plain"}},
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
)
_URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\"'.,;:!?)\]}*_~|]", re.IGNORECASE)


def rendered(body: str) -> SafeString:
    """The HTML of what somebody wrote, from an allow-list of tags. Pictures and relative addresses are left out."""
    if len(body) > MOST_MARKUP:
        return _safe(f'<pre class="said-plain">{escape(body)}</pre>')
    return _safe(_MARKDOWN.render(body))


def split_quote(body: str) -> tuple[str, str]:
    """The fresh words, and the quoted mail below them ("" when there is none). Answers between quotes stay fresh.

    Somebody who only forwards has no words of their own: all of it is fresh then.
    """
    lines = body.splitlines(keepends=True)
    cut = _quote_begins(lines)
    fresh, tail = "".join(lines[:cut]).rstrip(), "".join(lines[cut:]).strip("\r\n")
    return (fresh, tail) if fresh.strip() else (body, "")


def _safe(html: str) -> SafeString:
    return mark_safe(_CLEANER.clean(html))  # noqa: S308


def _link_addresses(state: StateCore) -> None:
    """Bare addresses become links. A core rule: links that were written as such and code are left alone."""
    for block in state.tokens:
        if block.type == "inline" and block.children and "://" in block.content:
            block.children = _with_links(block.children)


def _with_links(tokens: list[Token]) -> list[Token]:
    linked: list[Token] = []
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        linked += _pieces(token) if token.type == "text" and not depth else [token]
    return linked


def _pieces(token: Token) -> list[Token]:
    pieces, end = [], 0
    for match in _URL.finditer(token.content):
        opening = Token("link_open", "a", 1, attrs={"href": match.group()})
        pieces += [_text(token.content[end : match.start()]), opening, _text(match.group())]
        pieces.append(Token("link_close", "a", -1))
        end = match.end()
    return [*pieces, _text(token.content[end:])]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _lower_headings(state: StateCore) -> None:
    """The page has headings of its own: one in a message is only a line that stands out."""
    for token in state.tokens:
        if token.type == "heading_open":
            token.attrSet("class", "said-heading")
        if token.type in ("heading_open", "heading_close"):
            token.tag = "p"


def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    parser.disable(["image", "html_block", "html_inline", "lheading", "reference", "code", "escape", "entity"])
    parser.core.ruler.push("addresses", _link_addresses)
    parser.core.ruler.push("headings", _lower_headings)
    return parser


_MARKDOWN = _markdown()

# "On 1 March Rosa wrote:", "Von: … Gesendet: …" in the languages that the library knows.
_ATTRIBUTION = EmailMessage(text="", languages=[*MAIL_LANGUAGES]).HEADER_REGEX
# The library's patterns are not linear: they see short windows only, and not endlessly many.
_MOST_WINDOWS, _WINDOW_LINES, _WINDOW_WIDTH = 200, 4, 200


def _quote_begins(lines: list[str]) -> int:
    """The number of the line where the quoted mail begins; `len(lines)` when nothing is quoted at the end."""
    windows = 0
    for number, line in enumerate(lines):
        if not _may_attribute(line, lines[number + 1 : number + 2]):
            continue
        windows += 1
        if windows > _MOST_WINDOWS:
            break
        if _attributes(lines[number : number + _WINDOW_LINES]) and _is_all_quote(lines[number + 1 :]):
            return number
    return _trailing_quote_begins(lines)


def _may_attribute(line: str, following: list[str]) -> bool:
    """Cheap and generous: attributions end in a colon, on their line or the next, or are a row of header fields."""
    return ":" in line[:_WINDOW_WIDTH] or any(":" in after[:_WINDOW_WIDTH] for after in following) or "-----" in line


def _attributes(window: list[str]) -> bool:
    return _ATTRIBUTION.match("\n".join(line.strip()[:_WINDOW_WIDTH] for line in window)) is not None


def _is_all_quote(lines: list[str]) -> bool:
    """Below an attribution stands a quote: marked to its end, or not marked at all. Between marks stand answers."""
    said = [line for line in lines if line.strip()]
    marked = [line for line in said if line.lstrip().startswith(">")]
    return bool(said) and (len(marked) == len(said) or not marked)


def _trailing_quote_begins(lines: list[str]) -> int:
    begins = len(lines)
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number].lstrip()
        if line.startswith(">"):
            begins = number
        elif line:
            break
    return begins
