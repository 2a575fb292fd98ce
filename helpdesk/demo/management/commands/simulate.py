import signal
from argparse import ArgumentParser
from random import Random
from threading import Event
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.demo.flag import demo_accounts_are_allowed
from helpdesk.demo.simulating.traffic import Traffic
from teams.models import User

MOST_A_MINUTE, MOST_MINUTES = 120.0, 240.0


class Command(BaseCommand):
    help = "Plays live traffic in the demo: customers ask and answer, agents answer and resolve. Ctrl-C ends it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rate", type=float, default=12.0, help="acts a minute (12)")
        parser.add_argument("--minutes", type=float, default=10.0, help="how long (10)")
        parser.add_argument("--seed", type=int, help="the same traffic again")

    def handle(self, *, rate: float, minutes: float, seed: int | None, **_options: Any) -> None:
        if not 0 < rate <= MOST_A_MINUTE or not 0 < minutes <= MOST_MINUTES:
            raise CommandError(f"At most {MOST_A_MINUTE:.0f} acts a minute, for at most {MOST_MINUTES:.0f} minutes.")
        if not demo_accounts_are_allowed():
            raise CommandError("This is not the demo: nobody here is invented.")
        random, stopping = Random(seed), Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.set())
        try:
            acts = self._play(Traffic(random), random, stopping, pause=60 / rate, seconds=60 * minutes)
        except User.DoesNotExist:
            raise CommandError("The people of the demo are not here: load them with ./run manage load_demo.") from None
        self.stdout.write(f"{acts} acts.")

    def _play(self, traffic: Traffic, random: Random, stopping: Event, *, pause: float, seconds: float) -> int:
        """Until the time is over or somebody stops it; an act that has begun is finished."""
        acts, ends_at = 0, monotonic() + seconds
        while not stopping.is_set() and monotonic() < ends_at:
            self.stdout.write(traffic.step())
            self.stdout.flush()
            acts += 1
            # People don't come like clockwork.
            stopping.wait(min(pause * random.uniform(0.5, 1.5), max(0.0, ends_at - monotonic())))
        return acts
