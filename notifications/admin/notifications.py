from django.contrib import admin

from escalation.admin.reading import ReadOnlyAdmin
from notifications.models import Notification


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """Who was told of what, and why they."""

    list_display = ("created_at", "kind", "ticket", "recipient", "reason", "read_at")
    list_filter = ("kind", "reason")
    list_select_related = ("ticket", "recipient")
    search_fields = ("recipient__email",)
