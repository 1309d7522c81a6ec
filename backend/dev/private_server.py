"""A PostgreSQL server of our own in a private folder, gone with everything in it when we are done."""

import contextlib
import fcntl
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from backend.dev import binaries
from backend.dev.processes import ended_with_us

PREFIX = "jobtrail-postgres-"
NAME = "jobtrail"  # of the database and of its user
PORT = "5432"  # only the name of the socket in our own folder
LONGEST_FOLDER = 80  # bytes; a socket's whole path has to fit into 103
START_TIMEOUT = 30.0  # seconds
STOP_TIMEOUT = 10.0  # seconds
ABANDONED_AFTER = 60.0  # seconds; a folder younger than this may not be locked yet
OPTIONS = {
    "listen_addresses": "",  # the socket is the only way in: no port, so no two servers collide
    "max_connections": "200",
    # The data is thrown away, so nothing needs to survive a crash.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@contextlib.contextmanager
def private_server() -> Iterator[dict[str, str]]:
    """Start a server and yield the POSTGRES_* variables that lead to it; stop and delete it after.

    It ends with the thread that started it, even if that is killed (on Linux); the files left
    behind by a kill are deleted by the next start.

    Raises RuntimeError, with the server's own words, where it does not start, and
    FileNotFoundError where there are no binaries.
    """
    _delete_abandoned()
    with _private_folder() as folder:
        server = binaries.find(folder / "binaries")
        _create_cluster(server, folder / "data")
        with _running(server, folder):
            yield {
                "POSTGRES_HOST": str(folder),
                "POSTGRES_PORT": PORT,
                "POSTGRES_DB": NAME,
                "POSTGRES_USER": NAME,
                "POSTGRES_PASSWORD": "",
            }


def _parent_folder() -> Path:
    """The folder for temporary files; /tmp where that is too long, or closed to the server."""
    default = Path(tempfile.gettempdir()).absolute()
    short = len(os.fsencode(default)) <= LONGEST_FOLDER
    entered = not binaries.run_as() or all(
        folder.stat().st_mode & stat.S_IXOTH for folder in (default, *default.parents)
    )
    return default if short and entered else Path("/tmp")  # noqa: S108 (mkdtemp makes it private)


@contextlib.contextmanager
def _private_folder() -> Iterator[Path]:
    """A folder that only the server's account (and root) can enter, locked for as long as we live."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_parent_folder()))
    try:
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if account := binaries.run_as():
                os.chown(folder, account["user"], account["group"])
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _delete_abandoned() -> None:
    """Delete the folders of those that were killed: nobody holds their locks any more."""
    for folder in _parent_folder().glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # another account's, still locked, or gone meanwhile
            if time.time() - folder.stat().st_mtime < ABANDONED_AFTER:
                continue
            with (folder / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)


def _create_cluster(server: binaries.Server, data: Path) -> None:
    """UTF-8 text that sorts by code point, the same on every machine."""
    # From 17 on the server has a C.UTF-8 of its own, which knows upper and lower case as well.
    provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    done = subprocess.run(
        [
            server.folder / "initdb",
            f"--pgdata={data}",
            f"--username={NAME}",
            "--auth=trust",  # whoever can reach the socket is us: the folder is private
            "--encoding=UTF8",
            "--locale=C",
            *(provider if server.major >= 17 else []),  # noqa: PLR2004 (told above)
            "--no-sync",
            "--no-instructions",
        ],
        capture_output=True,
        check=False,
        text=True,
        cwd=data.parent,
        **binaries.run_as(),
    )
    if done.returncode:
        message = f"PostgreSQL could not be set up:\n{done.stdout}{done.stderr}"
        raise RuntimeError(message)


@contextlib.contextmanager
def _running(server: binaries.Server, folder: Path) -> Iterator[None]:
    """The server process, in a session of its own: a Ctrl-C is for us, who then end it."""
    options = {**OPTIONS, "unix_socket_directories": str(folder)}
    with (folder / "log").open("w+") as log:
        process = subprocess.Popen(
            [
                server.folder / "postgres",
                f"-D{folder / 'data'}",
                *(f"--{name}={value}" for name, value in options.items()),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            start_new_session=True,
            preexec_fn=ended_with_us(signal.SIGQUIT),
            **binaries.run_as(),
        )
        try:
            _create_database(process, folder)
            yield
        except _NotStartedError as error:
            log.seek(0)
            message = f"PostgreSQL did not start ({error}):\n{log.read()}"
            raise RuntimeError(message) from None
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: there is nothing to save
            try:
                process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


class _NotStartedError(Exception):
    """Why there is no server."""


def _create_database(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait until the server answers, then create our database in it."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            message = f"exit code {process.returncode}"
            raise _NotStartedError(message)
        try:
            connection = psycopg.connect(
                host=str(folder), port=PORT, user=NAME, dbname="postgres", autocommit=True
            )
        except psycopg.OperationalError:
            time.sleep(0.02)  # not there yet
            continue
        with connection:
            connection.execute(f"CREATE DATABASE {NAME}")
        return
    message = f"no answer within {START_TIMEOUT:.0f} s"
    raise _NotStartedError(message)
