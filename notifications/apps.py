from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from escalation.calling import register_caller
        from notifications import listeners  # noqa: F401
        from notifications.customer_inbox import CustomerInbox
        from notifications.webhooks.calling import WebhookCaller
        from tickets.portal.unread import register_inbox

        register_inbox(CustomerInbox())
        register_caller(WebhookCaller())
