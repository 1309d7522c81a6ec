"""A PostgreSQL of the test's own, to break and to mend: crashes, cut connections, a full disk."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from unittest import mock

import psycopg

from backend.dev import binaries, private_server
from backend.dev.processes import ended_with_us

PATIENCE: Final = 60  # seconds until it has to be back


class Database:
    """A PostgreSQL that can be stopped as a crash would, and loses its clients when it is told."""

    def __init__(self, variables: dict[str, str]) -> None:
        self.variables = variables
        self.lock = Path(variables["POSTGRES_HOST"], "data", "postmaster.pid")
        self.process = Path("/proc", self.lock.read_text().split()[0])
        self.command = (self.process / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
        self.again: subprocess.Popen[bytes] | None = None

    def crash(self) -> None:
        """Stop at once, without a word to anybody."""
        if self.again is None:
            os.kill(int(self.process.name), signal.SIGQUIT)
        else:
            self.end()
        while self.lock.exists():
            time.sleep(0.01)

    def start(self) -> None:
        """Come back, with everything that was committed. It ends with the thread that calls this."""
        self.again = subprocess.Popen(
            self.command,
            cwd=self.variables["POSTGRES_HOST"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=ended_with_us(signal.SIGQUIT),  # noqa: PLW1509 (it execs at once)
            **binaries.run_as(),
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(psycopg.OperationalError), self.connected():
                return
            time.sleep(0.02)
        raise RuntimeError("PostgreSQL did not come back")

    def cut(self) -> int:
        """Cut every client off, in the middle of whatever it does; how many there were."""
        with self.connected() as connection:
            (number,) = connection.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchall()[0]
        return int(number)

    def end(self) -> None:
        """Stop for good."""
        if self.again is not None:
            self.again.send_signal(signal.SIGQUIT)
            self.again.wait()

    def connected(self, database: str | None = None) -> psycopg.Connection[Any]:
        """A connection of one's own."""
        return psycopg.connect(
            host=self.variables["POSTGRES_HOST"],
            port=self.variables["POSTGRES_PORT"],
            dbname=database or self.variables["POSTGRES_DB"],
            user=self.variables["POSTGRES_USER"],
            autocommit=True,
        )


class SmallDisk:
    """A file system in memory that holds the tables, and can be full from one moment to the next."""

    LARGEST: Final = "4g"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """Leave no room for anything more."""
        while True:
            disk = os.statvfs(self.folder)
            used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize
            try:
                self._resize(str(used))
            except subprocess.CalledProcessError:
                continue  # it has grown meanwhile
            return

    def free(self) -> None:
        """Give the room back."""
        self._resize(self.LARGEST)

    def _resize(self, size: str) -> None:
        command = ["mount", "-o", f"remount,size={size}", str(self.folder)]
        subprocess.run(command, check=True, capture_output=True)


@contextmanager
def database() -> Iterator[Database]:
    """A PostgreSQL which keeps what it said was committed, through crashes of itself."""
    durable = mock.patch.dict(private_server.OPTIONS, {"synchronous_commit": "on"})
    with durable, private_server.private_server() as variables:
        running = Database(variables)
        try:
            yield running
        finally:
            running.end()


@contextmanager
def small_disk(holder: Database) -> Iterator[SmallDisk | None]:
    """Move the tables, which nobody may be using, to a disk of their own; the log of writes stays.

    None where this account may not mount one.
    """
    folder = Path(holder.variables["POSTGRES_HOST"], "small")
    folder.mkdir()
    account = binaries.run_as()
    owner = f",uid={account['user']},gid={account['group']}" if account else ""
    options = f"size={SmallDisk.LARGEST},mode=700{owner}"
    try:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder],
            check=True,
            capture_output=True,
        )
    except (subprocess.CalledProcessError, FileNotFoundError):
        yield None
        return
    try:
        with holder.connected("postgres") as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
            name = holder.variables["POSTGRES_DB"]
            connection.execute(f"ALTER DATABASE {name} SET TABLESPACE small")
        yield SmallDisk(folder)
    finally:
        # Lazily: the server still has files open there, and ends after us.
        subprocess.run(["umount", "--lazy", folder], check=True, capture_output=True)
