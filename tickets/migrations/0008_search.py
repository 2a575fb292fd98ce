"""Full-text search over subjects, messages, requesters and references: one document a ticket, kept by triggers.

Triggers see bulk imports and raw SQL too. They come first, then the tickets that exist already get their documents,
a few hundred a transaction: a large live table is never locked, and an interrupted migration goes on where it stopped.
"""

import django.contrib.postgres.search
import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models, transaction

# Punctuation only separates: an address, a file name or an error code is found by each of its parts. Accents and
# their spelling don't count. Only what PostgreSQL itself has: no extension, no ICU.
WORDS = r"""
CREATE OR REPLACE FUNCTION tickets_words(said text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT strip(to_tsvector('pg_catalog.simple', regexp_replace(
        normalize(translate(left(said, 200000), '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~“”„‘’‚«»…–—', repeat(' ', 43)), NFKD),
        '[\u0300-\u036f]', '', 'g')))
$$;

-- All of `whole`, and the beginning of the last word that is being typed.
CREATE OR REPLACE FUNCTION tickets_sought(whole text, last text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(sought, ' & ')::tsquery, '')
      FROM (SELECT quote_literal(lexeme) AS sought FROM unnest(tickets_words(whole))
            UNION ALL SELECT quote_literal(lexeme) || ':*' FROM unnest(tickets_words(last))) AS word
$$;

-- A document has an end (1 MB of different words): what comes after it is not found, and nothing fails.
CREATE OR REPLACE FUNCTION tickets_join_words(a tsvector, b tsvector) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN a || b;
EXCEPTION WHEN program_limit_exceeded THEN
    RETURN a;
END
$$;

CREATE OR REPLACE AGGREGATE tickets_all_words(tsvector) (sfunc = tickets_join_words, stype = tsvector, initcond = '');
"""

# `said` is what everybody who sees the ticket may search, `everything` what its staff may.
DOCUMENT = """
CREATE TABLE IF NOT EXISTS tickets_searchdocument (
    ticket_id bigint PRIMARY KEY REFERENCES tickets_ticket (id) ON DELETE CASCADE,
    people tsvector NOT NULL,
    said tsvector NOT NULL,
    noted tsvector NOT NULL,
    everything tsvector NOT NULL GENERATED ALWAYS AS
        (tickets_join_words(tickets_join_words(people, said), noted)) STORED
);
-- Searches read what is not filed yet: little, so that they stay quick while many write.
CREATE INDEX IF NOT EXISTS search_said ON tickets_searchdocument USING gin (said)
    WITH (gin_pending_list_limit = 256);
CREATE INDEX IF NOT EXISTS search_everything ON tickets_searchdocument USING gin (everything)
    WITH (gin_pending_list_limit = 256);

CREATE OR REPLACE FUNCTION tickets_write_documents(tickets bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO tickets_searchdocument (ticket_id, people, said, noted)
    SELECT ticket.id, tickets_words(person.full_name || ' ' || person.email),
           tickets_join_words(tickets_words('HD ' || ticket.number || ' ' || ticket.title), message.said), message.noted
      FROM tickets_ticket AS ticket
      JOIN teams_user AS person ON person.id = ticket.requester_id
     CROSS JOIN LATERAL (
           SELECT coalesce(tickets_all_words(tickets_words(body)) FILTER (WHERE NOT is_internal), '') AS said,
                  coalesce(tickets_all_words(tickets_words(body)) FILTER (WHERE is_internal), '') AS noted
             FROM tickets_message WHERE ticket_id = ticket.id) AS message
     WHERE ticket.id = ANY (tickets)
    ON CONFLICT (ticket_id) DO UPDATE
       SET people = excluded.people, said = excluded.said, noted = excluded.noted
$$;
"""

TRIGGERS = """
-- A new message adds its words; the first one of a ticket writes the document. Whoever adds one holds the ticket's lock.
CREATE OR REPLACE FUNCTION tickets_messages_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fresh bigint[] := coalesce(
        (SELECT array_agg(DISTINCT ticket_id) FROM added
          WHERE NOT EXISTS (SELECT FROM tickets_searchdocument AS known WHERE known.ticket_id = added.ticket_id)), '{}');
BEGIN
    IF fresh <> '{}' THEN
        PERFORM tickets_write_documents(fresh);
    END IF;
    -- Words that are there already may come once more.
    IF EXISTS (SELECT FROM added WHERE ticket_id <> ALL (fresh)) THEN
        UPDATE tickets_searchdocument AS document
           SET said = tickets_join_words(document.said, message.said),
               noted = tickets_join_words(document.noted, message.noted)
          FROM (SELECT ticket_id,
                       coalesce(tickets_all_words(tickets_words(body)) FILTER (WHERE NOT is_internal), '') AS said,
                       coalesce(tickets_all_words(tickets_words(body)) FILTER (WHERE is_internal), '') AS noted
                  FROM added GROUP BY ticket_id) AS message
         WHERE document.ticket_id = message.ticket_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER search_messages_added AFTER INSERT ON tickets_message
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION tickets_messages_added();

-- What is changed or taken away is no longer found by its old words.
CREATE OR REPLACE FUNCTION tickets_messages_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tickets_write_documents(array_agg(DISTINCT ticket_id)) FROM gone HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER search_messages_changed AFTER UPDATE ON tickets_message
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION tickets_messages_gone();
CREATE OR REPLACE TRIGGER search_messages_deleted AFTER DELETE ON tickets_message
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION tickets_messages_gone();

CREATE OR REPLACE FUNCTION tickets_ticket_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tickets_write_documents(ARRAY[NEW.id]);
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER search_ticket_renamed AFTER UPDATE OF title, requester_id ON tickets_ticket
    FOR EACH ROW WHEN ((OLD.title, OLD.requester_id) IS DISTINCT FROM (NEW.title, NEW.requester_id))
    EXECUTE FUNCTION tickets_ticket_renamed();

CREATE OR REPLACE FUNCTION tickets_person_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tickets_searchdocument SET people = tickets_words(NEW.full_name || ' ' || NEW.email)
     WHERE ticket_id IN (SELECT id FROM tickets_ticket WHERE requester_id = NEW.id);
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER search_person_renamed AFTER UPDATE OF full_name, email ON teams_user
    FOR EACH ROW WHEN ((OLD.full_name, OLD.email) IS DISTINCT FROM (NEW.full_name, NEW.email))
    EXECUTE FUNCTION tickets_person_renamed();
"""

# Callers are found as one types, among everybody who ever wrote.
PEOPLE = "CREATE INDEX CONCURRENTLY IF NOT EXISTS search_people ON teams_user USING gin (tickets_words(full_name || ' ' || email))"

DROP = """
DROP TRIGGER IF EXISTS search_person_renamed ON teams_user;
DROP TRIGGER IF EXISTS search_ticket_renamed ON tickets_ticket;
DROP TRIGGER IF EXISTS search_messages_deleted ON tickets_message;
DROP TRIGGER IF EXISTS search_messages_changed ON tickets_message;
DROP TRIGGER IF EXISTS search_messages_added ON tickets_message;
DROP FUNCTION IF EXISTS tickets_person_renamed(), tickets_ticket_renamed(), tickets_messages_gone(),
    tickets_messages_added(), tickets_write_documents(bigint[]);
DROP TABLE IF EXISTS tickets_searchdocument;
DROP INDEX IF EXISTS search_people;
DROP AGGREGATE IF EXISTS tickets_all_words(tsvector);
DROP FUNCTION IF EXISTS tickets_join_words(tsvector, tsvector), tickets_sought(text, text), tickets_words(text);
"""

BATCH = 300
UNWRITTEN = """
SELECT id FROM tickets_ticket AS ticket
 WHERE id >= %s AND id < %s AND NOT EXISTS (SELECT FROM tickets_searchdocument WHERE ticket_id = ticket.id)
 ORDER BY id FOR NO KEY UPDATE
"""


def write_documents(apps, schema_editor):
    """Each batch is a short transaction of its own. It holds its tickets, so that no verb adds a message meanwhile."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM tickets_ticket")
        (last,) = cursor.fetchone()
        for first in range(0, last + 1, BATCH):
            with transaction.atomic(using=schema_editor.connection.alias):
                cursor.execute("SET LOCAL lock_timeout = '30s'")
                cursor.execute(UNWRITTEN, [first, first + BATCH])
                cursor.execute("SELECT tickets_write_documents(%s)", [[pk for (pk,) in cursor.fetchall()]])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("tickets", "0007_ship_canned_replies"), ("teams", "0002_ship_general_team")]

    operations = [
        # Building on a large table takes longer than any request may; it locks out nobody meanwhile.
        migrations.RunSQL("SET statement_timeout = 0", "RESET statement_timeout"),
        migrations.RunSQL(WORDS, DROP),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(DOCUMENT, migrations.RunSQL.noop)],
            state_operations=[
                migrations.CreateModel(
                    name="SearchDocument",
                    fields=[
                        (
                            "ticket",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                serialize=False,
                                related_name="search_document",
                                to="tickets.ticket",
                            ),
                        ),
                        ("said", django.contrib.postgres.search.SearchVectorField(editable=False)),
                        ("everything", django.contrib.postgres.search.SearchVectorField(editable=False)),
                    ],
                    options={"db_table": "tickets_searchdocument"},
                ),
            ],
        ),  # fmt: skip
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
        migrations.RunPython(write_documents, migrations.RunPython.noop),
        # An index that is built beside others' work waits for them to end.
        migrations.RunSQL("SET lock_timeout = 0", migrations.RunSQL.noop),
        migrations.RunSQL(PEOPLE, migrations.RunSQL.noop),
        AddIndexConcurrently(
            "ticket",
            models.Index(
                fields=["assignment_starts_at"],
                name="ticket_reserved",
                condition=models.Q(assignment_starts_at__isnull=False),
            ),
        ),  # fmt: skip
        AddIndexConcurrently(
            "ticket",
            models.Index(
                fields=["breached_at"],
                name="ticket_breached",
                condition=models.Q(
                    breached_at__isnull=False,
                    status__in=frozenset(["assigned", "in_progress", "open", "pending_customer"]),
                ),
            ),
        ),  # fmt: skip
        AddIndexConcurrently(
            "ticket",
            models.Index(
                fields=["resolved_at"], name="ticket_by_resolution", condition=models.Q(resolved_at__isnull=False)
            ),
        ),
        AddIndexConcurrently(
            "ticket",
            models.Index(
                fields=["first_responded_at"],
                name="ticket_by_first_response",
                condition=models.Q(first_responded_at__isnull=False),
            ),
        ),  # fmt: skip
        migrations.RunSQL("RESET statement_timeout; RESET lock_timeout", "SET statement_timeout = 0"),
    ]
