"""Run as a folder (`python helpdesk/embedded start`): through the package `helpdesk` the supervisor would load Celery."""

import importlib
import sys
from pathlib import Path

# Not this folder itself: its modules are known as `embedded.…` only.
del sys.path[0]
# At the end, so that our own celery.py and settings.py hide nobody else's.
sys.path += [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

try:
    sys.exit(importlib.import_module("embedded.commands").main(sys.argv[1:]))
except KeyboardInterrupt:
    # While we were still being loaded.
    sys.exit("Stopped.")
