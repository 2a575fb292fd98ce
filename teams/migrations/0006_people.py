"""People have a picture."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("teams", "0005_calendars")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="picture",
            field=models.CharField(
                blank=True, db_default="", default="", editable=False, max_length=80, verbose_name="picture"
            ),
        ),
    ]
