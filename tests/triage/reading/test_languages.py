"""The language of a message is told, or left open."""

import pytest

from tickets.triage.text import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello, my invoice is wrong, could you please check it?", "en"),
        ("I can't log in since yesterday", "en"),
        ("Guten Tag, die Rechnung ist falsch. Können Sie das bitte prüfen?", "de"),
        ("ich kann mich nicht anmelden", "de"),
        ("Bonjour, je ne peux pas me connecter à mon compte.", "fr"),
        ("Hola, no puedo entrar en mi cuenta desde ayer.", "es"),
        ("Buongiorno, non riesco ad accedere al mio conto.", "it"),
        ("Hallo, ik kan niet meer inloggen op mijn account.", "nl"),
        ("Olá, não consigo entrar na minha conta desde ontem.", "pt"),
        ("Dzień dobry, nie mogę się zalogować na moje konto.", "pl"),
        ("Не могу войти в систему", "ru"),
        ("Не можу увійти до свого облікового запису, підкажіть", "uk"),
        ("ログインできません", "ja"),
        ("我无法登录", "zh"),
        ("로그인이 안 돼요", "ko"),
        ("لا أستطيع تسجيل الدخول", "ar"),
    ],
)
def test_languages_are_told_apart(text: str, language: str):
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "   ", "12345", "VPN", "asdf qwer", "ERR_CONNECTION_REFUSED", "🙏"])
def test_too_little_is_left_open(text: str):
    assert language_of(text) is None


def test_two_languages_at_once_are_left_open():
    assert language_of("Die Rechnung ist nicht da. The invoice is not there.") is None


def test_a_long_text_costs_no_more_than_its_beginning():
    assert language_of("Der Drucker geht nicht und ich kann nichts drucken. " * 50_000) == "de"
