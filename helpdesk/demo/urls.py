"""What the demo adds: doors on the first page, the tour, and the outbox. Elsewhere these addresses do not exist."""

from django.urls import path

from helpdesk.demo.doors import views as doors
from helpdesk.demo.outbox import gateway
from helpdesk.demo.outbox import views as outbox

app_name = "demo"

urlpatterns = [
    path("", doors.front, name="front"),
    path("demo/doors/<slug:door>/", doors.enter, name="enter"),
    path("demo/tour/", doors.put_away, name="tour"),
    path("demo/tour/<slug:slug>/", doors.follow, name="step"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/fresh/", outbox.fresh, name="outbox_fresh"),
    path("outbox/sms/", gateway.receive, name="sms_gateway"),
    path("outbox/<int:pk>/", outbox.message, name="outbox_message"),
    path("outbox/<int:pk>/frame/", outbox.frame, name="outbox_frame"),
]
