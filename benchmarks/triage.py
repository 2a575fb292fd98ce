"""`./run bench triage --data DIR`: how well tickets are read, on public sets (kept elsewhere) and on our own.

DIR holds banking77/{train,test}.csv and clinc150/data_full.json. Without it only our own set is measured.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks import triage_own, triage_public
from benchmarks.goal import Goal, MissingData


def run(argv: Sequence[str]) -> list[Goal]:
    parser = argparse.ArgumentParser(prog="./run bench triage")
    parser.add_argument("--data", type=Path, metavar="DIR", help="the folder with the public sets")
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="draws to average over (5)")
    options = parser.parse_args(argv)
    if options.data is not None and not (options.data / "banking77").is_dir():
        raise MissingData(f"{options.data} has no folder banking77.")
    encoder = triage_own.made_encoder()
    goals = triage_own.goals(encoder)
    return goals + (triage_public.goals(options.data, encoder, seeds=options.seeds) if options.data else [])
