"""Websocket addresses."""

from channels.routing import URLRouter
from django.urls import path

from notifications.live.authentication import LiveAuthentication
from notifications.live.consumer import LiveConsumer

websocket = LiveAuthentication(URLRouter([path("ws/live/", LiveConsumer.as_asgi())]))
