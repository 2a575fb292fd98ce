"""The base of every admin page, ours and third parties', so that the theme behind them is named in one place."""

from typing import Any

from django.contrib.admin import ModelAdmin as PlainModelAdmin
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.forms import AdminPasswordChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminTextInputWidget as TextInput

__all__ = [
    "AdminPasswordChangeForm",
    "ModelAdmin",
    "StackedInline",
    "TabularInline",
    "TextInput",
    "UserCreationForm",
    "dressed",
]


def dressed(admin_class: "type[PlainModelAdmin[Any]]") -> "type[PlainModelAdmin[Any]]":
    """The same admin page in our theme. What is dressed already stays as it is."""
    if issubclass(admin_class, ModelAdmin):
        return admin_class
    return type(admin_class.__name__, (admin_class, ModelAdmin), {"__module__": admin_class.__module__})
