from django.urls import path

from escalation.api.acknowledgement import AcknowledgementView
from escalation.api.clocks import ClocksView
from escalation.api.escalations import EscalationsView
from escalation.api.snooze import SnoozeView

urlpatterns = [
    path("tickets/<str:reference>/clocks/", ClocksView.as_view(), name="api-clocks"),
    path("tickets/<str:reference>/acknowledgement/", AcknowledgementView.as_view(), name="api-acknowledgement"),
    path("tickets/<str:reference>/escalations/", EscalationsView.as_view(), name="api-escalations"),
    path("tickets/<str:reference>/snooze/", SnoozeView.as_view(), name="api-snooze"),
]
