"""Third-party clients, unchanged: they follow the log, and come back without a gap by themselves."""

import asyncio
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from gql import Client, GraphQLRequest
from gql.transport.aiohttp_websockets import AIOHTTPWebsocketsTransport

from backend.jobs.orders import LOG
from backend.jobs.services import create_job
from tests import node
from tests.api import Api
from tests.event_source import PATIENCE
from tests.server import Server, serving

FOLDER = Path(__file__).parent
BEGINNING = LOG.cursor((0,))


@pytest.fixture(scope="module")
def _packages() -> None:
    node.install(FOLDER)


@pytest.fixture
def write(operator: Api) -> Callable[[str], None]:
    """Create a job."""
    assert operator.user is not None
    actor_id = operator.user.pk

    def write(name: str) -> None:
        create_job(name=name, actor_id=actor_id)

    return write


@contextmanager
def running(command: Sequence[str | Path]) -> Iterator[subprocess.Popen[str]]:
    """A program whose lines can be read as they come."""
    with subprocess.Popen(command, cwd=FOLDER, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def lines(process: subprocess.Popen[str], count: int) -> list[str]:
    """So many lines of what it says."""
    assert process.stdout is not None
    return [process.stdout.readline().rstrip("\n") for _ in range(count)]


@pytest.mark.usefixtures("_packages")
@pytest.mark.parametrize(
    ("client", "greeting"),
    [("sse.mjs", []), ("ws.mjs", ["operator", "over the socket", "over the socket PENDING"])],
)
def test_clients_in_javascript_follow_through_a_restart_of_the_server(
    server: Server, operator: Api, write: Callable[[str], None], client: str, greeting: list[str]
) -> None:
    with ExitStack() as client_s_life:
        with serving() as first:
            command: list[str | Path] = [
                node.NODE,
                client,
                first.url,
                str(operator.token),
                BEGINNING,
            ]
            expected = 4 + len(greeting[2:])
            process = client_s_life.enter_context(running([*command, str(expected)]))
            assert lines(process, len(greeting)) == greeting
            write("a")
            write("b")
            assert lines(process, 2) == ["a PENDING", "b PENDING"]
        write("c")
        with serving(first.port):
            assert lines(process, 1) == ["c PENDING"]
            write("d")
            assert lines(process, 1) == ["d PENDING"]
            assert process.wait(PATIENCE) == 0


def test_gql_follows_over_a_socket(
    server: Server, operator: Api, write: Callable[[str], None]
) -> None:
    async def follow() -> list[Any]:
        over = AIOHTTPWebsocketsTransport(
            url=server.url.replace("http", "ws"),
            init_payload={"authorization": f"Bearer {operator.token}"},
        )
        async with Client(transport=over) as session:
            viewer = await session.execute(GraphQLRequest("{ viewer { username } }"))
            query = GraphQLRequest(
                "subscription($after: String) { jobStatuses(after: $after) { node { state } } }",
                variable_values={"after": BEGINNING},
            )
            found = [viewer]
            await asyncio.to_thread(_beside, write, "a")
            async for result in session.subscribe(query):
                found.append(result)
                if len(found) == 3:
                    break
                await asyncio.to_thread(_beside, write, "b")
            return found

    change = {"jobStatuses": {"node": {"state": "PENDING"}}}
    assert asyncio.run(follow()) == [{"viewer": {"username": "operator"}}, change, change]


def test_curl_shows_events_as_they_happen(
    server: Server, operator: Api, write: Callable[[str], None]
) -> None:
    command = [
        *("curl", "--no-buffer", "--silent", "--show-error", server.url),
        *("--header", "Accept: text/event-stream", "--header", "Content-Type: application/json"),
        *("--header", f"Authorization: Bearer {operator.token}"),
        *("--data", '{"query": "subscription { jobStatuses { node { state } } }"}'),
    ]
    with running(command) as process:
        assert lines(process, 2) == ["retry: 1000", ""]
        assert lines(process, 3) == [":", f"id: {BEGINNING}", ""]
        for name in ("a", "b"):
            write(name)
            id_, event, data, end = lines(process, 4)
            assert id_.startswith("id: ")
            assert event == "event: next"
            assert data == 'data: {"data":{"jobStatuses":{"node":{"state":"PENDING"}}}}'
            assert end == ""


def _beside(write: Callable[[str], None], name: str) -> None:
    """Write in a thread that leaves no connection behind."""
    write(name)
    connection.close()
