"""Which model reads new tickets, and what of it is switched off, is remembered until it changes."""

from django.db import migrations

from helpdesk.core.configuration import unwatch, watch

AREA = "triage"
TABLES = ("tickets_modelversion", "tickets_triageswitch")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0012_sightings"), ("teams", "0004_assignment")]

    operations = [migrations.RunSQL(watch(AREA, *TABLES), unwatch(*TABLES))]
