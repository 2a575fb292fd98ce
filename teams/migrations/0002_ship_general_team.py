"""What every desk needs from the first minute: default working hours, and the general team that takes what no other does."""

from datetime import time

from django.db import migrations

WORKDAYS = range(5)


def ship(apps, schema_editor):
    calendar = apps.get_model("teams", "Calendar").objects.create(name="Office hours", is_default=True)
    span = apps.get_model("teams", "CalendarSpan")
    span.objects.bulk_create(span(calendar=calendar, weekday=day, opens=time(9), closes=time(17)) for day in WORKDAYS)
    apps.get_model("teams", "Team").objects.create(name="General", slug="general", is_general=True)


class Migration(migrations.Migration):
    dependencies = [("teams", "0001_initial")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
