"""What the demo catches on its way out."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CaughtMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("mail", "E-mail"), ("sms", "Text message")], max_length=4)),
                ("key", models.CharField(max_length=300, unique=True)),
                ("recipient", models.CharField(max_length=320)),
                ("subject", models.CharField(max_length=1000)),
                ("raw", models.BinaryField(default=bytes)),
                ("received_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={"ordering": ["-pk"]},
        ),
    ]
