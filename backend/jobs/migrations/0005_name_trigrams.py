"""An index of the three-letter parts of names, for searches of what a name contains.

On PostgreSQL, where the extension is to be had and may be created; elsewhere such a search walks
the list in its order, as far as it has to.
"""

from typing import Any, ClassVar

from django.db import migrations

CREATE = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE INDEX IF NOT EXISTS job_name_trigrams
            ON jobs_job USING gin (name_folded gin_trgm_ops);
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'No permission to create pg_trgm: searches within names have no index.';
END
$$
"""
DROP = "DROP INDEX IF EXISTS job_name_trigrams"


def _on_postgresql(statement: str) -> Any:
    def run(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies: ClassVar = [("jobs", "0004_status_token")]
    operations: ClassVar = [migrations.RunPython(_on_postgresql(CREATE), _on_postgresql(DROP))]
