"""What ships promises the next response, too, as quick as the first; who has changed the promise is left alone."""

from django.db import migrations

MINUTE, HOUR = 60, 3600
LOW, MEDIUM, HIGH, CRITICAL = 1, 2, 3, 4
TARGETS = {CRITICAL: 30 * MINUTE, HIGH: 2 * HOUR, MEDIUM: 4 * HOUR, LOW: 8 * HOUR}
LEVELS = (
    (75, [{"do": "notify", "who": "assignee"}]),
    (100, [{"do": "notify", "who": "lead"}]),
    (150, [{"do": "reassign", "to": "next_best"}, {"do": "notify", "who": "leads_lead"}]),
)

# Off until somebody wants it: a quarter of an hour before, customers hear that it takes two working hours more.
TELL_EARLY = [{"do": "tell_customer", "more_seconds": 2 * HOUR}]


def ship(apps, schema_editor):
    target = apps.get_model("escalation", "SlaTarget")
    policy = apps.get_model("escalation", "SlaPolicy").objects.filter(name="Standard", version=1).first()
    if policy is None or target.objects.filter(policy=policy, metric="next_response").exists():
        return
    target.objects.bulk_create(
        target(policy=policy, metric="next_response", priority=priority, target_seconds=seconds)
        for priority, seconds in TARGETS.items()
    )
    policies = apps.get_model("escalation", "EscalationPolicy").objects
    level = apps.get_model("escalation", "EscalationLevel")
    slips, is_new = policies.get_or_create(name="Next response slips")
    if is_new:
        level.objects.bulk_create(
            level(policy=slips, number=number, anchor="next_response", offset_percent=percent, actions=actions)
            for number, (percent, actions) in enumerate(LEVELS, start=1)
        )
    early, is_new = policies.get_or_create(
        name="Tell customers before an answer is late", defaults={"is_active": False}
    )
    if is_new:
        level.objects.bulk_create(
            level(policy=early, number=number, anchor=anchor, offset_seconds=-15 * MINUTE, actions=TELL_EARLY)
            for number, anchor in enumerate(("first_response", "next_response"), start=1)
        )


class Migration(migrations.Migration):
    dependencies = [("escalation", "0003_acknowledgements")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
