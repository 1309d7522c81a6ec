"""Where the private server's binaries come from, and what it does when it can not start."""

import fcntl
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from backend.dev import binaries, private_server
from backend.dev.private_server import PREFIX

REAL_FIND = importlib.util.find_spec
AS_ROOT = os.geteuid() == 0
LONG_AGO = (0, 0)


@pytest.fixture
def parent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files of this test alone, which the server's account can enter."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))  # short enough for a socket
    folder.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    shutil.rmtree(folder)


def version_of(variables: dict[str, str]) -> int:
    """The major version that answers there."""
    with psycopg.connect(
        host=variables["POSTGRES_HOST"],
        port=variables["POSTGRES_PORT"],
        dbname=variables["POSTGRES_DB"],
        user=variables["POSTGRES_USER"],
    ) as connection:
        return connection.info.server_version // 10_000


def hide_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name: None if name == binaries.WHEEL else REAL_FIND(name),
    )


@pytest.mark.skipif(
    not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")), reason="no packages of a server"
)
def test_the_newest_package_of_the_machine_stands_in_for_the_dependency(
    monkeypatch: pytest.MonkeyPatch, parent: Path
) -> None:
    hide_the_wheel(monkeypatch)
    newest = max(int(path.parts[4]) for path in Path("/usr/lib/postgresql").glob("*/bin/initdb"))

    with private_server.private_server() as variables:
        assert version_of(variables) == newest

    assert list(parent.iterdir()) == []


@pytest.mark.skipif(not AS_ROOT, reason="everybody else runs the server as themselves")
def test_binaries_that_only_root_can_reach_are_copied_out(
    monkeypatch: pytest.MonkeyPatch, parent: Path, tmp_path: Path
) -> None:
    spec = REAL_FIND(binaries.WHEEL)
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, closed / folder.name, copy_function=os.link)
    spec.origin = str(closed / package.name / "__init__.py")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: spec)

    with private_server.private_server() as variables:
        copied = Path(variables["POSTGRES_HOST"]) / "binaries" / package.name / "pginstall" / "bin"
        assert (copied / "postgres").exists()
        assert version_of(variables) == 18

    assert list(parent.iterdir()) == []


@pytest.mark.usefixtures("parent")
def test_a_machine_without_any_server_says_what_would_help(monkeypatch: pytest.MonkeyPatch) -> None:
    hide_the_wheel(monkeypatch)
    monkeypatch.setattr(binaries, "SYSTEM_FOLDERS", ())

    with (
        pytest.raises(FileNotFoundError, match=r"set POSTGRES_HOST, start Docker"),
        private_server.private_server(),
    ):
        pytest.fail("there is no server")


def test_a_server_that_does_not_start_is_quoted_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, parent: Path
) -> None:
    monkeypatch.setitem(private_server.OPTIONS, "max_connections", "many")

    with (
        pytest.raises(RuntimeError, match=r"invalid value for parameter .max_connections.: .many."),
        private_server.private_server(),
    ):
        pytest.fail("it started")

    assert list(parent.iterdir()) == []


def test_folders_of_killed_runners_are_deleted_and_those_in_use_are_not(parent: Path) -> None:
    abandoned, used, young = (parent / f"{PREFIX}{name}" for name in ("abandoned", "used", "young"))
    for folder in (abandoned, used, young):
        folder.mkdir()
        (folder / "lock").touch()
    for folder in (abandoned, used):
        os.utime(folder, LONG_AGO)

    with (used / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        private_server._delete_abandoned()

    assert sorted(parent.iterdir()) == [used, young]


def test_a_folder_too_long_for_a_socket_is_not_used(
    monkeypatch: pytest.MonkeyPatch, parent: Path
) -> None:
    long = parent / ("x" * 80)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))

    with private_server.private_server() as variables:
        folder = Path(variables["POSTGRES_HOST"])
        assert not folder.is_relative_to(parent)
        assert version_of(variables) >= 15

    assert not folder.exists()
