"""Addresses below `/admin/`, in its namespace."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from escalation.console import kept, naming, snoozing, what_if


def below(site: AdminSite) -> list[URLPattern]:
    """All of them behind the site's sign-in."""
    door = site.admin_view
    return [
        path("promises/", door(kept.promises_kept), name="promises_kept"),
        path("promises/what-if/", door(what_if.what_if), name="promises_what_if"),
        path("promises/re-applying/", door(what_if.reapplying), name="promises_reapplying"),
        path("promises/names/<str:kind>/", door(naming.names), name="promises_names"),
        path("promises/jobs/<int:pk>/", door(what_if.job), name="promises_job"),
        path("promises/jobs/<int:pk>/doing/", door(what_if.reapply), name="promises_reapply"),
        path("promises/jobs/<int:pk>/cancellation/", door(what_if.cancel), name="promises_cancel"),
        path("promises/tickets/<str:reference>/levels/", door(snoozing.levels), name="promises_levels"),
        path("promises/tickets/<str:reference>/snooze/", door(snoozing.snooze_ticket), name="promises_snooze"),
    ]
