"""Choosing people in forms: only staff can belong to teams, be absent from them, or be on call."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey

from teams.models import User


class ChoosesStaff(admin.options.BaseModelAdmin):
    autocomplete_fields = ["user"]

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any, Any]", request: Any, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(is_staff=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
