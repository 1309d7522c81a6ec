"""Whatever is sent to a real server in production: no fault of ours, and nothing of our insides.

A few cases run with the other tests; `make fuzz` runs thousands, and those of another tool too.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from pytest_django import Settings

from backend.config.settings import ROOT
from schema.executor import engine
from schema.global_id import Kind, encode, of
from tests.api import Api
from tests.schema.conftest import FAILED, RUNNING, MakeJob
from tests.schema.leaks import complaint
from tests.schema.random_requests import requests
from tests.server import Server

CASES = int(os.environ.get("FUZZ_CASES", "40"))
SCHEMATHESIS = "schemathesis==4.32.5"
NEW = "application/graphql-response+json"


@pytest.fixture
def ids(make_job: MakeJob) -> list[str]:
    """Of things that exist."""
    job = make_job("train", RUNNING, FAILED)
    return [of(job), of(make_job("a")), encode(Kind.JOB_STATUS, 1), encode(Kind.USER, 1)]


@pytest.fixture
def http(
    server: Server, operator: Api, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[httpx.Client]:
    """A client of a server with the settings of production, signed in."""
    settings.PRODUCTION = True
    settings.SIGN_IN_FIRST = True
    settings.INTROSPECTION = False
    settings.REQUEST_LOG = True
    monkeypatch.setattr(engine.documents, "_suggestions", False)
    headers = {"Authorization": f"Bearer {operator.token}", "Content-Type": "application/json"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=30) as client:
        yield client


@pytest.mark.timeout(1_800)
def test_no_request_breaks_it_or_shows_its_insides(
    http: httpx.Client,
    ids: list[str],
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answered: Counter[str] = Counter()

    @given(body=requests(ids), accept=st.sampled_from([NEW, "application/json"]))
    @limits(
        max_examples=CASES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
    )
    def ask(body: dict[str, object], accept: str) -> None:
        text = json.dumps(body, ensure_ascii=True)
        response = http.post("", content=text.encode(), headers={"Accept": accept})
        assert complaint(response.status_code, response.text, response.json()) is None
        assert len(response.content) < 1_000_000
        codes = sorted({each["extensions"]["code"] for each in response.json().get("errors", [])})
        answered[f"{response.status_code} {' '.join(codes) or 'without errors'}"] += 1

    ask()
    if "FUZZ_CASES" in os.environ:
        with capsys.disabled():
            print(f"\n{answered.total():,} requests:", *answered.most_common(), sep="\n  ")  # noqa: T201 (for whoever ran make fuzz)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.skipif("FUZZ_CASES" not in os.environ, reason="needs a network: make fuzz")
@pytest.mark.timeout(1_800)
def test_another_tool_finds_nothing_either(
    http: httpx.Client, ids: list[str], settings: Settings, tmp_path: Path
) -> None:
    settings.INTROSPECTION = True
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
    assert uv is not None
    run = subprocess.run(
        [uv, "tool", "run", "--from", SCHEMATHESIS, "schemathesis", "run", "--no-color",
         f"--url={http.base_url}", f"--header=Authorization: {http.headers['Authorization']}",
         "--checks=refused_by_a_code_if_at_all", f"--max-examples={max(CASES // 20, 10)}",
         str(ROOT / "schema.graphql")],
        cwd=tmp_path,
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.schema.schemathesis_checks"},
        capture_output=True,
        text=True,
        timeout=1_700,
        check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-5_000:] + run.stderr[-2_000:]
