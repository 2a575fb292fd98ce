from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# E.164: a country code, and at most 15 digits in all.
_E164 = r"^\+[1-9][0-9]{6,14}$"
validate_number = RegexValidator(_E164, _("Give the number with its country code, like +49 170 1234567."))


class MobileNumber(models.Model):
    """Where text messages reach somebody of the staff. Without a row none are sent to them."""

    user = models.OneToOneField(
        "teams.User", on_delete=models.CASCADE, primary_key=True, related_name="mobile", verbose_name=_("person")
    )
    number = models.CharField(_("mobile number"), max_length=16, validators=[validate_number])

    class Meta:
        verbose_name = _("mobile number")
        verbose_name_plural = _("mobile numbers")
        constraints = [models.CheckConstraint(condition=Q(number__regex=_E164), name="mobile_number_e164")]

    def __str__(self) -> str:
        return self.number


def as_number(typed: str) -> str:
    """What people type, without what only helps to read it: "0049 (170) 123-4567" is "+491701234567"."""
    number = "".join(character for character in typed if character not in " \t\u00a0-–/.()")
    return f"+{number[2:]}" if number.startswith("00") else number
