"""Who has seen an alert, and when."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import helpdesk.core.text


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0002_ship_promises"),
        ("tickets", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                (
                    "alert",
                    models.OneToOneField(
                        help_text="The warning, breach or escalation that was seen.",
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="acknowledgement",
                        serialize=False,
                        to="tickets.ticketevent",
                        verbose_name="alert",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        max_length=300,
                        validators=[helpdesk.core.text.validate_storable],
                        verbose_name="reason",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgements",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={"verbose_name": "acknowledgement", "verbose_name_plural": "acknowledgements"},
        ),
    ]
