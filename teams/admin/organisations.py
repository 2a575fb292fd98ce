from django.contrib import admin

from helpdesk.core.back_office import ModelAdmin
from teams.models import Organisation


@admin.register(Organisation)
class OrganisationAdmin(ModelAdmin):
    list_display = ["name", "may_request_critical", "calendar"]
    list_filter = ["may_request_critical"]
    list_select_related = ["calendar"]
    search_fields = ["name"]
