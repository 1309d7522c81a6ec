"""What is told of each request besides its answer: an id, a line of the log, the time it took."""

import json
import logging
import queue
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pytest_django import Settings

from backend.config.settings import ROOT
from backend.web.exchange import MOST_CODES, Exchange
from backend.web.log_lines import JSONLines
from schema.documents import digest
from tests.api import Api
from tests.event_source import PATIENCE, following
from tests.schema.test_subscriptions_socket import connected, hear, subscribe
from tests.server import Server

SECRET = "hunter2"
FOLLOW = "subscription Follow { jobStatuses { cursor } }"


class Lines(logging.Handler):
    """The lines of the log, for whoever waits for them."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: queue.Queue[str] = queue.Queue()

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.put(record.getMessage())

    def next(self) -> dict[str, Any]:
        """The next line, without what is never the same twice."""
        text = self._lines.get(timeout=PATIENCE)
        assert SECRET not in text
        line: dict[str, Any] = json.loads(text)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", line.pop("time"))
        assert 0 < line.pop("duration_ms") < 60_000
        assert (line.pop("level"), line.pop("logger")) == ("INFO", "jobtrail.request")
        return line


@pytest.fixture
def lines(settings: Settings) -> Iterator[Lines]:
    settings.REQUEST_LOG = True
    handler = Lines()
    logger = logging.getLogger("jobtrail.request")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


@pytest.fixture
def _whole_application(settings: Settings) -> None:
    settings.ROOT_URLCONF = "backend.config.urls"


def ask(server: Server, api: Api | None, body: Any, **headers: str) -> httpx.Response:
    if api is not None:
        headers["Authorization"] = f"Bearer {api.token}"
    return httpx.post(server.url, json=body, headers=headers)


# --- Ids ------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["a", "Trace-1.2:3_4", "f" * 64])
async def test_a_request_keeps_the_id_that_it_brings(client: httpx.AsyncClient, given: str) -> None:
    response = await client.get("/graphql?query={hello}", headers={"X-Request-ID": given})
    assert response.headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "f" * 65, "a b", 'a"b', "é", "{}", "a\tb"])
async def test_an_id_that_can_not_be_written_anywhere_is_replaced(
    client: httpx.AsyncClient, given: str
) -> None:
    seen = set()
    for _ in range(2):
        headers = {b"X-Request-ID": given.encode()}
        response = await client.get("/graphql?query={hello}", headers=headers)
        seen.add(response.headers["X-Request-ID"])
    assert len(seen) == 2
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in seen)


async def test_refusals_and_faults_have_ids_too(client: httpx.AsyncClient) -> None:
    for body in (b"{", b'{"query":"{ break }"}'):
        response = await client.post(
            "/graphql", content=body, headers={"Content-Type": "application/json"}
        )
        assert re.fullmatch("[0-9a-f]{16}", response.headers["X-Request-ID"])


FORK = """
import os, django
django.setup(set_prefix=False)
from backend.web.exchange import request_id
for _ in range(2):
    if os.fork() == 0:
        break
    os.wait()
os.write(1, request_id(b"").encode() + b"\\n")
"""


def test_processes_that_were_one_give_ids_of_their_own() -> None:
    run = subprocess.run(
        [sys.executable, "-c", FORK],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "backend.config.settings"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    ids = run.stdout.split()
    assert len(set(ids)) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in ids)


# --- The log --------------------------------------------------------------------------------


@pytest.mark.usefixtures("_whole_application")
def test_an_operation_is_logged_without_what_was_sent_with_it(
    server: Server, viewer: Api, lines: Lines
) -> None:
    document = "query Find($f: JobFilter) { jobs(first: 100, filter: $f) { nodes { id } } }"
    body = {"query": document, "variables": {"f": {"nameContains": SECRET}}}
    response = ask(server, viewer, body, **{"X-Request-ID": "mine"})
    assert response.status_code == 200
    assert viewer.user is not None
    line = lines.next()
    assert line.pop("statements") == 3  # two for the account, one for the jobs
    assert line == {
        "request": "mine",
        "principal": viewer.user.pk,
        "kind": "query",
        "operation": "Find",
        "document": digest(document),
        "cost": 2,
        "status": 200,
        "codes": [],
        "events": 0,
    }


@pytest.mark.usefixtures("_whole_application")
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"query": "{ hunter2"}, 400, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ hunter2 }"}, 400, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": 'mutation { logIn(input: {username: "hunter2"}) { __typename } }'},
         400, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{ viewer { id } }"}, 200, "UNAUTHENTICATED"),
        (["hunter2"], 400, "BAD_REQUEST"),
        ({"query": "{" + " hunter2" * 20_000}, 413, "PAYLOAD_TOO_LARGE"),
    ],
)  # fmt: skip
def test_refusals_are_logged_by_their_codes(
    server: Server, lines: Lines, body: Any, status: int, code: str
) -> None:
    response = ask(server, None, body, Accept="application/graphql-response+json")
    assert response.status_code == status
    line = lines.next()
    assert (line["status"], line["codes"], line["principal"]) == (status, [code], None)
    assert line["request"] == response.headers["X-Request-ID"]


async def test_a_fault_is_logged_as_one(client: httpx.AsyncClient, lines: Lines) -> None:
    await client.post("/graphql", json={"query": "{ break }"})
    line = lines.next()
    assert (line["status"], line["codes"]) == (500, ["INTERNAL_SERVER_ERROR"])


@pytest.mark.usefixtures("_whole_application")
def test_a_stream_is_logged_when_it_ends(server: Server, operator: Api, lines: Lines) -> None:
    with following(server.url, FOLLOW, token=operator.token) as stream:
        for _ in range(2):  # it lives, and from here on nothing is missed
            stream.read()
        for name in ("a", "b"):
            operator(f'mutation {{ createJob(input: {{name: "{name}"}}) {{ __typename }} }}')
        stream.take(2)
    line = lines.next()
    assert (line["kind"], line["operation"], line["events"]) == ("subscription", "Follow", 2)
    assert line["status"] == 200


@pytest.mark.usefixtures("_whole_application")
def test_each_operation_of_a_socket_is_logged(server: Server, operator: Api, lines: Lines) -> None:
    with connected(server, operator.token) as socket:
        hear(socket)
        subscribe(socket, "query Who { viewer { username } }")
        subscribe(socket, "{ nope }", operation="2")
        heard = [hear(socket)["type"] for _ in range(3)]
    assert sorted(heard) == ["complete", "error", "next"]
    told = sorted((lines.next() for _ in range(2)), key=lambda line: len(line["codes"]))
    assert [line["operation"] for line in told] == ["Who", None]
    assert [line["codes"] for line in told] == [[], ["GRAPHQL_VALIDATION_FAILED"]]
    assert [line["status"] for line in told] == [200, 400]
    assert operator.user is not None
    assert {line["principal"] for line in told} == {operator.user.pk}
    assert len({line["request"] for line in told}) == 1


async def test_nothing_is_logged_where_that_is_switched_off(
    client: httpx.AsyncClient, settings: Settings, lines: Lines
) -> None:
    settings.REQUEST_LOG = False
    await client.get("/graphql?query={hello}")
    settings.REQUEST_LOG = True
    await client.get("/graphql?query={hello}", headers={"X-Request-ID": "second"})
    assert lines.next()["request"] == "second"


def test_hundreds_of_errors_make_no_longer_a_line() -> None:
    exchange = Exchange()
    for _ in range(1_000):
        exchange.note_error("BAD_USER_INPUT")
    assert exchange.codes == ["BAD_USER_INPUT"] * MOST_CODES


def test_other_records_are_lines_of_json_with_their_traces() -> None:
    with pytest.raises(ValueError, match="Expecting") as raised:
        json.loads("{")
    fault = (raised.type, raised.value, raised.tb)
    record = logging.LogRecord("a.b", logging.ERROR, "f.py", 1, "no %s\n\ud800", ("x",), fault)
    (text,) = JSONLines().format(record).splitlines()
    line = json.loads(text)
    assert (line["level"], line["logger"], line["message"]) == ("ERROR", "a.b", "no x\n\\ud800")
    assert line["exception"].startswith("Traceback (most recent call last):")
    assert "exception" not in json.loads(
        JSONLines().format(logging.LogRecord("a", logging.INFO, "", 0, "m", None, None))
    )


# --- Time -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("_whole_application")
@pytest.mark.parametrize(
    ("document", "statements"),
    [
        ("{ viewer { username } }", "0 statements"),
        ("{ jobs { nodes { id } } }", "1 statement"),
        ("{ a: jobs { nodes { id } } b: jobs { nodes { id } } }", "2 statements"),
    ],
)
def test_in_development_an_answer_says_what_took_its_time(
    server: Server, viewer: Api, document: str, statements: str
) -> None:
    ask(server, viewer, {"query": "{ viewer { username } }"})  # looks up the account
    response = ask(server, viewer, {"query": document})
    found = re.fullmatch(
        r'db;dur=(\d+\.\d\d);desc="([^"]*)", total;dur=(\d+\.\d\d)',
        response.headers["Server-Timing"],
    )
    assert found is not None
    assert found[2] == statements
    assert (float(found[1]) > 0) is (statements != "0 statements")
    assert 0 < float(found[3]) < 60_000


@pytest.mark.usefixtures("_whole_application")
def test_in_production_it_does_not(server: Server, viewer: Api, settings: Settings) -> None:
    settings.PRODUCTION = True
    assert "Server-Timing" not in ask(server, viewer, {"query": "{ viewer { id } }"}).headers
