"""The Celery application: carries hints and the beat. Truth stays in PostgreSQL, so losing the broker loses no data."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_before_create_process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

app = Celery("helpdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_before_create_process.connect
def _share_memory(**_said: Any) -> None:
    """What is loaded stays shared with the child: a collection in either would write to each object, and so copy its page."""
    gc.collect()
    gc.freeze()
