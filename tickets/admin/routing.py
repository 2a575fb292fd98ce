"""Which team takes what: rules, read from the top."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from teams.admin.remembering import RememberingAdmin
from tickets.models import Priority, RoutingRule


class RuleForm(forms.ModelForm):
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=[("", _("any")), *Priority.choices], coerce=int, empty_value=None, required=False
    )


@admin.register(RoutingRule)
class RoutingRuleAdmin(RememberingAdmin):
    remembered_as = "routing_rule"
    form = RuleForm
    list_display = ["position", "category", "priority_name", "organisation", "team"]
    list_display_links = ["position", "team"]
    list_select_related = ["category", "organisation", "team"]
    autocomplete_fields = ["organisation"]
    fields = ["position", "category", "priority", "organisation", "team"]

    @admin.display(description=_("priority"))
    def priority_name(self, rule: RoutingRule) -> Any:
        return _("any") if rule.priority is None else Priority(rule.priority).label
