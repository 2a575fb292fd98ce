"""How each team's tickets are given out, and where they go when everybody is full. Changes of who works when are noticed."""

from django.db import migrations, models

from helpdesk.core.configuration import NO_TABLE, TABLE, unwatch, watch

AREA = "people"
TABLES = (
    "teams_team", "teams_teammembership", "teams_agentprofile", "teams_agentskill", "teams_skill", "teams_shift",
    "teams_calendar", "teams_calendarspan", "teams_holiday",
)  # fmt: skip
# Customers come and go all day; only what makes somebody an agent counts.
PEOPLE = """
CREATE TRIGGER bump_configuration AFTER UPDATE OF is_active, is_staff, time_zone, full_name ON teams_user
    FOR EACH ROW WHEN ((OLD.is_staff OR NEW.is_staff) AND (OLD.is_active, OLD.is_staff, OLD.time_zone, OLD.full_name)
        IS DISTINCT FROM (NEW.is_active, NEW.is_staff, NEW.time_zone, NEW.full_name))
    EXECUTE FUNCTION bump_configuration('people');
CREATE TRIGGER bump_configuration_truncated AFTER TRUNCATE ON teams_user
    FOR EACH STATEMENT EXECUTE FUNCTION bump_configuration('people');
"""
NO_PEOPLE = """
DROP TRIGGER bump_configuration ON teams_user;
DROP TRIGGER bump_configuration_truncated ON teams_user;
"""


class Migration(migrations.Migration):
    dependencies = [("teams", "0003_sign_in")]

    operations = [
        migrations.AddField(
            "team",
            "policy",
            models.CharField(
                choices=[
                    ("balanced", "Balanced: to whoever can answer soonest"),
                    ("round_robin", "Round robin: in turn"),
                    ("take_next", "Take next: agents take the next ticket themselves"),
                ],
                db_default="balanced",
                default="balanced",
                help_text="What nobody takes is given to somebody when half of the first response time is used.",
                max_length=20,
                verbose_name="tickets are given",
            ),
        ),
        migrations.AddField(
            "team",
            "spills_over",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="What finds everybody full goes to agents of the general team who have room.",
                verbose_name="passes on when everyone is full",
            ),
        ),
        migrations.RunSQL(TABLE, NO_TABLE),
        migrations.RunSQL(watch(AREA, *TABLES), unwatch(*TABLES)),
        migrations.RunSQL(PEOPLE, NO_PEOPLE),
    ]
