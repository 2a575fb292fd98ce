"""Whoever is on call can let the levels of a ticket wait for a while, and says why."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import helpdesk.core.text


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0005_policies"),
        ("tickets", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Snooze",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField(verbose_name="until")),
                (
                    "reason",
                    models.CharField(
                        max_length=300, validators=[helpdesk.core.text.validate_storable], verbose_name="reason"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="snooze", to="tickets.ticket"
                    ),
                ),
            ],
            options={"verbose_name": "snooze", "verbose_name_plural": "snoozes"},
        ),
    ]
