"""Long work as rows: with progress, a sign of life and an end."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=60, verbose_name="kind")),
                ("arguments", models.JSONField(default=dict, verbose_name="arguments")),
                ("fingerprint", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("done_count", models.PositiveBigIntegerField(default=0, verbose_name="done")),
                ("total_count", models.PositiveBigIntegerField(default=0, verbose_name="of")),
                ("checkpoint", models.JSONField(default=dict)),
                ("result", models.JSONField(default=dict, verbose_name="result")),
                ("error", models.TextField(blank=True, verbose_name="error")),
                ("attempt", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("started_by_id", models.CharField(blank=True, max_length=40, verbose_name="started by (id)")),
                ("is_cancel_wanted", models.BooleanField(default=False, verbose_name="to be cancelled")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="created at"
                    ),
                ),
                ("heartbeat_at", models.DateTimeField(null=True, verbose_name="last sign of life")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
            ],
            options={
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(condition=models.Q(("finished_at", None)), fields=["heartbeat_at"], name="job_pending")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=("fingerprint",),
                        name="job_once_at_a_time",
                    )
                ],
            },
        ),
    ]
