"""What an SMS provider would be: takes a text message over HTTP, and shows it in the outbox."""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from helpdesk.demo.guarding import demo_only
from helpdesk.demo.outbox.models import CaughtMessage


@csrf_exempt
@require_POST
@demo_only
def receive(request: HttpRequest) -> HttpResponse:
    said, expected = request.headers.get("Authorization", ""), f"Bearer {settings.SMS_GATEWAY_TOKEN}"
    if not settings.SMS_GATEWAY_TOKEN or not constant_time_compare(said, expected):
        return JsonResponse({"error": "The token is not right."}, status=401)
    try:
        message = json.loads(request.body)
        recipient, text = str(message["to"]), str(message["text"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse({"error": 'A message is {"to": "+49…", "text": "…"}.'}, status=422)
    key = request.headers.get("Idempotency-Key", "")
    CaughtMessage.objects.catch_text(
        key=f"sms:{key}"[:300], recipient=_storable(recipient)[:320], text=_storable(text)[:1000]
    )
    return JsonResponse({"id": key}, status=202)


def _storable(text: str) -> str:
    return text.replace("\x00", "")
