"""The PostgreSQL that is measured: thrown away afterwards, durable like one in production."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from unittest import mock

import psycopg

from backend.dev import private_server
from tests.bench import accounting

# Commits reach the disk, as they must where data matters; the same for everybody.
OPTIONS: Final = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
    "max_wal_size": "8GB",
    # Housekeeping at its own time would burden whoever is measured then.
    "autovacuum": "off",
    "checkpoint_timeout": "1d",
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.save": "off",
}


@dataclass(frozen=True)
class Cluster:
    """A running server: the variables that lead to it, its first process, and a way in."""

    variables: dict[str, str]
    postmaster: int
    connection: psycopg.Connection[Any]

    def load(self, jobs: int) -> None:
        """Fill the database, in a process of its own: that needs Django's settings, we do not."""
        command = [sys.executable, "-m", "tests.bench.data", str(jobs)]
        subprocess.run(command, env=os.environ | self.variables, check=True)

    @contextlib.contextmanager
    def another(self, name: str) -> Iterator["Cluster"]:
        """Another database of the same server."""
        self.connection.execute(f"CREATE DATABASE {name}")
        variables = {**self.variables, "POSTGRES_DB": name}
        with _connected(variables) as connection:
            yield Cluster(variables, self.postmaster, connection)

    def cpu_seconds(self) -> float:
        """CPU time of all its processes so far, in seconds."""
        return accounting.cpu_seconds(self.postmaster)

    def count_statements(self, *, on: bool) -> None:
        """Count statements from now on, or stop: it costs too much to be left on.

        Sessions that are busy meanwhile count from their next statement.
        """
        self.connection.execute(
            f"ALTER SYSTEM SET pg_stat_statements.track = {'top' if on else 'none'}"
        )
        self.connection.execute("SELECT pg_reload_conf()")

    def forget_statements(self) -> None:
        """Count from nothing."""
        self.connection.execute("SELECT pg_stat_statements_reset()")

    def statements(self) -> int:
        """How many statements were counted, BEGIN and COMMIT included.

        Neither ours nor those by which the server itself checks foreign keys.
        """
        return int(
            self.connection.execute(
                "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements"
                " WHERE query NOT LIKE '%pg_stat_statements%'"
                " AND query NOT LIKE '%FOR KEY SHARE OF x'"
            ).fetchall()[0][0]
        )


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """Start a server, delete it after.

    Raises RuntimeError or FileNotFoundError where there can be none.
    """
    durable = mock.patch.dict(private_server.OPTIONS, OPTIONS)
    with (
        durable,
        private_server.private_server() as variables,
        _connected(variables) as connection,
    ):
        postmaster = accounting.parent(connection.info.backend_pid)
        started = Cluster(variables, postmaster, connection)
        started.count_statements(on=False)
        yield started


def _connected(variables: dict[str, str]) -> psycopg.Connection[Any]:
    connection = psycopg.connect(
        host=variables["POSTGRES_HOST"],
        port=variables["POSTGRES_PORT"],
        dbname=variables["POSTGRES_DB"],
        user=variables["POSTGRES_USER"],
        autocommit=True,
    )
    connection.execute("CREATE EXTENSION pg_stat_statements")
    return connection
