from typing import Any

from django.core.management.base import BaseCommand

from helpdesk.demo.faces import write_faces


class Command(BaseCommand):
    help = "Draws the faces of the demo's cast anew, into static/faces."

    def handle(self, **_options: Any) -> None:
        self.stdout.write(f"{write_faces()} faces drawn")
