from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from helpdesk.demo.flag import demo_accounts_are_allowed
from helpdesk.demo.loading import load_demo
from helpdesk.demo.refreshing import refresh_demo


class Command(BaseCommand):
    help = "Puts the demo people and tickets into an empty database; on a later start moves what is open there to now."

    def handle(self, **_options: Any) -> None:
        if not demo_accounts_are_allowed():
            raise CommandError("The demo's people have a published password: they are for this machine, with DEMO=1.")
        at = now()
        if count := load_demo(as_of=at):
            self.stdout.write(f"{count} demo tickets loaded")
        elif count := refresh_demo(as_of=at):
            self.stdout.write(f"{count} open demo tickets moved to now")
        else:
            self.stdout.write("there are tickets already: nothing loaded")
