"""On-call rotas are remembered like the rest of the set-up, and so are the addresses of those who work here."""

from django.db import migrations

from helpdesk.core.configuration import unwatch, watch

AREA = "people"
TABLES = ("teams_oncallrota", "teams_oncallturn")
_TRIGGER = """
CREATE OR REPLACE TRIGGER bump_configuration AFTER UPDATE OF is_active, is_staff, time_zone, full_name{email} ON teams_user
    FOR EACH ROW WHEN ((OLD.is_staff OR NEW.is_staff)
        AND (OLD.is_active, OLD.is_staff, OLD.time_zone, OLD.full_name, OLD.email)
        IS DISTINCT FROM (NEW.is_active, NEW.is_staff, NEW.time_zone, NEW.full_name, NEW.email))
    EXECUTE FUNCTION bump_configuration('people');
"""


class Migration(migrations.Migration):
    dependencies = [("teams", "0006_people")]

    operations = [
        migrations.RunSQL(watch(AREA, *TABLES), unwatch(*TABLES)),
        migrations.RunSQL(_TRIGGER.format(email=", email"), _TRIGGER.format(email="")),
    ]
