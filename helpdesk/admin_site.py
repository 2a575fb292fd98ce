"""The back-office: Django's admin under our name."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class HelpdeskAdminSite(admin.AdminSite):
    site_header = site_title = _("Helpdesk")
    index_title = _("Back office")


class HelpdeskAdminConfig(AdminConfig):
    default_site = "helpdesk.admin_site.HelpdeskAdminSite"
