from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from notifications import listeners  # noqa: F401
        from notifications.customer_inbox import CustomerInbox
        from tickets.portal.unread import register_inbox

        register_inbox(CustomerInbox())
