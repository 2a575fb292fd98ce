"""The promises and the escalation that ship: sensible for a small desk, and all of it editable."""

from django.db import migrations

MINUTE, HOUR = 60, 3600
LOW, MEDIUM, HIGH, CRITICAL = 1, 2, 3, 4
TARGETS = {
    "first_response": {CRITICAL: 30 * MINUTE, HIGH: 2 * HOUR, MEDIUM: 4 * HOUR, LOW: 8 * HOUR},
    "resolution": {CRITICAL: 4 * HOUR, HIGH: 8 * HOUR, MEDIUM: 24 * HOUR, LOW: 40 * HOUR},
}
# At 75 % the assignee hears of it; at the deadline the lead, and the priority rises while the owner stays; half a target
# later the next best takes over, and the lead's lead hears of it.
LEVELS = (
    (75, [{"do": "notify", "who": "assignee"}]),
    (100, [{"do": "notify", "who": "lead"}, {"do": "raise_priority"}]),
    (
        150,
        [
            {"do": "reassign", "to": "next_best"},
            # Told about it, and let in: the lead's lead need not belong to the team.
            {"do": "add_watcher", "who": "leads_lead"},
            {"do": "notify", "who": "leads_lead"},
        ],
    ),
)
POLICIES = {"first_response": "First response slips", "resolution": "Resolution slips"}


def ship(apps, schema_editor):
    policy = apps.get_model("escalation", "SlaPolicy").objects.create(name="Standard", position=1000)
    target = apps.get_model("escalation", "SlaTarget")
    target.objects.bulk_create(
        target(policy=policy, metric=metric, priority=priority, target_seconds=seconds)
        for metric, targets in TARGETS.items()
        for priority, seconds in targets.items()
    )
    level = apps.get_model("escalation", "EscalationLevel")
    for anchor, name in POLICIES.items():
        escalation = apps.get_model("escalation", "EscalationPolicy").objects.create(name=name)
        level.objects.bulk_create(
            level(policy=escalation, number=number, anchor=anchor, offset_percent=percent, actions=actions)
            for number, (percent, actions) in enumerate(LEVELS, start=1)
        )


class Migration(migrations.Migration):
    dependencies = [("escalation", "0001_initial"), ("teams", "0002_ship_general_team")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
