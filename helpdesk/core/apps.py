from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "helpdesk.core"
    label = "core"

    def ready(self) -> None:
        from helpdesk.core import schema  # noqa: F401 - teaches drf-spectacular about our bodies
