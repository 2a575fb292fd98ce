"""Addresses below `/admin/`, in its namespace. The home itself is the site's index."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from helpdesk.analytics.home import absences, alerts, deliveries, downloads, pages


def below(site: AdminSite) -> list[URLPattern]:
    """All of them behind the site's sign-in."""
    door = site.admin_view
    return [
        path("home/slips/", door(pages.slips), name="home_slips"),
        path("home/flow/", door(pages.flow), name="home_flow"),
        path("home/flow/csv/", door(downloads.flow), name="home_flow_csv"),
        path("home/spread/csv/", door(downloads.spread), name="home_spread_csv"),
        path("home/people/", door(pages.people), name="home_people"),
        path("home/spread/", door(pages.spread), name="home_spread"),
        path("home/mine/", door(pages.mine), name="home_mine"),
        path("home/alerts/<int:pk>/acknowledgement/", door(alerts.acknowledgement), name="home_acknowledgement"),
        path("home/tickets/<str:reference>/assignment/", door(alerts.assignment), name="home_assignment"),
        path("home/people/<int:pk>/absence/", door(absences.absence), name="home_absence"),
        path("home/people/<int:pk>/return/", door(absences.return_), name="home_return"),
        path("home/deliveries/retry/", door(deliveries.retry), name="home_retry"),
    ]
