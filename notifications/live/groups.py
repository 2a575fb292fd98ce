"""The groups of the channel layer: who listens where."""


def of_user(pk: int) -> str:
    return f"user.{pk}"


def of_team(pk: int) -> str:
    return f"team.{pk}"


def of_guests(ticket: int) -> str:
    """Whoever came by a link from a mail, and hears of this one ticket."""
    return f"guests.{ticket}"


def of_readers(ticket: int) -> str:
    """Staff who have the ticket open, and tell each other so."""
    return f"presence.{ticket}"


ADMINISTRATORS = "administrators"
