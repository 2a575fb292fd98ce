from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EscalationConfig(AppConfig):
    name = "escalation"
    verbose_name = _("Promises and escalation")

    def ready(self) -> None:
        from escalation import listeners, telling  # noqa: F401
        from escalation.services import previewing, reapplying, what_if  # noqa: F401
