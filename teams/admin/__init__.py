"""The back-office pages of teams. Administrators only: nobody else has Django's permissions, and none can be given here."""

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group

from teams.admin import absences, calendars, letters, organisations, people, rotas, skills, teams, tokens

# Roles come from memberships. Groups of permissions would be a second, silent source of rights.
admin.site.unregister(Group)
# People have one address, and prove it by the letter that lets them choose a password.
admin.site.unregister(EmailAddress)

__all__ = ["absences", "calendars", "letters", "organisations", "people", "rotas", "skills", "teams", "tokens"]
