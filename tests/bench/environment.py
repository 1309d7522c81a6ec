"""What the figures of a run depend on, so that another run can be compared with them."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from tests.bench.cluster import OPTIONS, Cluster
from tests.bench.peers.postgraphile import NODE

PACKAGES: Final = (
    "django",
    "strawberry-graphql",
    "strawberry-graphql-django",
    "graphql-core",
    "psycopg",
    "uvicorn",
    "uvloop",
)


def environment(cluster: Cluster) -> dict[str, Any]:
    """The machine, the versions, and how busy the machine is."""
    statuses = cluster.connection.execute("SELECT count(*) FROM jobs_jobstatus").fetchall()
    size = cluster.connection.execute("SELECT pg_database_size(current_database())").fetchall()
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "load_average": [round(load, 1) for load in os.getloadavg()],
        "versions": {
            "Python": platform.python_version(),
            "PostgreSQL": cluster.connection.info.parameter_status("server_version"),
            "Node": subprocess.run(
                [NODE, "--version"], capture_output=True, check=True, text=True
            ).stdout.strip()[1:],
            **{package: _version(package) for package in PACKAGES},
        },
        "postgresql": dict(OPTIONS),
        "history_entries": statuses[0][0],
        "database_bytes": size[0][0],
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "-"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(": ")[2]
    return platform.machine()
