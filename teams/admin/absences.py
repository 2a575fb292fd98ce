from django.contrib import admin

from helpdesk.core.back_office import ModelAdmin
from teams.admin.choosing import ChoosesStaff
from teams.models import Absence


@admin.register(Absence)
class AbsenceAdmin(ChoosesStaff, ModelAdmin):
    list_display = ["user", "starts_at", "ends_at", "reason"]
    list_select_related = ["user"]
    search_fields = ["user__full_name", "user__email"]
