"""Tickets written for these tests: seven categories, two languages, several sentences, noise."""

from pathlib import Path

from tickets.triage.reading_csv import LabelledTexts as LabelledTickets
from tickets.triage.reading_csv import read_labelled

__all__ = ["CATEGORIES", "LabelledTickets", "read"]

# As the product ships them.
CATEGORIES = {
    "technical": "Technical. Something does not work: network, devices, access on site.",
    "billing": "Billing. Invoices, prices, discounts, tax.",
    "general": "General. Everything that fits nowhere else.",
    "feature-request": "Feature request. An idea for something new.",
    "bug-report": "Bug report. Our software does something wrong.",
    "account": "Account. Signing in, profile, data, membership.",
    "payment": "Payment. A charge, a refund, a failed payment.",
}


def read(name: str) -> LabelledTickets:
    return read_labelled(Path(__file__).resolve().parents[1] / "data" / name)
