from django.contrib import admin

from helpdesk.core.back_office import ModelAdmin
from notifications.models import ChannelPreference


@admin.register(ChannelPreference)
class ChannelPreferenceAdmin(ModelAdmin):
    """What people want and don't want, kind by kind."""

    list_display = ("user", "kind", "channel", "is_enabled")
    list_filter = ("kind", "channel", "is_enabled")
    list_select_related = ("user",)
    autocomplete_fields = ("user",)
