"""Every page of ours, as each of its readers opens it: light and dark, on a desk and on a phone.

axe finds nothing, nothing scrolls sideways, and the browser complains of nothing.
"""

from dataclasses import dataclass
from uuid import uuid4

import pytest

from tests.journeys.browser import DESKTOP, PHONE, Person, at_a_browser

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Desk:
    """What of the demo the pages are about."""

    customer: str
    public_id: str
    reference: str
    endpoint: str


@pytest.fixture(scope="module")
def desk(installation):
    """The liveliest ticket of the team that Lena leads."""
    code = (
        "from tickets.models import Ticket;"
        "from notifications.models import WebhookEndpoint;"
        "t = Ticket.objects.filter(team__slug='payments').order_by('-version').first();"
        "e, _ = WebhookEndpoint.objects.get_or_create(key='pager', name='Pager', url='https://pager.example.com/');"
        "print(t.requester.email, t.public_id, t.reference, e.pk)"
    )
    return Desk(*installation.shell(code).splitlines()[-1].split())


def pages_of_anybody(_desk: Desk) -> list[str]:
    return ["/", "/new/", "/links/", "/account/login/", "/account/signup/", "/account/password/reset/"]


def pages_of_a_customer(desk: Desk) -> list[str]:
    return ["/tickets/", f"/tickets/{desk.public_id}/", "/new/", "/profile/"]


def pages_of_staff(desk: Desk) -> list[str]:
    tickets = "/admin/tickets/ticket/"
    pages = ["/admin/", tickets, f"{tickets}?tab=all", f"{tickets}?tab=at_risk", f"{tickets}{desk.reference}/"]
    pages += [f"{tickets}new/", "/admin/inbox/", "/admin/preferences/", "/admin/profile/"]
    return [*pages, "/admin/shift/", "/admin/triage/", f"{tickets}{desk.reference}/why/"]


def pages_of_leads(desk: Desk) -> list[str]:
    lead = [f"/admin/lead/{page}/" for page in ("board", "rebalancing", "skills", "absences")]
    return [*pages_of_staff(desk), *lead, "/admin/promises/"]


def pages_of_administrators(desk: Desk) -> list[str]:
    endpoint = f"/admin/notifications/webhookendpoint/{desk.endpoint}/"
    webhooks = [f"{endpoint}test/", f"{endpoint}new-secret/"]
    rules = ["slapolicy/", "slapolicy/1/change/", "escalationpolicy/", "escalationpolicy/1/change/", "automation/add/"]
    logs = ["automationrun/", "escalation/", "escalation/1/change/", "clock/", "clock/1/change/"]
    promises = [f"/admin/escalation/{page}" for page in (*rules, *logs)]
    return [*pages_of_leads(desk)[-5:], "/admin/promises/what-if/", *webhooks, *promises]


READERS = {
    "": pages_of_anybody,
    "customer": pages_of_a_customer,
    "amir@desk.example": pages_of_staff,
    "lena@desk.example": pages_of_leads,
    "ada@desk.example": pages_of_administrators,
}


def faults_on(person: Person, paths: list[str]) -> list[str]:
    faults = []
    for path in paths:
        answer = person.visit(path)
        if answer is None or answer.status != 200:
            faults.append(f"{path}: {answer and answer.status}")
            continue
        faults += [f"{path}: {violation}" for violation in person.violations()]
        if person.scrolls_sideways():
            faults.append(f"{path}: scrolls sideways")
    return faults


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("reader", READERS)
def test_the_page_is_fit_for_everybody(browser, installation, desk, reader, scheme, size):
    with at_a_browser(browser, installation.address, size=size, scheme=scheme) as person:
        if "@" in reader:
            person.sign_in_to_console(reader)
        elif reader:
            person.sign_in(desk.customer)

        assert faults_on(person, READERS[reader](desk)) == []


def test_what_does_not_exist_says_so_in_the_same_look(browser, installation):
    with at_a_browser(browser, installation.address, expected=("404",)) as person:
        answer = person.visit(f"/tickets/{uuid4()}/")

        assert answer.status == 404
        assert person.page.locator("h1").count() == 1
        assert person.violations() == []


@pytest.mark.parametrize("width", [320, 768])
def test_customer_pages_fit_between_the_smallest_phone_and_the_desk(browser, installation, desk, width):
    with at_a_browser(browser, installation.address, size=(width, 800)) as person:
        person.sign_in(desk.customer)
        for path in [*pages_of_anybody(desk)[:3], *pages_of_a_customer(desk)]:
            person.visit(path)
            assert not person.scrolls_sideways(), path
