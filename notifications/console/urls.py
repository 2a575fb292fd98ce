"""Addresses below `/admin/`, in its namespace."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from notifications.console import inbox, preferences, profile, pulse


def below(site: AdminSite) -> list[URLPattern]:
    """All of them behind the site's sign-in."""
    door = site.admin_view
    return [
        path("pulse/", door(pulse.pulse), name="pulse"),
        path("inbox/", door(inbox.inbox), name="inbox"),
        path("inbox/fresh/", door(inbox.fresh), name="inbox_fresh"),
        path("inbox/read/", door(inbox.read_all), name="inbox_read_all"),
        path("inbox/<int:pk>/read/", door(inbox.read), name="inbox_read"),
        path("preferences/", door(preferences.preferences), name="preferences"),
        path("profile/", door(profile.profile), name="profile"),
    ]
