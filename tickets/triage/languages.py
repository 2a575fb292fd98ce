"""The language of a text, told by its commonest words and its letters. Says nothing rather than guess."""

import re

# Words that hardly occur in the other languages here; what several share (de, la, in, on) tells nothing.
_WORDS = {
    "en": "the and is are was were have has been not with this that you your my our it's i'm can't don't doesn't "
    "please would could when what how why there which from they will hello thanks since after account password invoice "
    "working does any been getting need help charged order error login",
    "de": "der die das und ist sind war nicht mit ich wir sie ihr mein meine unser ein eine einen dem den bitte kann "
    "können habe haben wurde werden auf für auch noch aber wenn wie warum seit nach hallo danke guten tag mehr kein "
    "keine rechnung konto passwort geht funktioniert fehler anmelden ihnen zum zur beim vom uns mir mich",
    "fr": "le les des une est sont pas avec vous nous mon ma mes votre notre pour dans sur qui que je il elle été "
    "bonjour merci facture compte mot passe depuis mais cette ces aux du et",
    "es": "el los las una es son pero con para por que no mi su nuestro está están hola gracias factura cuenta "
    "contraseña desde puedo tengo cuando como muy y del al",
    "it": "il lo gli una è sono non con per che mi mio vostro nostro ciao grazie fattura conto password della dello "
    "nel alla anche ma quando come ho buongiorno vorrei",
    "nl": "de het een en is zijn niet met ik wij jullie mijn onze voor van op naar maar hallo dank factuur rekening "
    "wachtwoord kan kunnen heb hebben wordt graag waarom bij ook nog",
    "pt": "o os as uma é são não com para por que meu minha nosso olá obrigado fatura conta senha desde mas você "
    "está quando como muito do da e",
    "pl": "nie jest są się z na do że i w mam proszę dziękuję konto hasło faktura jak dlaczego ale od dzień dobry",
}
_LETTERS = {"de": "äöüß", "fr": "èêëçœàù", "es": "ñ¿¡", "pt": "ãõ", "pl": "ąćęłńśźż", "it": "ìò"}
_SCRIPTS = {
    "ru": re.compile("[а-яё]", re.IGNORECASE),
    "el": re.compile("[α-ω]", re.IGNORECASE),
    "ar": re.compile("[\u0600-\u06ff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "ja": re.compile("[\u3040-\u30ff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
}
_UKRAINIAN = re.compile("[іїєґ]", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_WORDS_LOOKED_AT = 200
# Two telling words, and a clear lead over the second.
_ENOUGH = 2.0
_LEAD = 1.3

_SPOKEN = {language: frozenset(words.split()) for language, words in _WORDS.items()}


def language_of(text: str) -> str | None:
    """An ISO 639-1 code, or None for too little text, a mixture, or a language that is not known here."""
    words = [word.lower() for word in _WORD.findall(text.replace("’", "'")[: _WORDS_LOOKED_AT * 20])][:_WORDS_LOOKED_AT]
    letters = sum(map(len, words))
    if not letters:
        return None
    by_script = _by_script(" ".join(words), letters)
    return by_script or _by_words(words)


def _by_script(text: str, letters: int) -> str | None:
    if text.isascii():
        return None
    for language, script in _SCRIPTS.items():
        # Japanese mixes in Chinese signs, so a fifth of its own is enough.
        if len(script.findall(text)) > letters / 5:
            return "uk" if language == "ru" and len(_UKRAINIAN.findall(text)) > letters / 50 else language
    return None


def _by_words(words: list[str]) -> str | None:
    score = dict.fromkeys(_SPOKEN, 0.0)
    for word in words:
        speakers = [language for language, spoken in _SPOKEN.items() if word in spoken]
        for language in speakers:
            score[language] += 1 / len(speakers)
        if word.isascii():
            continue
        for language, own in _LETTERS.items():
            score[language] += 0.5 * any(letter in word for letter in own)
    (first, best), (_, second) = sorted(score.items(), key=lambda pair: -pair[1])[:2]
    return first if best >= _ENOUGH and best >= _LEAD * second else None
