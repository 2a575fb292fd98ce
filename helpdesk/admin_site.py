"""The console: Django's admin in our frame, with the staff pages that are no models."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from helpdesk.navigation import Navigation, navigation


class HelpdeskAdminSite(UnfoldAdminSite):
    site_header = site_title = _("Helpdesk")
    index_title = _("Set-up")
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Whoever registers here gets our look, also apps that never heard of it."""
        # Not before the models are loaded: this module is where Django finds the admin's configuration.
        from helpdesk.core.back_office import dressed

        super().register(model_or_iterable, dressed(admin_class or admin.ModelAdmin), **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from escalation.console import urls as promise_urls
        from helpdesk.analytics.home import urls as home_urls
        from notifications.console import urls as notification_urls
        from tickets.console.leading import urls as leading_urls
        from tickets.console.triage import urls as triage_urls

        pages = [path("set-up/", self.admin_view(self.set_up), name="set_up")]
        parts = (home_urls, notification_urls, leading_urls, triage_urls, promise_urls)
        below = [address for part in parts for address in part.below(self)]
        return [path("", include(below)), *pages, *super().get_urls()]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The home: what slips for leads, one's own work for agents. The models are in the set-up."""
        from helpdesk.analytics.home.pages import home

        return home(request)

    def set_up(self, request: HttpRequest) -> HttpResponse:
        """Everything that this person may change and that is no work on tickets."""
        shown = navigation(request, self.get_app_list(request))
        return render(request, "console/frame/set_up.html", {"title": _("Set-up"), "groups": shown.set_up})

    def navigation(self, request: HttpRequest) -> Navigation:
        """On every page, so it asks the database nothing: permissions are known without asking for administrators only."""
        apps = self.get_app_list(request) if request.user.is_superuser else []
        return navigation(request, apps)

    def may_set_up(self, request: HttpRequest) -> bool:
        return bool(navigation(request, self.get_app_list(request)).set_up)


class HelpdeskAdminConfig(AdminConfig):
    default_site = "helpdesk.admin_site.HelpdeskAdminSite"
