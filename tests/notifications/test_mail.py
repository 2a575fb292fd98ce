"""What a mail looks like, spoken over real SMTP."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.utils.timezone import now

from notifications.services.delivering import deliver_due
from notifications.wording import as_read_by
from teams.models import User
from tests.cast import MONDAY
from tickets.links import link_to
from tickets.promise import clock_time
from tickets.relay import relay
from tickets.services.conversing import AfterSending, reply
from tickets.services.following import add_watcher


def sent(smtp, address):
    relay()
    deliver_due(as_of=now().replace(year=now().year + 1))
    return [mail for mail in smtp.mails if str(mail["To"]) == address]


def plain(mail):
    return mail.get_body(("plain",)).get_content()


def html(mail):
    return mail.get_body(("html",)).get_content()


def test_the_acknowledgement_says_who_has_it_and_when_they_answer_and_why_it_came(cast, smtp):
    ticket = cast.open_ticket(at=now())
    relay()
    deliver_due(as_of=now())
    mail = smtp.to("rosa@example.com")[0]
    assert mail["Subject"] == f"[{ticket.reference}] Charged twice"
    for text in (plain(mail), html(mail)):
        assert "Amir from Billing has it and will answer by" in text
        assert "You receive this because you asked" in text


def test_machines_are_told_not_to_answer_and_a_thread_keeps_together(cast, smtp):
    ticket = cast.open_ticket()
    reply(ticket, body="Hello", by=cast.amir, channel="web")
    first, second = sent(smtp, "rosa@example.com")
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["X-Auto-Response-Suppress"] == "All"
    assert first["Date"].datetime
    assert first["References"] == second["References"]
    assert str(ticket.public_id) in first["References"]
    assert first["Message-ID"] != second["Message-ID"]


def test_what_people_write_is_text_in_html_too(cast, smtp):
    ticket = cast.open_ticket(title="<script>alert(1)</script>")
    reply(ticket, body='<img src=x onerror="alert(1)"> & so on', by=cast.amir, channel="web")
    mail = sent(smtp, "rosa@example.com")[1]
    assert "<script>" not in html(mail)
    assert "&lt;img src=x" in html(mail)
    assert "<img src=x" in plain(mail)


def test_what_was_done_at_once_is_told_in_one_mail_with_all_its_words(cast, smtp):
    ticket = cast.open_ticket()
    sent(smtp, "rosa@example.com")
    reply(ticket, body="The money is on its way.", by=cast.amir, channel="web", then=AfterSending.RESOLVE)
    mail = sent(smtp, "rosa@example.com")[-1]
    assert mail["Subject"] == f"Re: [{ticket.reference}] Charged twice"
    for text in (plain(mail), html(mail)):
        assert "The money is on its way." in text
        assert "is resolved" in text


def test_a_subject_cannot_smuggle_headers(cast, smtp):
    cast.open_ticket(title="Hello\r\nBcc: everybody@example.com\nX-Evil: 1")
    mail = sent(smtp, "rosa@example.com")[0]
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert "Bcc: everybody@example.com" in mail["Subject"]


@pytest.mark.parametrize("title", ["Zahlung doppelt – 49 €", "التذكرة الأولى", "🧾🔥", "x" * 300])
def test_any_script_arrives_as_it_was_written(cast, smtp, title):
    cast.open_ticket(title=title)
    mail = sent(smtp, "rosa@example.com")[0]
    assert title in str(mail["Subject"])
    assert title in plain(mail)


def test_every_mail_to_a_customer_has_the_link_that_lets_them_in_as_its_one_button(cast, smtp, settings, client):
    ticket = cast.open_ticket()
    reply(ticket, body="Which card was it?", by=cast.amir, channel="web", then=AfterSending.WAIT)
    reply(ticket, body="The blue one.", by=cast.rosa, channel="web")
    reply(ticket, body="Done.", by=cast.amir, channel="web", then=AfterSending.RESOLVE)
    mails = sent(smtp, "rosa@example.com")
    assert len(mails) >= 2
    for mail in mails:
        (link,) = re.findall(rf"{settings.SITE_URL}/t/\S+", plain(mail))
        assert re.findall(r'class="button" href="([^"]+)"', html(mail)) == [link]
        answer = client.get(link.removeprefix(settings.SITE_URL))
        assert answer["Location"] == f"/tickets/{ticket.public_id}/"


def test_staff_who_ask_for_themselves_are_led_to_their_request_and_get_no_link_that_lets_in(cast, smtp, settings):
    ticket = cast.open_ticket(requester=cast.noor, by=cast.noor)
    mail = sent(smtp, "noor@example.com")[0]
    assert f"{settings.SITE_URL}/tickets/{ticket.public_id}/" in plain(mail)
    assert "/t/" not in plain(mail) + html(mail)


def test_staff_get_a_link_and_customers_no_address_of_the_back_office(cast, smtp, settings):
    cast.open_ticket()
    to_amir, to_rosa = sent(smtp, "amir@example.com")[0], sent(smtp, "rosa@example.com")[0]
    assert re.search(rf"{settings.SITE_URL}/admin/tickets/ticket/\d+/change/", plain(to_amir))
    assert "/admin/" not in plain(to_rosa) + html(to_rosa)


def test_a_mail_in_another_language_is_a_whole_mail(cast, smtp):
    User.objects.filter(pk=cast.rosa.pk).update(language="de", time_zone="Asia/Tokyo")
    ticket = cast.open_ticket()
    mail = sent(smtp, "rosa@example.com")[0]
    assert ticket.reference in mail["Subject"]
    assert '<html lang="de">' in html(mail)
    assert "{{" not in plain(mail) + html(mail)


def test_the_first_mail_tells_the_time_in_the_zone_and_the_words_of_its_reader(cast, smtp):
    User.objects.filter(pk=cast.rosa.pk).update(language="de", time_zone="Asia/Kolkata")
    ticket = cast.open_ticket(at=now())
    relay()
    deliver_due(as_of=now())
    due = ticket.first_response_due_at.astimezone(ZoneInfo("Asia/Kolkata"))
    text = plain(smtp.to("rosa@example.com")[0])
    assert f"{due:%H:%M}" in text
    assert "Amir vom Team Billing kümmert sich darum und antwortet bis" in text


def test_times_are_the_readers(cast):
    instant = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    tokyo = User(time_zone="Asia/Tokyo", language="en")
    with as_read_by(tokyo):
        assert clock_time(instant, at=MONDAY) == "08:30 tomorrow"
        assert clock_time(MONDAY, at=MONDAY) == "19:00 today"
        assert clock_time(datetime(2026, 3, 5, 0, 0, tzinfo=UTC), at=MONDAY) == "Thu 5 March, 09:00"


def test_who_only_follows_stops_the_mails_by_one_click(cast, smtp, client):
    ticket = cast.open_ticket()
    add_watcher(ticket, user=cast.otto, by=cast.amir)
    reply(ticket, body="Hello", by=cast.amir, channel="web")
    mail = sent(smtp, "otto@example.com")[-1]
    address = mail["List-Unsubscribe"].strip().strip("<>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in plain(mail).replace("\n", "")
    assert "Stop these mails" in html(mail)

    path = address.removeprefix(settings.SITE_URL)
    assert "Stop these mails" in client.get(path).content.decode()
    assert ticket.watchers.filter(user=cast.otto).exists()
    machine = Client(enforce_csrf_checks=True)
    for _again in range(2):
        assert machine.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not ticket.watchers.filter(user=cast.otto).exists()


def test_who_asked_and_staff_are_not_offered_to_stop(cast, smtp, client):
    ticket = cast.open_ticket()
    reply(ticket, body="Hello", by=cast.lena, channel="web")
    for mail in (*sent(smtp, "rosa@example.com"), *smtp.mails):
        assert mail["List-Unsubscribe"] is None
    path = link_to(ticket, cast.rosa, at=now()).removeprefix(settings.SITE_URL) + "stop/"
    assert "button" not in client.get(path).content.decode().partition("<h1")[2].partition("</main>")[0]
    assert client.get("/t/forged/stop/").url == "/links/"
