"""Webhook endpoints, and the log of calls. For administrators: what leaves the house is theirs to decide."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action

from escalation.admin.reading import ReadOnlyAdmin
from escalation.calling import callers_of
from helpdesk.core.errors import DomainError
from notifications.models import WebhookCall, WebhookEndpoint
from notifications.webhooks.endpoints import EndpointInUse, give_secret, remove_endpoint, send_test
from notifications.webhooks.sending import send_again
from teams.admin.remembering import RememberingAdmin

CALLS = "admin:notifications_webhookcall_changelist"


class ForAdministrators(admin.ModelAdmin):
    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser) and super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser) and super().has_delete_permission(request, obj)


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ForAdministrators, RememberingAdmin):
    remembered_as = "webhook_endpoint"
    list_display = ("name", "key", "url", "is_enabled", "disabled_because", "failing_since")
    list_filter = ("is_enabled",)
    fields = (
        "name", "key", "url", "is_enabled", "disabled_because", "failing_since", "secret_made_at", "created_by",
        "created_at",
    )  # fmt: skip
    readonly_fields = ("disabled_because", "failing_since", "secret_made_at", "created_by", "created_at")
    actions_detail = ["test", "new_secret", "log", "changes"]

    def get_fields(self, request: HttpRequest, obj: WebhookEndpoint | None = None) -> Any:
        return ("name", "key", "url") if obj is None else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: WebhookEndpoint | None = None) -> Any:
        """Actions name the key: it stays."""
        return self.readonly_fields if obj is None else ("key", *self.readonly_fields)

    def get_prepopulated_fields(self, request: HttpRequest, obj: WebhookEndpoint | None = None) -> Any:
        return {"key": ("name",)} if obj is None else {}

    def save_model(self, request: HttpRequest, obj: WebhookEndpoint, form: ModelForm, change: bool) -> None:
        if not change:
            obj.created_by_id = request.user.pk
        if obj.is_enabled:
            obj.disabled_because, obj.failing_since, obj.silent_until = "", None, None
        super().save_model(request, obj, form, change)

    def response_add(
        self, request: HttpRequest, obj: WebhookEndpoint, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._shown_secret(request, obj, is_first=True)

    @action(description=gettext_lazy("Send a test"), url_path="test", permissions=["change"])
    def test(self, request: HttpRequest, object_id: int) -> HttpResponse:
        endpoint = get_object_or_404(WebhookEndpoint, pk=object_id)
        if request.method != "POST":
            lead = _("A call of the type webhook.test goes to %(url)s. What it answers stands in the log.")
            context = {"heading": _("Send a test"), "lead": lead % {"url": endpoint.url}, "button": _("Send it")}
            return render(request, "console/webhooks/act.html", {"endpoint": endpoint, **context})
        try:
            send_test(endpoint)
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("The test is on its way. Reload to see what it answered."))
        return self._to_log(endpoint.pk)

    @action(description=gettext_lazy("New secret"), url_path="new-secret", permissions=["change"])
    def new_secret(self, request: HttpRequest, object_id: int) -> HttpResponse:
        endpoint = get_object_or_404(WebhookEndpoint, pk=object_id)
        if request.method == "POST":
            return self._shown_secret(request, endpoint, is_first=False)
        context = {
            "heading": _("A new secret for “%(name)s”") % {"name": endpoint},
            "lead": _("The one before signs beside it for another 24 hours, then it ends."),
            "button": _("Make a new secret"),
        }
        return render(request, "console/webhooks/act.html", {"endpoint": endpoint, **context})

    @action(description=gettext_lazy("Calls"), url_path="log", permissions=["view"])
    def log(self, _request: HttpRequest, object_id: int) -> HttpResponse:
        return self._to_log(object_id)

    def get_actions(self, request: HttpRequest) -> Any:
        """Taken away one at a time, from its own page, which says what calls it."""
        return {name: chosen for name, chosen in super().get_actions(request).items() if name != "delete_selected"}

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        endpoint = self.get_object(request, object_id)
        callers = callers_of(endpoint.key) if endpoint is not None else []
        if endpoint is not None and callers and self.has_delete_permission(request, endpoint):
            messages.error(request, EndpointInUse(endpoint, callers).message)
            return redirect("admin:notifications_webhookendpoint_change", object_id)
        return super().delete_view(request, object_id, extra_context)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its log goes with it, counted and not listed: the log is nobody's to delete on its own."""
        count = WebhookCall.objects.filter(endpoint__in=objs).count()
        return [str(endpoint) for endpoint in objs], {str(WebhookCall._meta.verbose_name_plural): count}, set(), []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            self._say_who(request)
            remove_endpoint(obj)

    def _shown_secret(self, request: HttpRequest, endpoint: WebhookEndpoint, *, is_first: bool) -> HttpResponse:
        with transaction.atomic():
            self._say_who(request)
            context = {"endpoint": endpoint, "secret": give_secret(endpoint), "is_first": is_first}
        # The admin says of each of its pages that nobody keeps it.
        return render(request, "console/webhooks/secret.html", context)

    def _to_log(self, pk: int) -> HttpResponse:
        return redirect(f"{reverse(CALLS)}?endpoint__id__exact={pk}")


@admin.register(WebhookCall)
class WebhookCallAdmin(ForAdministrators, ReadOnlyAdmin):
    list_display = ("created_at", "endpoint", "kind", "ticket", "state", "attempts", "next_attempt", "last_status")
    list_filter = ("state", "endpoint", "kind")
    list_select_related = ("endpoint", "ticket")
    fields = (
        "message_id", "endpoint", "kind", "ticket", "escalation", "automation_run", "state", "attempts",
        "next_attempt", "sent_at", "last_status", "last_answer", "body",
    )  # fmt: skip
    actions = ("send_again",)

    @admin.display(description=gettext_lazy("next attempt"), ordering="next_attempt_at")
    def next_attempt(self, call: WebhookCall) -> datetime | None:
        return call.next_attempt_at if call.is_open else None

    def has_send_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    @admin.action(description=gettext_lazy("Send again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[WebhookCall]) -> None:
        count = send_again(list(queryset))
        text = ngettext("%(count)s call will be sent again.", "%(count)s calls will be sent again.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.WARNING)
