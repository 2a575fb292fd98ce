from django.urls import path

from teams.api.me import MeView
from teams.api.teams import TeamsView

urlpatterns = [
    path("me/", MeView.as_view(), name="api-me"),
    path("teams/", TeamsView.as_view(), name="api-teams"),
]
