"""The roof: settings, front doors and processes. What the product does lives in the apps below it."""

from helpdesk.celery import app as celery_app

__all__ = ["celery_app"]
