"""docker-compose.yml, .env.example and the settings agree, so far as no engine is needed to tell."""

import re
import runpy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import environ
import pytest
import yaml

from backend.config.settings import ROOT
from backend.web.site import PAGE_POLICY

COMPOSE = ROOT / "docker-compose.yml"
FILES = [COMPOSE, ROOT / "backend" / "dev" / "container.yml"]
DEVELOPMENT_ONLY = {"PORT", "DEMO_JOBS"}  # read by make and the development server
UVICORN_S = {"WEB_CONCURRENCY"}
IMAGE_S = {"POSTGRES_DB", "POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"}
FIRST_WORD = re.compile(r"^(?:# )?([A-Z_]+)=", re.MULTILINE)
REFERENCE = re.compile(r"\$\{([A-Z_]+)(?::([?-])([^}]*))?\}")


def load(file: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(file.read_text())
    return loaded


def services() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = load(COMPOSE)["services"]
    return loaded


def documented() -> set[str]:
    """The variables in .env.example."""
    return set(FIRST_WORD.findall((ROOT / ".env.example").read_text()))


class Recorded(dict[str, str]):
    """An environment that remembers what was asked of it."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)


@pytest.fixture
def read_by_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> set[str]:
    """Every variable that the settings ask for, in every kind of deployment."""
    secret = "0123456789abcdef0123456789abcdef"
    asked: set[str] = set()
    deployments: list[dict[str, str]] = [
        {"JOBTRAIL_SQLITE_PATH": str(tmp_path / "jobs.sqlite3")},
        {
            "JOBTRAIL_ENV": "production",
            "JOBTRAIL_SECRET_KEY": secret,
            "JOBTRAIL_JWT_KEY": secret,
            "POSTGRES_HOST": "database.example",
        },
    ]
    for deployment in deployments:
        environment = Recorded(deployment)
        monkeypatch.setattr(environ.Env, "ENVIRON", environment)
        runpy.run_path(str(ROOT / "backend" / "config" / "settings.py"))
        asked |= environment.asked
    return asked


def test_every_variable_that_is_read_is_documented_and_no_other(read_by_settings: set[str]) -> None:
    assert documented() == read_by_settings | DEVELOPMENT_ONLY | UVICORN_S


def test_compose_passes_on_what_the_settings_read_and_nothing_else(
    read_by_settings: set[str],
) -> None:
    not_in_a_container = {"JOBTRAIL_SQLITE_PATH"}
    expected = read_by_settings - not_in_a_container | UVICORN_S

    assert set(services()["backend"]["environment"]) == expected
    assert services()["migrate"]["environment"] == services()["backend"]["environment"]
    assert set(services()["postgres"]["environment"]) == IMAGE_S


def test_every_reference_of_compose_is_documented() -> None:
    references = {name for name, _, _ in REFERENCE.findall(COMPOSE.read_text())}

    assert references <= documented()
    assert COMPOSE.read_text().count("${") == len(REFERENCE.findall(COMPOSE.read_text()))


def test_no_secret_has_a_default() -> None:
    rules = {
        (name, rule) for name, rule, _ in REFERENCE.findall(COMPOSE.read_text()) if _is_secret(name)
    }

    assert rules == {
        ("JOBTRAIL_SECRET_KEY", "?"),
        ("JOBTRAIL_JWT_KEY", "?"),
        ("POSTGRES_PASSWORD", "?"),
    }


def _is_secret(name: str) -> bool:
    return name.endswith(("_KEY", "_PASSWORD"))


def dependencies() -> Iterator[tuple[str, str, str]]:
    for name, service in services().items():
        for other, dependency in service.get("depends_on", {}).items():
            yield name, other, dependency["condition"]


def test_every_dependency_exists_and_can_come_true() -> None:
    conditions = set(dependencies())

    assert conditions == {
        ("migrate", "postgres", "service_healthy"),
        ("backend", "postgres", "service_healthy"),
        ("backend", "migrate", "service_completed_successfully"),
        ("frontend", "backend", "service_healthy"),
    }
    for _, other, condition in conditions:
        if condition == "service_healthy":
            assert "healthcheck" in services()[other]
        else:  # it has to end: nothing may start it again
            assert services()[other]["restart"] == "no"


def test_every_volume_is_declared_and_used() -> None:
    used = {
        source
        for service in services().values()
        for source, _, _ in (volume.partition(":") for volume in service.get("volumes", []))
    }

    assert used == set(load(COMPOSE)["volumes"]) == {"postgres"}


def test_every_image_is_built_here_or_is_pinned_to_a_version() -> None:
    built = {service["image"] for service in services().values() if "build" in service}
    pulled = {
        service["image"]
        for file in FILES
        for service in load(file)["services"].values()
        if service["image"] not in built
    }

    assert built == {"jobtrail-backend", "jobtrail-frontend"}
    assert pulled == {"postgres:18"}
    for service in services().values():
        if "build" in service:
            context = ROOT / service["build"]["context"]
            assert (context / service["build"]["dockerfile"]).is_file()


def test_the_image_lets_in_what_its_dockerfile_copies() -> None:
    dockerfile = (ROOT / "backend" / "Dockerfile").read_text()
    allowed = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }

    assert allowed == {"backend", "schema", "schema.graphql", "frontend/trusted-documents.json"}
    assert "COPY backend/requirements.txt ." in dockerfile
    assert (ROOT / "backend" / "requirements.txt").is_file()
    assert "JOBTRAIL_ENV=production" in dockerfile
    assert re.findall(r"^USER (.+)$", dockerfile, re.MULTILINE) == ["10001"]


def test_the_dashboard_s_page_may_do_the_same_whoever_serves_it() -> None:
    configuration = (ROOT / "frontend" / "nginx.conf").read_text()
    (policy,) = re.findall(r'Content-Security-Policy "([^"]+)"', configuration)
    (port,) = re.findall(r"listen (\d+);", configuration)

    assert policy == PAGE_POLICY
    assert services()["frontend"]["ports"][0].endswith(f":{port}")
    dockerfile = (ROOT / "frontend" / "Dockerfile").read_text()
    assert re.findall(r"^USER (.+)$", dockerfile, re.MULTILINE) == ["101"]


def test_only_this_machine_can_reach_what_is_published() -> None:
    published = {
        name: service["ports"] for name, service in services().items() if "ports" in service
    }

    assert published == {"frontend": ["127.0.0.1:${PORT:-8000}:8080"]}
