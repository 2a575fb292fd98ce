import time

import pytest
from django.template import Context, Template

from tickets.rendering import rendered, split_quote

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "<javascript:alert(1)>",
    "[x](data:text/html,<script>)",
    "![x](https://elsewhere.example/pixel.png)",
    "<a href=javascript:alert(1)>x</a>",
    '[x](https://a.example "\\" onmouseover=alert(1)")',
    "```<script>\n</script>\n```",
    "| <svg onload=alert(1)> |\n|--|\n| x |",
    'https://a.example/"onmouseover=alert(1)',
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("padding", ["", "x" * 50_001])
def test_nothing_that_was_typed_runs_or_loads(attack, padding):
    html = rendered(attack + padding)
    for tag in ("<script", "<img", "<svg", '<a href="javascript', '<a href="data', ' onmouseover="', ' onerror="'):
        assert tag not in html.lower()


def test_what_people_use_is_shown_as_meant():
    html = rendered("**Hello** _you_\nnext line\n\n- one\n- two\n\n```\nx < 1\n```")
    for part in ("<strong>Hello</strong>", "<em>you</em><br>", "<li>one</li>", "<pre><code>x &lt; 1"):
        assert part in html


@pytest.mark.parametrize(
    "typed", [r"\\server\share", "&copy; AT&amp;T", "[1]: see https://a.example", "Total\n---\nEnd", "# not a title"]
)
def test_plain_text_keeps_its_words(typed):
    """Most people write no Markdown: nothing they typed may vanish."""
    html = rendered(typed)
    for word in ("server\\share", "&amp;copy;", "AT&amp;amp;T", "[1]:", "Total", "not a title"):
        assert (word in html) == (word in typed.replace("&", "&amp;"))
    assert "<h" not in html.replace("<hr", "")


def test_addresses_become_links_without_their_full_stop():
    html = rendered("See https://a.example/x_y_z?q=1. Or (https://b.example/)! `https://c.example`")
    assert '<a href="https://a.example/x_y_z?q=1" rel="noopener noreferrer nofollow">' in html
    assert 'href="https://b.example/"' in html
    assert "<code>https://c.example</code>" in html


def test_relative_addresses_lead_nowhere():
    assert "href" not in rendered("[Sign out](/admin/logout/)")


QUOTES = [
    ("Yes.\n\nOn Mon, 2 Mar 2026 at 10:00, Amir <a@b.example> wrote:\n> Is it?\n> Amir", "Yes.", "On Mon"),
    ("Danke!\n\nAm 02.03.2026 um 10:00 schrieb Amir:\n> Geht es?", "Danke!", "Am 02.03."),
    ("Ok\n\nVon: Amir\nGesendet: Montag\nAn: Rosa\nBetreff: AW: Geld\n\nGeht es?", "Ok", "Von: Amir"),
    ("Ok\n\n-----Original Message-----\nFrom: Amir\nTo: Rosa\n\nIs it?", "Ok", "-----Original"),
    ("Ok\n> just\n> this\n", "Ok", "> just"),
]


@pytest.mark.parametrize(("body", "fresh", "tail_begins"), QUOTES)
def test_a_quoted_mail_is_told_from_the_fresh_words(body, fresh, tail_begins):
    words, tail = split_quote(body)
    assert words == fresh
    assert tail.startswith(tail_begins)
    assert tail.rstrip() == body[body.index(tail_begins) :].rstrip()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Only words: nothing else\nand one more: line",
        "On Monday Amir wrote:\n> First?\n\nYes.\n\n> Second?\nNo.",
        "On Mon, 2 Mar 2026 at 10:00, Amir <a@b.example> wrote:\n> only forwarded",
        "> quoted first\n\nanswered below",
    ],
)
def test_answers_between_quotes_and_bare_forwards_stay_in_sight(body):
    assert split_quote(body) == (body, "")


def test_the_page_folds_the_quote_under_a_summary():
    html = Template("{% load conversation %}{{ body|said }}").render(Context({"body": QUOTES[0][0]}))
    own, _fold, folded = html.partition('<details class="quote"><summary>')
    assert "Yes." in own and "Is it?" not in own
    assert "Is it?" in folded and folded.strip().endswith("</details>")


@pytest.mark.parametrize(
    "body",
    [
        "On " + "a " * 100_000,
        "On x:\n" * 33_000,
        ("On " + "ab " * 60 + ":\n") * 1_000,
        "[" * 200_000,
        "*a " * 60_000,
        "[a](b" * 9_999,
        "a|b\n-|-\n" + "a|b\n" * 10_000,
        "From: a\n" * 25_000,
    ],
)
def test_hostile_lengths_cost_no_more_than_a_moment(body):
    before = time.process_time()
    rendered(body)
    split_quote(body)
    assert time.process_time() - before < 3
