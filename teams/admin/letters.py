"""Letters that somebody asked for and that have not gone out: what waits, what failed and why."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from helpdesk.core.back_office import ModelAdmin
from teams.models import LetterRequest


@admin.register(LetterRequest)
class LetterRequestAdmin(ModelAdmin):
    list_display = ("asked_at", "kind", "address", "tries", "next_try_at", "last_error")
    list_filter = ("kind",)
    search_fields = ("address",)
    actions = ("send_again",)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: LetterRequest | None = None) -> bool:
        return False

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("teams.change_letterrequest")

    @admin.action(description=_("Try again now"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[LetterRequest]) -> None:
        count = queryset.update(next_try_at=now(), tries=0)
        text = ngettext("%(count)s letter will be tried again.", "%(count)s letters will be tried again.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
