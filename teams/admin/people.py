"""People, and what makes some of them agents. Passwords are set here, and never shown in any form."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from helpdesk.core.back_office import (
    AdminPasswordChangeForm,
    ModelAdmin,
    StackedInline,
    TabularInline,
    UserCreationForm,
)
from teams.models import Absence, AgentProfile, AgentSkill, Shift, TeamMembership, User


class PersonForm(forms.ModelForm):
    class Meta:
        model = User
        fields = [
            "email",
            "full_name",
            "organisation",
            "time_zone",
            "language",
            "is_active",
            "is_staff",
            "is_superuser",
        ]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("is_superuser") and not given.get("is_staff"):
            self.add_error("is_staff", _("An administrator is staff, too."))
        return given


class NewPersonForm(UserCreationForm):
    class Meta:
        model = User
        fields = ["email", "full_name"]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class ProfileInline(StackedInline):
    model = AgentProfile
    verbose_name_plural = _("as an agent")


class MembershipInline(TabularInline):
    model = TeamMembership
    extra = 0


class SkillInline(TabularInline):
    model = AgentSkill
    autocomplete_fields = ["skill"]
    extra = 0


class ShiftInline(TabularInline):
    model = Shift
    extra = 0


class AbsenceInline(TabularInline):
    model = Absence
    extra = 0


@admin.register(User)
class PersonAdmin(UserAdmin, ModelAdmin):
    form = PersonForm
    add_form = NewPersonForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["email", "full_name", "organisation", "is_staff", "is_superuser", "is_active"]
    list_filter = ["is_staff", "is_superuser", "is_active", "teams"]
    list_select_related = ["organisation"]
    search_fields = ["email", "full_name"]
    ordering = ["email"]
    filter_horizontal = []
    autocomplete_fields = ["organisation"]
    readonly_fields = ["password_page", "joined_at", "last_login"]
    fieldsets = [
        (None, {"fields": ["email", "full_name", "organisation", "time_zone", "language"]}),
        (_("Access"), {"fields": ["is_active", "is_staff", "is_superuser", "password_page"]}),
        (_("Dates"), {"fields": ["joined_at", "last_login"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "full_name", "usable_password", "password1", "password2"]})]

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[Any]:
        """First the person, then the rest; customers have nothing to fill in here."""
        if obj is None or not obj.is_staff:
            return []
        return [ProfileInline, MembershipInline, SkillInline, ShiftInline, AbsenceInline]

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """History refers to people: they are switched off, never deleted."""
        return False

    @admin.display(description=_("password"))
    def password_page(self, person: User) -> SafeString:
        state = _("set") if person.has_usable_password() else _("none: cannot log in")
        return format_html('{} – <a href="../password/">{}</a>', state, _("set a new one"))
