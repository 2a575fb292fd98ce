"""Links in mails can be revoked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0003_ship_categories")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="link_generation",
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False, verbose_name="link generation"),
        ),
    ]
