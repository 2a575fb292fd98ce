from django.contrib import admin

from helpdesk.core.back_office import ModelAdmin
from teams.models import Skill


@admin.register(Skill)
class SkillAdmin(ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
