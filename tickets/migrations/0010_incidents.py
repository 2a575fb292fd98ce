"""Incidents: one cause behind many tickets."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0009_triage"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("suspected", "Suspected"),
                            ("confirmed", "Confirmed"),
                            ("dismissed", "Not one incident"),
                        ],
                        default="suspected",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("suspected_at", models.DateTimeField(verbose_name="suspected at")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "parent",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="leads_incident",
                        to="tickets.ticket",
                        verbose_name="parent ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "incident",
                "verbose_name_plural": "incidents",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="IncidentTicket",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="incident_part",
                        serialize=False,
                        to="tickets.ticket",
                    ),
                ),
                ("similarity", models.FloatField(default=1.0, verbose_name="similarity")),
                ("joined_at", models.DateTimeField(verbose_name="found at")),
                ("linked_at", models.DateTimeField(null=True, verbose_name="linked at")),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="tickets.incident"
                    ),
                ),
            ],
            options={
                "verbose_name": "ticket of an incident",
                "verbose_name_plural": "tickets of incidents",
            },
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["state", "-suspected_at"], name="incident_by_state"),
        ),
    ]
