"""On-call rotas: who takes turns, and single shifts that override them."""

from django.contrib import admin

from helpdesk.core.back_office import TabularInline
from teams.admin.choosing import ChoosesStaff
from teams.admin.remembering import RememberingAdmin
from teams.models import OnCallRota, OnCallTurn


class TurnInline(ChoosesStaff, TabularInline):
    model = OnCallTurn
    extra = 0


@admin.register(OnCallRota)
class OnCallRotaAdmin(RememberingAdmin):
    remembered_as = "rota"
    list_display = ["team", "is_active", "begins_on", "hands_over_at", "turn_days", "time_zone"]
    list_select_related = ["team"]
    inlines = [TurnInline]
