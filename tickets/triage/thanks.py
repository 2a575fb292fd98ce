"""Whether a message thanks and says nothing else, so that it needs no answer and reopens nothing. English and German.

Every word has to be one that thanks, greets or says that all is well: a single other word makes the message an answer.
"""

import re

from tickets.triage.text import without_quotes

# "in advance" is missing on purpose: it thanks for something that is still asked for.
_THANKS = "thank thanks thx ty tysm cheers appreciate appreciated grateful danke dank dankeschön dankesehr bedanke bedanken merci"
_ALL_IS_WELL = (
    "works worked working solved resolved fixed sorted helped klappt geklappt funktioniert funktionierte läuft geholfen "
    "erledigt gelöst behoben"
)
_GREETINGS = "lg vg mfg hi hello hey dear hallo moin servus liebe lieber liebes frau herr mr mrs ms"
_HARMLESS = (
    # English
    "you u again lot lots bunch million much so very many really truly indeed kindly all everyone everybody guys folks "
    "team support for the this that your it its it's that's i we i'm we're am are is was has have been a an and of to me "
    "us my now just finally great perfect awesome excellent brilliant wonderful fantastic amazing lovely super cool nice "
    "good fine ok okay understood noted yes wow top helpful sweet best star legend quick quickly fast prompt promptly "
    "speedy kind swift friendly excellent help helping reply response answer assistance service info information update "
    "work efforts effort time patience explanation solution fixing solving clarifying explaining replying responding "
    "problem issue issues everything did trick like charm well perfectly day weekend week evening one ahead enjoy wish "
    "regards wishes warm sincerely bye take care too same there morning afternoon got with job close closed ticket case "
    # Deutsch
    "vielen vielmals herzlichen herzlich besten lieben schönen schön sehr tausend recht ganz nochmals nochmal noch mal "
    "auch dir ihnen euch uns mir mich ich wir sie ihr das die der den dem ist es hat hatte sich alles alle allen jetzt "
    "nun wieder für ihre eure deine ihren euren schnelle schnellen rasche prompte tolle tollen gute guten guter gutes "
    "nette kompetente freundliche hilfe unterstützung antwort rückmeldung info infos information mühe service einsatz "
    "lösung geduld bearbeitung erklärung auskunft erledigung reaktion problem perfekt prima klasse toll wunderbar "
    "spitze bestens hervorragend großartig gut verstanden genial freut ja passt mega nett lieb echt wirklich und so "
    "einwandfrei gerne zusammen allerseits tag abend morgen wünsche wünschen ein einen eine schöne schönes schönen "
    "angenehmen wochenende feierabend woche mit freundlichen freundliche viele beste grüße grüßen grüsse gruß gruss "
    "bis bald ebenso gleichfalls tschüss"
)
_PICTURES = re.compile(r"[👍🙏😊🙂😀😃😄❤💯🎉👌🙌🤝☺😍🥰✅]")
_DOUBT = re.compile(r"[?¿]|\d")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# A name follows a greeting or the thanks at once ("Danke Lena"), or ends the message.
_NAME = r"(?-i:[A-ZÄÖÜ][\w'’-]+)(?:[ ](?-i:[A-ZÄÖÜ][\w'’-]*\.?)){0,2}"
_AT_THE_END = re.compile(rf"[\n,]\s*{_NAME}[.!]?\s*$")
_CALLED = re.compile(
    rf"\b({'|'.join((_GREETINGS + ' ' + _THANKS).split())}),?[ ]+{_NAME}(?=\s*(?:[,.!\n]|$))", re.IGNORECASE
)
_LONGEST = 400

_telling = frozenset((_THANKS + " " + _ALL_IS_WELL).split())
_allowed = _telling | frozenset((_GREETINGS + " " + _HARMLESS).split())


def is_only_thanks(body: str) -> bool:
    """In doubt no: an answer that is overlooked costs more than a ticket that is opened once too often."""
    text = without_quotes(body[: _LONGEST * 20]).strip()
    if not text or len(text) > _LONGEST or _DOUBT.search(text):
        return False
    text = _CALLED.sub(r"\1", _AT_THE_END.sub("", text))
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    tells = not _telling.isdisjoint(words) or (not words and _PICTURES.search(text) is not None)
    return tells and all(word in _allowed for word in words)
