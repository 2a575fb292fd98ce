"""HTTP for production workers."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
application = get_wsgi_application()

from helpdesk.operations.demo_accounts import refuse_demo_accounts  # noqa: E402 - imports models
from tickets.triage.champion import warm_up  # noqa: E402

refuse_demo_accounts()
warm_up()
