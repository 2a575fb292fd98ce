"""Endpoints of other systems, what signs the calls to them, and the calls."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import helpdesk.core.text
import notifications.models.webhook


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0007_automations"),
        ("teams", "0006_people"),
        ("notifications", "0004_sms"),
        ("tickets", "0011_assignment"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        max_length=100,
                        unique=True,
                        validators=[helpdesk.core.text.validate_storable],
                        verbose_name="name",
                    ),
                ),
                ("key", models.SlugField(help_text="What actions call it. It stays.", unique=True, verbose_name="key")),
                (
                    "url",
                    models.CharField(
                        max_length=500,
                        validators=[notifications.models.webhook.validate_endpoint_url],
                        verbose_name="address",
                    ),
                ),
                ("is_enabled", models.BooleanField(default=True, verbose_name="on")),
                ("disabled_because", models.CharField(blank=True, max_length=300, verbose_name="switched off because")),
                (
                    "secret_made_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="secret since"),
                ),
                ("failing_since", models.DateTimeField(blank=True, null=True, verbose_name="fails since")),
                (
                    "last_failed_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="failed last"),
                ),
                ("silent_until", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="added"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook endpoint",
                "verbose_name_plural": "webhook endpoints",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("is_enabled", False), ("disabled_because", ""), _connector="OR"),
                        name="webhook_endpoint_on_has_no_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookCall",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("dedupe_key", models.CharField(max_length=120, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("escalation.raised", "Escalation"),
                            ("automation.ran", "Automation"),
                            ("webhook.test", "Test"),
                        ],
                        max_length=40,
                        verbose_name="type",
                    ),
                ),
                ("body", models.TextField(verbose_name="body")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("failed", "Failed, will be tried again"),
                            ("sent", "Sent"),
                            ("dead", "Failed for good"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("next_attempt_at", models.DateTimeField(verbose_name="next attempt")),
                ("give_up_at", models.DateTimeField(verbose_name="given up at")),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("last_status", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="last status")),
                ("last_answer", models.CharField(blank=True, max_length=500, verbose_name="last answer")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="created"),
                ),
                (
                    "automation_run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="webhook_calls",
                        to="escalation.automationrun",
                        verbose_name="run of an automation",
                    ),
                ),
                (
                    "escalation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="webhook_calls",
                        to="escalation.escalation",
                        verbose_name="escalation",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="webhook_calls",
                        to="tickets.ticket",
                        verbose_name="ticket",
                    ),
                ),
                (
                    "endpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="notifications.webhookendpoint",
                        verbose_name="endpoint",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook call",
                "verbose_name_plural": "webhook calls",
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("escalation", None), ("automation_run", None), _connector="OR"),
                        name="webhook_call_one_cause",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "failed"))),
                        fields=["next_attempt_at"],
                        name="webhook_call_open",
                    ),
                    models.Index(fields=["-created_at"], name="webhook_call_newest"),
                    models.Index(
                        condition=models.Q(("state", "dead")), fields=["-created_at"], name="webhook_call_dead"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookSecret",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("salt", models.CharField(editable=False, max_length=40)),
                ("digest", models.CharField(editable=False, max_length=64)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="made"),
                ),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="ends")),
                (
                    "endpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="secrets",
                        to="notifications.webhookendpoint",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook secret",
                "verbose_name_plural": "webhook secrets",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ends_at", None)), fields=("endpoint",), name="webhook_secret_one_stays"
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "CREATE TRIGGER remember_configuration AFTER INSERT OR UPDATE OR DELETE ON notifications_webhookendpoint"
            " FOR EACH ROW EXECUTE FUNCTION"
            " teams_remember_configuration('webhook_endpoint', 'id', 'failing_since,last_failed_at,silent_until')",
            "DROP TRIGGER remember_configuration ON notifications_webhookendpoint",
        ),
    ]
