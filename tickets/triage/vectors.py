"""The meanings of past tickets: read where they are kept, made and kept where they are not."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tickets.models import TicketVector
from tickets.triage.signature import packed, signature_of, unpacked

if TYPE_CHECKING:
    import numpy as np

    from tickets.triage.encoder import Encoder

# The database keeps so many characters of an encoder's digest.
DIGEST_CHARACTERS = 16
_BATCH = 200


def short_digest(digest: str) -> str:
    return digest[:DIGEST_CHARACTERS]


def new_vector(ticket_id: int, vector: "np.ndarray", digest: str) -> TicketVector:
    return TicketVector(
        ticket_id=ticket_id, encoder=short_digest(digest), signature=signature_of(vector), vector=packed(vector)
    )


def vectors_of(
    tickets: Sequence[int],
    texts: Sequence[str],
    *,
    encoder: "Encoder",
    progress: Callable[[int, int], None],
) -> "np.ndarray":
    """In the same order. What is missing, or was made by another encoder, is encoded and kept, batch by batch."""
    import numpy as np

    found = np.zeros((len(tickets), encoder.dimensions), dtype=np.float32)
    for start in range(0, len(tickets), _BATCH):
        progress(start, len(tickets))
        here = slice(start, start + _BATCH)
        found[here] = _batch(tickets[here], texts[here], encoder)
    return found


def _batch(tickets: Sequence[int], texts: Sequence[str], encoder: "Encoder") -> "np.ndarray":
    import numpy as np

    kept = dict(
        TicketVector.objects.filter(ticket__in=tickets, encoder=short_digest(encoder.digest)).values_list(
            "ticket", "vector"
        )
    )
    missing = [place for place, ticket in enumerate(tickets) if ticket not in kept]
    made = encoder.encode([texts[place] for place in missing]) if missing else np.zeros((0, encoder.dimensions))
    TicketVector.objects.bulk_create(
        [new_vector(tickets[place], vector, encoder.digest) for place, vector in zip(missing, made, strict=True)],
        update_conflicts=True,
        unique_fields=["ticket"],
        update_fields=["encoder", "signature", "vector"],
    )
    rows = np.zeros((len(tickets), encoder.dimensions), dtype=np.float32)
    here = [place for place, ticket in enumerate(tickets) if ticket in kept]
    if here:
        rows[here] = unpacked([kept[tickets[place]] for place in here])
    rows[missing] = made
    return rows
