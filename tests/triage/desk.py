"""A desk whose triage has learned: labelled tickets, a champion, and as much time to think as it takes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from tests.cast import MONDAY
from tickets.models import Category, ModelFile, ModelVersion
from tickets.triage.classifier import cold_start, fit
from tickets.triage.encoder import encoder
from tickets.triage.fitted import Classifier

PAST = {
    "billing": [
        "The invoice for {} shows the wrong amount",
        "Please send me the invoice of {} again",
        "My invoice number for {} is missing the tax",
        "Wrong address on the invoice of {}",
    ],
    "technical": [
        "The printer in {} does not print any more",
        "The network in {} is very slow",
        "No internet in {} since the morning",
        "The scanner in {} shows an error",
    ],
    "account": [
        "I forgot the password of my {} login",
        "Locked out of my {} account, reset the password",
        "Please change the email address of my {} account",
        "Two-factor code for the {} login never arrives",
    ],
}
PLACES = ["March", "Berlin", "room two", "the office", "Hamburg", "the lab"]


def past_texts() -> list[tuple[str, str]]:
    return [(text.format(place), slug) for slug, texts in PAST.items() for text in texts for place in PLACES]


def trained(categories: Mapping[str, Category]) -> Classifier:
    learned = fitted()
    return replace(learned, labels=[str(categories[slug].pk) for slug in learned.labels])


@cache
def fitted() -> Classifier:
    """By slug. Once a process, and best before a transaction begins: PostgreSQL ends those that wait for long."""
    pairs = past_texts()
    return fit([text for text, _ in pairs], [slug for _, slug in pairs], encoder=encoder("none"))


def by_slug() -> dict[str, Category]:
    return {category.slug: category for category in Category.objects.all()}


def crown(classifier: Classifier, *, is_automatic: bool = True, examples: Sequence[int] = ()) -> ModelVersion:
    """Make it the champion, as activating would."""
    content = classifier.to_bytes()
    ModelVersion.objects.filter(state="champion").update(state="retired")
    version = ModelVersion.objects.create(
        state="champion",
        origin="trained",
        encoder=classifier.encoder_name,
        encoder_digest=classifier.encoder_digest,
        labels=classifier.labels,
        examples=list(examples),
        is_automatic=is_automatic,
        file_hash=hashlib.sha256(content).hexdigest(),
        file_size=len(content),
        made_at=MONDAY,
    )
    ModelFile.objects.create(version=version, content=content)
    return version


def names_only() -> Classifier:
    return cold_start(
        {str(c.pk): f"{c.name}. {c.description}" for c in Category.objects.active()}, encoder=encoder("none")
    )
