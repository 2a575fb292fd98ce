"""Tags may be renamed. History names them by id, so that a tag once used is never deleted."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from helpdesk.core.back_office import ModelAdmin
from helpdesk.core.text import single_line
from tickets.models import Tag


class TagForm(forms.ModelForm):
    def clean_name(self) -> str:
        return single_line(self.cleaned_data["name"]).lower()


@admin.register(Tag)
class TagAdmin(ModelAdmin):
    form = TagForm
    fields = ["name"]
    search_fields = ["name"]

    def has_delete_permission(self, request: HttpRequest, obj: Tag | None = None) -> bool:
        return False
