"""Finding a person whom staff name by id or e-mail address."""

from django.db.models import QuerySet

from teams.models import User


def find_person(people: "QuerySet[User]", named: int | str) -> User | None:
    """The one among `people`; None when there is none."""
    if isinstance(named, int) or (named.isascii() and named.isdecimal()):
        return people.filter(pk=int(named)).first()
    return people.filter(email__iexact=named.strip()).first()
