from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Submission(models.Model):
    """What a form's or a caller's key led to. A second post with the same key is led to the first result."""

    author = models.ForeignKey("teams.User", on_delete=models.CASCADE, related_name="submissions")
    key = models.CharField(max_length=100)
    # A digest of what was sent: the same key with something else inside is a mistake, and is said so.
    fingerprint = models.CharField(max_length=64)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.PROTECT, null=True, related_name="+")
    message = models.ForeignKey("tickets.Message", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [models.UniqueConstraint(fields=["author", "key"], name="submission_once_an_author")]

    def __str__(self) -> str:
        return self.key
