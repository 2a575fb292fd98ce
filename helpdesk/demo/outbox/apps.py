from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "helpdesk.demo.outbox"
    label = "demo_outbox"
