from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BeginningConfig(AppConfig):
    name = "helpdesk.beginning"
    label = "beginning"
    verbose_name = _("beginning")

    def ready(self) -> None:
        from helpdesk.beginning.invitations import register

        register()
