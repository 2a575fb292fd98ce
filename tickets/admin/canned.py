"""Canned replies: what agents find behind `/` in the composer."""

from django.contrib import admin

from helpdesk.core.back_office import ModelAdmin
from tickets.models import CannedReply


@admin.register(CannedReply)
class CannedReplyAdmin(ModelAdmin):
    list_display = ["title", "shortcut", "team", "language"]
    list_filter = ["team", "language"]
    list_select_related = ["team"]
    search_fields = ["title", "shortcut", "body"]
    autocomplete_fields = ["team"]
    fields = ["title", "shortcut", "team", "language", "body"]
