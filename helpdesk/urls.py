"""Front doors: the back-office, the API and its documentation, and the health of the installation."""

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from helpdesk.core.problems import no_such_address
from helpdesk.health import livez, readyz
from helpdesk.metrics import metrics
from teams.portal.faces import change_picture, face

api = [
    path("", include("tickets.api.urls")),
    path("", include("teams.api.urls")),
    path("", include("escalation.api.urls")),
    path("", include("notifications.api.urls")),
]

# Programs knock more often than people: theirs is the first door that is tried.
urlpatterns = [
    path("api/v1/", include(api)),
    path("", include("helpdesk.demo.urls")),
    path("", include("tickets.portal.urls")),
    path("account/", include("teams.sign_in.urls")),
    path("faces/<str:name>", face, name="face"),
    path("profile/picture/", change_picture, name="picture"),
    path("admin/", admin.site.urls),
    path("begin/", include("helpdesk.beginning.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    re_path(r"^api/", no_such_address),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]

handler400 = "helpdesk.core.problems.bad_request"
handler500 = "helpdesk.core.problems.server_error"
