"""HTTP and websockets for the embedded start; in production this one serves `/ws/` only."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
http = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402 - routing imports models, which need the app registry

from helpdesk.metrics import counting_sockets  # noqa: E402
from helpdesk.operations.demo_accounts import refuse_demo_accounts  # noqa: E402
from helpdesk.routing import websocket  # noqa: E402
from tickets.triage.champion import warm_up  # noqa: E402

refuse_demo_accounts()
warm_up()
application = ProtocolTypeRouter({"http": http, "websocket": counting_sockets(websocket)})
