"""What somebody is writing is kept on the server, and held for a moment when it is sent.

Not in one transaction: the index of the attachments is built, and their constraint checked, while everybody works on.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

import helpdesk.core.text


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("tickets", "0004_links"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("is_internal", models.BooleanField(default=False, verbose_name="internal note")),
                (
                    "body",
                    models.TextField(
                        blank=True, validators=[helpdesk.core.text.validate_storable], verbose_name="text"
                    ),
                ),
                ("then", models.CharField(default="send", max_length=20, verbose_name="after sending")),
                ("seen_version", models.PositiveIntegerField(null=True)),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("updated_at", models.DateTimeField(verbose_name="updated at")),
                ("send_at", models.DateTimeField(null=True, verbose_name="goes out at")),
                ("held_because", models.CharField(blank=True, max_length=500, verbose_name="held back because")),
                ("held_code", models.CharField(blank=True, max_length=40)),
            ],
            options={"verbose_name": "draft", "verbose_name_plural": "drafts", "ordering": ["id"]},
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                condition=Q(send_at=None), fields=("ticket", "author", "is_internal"), name="draft_one_unsent_a_side"
            ),
        ),
        migrations.AddIndex(
            model_name="draft", index=models.Index(fields=["ticket", "author"], name="draft_by_ticket")
        ),
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(condition=Q(send_at__isnull=False), fields=["send_at"], name="draft_due"),
        ),
        migrations.AlterField(
            model_name="attachment",
            name="message",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attachments",
                to="tickets.message",
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="draft",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="files",
                to="tickets.draft",
            ),
        ),
        AddConstraintNotValid(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=Q(message=None) | Q(draft=None), name="attachment_of_message_or_draft"
            ),
        ),
        ValidateConstraint(model_name="attachment", name="attachment_of_message_or_draft"),
        AddIndexConcurrently(
            model_name="attachment",
            index=models.Index(
                condition=Q(draft__isnull=False) | Q(message__isnull=True), fields=["draft"], name="attachment_unsent"
            ),
        ),
    ]
