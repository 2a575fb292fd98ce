"""Absences and on-call shifts are remembered until somebody changes one."""

from django.db import migrations

from helpdesk.core.configuration import unwatch, watch

AREA = "people"
TABLES = ("teams_absence", "teams_oncallshift")


class Migration(migrations.Migration):
    dependencies = [("teams", "0007_remembered_rotas")]

    operations = [migrations.RunSQL(watch(AREA, *TABLES), unwatch(*TABLES))]
