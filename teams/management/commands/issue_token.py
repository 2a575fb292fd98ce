from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from teams.models import ApiToken, User


class Command(BaseCommand):
    help = "Issue an API token that acts as a person, and print it. It is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="whom the token acts as")
        parser.add_argument("--name", default="command line", help="what it is for, shown in the back office")
        parser.add_argument("--trusted", action="store_true", help="may open critical tickets, and for other people")
        parser.add_argument("--days", type=int, help="expires after this many days; never when left out")

    def handle(self, *args: Any, email: str, name: str, trusted: bool, days: int | None, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active person with the address {email}.")
        if days is not None and not 1 <= days <= 36500:
            raise CommandError("--days is a whole number from 1 to 36500.")
        expires_at = None if days is None else now() + timedelta(days=days)
        self.stdout.write(ApiToken.objects.issue(user, name=name[:100], is_trusted=trusted, expires_at=expires_at))
