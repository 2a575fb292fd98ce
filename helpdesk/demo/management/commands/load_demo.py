from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from helpdesk.demo.loading import load_demo


class Command(BaseCommand):
    help = "Puts the demo people and tickets into an empty database. Does nothing when there are tickets already."

    def handle(self, **_options: Any) -> None:
        count = load_demo(as_of=now())
        self.stdout.write(f"{count} demo tickets loaded" if count else "there are tickets already: nothing loaded")
