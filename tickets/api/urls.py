from django.urls import include, path

from tickets.api.assignment import AssignmentView
from tickets.api.attachments import AttachmentView
from tickets.api.categories import CategoriesView
from tickets.api.classification import CategoryView, PriorityView
from tickets.api.duplicate import DuplicateView
from tickets.api.following import TagView, WatcherView
from tickets.api.history import EventsView
from tickets.api.links import LinksView
from tickets.api.messages import MessagesView
from tickets.api.progress import ClosureView, ResolutionView, WaitingView, WorkView
from tickets.api.routing import RoutingNowView, RoutingView
from tickets.api.taking import HandOverView, NextTicketView
from tickets.api.tickets import TicketDetailView, TicketsView
from tickets.api.triage import SimilarView, TriageView

one_ticket = [
    path("", TicketDetailView.as_view(), name="api-ticket"),
    path("messages/", MessagesView.as_view(), name="api-messages"),
    path("assignment/", AssignmentView.as_view(), name="api-assignment"),
    path("priority/", PriorityView.as_view(), name="api-priority"),
    path("category/", CategoryView.as_view(), name="api-category"),
    path("work/", WorkView.as_view(), name="api-work"),
    path("waiting/", WaitingView.as_view(), name="api-waiting"),
    path("resolution/", ResolutionView.as_view(), name="api-resolution"),
    path("closure/", ClosureView.as_view(), name="api-closure"),
    path("duplicate/", DuplicateView.as_view(), name="api-duplicate"),
    path("tags/<str:name>/", TagView.as_view(), name="api-tag"),
    path("watchers/<str:person>/", WatcherView.as_view(), name="api-watcher"),
    path("links/", LinksView.as_view(), name="api-links"),
    path("events/", EventsView.as_view(), name="api-events"),
    path("routing/", RoutingView.as_view(), name="api-routing"),
    path("routing/now/", RoutingNowView.as_view(), name="api-routing-now"),
    path("hand-over/", HandOverView.as_view(), name="api-hand-over"),
    path("triage/", TriageView.as_view(), name="api-triage"),
    path("similar/", SimilarView.as_view(), name="api-similar"),
]

urlpatterns = [
    path("tickets/", TicketsView.as_view(), name="api-tickets"),
    path("tickets/next/", NextTicketView.as_view(), name="api-next-ticket"),
    path("tickets/<str:reference>/", include(one_ticket)),
    path("attachments/<uuid:pk>/", AttachmentView.as_view(), name="api-attachment"),
    path("categories/", CategoriesView.as_view(), name="api-categories"),
]
