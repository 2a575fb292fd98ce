"""The addresses of triage: its own page below `/admin/triage/`, incidents, and what hangs below a ticket."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path
from django.views import View

from tickets.console.page.urls import behind
from tickets.console.triage import incidents, overview, reading, steering

PAGES: list[tuple[str, type[View], str]] = [
    ("triage/", reading.OpinionView, "triage"),
    ("triage/acceptance/", reading.AcceptanceView, "triage_acceptance"),
    ("similar/", reading.SimilarView, "similar"),
]


def below_ticket(site: AdminSite) -> list[URLPattern]:
    return [
        path(f"<reference:reference>/{rest}", behind(site, view), name=f"tickets_ticket_{name}")
        for rest, view, name in PAGES
    ]


def below(site: AdminSite) -> list[URLPattern]:
    """All of them behind the site's sign-in."""
    door = site.admin_view
    return [
        path("triage/", door(overview.overview), name="triage"),
        path("triage/training/", door(overview.training), name="triage_training"),
        path("triage/training/start/", door(steering.start), name="triage_start"),
        path("triage/training/stop/", door(steering.stop), name="triage_stop"),
        path("triage/tickets/<slug:slug>/", door(overview.behind), name="triage_behind"),
        path("triage/versions/<int:pk>/activation/", door(steering.activation), name="triage_activation"),
        path("triage/switches/<slug:target>/", door(steering.switch), name="triage_switch"),
        path("incidents/<int:pk>/", door(incidents.incident), name="incident"),
        path("incidents/<int:pk>/decision/", door(incidents.decision), name="incident_decision"),
        path("incidents/<int:pk>/messages/", door(incidents.message), name="incident_message"),
        path("incidents/<int:pk>/tickets/", door(incidents.part), name="incident_part"),
    ]
