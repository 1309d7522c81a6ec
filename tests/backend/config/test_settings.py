"""A production that would be unsafe does not start, and a safe one has nothing to be warned of."""

import os
import runpy
import subprocess
import sys
from typing import Any

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from backend.config.settings import ROOT

GOOD = "0123456789abcdef0123456789abcdef"
PRODUCTION = {
    "JOBTRAIL_ENV": "production",
    "JOBTRAIL_SECRET_KEY": GOOD + "django, and nothing else: 50 characters and more",
    "JOBTRAIL_JWT_KEY": GOOD + "tokens",
    "JOBTRAIL_ALLOWED_HOSTS": "jobs.example.org,127.0.0.1",
    "JOBTRAIL_CORS_ORIGINS": "https://dashboard.example.org",
    "POSTGRES_HOST": "database.example",
}


def settings(monkeypatch: pytest.MonkeyPatch, **changes: str | None) -> dict[str, Any]:
    """The settings of a production with these changes to its environment."""
    environment = {
        name: value for name, value in (PRODUCTION | changes).items() if value is not None
    }
    monkeypatch.setattr(environ.Env, "ENVIRON", environment)
    return runpy.run_path(str(ROOT / "backend" / "config" / "settings.py"))


def test_what_production_is(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch, DEBUG="true", DJANGO_DEBUG="1")
    assert {name: found[name] for name in ("PRODUCTION", "SIGN_IN_FIRST", "REQUEST_LOG")} == {
        "PRODUCTION": True,
        "SIGN_IN_FIRST": True,
        "REQUEST_LOG": True,
    }
    assert not any(found[name] for name in ("DEBUG", "GRAPHIQL", "INTROSPECTION"))
    assert found["RATE_POINTS_PER_MINUTE"] == 100_000


@pytest.mark.parametrize("secret", ["JOBTRAIL_SECRET_KEY", "JOBTRAIL_JWT_KEY"])
@pytest.mark.parametrize("value", [None, "", "short", "a" * 64, "insecure-" + GOOD])
def test_a_missing_or_weak_secret_is_refused(
    monkeypatch: pytest.MonkeyPatch, secret: str, value: str | None
) -> None:
    with pytest.raises(ImproperlyConfigured, match=secret):
        settings(monkeypatch, **{secret: value})


def test_the_secret_of_the_metrics_is_good_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch)["METRICS_TOKEN"] == ""
    with pytest.raises(ImproperlyConfigured, match="JOBTRAIL_METRICS_TOKEN"):
        settings(monkeypatch, JOBTRAIL_METRICS_TOKEN="prometheus")


def test_a_limit_below_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch, JOBTRAIL_RATE_POINTS_PER_MINUTE="0")["RATE_POINTS_PER_MINUTE"] == 0
    with pytest.raises(ImproperlyConfigured, match="JOBTRAIL_RATE_POINTS_PER_MINUTE"):
        settings(monkeypatch, JOBTRAIL_RATE_POINTS_PER_MINUTE="-1")


@pytest.mark.parametrize("hosts", ["*", "jobs.example.org,*", "*.example.org", ".example.org"])
def test_wildcard_hosts_are_refused(monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="JOBTRAIL_ALLOWED_HOSTS"):
        settings(monkeypatch, JOBTRAIL_ALLOWED_HOSTS=hosts)


@pytest.mark.parametrize(
    "origins",
    ["*", "https://*", "https://a.example,*", "https://*.example.org", "null", "a.example",
     "https://a.example/", "file://a.example", "https://a.example/x"],
)  # fmt: skip
def test_wildcard_origins_are_refused(monkeypatch: pytest.MonkeyPatch, origins: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="JOBTRAIL_CORS_ORIGINS"):
        settings(monkeypatch, JOBTRAIL_CORS_ORIGINS=origins)


def test_credentials_go_to_named_origins_only(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch)
    assert found["CORS_ALLOWED_ORIGINS"] == ["https://dashboard.example.org"]
    assert found["CORS_ALLOW_CREDENTIALS"] is True
    assert settings(monkeypatch, JOBTRAIL_CORS_ORIGINS=None)["CORS_ALLOW_CREDENTIALS"] is False
    assert not {"CORS_ALLOW_ALL_ORIGINS", "CORS_ALLOWED_ORIGIN_REGEXES"} & found.keys()


def test_the_check_before_a_deployment_finds_nothing() -> None:
    run = subprocess.run(
        [sys.executable, "backend/manage.py", "check", "--deploy", "--fail-level", "INFO"],
        cwd=ROOT,
        env=os.environ | PRODUCTION,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stdout) == (0, "System check identified no issues (3 silenced).\n")
    assert run.stderr == ""
