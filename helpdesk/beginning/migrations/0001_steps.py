"""Which of the first steps are done."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="DoneStep",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name="name")),
                (
                    "done_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="done"),
                ),
            ],
            options={
                "verbose_name": "step that is done",
                "verbose_name_plural": "steps that are done",
            },
        ),
    ]
