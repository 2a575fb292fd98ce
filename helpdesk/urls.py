"""Front doors: the back-office, the API and its documentation, and the health of the installation."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from helpdesk.core.problems import no_such_address
from helpdesk.health import livez, readyz

api = [
    path("", include("teams.api.urls")),
    path("", include("tickets.api.urls")),
    path("", include("escalation.api.urls")),
    path("", include("notifications.api.urls")),
]

urlpatterns = [
    # Until customers have pages of their own.
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("admin/", admin.site.urls),
    path("api/v1/", include(api)),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    re_path(r"^api/", no_such_address),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
]

handler400 = "helpdesk.core.problems.bad_request"
handler500 = "helpdesk.core.problems.server_error"
