"""The base of admin pages that show what the product wrote: nothing there can be added, changed or removed."""

from typing import Any

from django.http import HttpRequest

from helpdesk.core.back_office import ModelAdmin


class ReadOnlyAdmin(ModelAdmin):
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
