"""Triggers that keep the audit log as it was written. They cost an insert nothing.

SQLite has no such thing as TRUNCATE: there, deleting must stay possible, for a flush.
"""

from typing import Any, ClassVar

from django.db import migrations

POSTGRESQL = (
    """
    CREATE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change('the audit log is append-only')
    """,
    """
    CREATE TRIGGER audit_keeps_a_year BEFORE DELETE ON accounts_auditentry
    FOR EACH ROW WHEN (OLD.at > now() - interval '365 days')
    EXECUTE FUNCTION accounts_refuse_change('the audit log is kept for a year')
    """,
)
SQLITE = (
    """
    CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON accounts_auditentry
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
)
UNDO_POSTGRESQL = (
    "DROP TRIGGER audit_keeps_a_year ON accounts_auditentry",
    "DROP TRIGGER audit_is_append_only ON accounts_auditentry",
    "DROP FUNCTION accounts_refuse_change()",
)
UNDO_SQLITE = ("DROP TRIGGER audit_is_append_only",)


def install(_apps: Any, schema_editor: Any) -> None:
    """Create the triggers."""
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)


def remove(_apps: Any, schema_editor: Any) -> None:
    """Drop the triggers."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in UNDO_POSTGRESQL if on_postgresql else UNDO_SQLITE:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Refuse changes of the audit log in the database itself."""

    dependencies: ClassVar = [("accounts", "0003_api_tokens_and_audit")]
    operations: ClassVar = [migrations.RunPython(install, remove)]
