"""The back-office pages of teams. Administrators only: nobody else has Django's permissions, and none can be given here."""

from django.contrib import admin
from django.contrib.auth.models import Group

from teams.admin import absences, calendars, organisations, people, skills, teams, tokens

# Roles come from memberships. Groups of permissions would be a second, silent source of rights.
admin.site.unregister(Group)

__all__ = ["absences", "calendars", "organisations", "people", "skills", "teams", "tokens"]
