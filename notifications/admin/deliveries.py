"""What was sent, what waits, what failed and why. Failed ones can be tried again."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from escalation.admin.reading import ReadOnlyAdmin
from notifications.models import Delivery
from notifications.services.delivering import try_again


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "channel", "recipient", "state", "attempts", "send_after", "sent_at", "outcome")
    list_filter = ("state", "channel")
    list_select_related = ("recipient",)
    search_fields = ("recipient__email",)
    actions = ("send_again",)

    def has_send_permission(self, request: HttpRequest) -> bool:
        """To read what failed is one thing, to send it another."""
        return request.user.has_perm("notifications.change_delivery")

    @admin.action(description=_("Try failed ones again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        count = try_again(list(queryset))
        text = ngettext("%(count)s delivery will be tried again.", "%(count)s deliveries will be tried again.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.WARNING)
