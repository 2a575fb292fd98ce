"""Says who is changing the set-up, so that the database writes it down with the change."""

from django.db import connection

from teams.models import User


def remember_who(person: User | None) -> None:
    """For the rest of the transaction, which must be open. Without it a change is the system's own."""
    if not connection.in_atomic_block:
        raise RuntimeError("Who changes the set-up is said in the transaction of the change.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('helpdesk.person', %s, true)", ["" if person is None else str(person.pk)])
