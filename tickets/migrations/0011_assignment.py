"""An agent may keep a ticket over the end of their shift. Changes of what is routed where are noticed."""

from django.db import migrations, models

from helpdesk.core.configuration import unwatch, watch

AREA = "routing"
TABLES = ("tickets_category", "tickets_categoryskill", "tickets_routingrule")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0010_incidents"), ("teams", "0004_assignment")]

    operations = [
        migrations.AddField(
            "ticket", "kept_until", models.DateTimeField(blank=True, null=True, verbose_name="kept until")
        ),
        migrations.RunSQL(watch(AREA, *TABLES), unwatch(*TABLES)),
    ]
