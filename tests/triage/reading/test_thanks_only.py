"""A message that only thanks is told from one that asks for something besides."""

import pytest

from tickets.triage.thanks import is_only_thanks


@pytest.mark.parametrize(
    "body",
    [
        "Thanks!",
        "THANK YOU",
        "thx",
        "👍",
        "Thanks 🙏",
        "Thank you so much, it works now.",
        "Many thanks for the quick reply",
        "Problem solved, cheers",
        "Thanks,\nBob",
        "Perfect, thanks a lot, Amir",
        "Hi Amir,\n\nthanks a lot, that did the trick.\n\nBest regards,\nRosa",
        "Great, thank you very much for your help!\n\nOn Mon, 3 Feb 2025, Support wrote:\n> Did it work?",
        "Danke",
        "Danke, Lena!",
        "Danke euch!",
        "Vielen Dank für die schnelle Hilfe!",
        "Perfekt, jetzt funktioniert alles wieder. Vielen Dank und ein schönes Wochenende!\n\n"
        "Mit freundlichen Grüßen\nHans Müller",
        "Hallo Frau Schmidt, herzlichen Dank, hat geklappt. LG Tom",
    ],
)
def test_thanks_are_recognised(body: str):
    assert is_only_thanks(body)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "ok",
        "Hallo",
        "Thanks, but it still fails",
        "Thanks in advance",
        "Thanks for nothing",
        "No thanks",
        "Thanks, it worked yesterday",
        "it works not, thanks",
        "Thanks! One more thing: how do I export?",
        "Thank you. Can you also reset my password",
        "Thanks. Please send the invoice",
        "Thanks. Refund",
        "Thanks, invoice 12 missing",
        "thanks, i need help",
        "Thanks, is it solved?",
        "Danke, geht nicht",
        "Danke, aber es geht immer noch nicht",
        "Danke, und die Rechnung?",
        "Vielen Dank im Voraus",
        "Danke für die Antwort, ich warte noch auf die Gutschrift",
        "> Thanks!",
        "thanks " * 200,
    ],
)
def test_whatever_says_more_is_an_answer(body: str):
    assert not is_only_thanks(body)
