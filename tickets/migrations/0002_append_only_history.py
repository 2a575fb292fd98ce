"""History is append-only in the database itself: no code path, admin page or shell can rewrite what happened."""

from django.db import migrations

# Only a test database may be emptied between tests.
CREATE = """
CREATE FUNCTION tickets_refuse_rewriting_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\\_%' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'History is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER ticket_event_no_rewriting BEFORE UPDATE OR DELETE ON tickets_ticketevent
    FOR EACH ROW EXECUTE FUNCTION tickets_refuse_rewriting_history();
CREATE TRIGGER ticket_event_no_truncating BEFORE TRUNCATE ON tickets_ticketevent
    FOR EACH STATEMENT EXECUTE FUNCTION tickets_refuse_rewriting_history();
CREATE TRIGGER assignment_decision_no_rewriting BEFORE UPDATE OR DELETE ON tickets_assignmentdecision
    FOR EACH ROW EXECUTE FUNCTION tickets_refuse_rewriting_history();
CREATE TRIGGER assignment_decision_no_truncating BEFORE TRUNCATE ON tickets_assignmentdecision
    FOR EACH STATEMENT EXECUTE FUNCTION tickets_refuse_rewriting_history();
"""

DROP = """
DROP TRIGGER assignment_decision_no_truncating ON tickets_assignmentdecision;
DROP TRIGGER assignment_decision_no_rewriting ON tickets_assignmentdecision;
DROP TRIGGER ticket_event_no_truncating ON tickets_ticketevent;
DROP TRIGGER ticket_event_no_rewriting ON tickets_ticketevent;
DROP FUNCTION tickets_refuse_rewriting_history();
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
