"""Triggers for what no constraint can say: names and histories never change. They cost a write nothing."""

from typing import Any, ClassVar

from django.db import migrations

POSTGRESQL = (
    """
    CREATE FUNCTION jobs_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE TRIGGER job_name_is_immutable BEFORE UPDATE OF name, name_folded ON jobs_job
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name OR OLD.name_folded IS DISTINCT FROM NEW.name_folded)
    EXECUTE FUNCTION jobs_refuse_change('the name of a job never changes')
    """,
    """
    CREATE TRIGGER status_is_append_only BEFORE UPDATE ON jobs_jobstatus
    FOR EACH ROW EXECUTE FUNCTION jobs_refuse_change('a history is append-only')
    """,
)
SQLITE = (
    """
    CREATE TRIGGER job_name_is_immutable BEFORE UPDATE OF name, name_folded ON jobs_job
    WHEN OLD.name IS NOT NEW.name OR OLD.name_folded IS NOT NEW.name_folded
    BEGIN SELECT RAISE(ABORT, 'the name of a job never changes'); END
    """,
    """
    CREATE TRIGGER status_is_append_only BEFORE UPDATE ON jobs_jobstatus
    BEGIN SELECT RAISE(ABORT, 'a history is append-only'); END
    """,
)
UNDO_POSTGRESQL = (
    "DROP TRIGGER status_is_append_only ON jobs_jobstatus",
    "DROP TRIGGER job_name_is_immutable ON jobs_job",
    "DROP FUNCTION jobs_refuse_change()",
)
UNDO_SQLITE = ("DROP TRIGGER status_is_append_only", "DROP TRIGGER job_name_is_immutable")


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
    """Refuse changes of names and of histories in the database itself."""

    dependencies: ClassVar = [("jobs", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(install, remove)]
