"""Databases for the end-to-end tests, on the server that POSTGRES_* name.

`fill NAME JOBS` makes one with demo jobs and the development accounts, `copy NAME OTHER` makes
another like it, `drop NAME` deletes it.
"""

import os
import sys

import psycopg
from psycopg.sql import SQL, Identifier

from backend.dev.serve import SETTINGS, prepare


def execute(statement: str, *names: str) -> None:
    """Run a statement about whole databases, outside any transaction."""
    with psycopg.connect(
        host=os.environ["POSTGRES_HOST"],
        port=os.environ.get("POSTGRES_PORT", "5432"),
        user=os.environ["POSTGRES_USER"],
        password=os.environ.get("POSTGRES_PASSWORD", ""),
        dbname=os.environ["POSTGRES_DB"],
        autocommit=True,
    ) as connection:
        connection.execute(SQL(statement).format(*map(Identifier, names)))


def main(action: str, name: str, *rest: str) -> None:
    """Do one of the three."""
    if action == "fill":
        execute("CREATE DATABASE {}", name)
        os.environ["POSTGRES_DB"] = name
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
        prepare(int(rest[0]))
    elif action == "copy":
        execute("CREATE DATABASE {} TEMPLATE {}", name, rest[0])
    elif action == "drop":
        execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
