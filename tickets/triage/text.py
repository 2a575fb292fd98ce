"""What of a ticket is read: its own words, without what names a person or repeats an earlier message."""

import re
import unicodedata

from tickets.triage.languages import language_of as language_of

# More says nothing new about the subject, and keeps the cost of a pasted log bounded.
CHARACTERS = 2000
_CHARACTERS_LOOKED_AT = 20_000

_REPLY_BEGINS = re.compile(
    r"^\s*(?:(?:On|Am)\s.{4,200}(?:wrote|schrieb)\b.*:"
    r"|-{2,}\s*(?:Original Message|Ursprüngliche Nachricht|Forwarded message|Weitergeleitete Nachricht)\s*-{2,}"
    r"|_{8,}\s*$)",
    re.IGNORECASE,
)
_SIGNATURE_BEGINS = re.compile(r"^\s*--\s?$|^\s*(?:Sent from my|Von meinem|Gesendet von)\b", re.IGNORECASE)
_GOODBYE = re.compile(
    r"^\s*(?:(?:kind|best|warm|many)\s+(?:regards|wishes|thanks)|regards|sincerely|cheers|thanks|thank you|"
    r"(?:mit\s+)?(?:freundlichen|besten|herzlichen|vielen|lieben|viele|beste|liebe|freundliche)\s+(?:gr(?:ü|ue)(?:ß|ss)en?|dank)|"
    r"mfg|lg|vg|danke|vielen dank)[\s,.!]*$",
    re.IGNORECASE,
)
_LONGEST_SIGNATURE = 10
_ADDRESSES = re.compile(
    r"(?:https?|ftp)://\S+|www\.\S+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<!\w)@\w{2,}", re.IGNORECASE
)
_TAGS = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
# Words with digits in a row: cards, orders, accounts, phones, dates, amounts. Short ones ("error 404", "2FA") stay.
_NUMBERS = re.compile(r"(?<!\w)[+#]?(?:[^\W\d_]{1,4}-)?\b\w*\d\w*(?:[ .,:/\-]\w*\d\w*)*")
_FEWEST_DIGITS = 4
_SPACE = re.compile(r"\s+")


def cleaned(title: str, description: str) -> str:
    """Title and description as one line of at most CHARACTERS, fit for features and for storing with a model."""
    title, description = _readable(title), _without_goodbye(without_quotes(_readable(description)))
    parts = [description] if description.lower().startswith(title.lower().strip()) else [title, description]
    text = ". ".join(part.strip() for part in parts if part.strip())
    text = _TAGS.sub(" ", _ADDRESSES.sub(" ", text))
    text = _NUMBERS.sub(lambda found: " " if _counts_as_number(found[0]) else found[0], text)
    return _SPACE.sub(" ", text).strip()[:CHARACTERS]


def without_quotes(text: str) -> str:
    """Without quoted lines, the message that was answered, and what follows a signature's mark."""
    kept: list[str] = []
    for line in text.split("\n"):
        if _SIGNATURE_BEGINS.match(line) or (_REPLY_BEGINS.match(line) and any(map(str.strip, kept))):
            break
        if not line.lstrip().startswith((">", "|>")):
            kept.append(line)
    return "\n".join(kept)


def _counts_as_number(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= _FEWEST_DIGITS


def _readable(text: str) -> str:
    """One spelling for what looks the same; nothing that is not printed."""
    text = unicodedata.normalize("NFKC", text[:_CHARACTERS_LOOKED_AT])
    return "".join(c if c.isprintable() or c in "\n\t" else " " for c in text.replace("\r\n", "\n"))


def _without_goodbye(text: str) -> str:
    lines = text.rstrip().split("\n")
    for place in range(max(1, len(lines) - _LONGEST_SIGNATURE), len(lines)):
        if _GOODBYE.match(lines[place]):
            return "\n".join(lines[:place])
    return text
