"""Escalation policies and their levels are remembered until somebody changes one."""

from django.db import migrations

from helpdesk.core.configuration import unwatch, watch

AREA = "promises"
TABLES = ("escalation_escalationpolicy", "escalation_escalationlevel")


class Migration(migrations.Migration):
    dependencies = [("escalation", "0007_automations")]

    operations = [migrations.RunSQL(watch(AREA, *TABLES), unwatch(*TABLES))]
