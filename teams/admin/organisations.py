from django.contrib import admin

from teams.models import Organisation


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ["name", "may_request_critical"]
    list_filter = ["may_request_critical"]
    search_fields = ["name"]
