"""Mobile numbers for the desk's people, from the range that is kept for fiction: their texts end in the outbox."""

from helpdesk.demo.cast import AGENTS
from notifications.models import MobileNumber
from teams.models import User


def give_numbers() -> None:
    """Calling twice is harmless."""
    ids = dict(User.objects.filter(email__in=[agent.email for agent in AGENTS]).values_list("email", "pk"))
    MobileNumber.objects.bulk_create(
        [
            MobileNumber(user_id=ids[agent.email], number=f"+120255501{place:02}")
            for place, agent in enumerate(AGENTS)
            if agent.email in ids
        ],
        ignore_conflicts=True,
    )
