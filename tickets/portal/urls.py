"""The customer pages. Every ticket address goes through `door.enter`."""

from django.urls import path

from teams.portal import profile
from tickets.portal import alike, answering, asking, files, links, listing, reading, stopping, welcome

app_name = "portal"

TICKET = "tickets/<uuid:public_id>/"

urlpatterns = [
    path("", welcome.welcome, name="welcome"),
    path("new/", asking.ask, name="new"),
    path("new/similar/", alike.alike, name="alike"),
    path("new/sent/<uuid:public_id>/", asking.sent, name="sent"),
    path("t/<str:token>/", links.open_link, name="link"),
    path("t/<str:token>/stop/", stopping.stop, name="stop"),
    path("links/", links.ask_for_links, name="links"),
    path("links/sent/", links.links_sent, name="links_sent"),
    path("profile/", profile.profile, name="profile"),
    path("tickets/", listing.my_tickets, name="tickets"),
    path(TICKET, reading.ticket_page, name="ticket"),
    path(f"{TICKET}messages/", answering.messages, name="messages"),
    path(f"{TICKET}resolution/", answering.resolution, name="resolution"),
    path(f"{TICKET}reopening/", answering.reopening, name="reopening"),
    path(f"{TICKET}reading/", answering.reading, name="reading"),
    path(f"{TICKET}files/<uuid:pk>/", files.download, name="file"),
]
