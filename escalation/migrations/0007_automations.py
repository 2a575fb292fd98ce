"""Automations: what they wait for, when they are looked at, and what they did."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import escalation.actions
import escalation.conditions
import helpdesk.core.text
from helpdesk.core.configuration import unwatch, watch

# What `escalation.matching` remembers: every change gives it a new version.
PROMISES = ("escalation_slapolicy", "escalation_slatarget")


class Migration(migrations.Migration):
    dependencies = [("escalation", "0006_on_call"), ("teams", "0004_assignment"), ("tickets", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Automation",
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
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "happening",
                    models.CharField(
                        choices=[
                            ("opened", "A ticket is opened"),
                            ("customer_wrote", "A customer writes"),
                            ("staff_wrote", "Staff answer"),
                            ("noted", "Staff write a note"),
                            ("assigned", "Somebody gets it"),
                            ("unassigned", "Nobody has it any more"),
                            ("pended", "It waits for the customer"),
                            ("resolved", "It is resolved"),
                            ("reopened", "It is reopened"),
                            ("priority_changed", "Its priority changes"),
                            ("category_changed", "Its category changes"),
                            ("tagged", "A tag is added"),
                            ("warned", "A promise is at risk"),
                            ("breached", "A promise is broken"),
                        ],
                        max_length=20,
                        verbose_name="when",
                    ),
                ),
                (
                    "after_seconds",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="0: at once. Else only if nobody has written and the status has not changed in the meantime.",
                        validators=[django.core.validators.MaxValueValidator(31622400)],
                        verbose_name="after (seconds)",
                    ),
                ),
                (
                    "is_working_time",
                    models.BooleanField(
                        default=True, help_text="In the hours of the ticket's team.", verbose_name="count working time"
                    ),
                ),
                (
                    "conditions",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='For example {"category": ["billing"], "status": ["pending_customer"]}. Empty: every ticket.',
                        validators=[escalation.conditions.validate_automation_conditions],
                        verbose_name="conditions",
                    ),
                ),
                (
                    "actions",
                    models.JSONField(
                        default=list,
                        validators=[escalation.actions.validate_automation_actions],
                        verbose_name="actions",
                    ),
                ),
            ],
            options={
                "verbose_name": "automation",
                "verbose_name_plural": "automations",
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="AutomationRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("done", "Done"),
                            ("skipped", "Skipped: a condition failed"),
                            ("stopped", "Stopped: it would go round in a circle"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("failed_condition", models.CharField(blank=True, max_length=20, verbose_name="failed condition")),
                ("results", models.JSONField(default=list, verbose_name="results")),
                ("due_at", models.DateTimeField(verbose_name="due at")),
                (
                    "ran_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="ran at"),
                ),
                (
                    "automation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="escalation.automation"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticketevent",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="automation_runs",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "run of an automation",
                "verbose_name_plural": "runs of automations",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "automation", "event"), name="automation_once_an_event"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "skipped"), _negated=True),
                            models.Q(("failed_condition", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="automation_skipped_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AutomationTimer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(db_index=True, verbose_name="due at")),
                (
                    "automation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="timers", to="escalation.automation"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.ticketevent",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="automation_timers",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "automation timer",
                "verbose_name_plural": "automation timers",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ticket", "automation", "event"), name="automation_timer_once_an_event"
                    )
                ],
            },
        ),
        migrations.RunSQL(watch("promises", *PROMISES), unwatch(*PROMISES)),
        migrations.RunSQL(
            "CREATE TRIGGER remember_configuration AFTER INSERT OR UPDATE OR DELETE ON escalation_automation"
            " FOR EACH ROW EXECUTE FUNCTION teams_remember_configuration('automation', 'id')",
            "DROP TRIGGER remember_configuration ON escalation_automation",
        ),
    ]
