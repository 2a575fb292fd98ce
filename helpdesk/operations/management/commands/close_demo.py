from typing import Any

from django.core.management.base import BaseCommand

from helpdesk.core.own_desk import make_own_desk
from helpdesk.operations.demo_accounts import open_demo_accounts
from teams.models import User


class Command(BaseCommand):
    help = "Takes the published password away from the demo people: nobody signs in as one of them any more, and the desk is one's own."

    def handle(self, **_options: Any) -> None:
        people = User.objects.filter(email__in=open_demo_accounts())
        for person in people:
            person.set_unusable_password()
            person.save(update_fields=["password"])
        make_own_desk()
        self.stdout.write(f"{len(people)} accounts closed")
