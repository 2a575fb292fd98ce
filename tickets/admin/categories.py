from django.contrib import admin

from helpdesk.core.back_office import ModelAdmin, TabularInline
from tickets.models import Category, CategorySkill


class NeedInline(TabularInline):
    model = CategorySkill
    autocomplete_fields = ["skill"]
    extra = 0


@admin.register(Category)
class CategoryAdmin(ModelAdmin):
    list_display = ["name", "slug", "position", "is_active"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [NeedInline]
