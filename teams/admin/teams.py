"""Teams, their members, and who may be woken for them."""

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from helpdesk.core.back_office import ModelAdmin, TabularInline
from helpdesk.core.errors import DomainError
from teams.admin.choosing import ChoosesStaff
from teams.models import OnCallShift, Team, TeamMembership
from teams.services.defaults import make_general


class TeamForm(forms.ModelForm):
    def clean_is_active(self) -> bool:
        is_active = self.cleaned_data["is_active"]
        if self.instance.is_general and not is_active:
            raise forms.ValidationError(_("The general team is the last resort and cannot be switched off."))
        return bool(is_active)


class MembershipInline(ChoosesStaff, TabularInline):
    model = TeamMembership
    extra = 0


class OnCallInline(ChoosesStaff, TabularInline):
    model = OnCallShift
    extra = 0


@admin.register(Team)
class TeamAdmin(ModelAdmin):
    form = TeamForm
    list_display = ["name", "is_general", "is_active", "calendar"]
    list_select_related = ["calendar"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["is_general"]
    inlines = [MembershipInline, OnCallInline]
    actions = ["make_general"]

    fields = [
        "name", "slug", "is_active", "is_general", "calendar", "policy", "spills_over", "holds_when_full",
        "rebalances_untouched", "close_after_days",
    ]  # fmt: skip

    @admin.action(description=_("Make it the general team"), permissions=["change"])
    def make_general(self, request: HttpRequest, chosen: QuerySet[Team]) -> None:
        if len(chosen) != 1:
            self.message_user(request, _("Choose exactly one team."), messages.ERROR)
            return
        try:
            make_general(chosen[0])
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
        else:
            self.message_user(request, _("%(name)s is the general team now.") % {"name": chosen[0]}, messages.SUCCESS)

    def has_delete_permission(self, request: HttpRequest, obj: Team | None = None) -> bool:
        """One at a time, from its own page: somebody must take what nobody else does."""
        return obj is not None and not obj.is_general and super().has_delete_permission(request, obj)
