"""The seven categories that ship. Staff may rename, add and switch off; the slugs are the API's names."""

from django.db import migrations

CATEGORIES = (
    ("technical", "Technical", "Something does not work: network, devices, access on site."),
    ("billing", "Billing", "Invoices, prices, discounts, tax."),
    ("general", "General", "Everything that fits nowhere else."),
    ("feature-request", "Feature request", "An idea for something new."),
    ("bug-report", "Bug report", "Our software does something wrong."),
    ("account", "Account", "Signing in, profile, data, membership."),
    ("payment", "Payment", "A charge, a refund, a failed payment."),
)


def ship(apps, schema_editor):
    category = apps.get_model("tickets", "Category")
    category.objects.bulk_create(
        category(slug=slug, name=name, description=description, position=position)
        for position, (slug, name, description) in enumerate(CATEGORIES, start=1)
    )


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_append_only_history")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
