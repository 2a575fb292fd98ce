"""What holds when a ticket is reopened, why a clock has its policy, when a breach was found, and who changed what."""

from django.db import migrations, models

WATCHED = (
    ("escalation_slapolicy", "'sla_policy', 'id'"),
    ("escalation_slatarget", "'sla_policy', 'policy_id'"),
    ("escalation_escalationpolicy", "'escalation_policy', 'id'"),
    ("escalation_escalationlevel", "'escalation_policy', 'policy_id'"),
    ("tickets_routingrule", "'routing_rule', 'id'"),
)
CREATE = "".join(
    f"CREATE TRIGGER remember_configuration AFTER INSERT OR UPDATE OR DELETE ON {table}"
    f" FOR EACH ROW EXECUTE FUNCTION teams_remember_configuration({arguments});\n"
    for table, arguments in WATCHED
)
DROP = "".join(f"DROP TRIGGER remember_configuration ON {table};\n" for table, _arguments in reversed(WATCHED))


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0004_next_response"),
        ("teams", "0005_calendars"),
        ("tickets", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="slapolicy",
            name="reopen_rule",
            field=models.CharField(
                choices=[
                    ("continue", "The same promise goes on; the time it was resolved is left out"),
                    ("restart", "A new promise begins with the whole target"),
                ],
                db_default="continue",
                default="continue",
                max_length=10,
                verbose_name="when a ticket is reopened",
            ),
        ),
        migrations.AddField(
            model_name="clock", name="why", field=models.JSONField(db_default={}, default=dict, editable=False)
        ),
        migrations.AddField(
            model_name="clock",
            name="found_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="found at"),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
