"""One table for everybody: requesters, agents, leads and administrators. A requester may have no password yet."""

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from helpdesk.core.text import validate_storable


def validate_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("“%(value)s” is no time zone; write it like Europe/Berlin."), params={"value": value})


def default_time_zone() -> str:
    return settings.TIME_ZONE


class AddressField(models.EmailField):
    """An e-mail address, stored in lower case: people and mail servers don't tell the cases apart."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value.strip().lower() if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value.lower() if isinstance(value, str) else value


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Without a password the person can be written to, but cannot log in."""
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=username)


class User(AbstractBaseUser, PermissionsMixin):
    """`is_superuser` is the administrator, `is_staff` every agent and lead, neither is a requester."""

    email = AddressField(
        _("e-mail"), max_length=254, unique=True, validators=[validate_storable],
        error_messages={"unique": _("This address is taken.")},
    )  # fmt: skip
    full_name = models.CharField(_("name"), max_length=150, blank=True, validators=[validate_storable])
    organisation = models.ForeignKey(
        "teams.Organisation", on_delete=models.SET_NULL, null=True, blank=True, related_name="people",
        verbose_name=_("organisation"),
    )  # fmt: skip
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=default_time_zone, validators=[validate_time_zone]
    )
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="en")
    # Where `teams.pictures` finds it. Empty: initials on a colour.
    picture = models.CharField(_("picture"), max_length=80, blank=True, default="", db_default="", editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("Agents, leads and administrators."))
    joined_at = models.DateTimeField(_("joined"), db_default=Now(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),
            models.CheckConstraint(
                condition=models.Q(is_superuser=False) | models.Q(is_staff=True), name="user_administrator_is_staff"
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return self.full_name or self.email

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0] if self.full_name else self.email.split("@")[0]

    @property
    def is_administrator(self) -> bool:
        return self.is_active and self.is_superuser
