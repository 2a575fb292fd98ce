"""What no verb does: a photo that came with a request, and a mail that could not be delivered."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.core.files.base import ContentFile

from helpdesk.demo.photograph import coffee_machine
from helpdesk.demo.playing.performance import Performance
from notifications.channels import EMAIL
from notifications.models import Delivery, Notification
from tickets.models import Message
from tickets.services.attaching import attach, check_upload

_NAMESPACE = uuid.UUID("7e0e9a6c-51d0-4c0b-8f4e-0a9c7f6c2b1d")


def attach_photos(performances: Sequence[Performance]) -> None:
    for performance in performances:
        if "photo" in performance.script.flags:
            description = Message.objects.filter(ticket=performance.ticket).earliest("pk")
            attach(description, [check_upload(ContentFile(coffee_machine(), name="IMG_2207.jpg"))])


def fail_a_delivery(performances: Sequence[Performance]) -> None:
    """The customer's mailbox is full: the answer is in their inbox here, the mail about it is not with them."""
    for performance in performances:
        if "bounced" not in performance.script.flags:
            continue
        ticket = performance.ticket
        answers = Notification.objects.filter(ticket=ticket, kind="replied", recipient=ticket.requester)
        answer = answers.latest("pk")
        key = f"{EMAIL}:{answer.event_id}:{answer.kind}:{answer.recipient_id}"
        delivery = Delivery.objects.create(
            pk=uuid.uuid5(_NAMESPACE, key),
            dedupe_key=key,
            channel=EMAIL,
            recipient=ticket.requester,
            state=Delivery.State.DEAD,
            send_after=answer.created_at,
            attempts=1,
            outcome="552 5.2.2 Mailbox full: the recipient's mailbox is over its quota",
            created_at=answer.created_at + timedelta(seconds=4),
        )
        delivery.notifications.add(answer)
