"""Triage: versions of its model, what it said of each ticket, what each ticket means, and how good it was."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import tickets.models.triage


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0008_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ModelVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("candidate", "Candidate"), ("champion", "In use"), ("retired", "Retired")],
                        default="candidate",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("cold_start", "Names and descriptions only"), ("trained", "Trained on tickets")],
                        max_length=12,
                        verbose_name="origin",
                    ),
                ),
                ("encoder", models.CharField(max_length=40, verbose_name="encoder")),
                ("encoder_digest", models.CharField(blank=True, max_length=64)),
                ("labels", models.JSONField(default=list, verbose_name="labels")),
                ("examples", models.JSONField(default=list)),
                ("example_count", models.PositiveIntegerField(default=0, verbose_name="examples")),
                ("data_from", models.DateTimeField(null=True, verbose_name="data from")),
                ("data_until", models.DateTimeField(null=True, verbose_name="data until")),
                ("metrics", models.JSONField(default=dict, verbose_name="figures")),
                ("is_automatic", models.BooleanField(default=False, verbose_name="decides by itself")),
                ("verdict", models.JSONField(default=dict)),
                ("file_hash", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("file_size", models.PositiveIntegerField(default=0, verbose_name="bytes")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("activated_at", models.DateTimeField(null=True, verbose_name="activated at")),
                ("retired_at", models.DateTimeField(null=True, verbose_name="retired at")),
                (
                    "activated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "model version",
                "verbose_name_plural": "model versions",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="TicketVector",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="vector",
                        serialize=False,
                        to="tickets.ticket",
                    ),
                ),
                ("encoder", models.CharField(help_text="The first characters of the encoder's digest.", max_length=16)),
                ("signature", tickets.models.triage.BitField(length=384)),
                ("vector", models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name="category",
            name="keywords",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Words that customers use for it, in every language they write: triage begins with them.",
                max_length=500,
                verbose_name="keywords",
            ),
        ),
        migrations.CreateModel(
            name="ModelFile",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="file",
                        serialize=False,
                        to="tickets.modelversion",
                    ),
                ),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Prediction",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="prediction",
                        serialize=False,
                        to="tickets.ticket",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("automatic", "Decided by itself"),
                            ("suggested", "Suggested"),
                            ("abstained", "Not sure enough"),
                            ("chosen", "Chosen by the requester"),
                            ("held_out", "Left to people"),
                            ("none", "No opinion"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_model", "There is no model yet."),
                            ("broken", "The model file is damaged or missing."),
                            ("warming", "The model was still being loaded."),
                            ("slow", "The model took too long."),
                            ("failed", "The model failed."),
                            ("empty", "There was no text to read."),
                            ("off", "Switched off."),
                        ],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                ("ranked", models.JSONField(default=list)),
                ("confidence", models.FloatField(null=True)),
                ("thresholds", models.JSONField(default=dict)),
                ("terms", models.JSONField(default=list)),
                ("nearest", models.JSONField(default=list)),
                ("language", models.CharField(blank=True, max_length=8)),
                ("skills", models.JSONField(default=list)),
                (
                    "suggested_priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Low"), (2, "Medium"), (3, "High"), (4, "Critical")], null=True
                    ),
                ),
                ("duration_ms", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                (
                    "verdict",
                    models.CharField(
                        blank=True, choices=[("accepted", "Accepted"), ("corrected", "Corrected")], max_length=10
                    ),
                ),
                ("verdict_at", models.DateTimeField(null=True)),
                (
                    "category",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tickets.category",
                    ),
                ),
                (
                    "verdict_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predictions",
                        to="tickets.modelversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "prediction",
                "verbose_name_plural": "predictions",
            },
        ),
        migrations.CreateModel(
            name="TriageSwitch",
            fields=[
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("category", "Category"),
                            ("skills", "Skills"),
                            ("priority", "Priority"),
                            ("similar", "Similar tickets"),
                            ("incidents", "Incidents"),
                            ("thanks", "Thanks that do not reopen"),
                        ],
                        max_length=20,
                        primary_key=True,
                        serialize=False,
                        verbose_name="target",
                    ),
                ),
                ("is_on", models.BooleanField(default=True, verbose_name="on")),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "triage switch",
                "verbose_name_plural": "triage switches",
            },
        ),
        migrations.CreateModel(
            name="TriageWeek",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.DateField(verbose_name="week from")),
                ("figures", models.JSONField(default=dict)),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="weeks",
                        to="tickets.modelversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "week of triage",
                "verbose_name_plural": "weeks of triage",
                "ordering": ["-week"],
            },
        ),
        migrations.AddConstraint(
            model_name="modelversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "champion")), fields=("state",), name="model_one_champion"
            ),
        ),
        migrations.AddIndex(
            model_name="prediction",
            index=models.Index(fields=["made_at"], name="prediction_by_time"),
        ),
        migrations.AddConstraint(
            model_name="triageweek",
            constraint=models.UniqueConstraint(fields=("week",), name="triage_week_once"),
        ),
        migrations.AddIndex(
            model_name="ticketvector",
            index=models.Index(fields=["encoder", "ticket"], include=("signature",), name="vector_signatures"),
        ),
    ]
