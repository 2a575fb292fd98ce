"""`/begin/`: where the start leads on an installation that is nobody's yet."""

from django.urls import path

from helpdesk.beginning.pages import administrator, fresh, hours, mail, overview, people, promises, ready

app_name = "beginning"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("key/<str:key>/", overview.open_with_key, name="key"),
    path("administrator/", administrator.administrator, name="administrator"),
    path("people/", people.people, name="people"),
    path("people/teams/", people.teams, name="teams"),
    path("people/suggested-teams/", people.suggested_teams, name="suggested_teams"),
    path("people/persons/", people.persons, name="persons"),
    path("hours/", hours.hours, name="hours"),
    path("promises/", promises.promises, name="promises"),
    path("mail/", mail.mail, name="mail"),
    path("mail/without/", mail.without_mail, name="without_mail"),
    path("mail/invitations/", mail.invitations, name="invitations"),
    path("ready/", ready.ready, name="ready"),
    path("fresh/", fresh.fresh, name="fresh"),
]
