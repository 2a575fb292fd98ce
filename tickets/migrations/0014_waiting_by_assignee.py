"""What waits for an agent is found without reading all that they ever had."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0013_remembered_triage")]

    operations = [
        AddIndexConcurrently(
            "ticket",
            models.Index(
                fields=["assignee"],
                name="ticket_waiting_by_assignee",
                condition=models.Q(
                    assignment_starts_at=None, status__in=frozenset({"open", "assigned", "in_progress"})
                ),
            ),
        )
    ]
