from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from helpdesk.beginning.access import has_administrator
from helpdesk.embedded.first_key import first_key


class Command(BaseCommand):
    help = "Prints the address at which the first administrator's account is made. It opens nothing once there is one."

    def handle(self, **_options: Any) -> None:
        if has_administrator():
            self.stdout.write("There is an administrator already.")
            return
        self.stdout.write(settings.SITE_URL + reverse("beginning:key", args=[first_key(settings.SECRET_KEY)]))
