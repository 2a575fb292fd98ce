"""Deliveries that failed for good are found without reading those that went well."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("notifications", "0002_quiet_hours")]

    operations = [
        AddIndexConcurrently(
            "delivery",
            models.Index(fields=["-created_at"], name="delivery_failed", condition=models.Q(state="dead")),
        )
    ]
