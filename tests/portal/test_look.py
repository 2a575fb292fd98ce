"""Badges, clocks, faces and icons: each state has a word and a shape, and nothing typed gets into the page as markup."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.timezone import now

from helpdesk.core.templatetags.look import icon
from teams.models import User
from tickets.lifecycle import Status
from tickets.models import Priority, Ticket
from tickets.templatetags.tickets import avatar, clock, countdown, initials, priority_badge, status_badge

SPRITE = (Path(settings.BASE_DIR) / "static/icons/lucide.svg").read_text()
SHAPE = re.compile(r"#([\w-]+)")
ICON_USES = re.compile(r'{% icon "([\w-]+)"')


def test_every_icon_that_a_template_names_is_in_the_sprite():
    used = {
        name
        for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
        for name in ICON_USES.findall(path.read_text())
    }

    assert [name for name in sorted(used) if f'<symbol id="{name}"' not in SPRITE] == []


@pytest.mark.parametrize("status", Status.values)
def test_every_status_has_a_word_and_a_shape_of_its_own(status):
    badge = status_badge(Ticket(status=status))

    assert str(Status(status).label) in badge
    assert f'<symbol id="{SHAPE.search(badge)[1]}"' in SPRITE


@pytest.mark.parametrize("priority", Priority.values)
def test_every_priority_has_a_word_and_a_shape_of_its_own(priority):
    badge = priority_badge(Ticket(priority=priority))

    assert str(Priority(priority).label) in badge
    assert f'<symbol id="{SHAPE.search(badge)[1]}"' in SPRITE


@pytest.mark.parametrize(
    ("due", "warns", "state", "words"),
    [(7200, 3600, "ok", "left"), (3500, -10, "warning", "At risk, "), (-120, -500, "breached", "2 min late")],
)
def test_a_countdown_says_its_state_in_words(due, warns, state, words):
    shown = countdown(now() + timedelta(seconds=due), now() + timedelta(seconds=warns))

    assert f'data-clock="{state}"' in shown
    assert words in re.sub(r"<[^>]*>", "", shown)


def test_a_clock_that_waits_for_the_customer_is_paused_and_a_finished_one_is_gone():
    assert 'data-clock="paused"' in clock(Ticket(status=Status.PENDING_CUSTOMER))
    assert clock(Ticket(status=Status.RESOLVED, next_due_at=now())) == ""


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Amir Haddad", "AH"), ("Noor", "N"), ("Jean van der Berg", "JB"), ("rosa.keller@uni.example", "RK"), ("<>", "?")],
)
def test_initials(name, letters):
    assert initials(name) == letters


def test_a_label_is_escaped_and_makes_an_icon_speak():
    assert 'aria-label="&lt;b&gt;"' in icon("bell", label="<b>")
    assert "aria-hidden" in icon("bell")
    assert "<script>" not in avatar(User(pk=1, full_name="<script> x", email="a@b.c"))
