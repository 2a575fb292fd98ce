"""Answers that are written once and sent often; duplicates point to their original.

Not in one transaction: the index of the tickets is built while everybody works on.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

import helpdesk.core.text
import tickets.models.canned


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0005_drafts"), ("teams", "0002_ship_general_team")]

    operations = [
        migrations.CreateModel(
            name="CannedReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=100, verbose_name="title")),
                (
                    "shortcut",
                    models.SlugField(
                        help_text="What is typed after / in the composer.",
                        max_length=40,
                        unique=True,
                        verbose_name="shortcut",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: everybody may use it.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="canned_replies",
                        to="teams.team",
                        verbose_name="team",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("de", "German")],
                        default="en",
                        max_length=8,
                        verbose_name="language",
                    ),
                ),
                (
                    "body",
                    models.TextField(
                        help_text=(
                            "{{ requester }}, {{ reference }}, {{ title }}, {{ agent }}, {{ team }} and "
                            "{{ promise }} are filled in."
                        ),
                        validators=[helpdesk.core.text.validate_storable, tickets.models.canned.validate_marks],
                        verbose_name="text",
                    ),
                ),
            ],
            options={"verbose_name": "canned reply", "verbose_name_plural": "canned replies", "ordering": ["title"]},
        ),
        migrations.AddField(
            model_name="ticket",
            name="duplicate_of",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="duplicates",
                to="tickets.ticket",
                verbose_name="duplicate of",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(duplicate_of__isnull=False), fields=["duplicate_of"], name="ticket_duplicates"
            ),
        ),
    ]
