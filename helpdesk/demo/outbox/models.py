"""What was caught on its way out. Mails are written by `catcher`, which speaks SMTP, text messages by `gateway`."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    MAIL = "mail", _("E-mail")
    SMS = "sms", _("Text message")


class CaughtMessageManager(models.Manager["CaughtMessage"]):
    # Much more than anybody looks at; `catcher` keeps as many.
    KEPT = 500

    def catch_text(self, *, key: str, recipient: str, text: str) -> bool:
        """False when it was caught before: gateways are told the same thing twice when an answer is lost."""
        _row, is_new = self.get_or_create(key=key, defaults={"kind": Kind.SMS, "recipient": recipient, "subject": text})
        self.trim()
        return is_new

    def trim(self) -> None:
        oldest_kept = self.order_by("-pk").values_list("pk", flat=True)[self.KEPT - 1 : self.KEPT].first()
        if oldest_kept is not None:
            self.filter(pk__lt=oldest_kept).delete()


class CaughtMessage(models.Model):
    """`subject` is the whole text of a text message. `key` is what stays the same when something is sent again."""

    Kind = Kind

    kind = models.CharField(max_length=4, choices=Kind.choices)
    key = models.CharField(max_length=300, unique=True)
    recipient = models.CharField(max_length=320)
    subject = models.CharField(max_length=1000)
    raw = models.BinaryField(default=bytes)
    received_at = models.DateTimeField(db_default=Now())

    objects = CaughtMessageManager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.subject}"

    @property
    def is_mail(self) -> bool:
        return self.kind == Kind.MAIL

    @cached_property
    def mail(self) -> EmailMessage:
        return message_from_bytes(bytes(self.raw), policy=policy.default)

    @property
    def sender(self) -> str:
        return str(self.mail["From"] or "")

    def part(self, kind: str) -> str:
        """The words of the part "html" or "plain"; "" when there is none."""
        part = self.mail.get_body((kind,))
        return str(part.get_content()) if part is not None else ""
