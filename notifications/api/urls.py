from django.urls import path

from notifications.api.inbox import InboxView, ReadAllView, ReadView

urlpatterns = [
    path("notifications/", InboxView.as_view(), name="api-notifications"),
    path("notifications/read/", ReadAllView.as_view(), name="api-notifications-read"),
    path("notifications/<int:pk>/read/", ReadView.as_view(), name="api-notification-read"),
]
