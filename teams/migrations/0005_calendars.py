"""National holidays, feeds, hours of organisations, on-call rotas, and a memory of who changed the set-up."""

from datetime import time

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import teams.models.user

# Arguments of a trigger: what the row belongs to, the column with that one's id, columns that are no set-up.
REMEMBER = """
CREATE FUNCTION teams_remember_configuration() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb;
    becomes jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD) - string_to_array(coalesce(TG_ARGV[2], ''), ','); END IF;
    IF TG_OP <> 'DELETE' THEN becomes := to_jsonb(NEW) - string_to_array(coalesce(TG_ARGV[2], ''), ','); END IF;
    IF was IS NOT DISTINCT FROM becomes THEN
        RETURN NULL;
    END IF;
    INSERT INTO teams_configurationchange (subject, subject_id, "table", row_id, before, after, by_id, at)
    VALUES (TG_ARGV[0], (coalesce(becomes, was) ->> TG_ARGV[1])::bigint, TG_TABLE_NAME,
            (coalesce(becomes, was) ->> 'id')::bigint, was, becomes,
            nullif(current_setting('helpdesk.person', true), '')::bigint, now());
    RETURN NULL;
END
$$;
"""
WATCHED = (
    ("teams_calendar", "'calendar', 'id', 'feed_checked_at,feed_changed_at,feed_error'"),
    ("teams_calendarspan", "'calendar', 'calendar_id'"),
    ("teams_holiday", "'calendar', 'calendar_id'"),
    ("teams_oncallrota", "'rota', 'id'"),
    ("teams_oncallturn", "'rota', 'rota_id'"),
)
CREATE = REMEMBER + "".join(
    f"CREATE TRIGGER remember_configuration AFTER INSERT OR UPDATE OR DELETE ON {table}"
    f" FOR EACH ROW EXECUTE FUNCTION teams_remember_configuration({arguments});\n"
    for table, arguments in WATCHED
)
DROP = "".join(f"DROP TRIGGER remember_configuration ON {table};\n" for table, _arguments in reversed(WATCHED))
DROP += "DROP FUNCTION teams_remember_configuration();"


class Migration(migrations.Migration):
    dependencies = [("teams", "0004_assignment"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(
            model_name="calendar",
            name="country",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Its national holidays are kept up to date. Two letters, for example DE.",
                max_length=8,
                verbose_name="country",
            ),
        ),
        migrations.AddField(
            model_name="calendar",
            name="feed_changed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="feed last good at"),
        ),
        migrations.AddField(
            model_name="calendar",
            name="feed_checked_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="feed asked at"),
        ),
        migrations.AddField(
            model_name="calendar",
            name="feed_error",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                max_length=300,
                verbose_name="what is wrong with the feed",
            ),
        ),
        migrations.AddField(
            model_name="calendar",
            name="feed_url",
            field=models.URLField(
                blank=True,
                db_default="",
                default="",
                help_text="An address of .ics data. Its all-day events are holidays, the others close a part of a day.",
                max_length=500,
                verbose_name="iCalendar feed",
            ),
        ),
        migrations.AddField(
            model_name="calendar",
            name="region",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Adds the region's own holidays, for example BY.",
                max_length=12,
                verbose_name="region",
            ),
        ),
        migrations.AddField(
            model_name="holiday",
            name="is_worked",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="It counts as working time all the same. Stays so when national holidays or the feed are renewed.",
                verbose_name="we work on it",
            ),
        ),
        migrations.AddField(
            model_name="holiday",
            name="source",
            field=models.CharField(
                choices=[("staff", "Entered here"), ("national", "National holiday"), ("feed", "From the feed")],
                db_default="staff",
                default="staff",
                editable=False,
                max_length=10,
                verbose_name="source",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="calendar",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Promises to its people count in these. Empty: in those of the team.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="organisations",
                to="teams.calendar",
                verbose_name="working hours",
            ),
        ),
        migrations.CreateModel(
            name="OnCallRota",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "time_zone",
                    models.CharField(
                        default=teams.models.user.default_time_zone,
                        max_length=64,
                        validators=[teams.models.user.validate_time_zone],
                        verbose_name="time zone",
                    ),
                ),
                ("begins_on", models.DateField(verbose_name="first turn begins on")),
                ("hands_over_at", models.TimeField(default=time(9), verbose_name="hands over at")),
                (
                    "turn_days",
                    models.PositiveSmallIntegerField(
                        default=7,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="days a turn",
                    ),
                ),
                (
                    "team",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rota",
                        to="teams.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "on-call rota",
                "verbose_name_plural": "on-call rotas",
            },
        ),
        migrations.CreateModel(
            name="OnCallTurn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "rota",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="turns", to="teams.oncallrota"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="on_call_turns",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "turn",
                "verbose_name_plural": "turns",
                "ordering": ["rota", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ConfigurationChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=40, verbose_name="what")),
                ("subject_id", models.BigIntegerField()),
                ("table", models.CharField(max_length=63)),
                ("row_id", models.BigIntegerField()),
                ("before", models.JSONField(null=True, verbose_name="before")),
                ("after", models.JSONField(null=True, verbose_name="after")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of the set-up",
                "verbose_name_plural": "changes of the set-up",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["subject", "subject_id", "-id"], name="configuration_by_subject")],
            },
        ),
        migrations.AddConstraint(
            model_name="oncallrota",
            constraint=models.CheckConstraint(condition=models.Q(("turn_days__gte", 1)), name="rota_turn_lasts"),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
