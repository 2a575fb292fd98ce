from typing import Any

from django import forms
from django.contrib import admin

from helpdesk.core.back_office import ModelAdmin
from notifications.models import MobileNumber
from notifications.models.mobile import as_number


class NumberField(forms.CharField):
    """A number as people write it."""

    def to_python(self, value: Any) -> str:
        return as_number(super().to_python(value) or "")


class MobileNumberForm(forms.ModelForm):
    class Meta:
        model = MobileNumber
        fields = ["user", "number"]
        field_classes = {"number": NumberField}


@admin.register(MobileNumber)
class MobileNumberAdmin(ModelAdmin):
    """Where text messages reach whom."""

    form = MobileNumberForm
    list_display = ("user", "number")
    list_select_related = ("user",)
    search_fields = ("user__email", "number")
    autocomplete_fields = ("user",)
