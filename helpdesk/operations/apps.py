from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "helpdesk.operations"
    label = "operations"
