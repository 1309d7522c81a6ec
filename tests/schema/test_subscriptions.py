"""Following the log over Server-Sent Events, against a real server."""

import asyncio
import gc
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.db import OperationalError, connection
from pytest_django import Settings

from backend.accounts import principal, sessions
from backend.events.feed import feed
from backend.jobs.lifecycle import JobState
from backend.jobs.models import JobStatus
from backend.jobs.selectors.jobs import jobs_by_id
from backend.jobs.services import create_job
from backend.web import outlet
from backend.web.asked import Asked
from backend.web.protocol import GraphQLRequest
from schema import global_id, standing, streams, threads
from schema.executor import engine
from schema.subscriptions import edge
from tests.api import Api
from tests.event_source import PATIENCE, Block, following
from tests.schema.conftest import MakeJob
from tests.server import Server

PENDING, RUNNING, COMPLETED, FAILED, CANCELLED = JobState
FOLLOW = """
subscription Follow($after: String, $filter: JobStatusFilter) {
  jobStatuses(after: $after, filter: $filter) { cursor node { id state } }
}
"""
READ = """
query Read($after: String, $first: Int) {
  jobStatuses(after: $after, first: $first) {
    edges { cursor node { id state } }
    pageInfo { endCursor }
  }
}
"""


@pytest.fixture(autouse=True)
def _nothing_open() -> Iterator[None]:
    """Every stream gives its place back."""
    yield
    assert not streams.places._taken


@pytest.fixture
def follow(server: Server, operator: Api) -> Callable[..., Any]:
    """Follow as the operator, by the usual document unless another is given."""

    def follow(query: str = FOLLOW, **options: Any) -> Any:
        options.setdefault("token", operator.token)
        return following(server.url, query, **options)

    return follow


def log(api: Api) -> list[dict[str, Any]]:
    """All there is, as a query tells it."""
    edges: list[dict[str, Any]] = api(READ, first=100).data["jobStatuses"]["edges"]
    return edges


def states(blocks: list[Block]) -> list[str]:
    return [block.change["node"]["state"] for block in blocks]


def eventually(condition: Callable[[], bool]) -> None:
    """Wait for what another thread does and tells nobody."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def open_streams() -> int:
    return sum(streams.places._taken.values())


# --- What comes -----------------------------------------------------------------------------


def test_a_stream_says_at_once_that_it_lives_and_where_it_begins(
    follow: Callable[..., Any], make_job: MakeJob, operator: Api
) -> None:
    make_job("before")
    with follow() as stream:
        assert stream.status == 200
        assert stream.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert stream.headers["Cache-Control"] == "no-store"
        assert stream.read() == Block(retry="1000")
        assert stream.read() == Block(id=log(operator)[-1]["cursor"])


def test_every_change_comes_once_as_the_query_tells_it(
    follow: Callable[..., Any], make_job: MakeJob, operator: Api
) -> None:
    with follow() as stream:
        make_job("a", RUNNING, COMPLETED)
        make_job("b", CANCELLED)
        found = stream.take(5)
    assert [block.change for block in found] == log(operator)
    assert [block.id for block in found] == [edge["cursor"] for edge in log(operator)]
    assert states(found) == ["PENDING", "RUNNING", "COMPLETED", "PENDING", "CANCELLED"]


def test_a_query_s_cursor_goes_on_as_a_stream(
    follow: Callable[..., Any], make_job: MakeJob, operator: Api
) -> None:
    make_job("a", RUNNING)
    page = operator(READ, first=1).data["jobStatuses"]
    with follow(after=page["pageInfo"]["endCursor"]) as stream:
        make_job("b")
        assert [page["edges"][0], *[block.change for block in stream.take(2)]] == log(operator)


def test_an_event_s_id_goes_on_as_a_query(
    follow: Callable[..., Any], make_job: MakeJob, operator: Api
) -> None:
    with follow() as stream:
        make_job("a", RUNNING, FAILED)
        first = stream.next()
    rest = operator(READ, after=first.id).data["jobStatuses"]["edges"]
    assert [first.change, *rest] == log(operator)


def test_a_client_that_comes_back_misses_nothing(
    follow: Callable[..., Any], make_job: MakeJob, operator: Api
) -> None:
    with follow() as stream:
        make_job("a", RUNNING)
        found = stream.take(2)
    make_job("b")
    with follow(last_event_id=found[-1].id, after=found[0].id) as stream:
        found += stream.take(1)
        make_job("c")
        found += stream.take(1)
    assert [block.change for block in found] == log(operator)


def test_a_client_cut_off_before_the_first_event_misses_nothing(
    follow: Callable[..., Any], make_job: MakeJob, operator: Api
) -> None:
    with follow() as stream:
        stream.read()
        beginning = stream.read().id
    make_job("meanwhile")
    with follow(last_event_id=beginning) as stream:
        assert [stream.next().change] == log(operator)


def test_states_are_filtered(follow: Callable[..., Any], make_job: MakeJob) -> None:
    with follow(filter={"states": ["FAILED", "PENDING"]}) as stream:
        make_job("a", RUNNING, FAILED, PENDING)
        assert states(stream.take(3)) == ["PENDING", "FAILED", "PENDING"]


def test_one_job_is_followed(follow: Callable[..., Any], make_job: MakeJob, operator: Api) -> None:
    job = make_job("a")
    with follow(filter={"jobId": global_id.of(job)}, after=log(operator)[0]["cursor"]) as stream:
        make_job("another")
        operator(
            "mutation($id: ID!) { setJobStatus(input: {jobId: $id, state: RUNNING}) "
            "{ ... on SetJobStatusSuccess { changed } } }",
            id=global_id.of(job),
        )
        assert stream.next().change == log(operator)[-1]


def test_an_empty_list_of_states_admits_nothing(
    follow: Callable[..., Any], make_job: MakeJob, operator: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT", 0.05)
    with follow(filter={"states": []}) as stream:
        stream.read()
        make_job("a")
        last = log(operator)[-1]["cursor"]
        assert _id_is_reached(stream, last)


def test_heartbeats_tell_how_far_the_stream_has_come(
    follow: Callable[..., Any], make_job: MakeJob, operator: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT", 0.05)
    with follow(filter={"states": ["FAILED"]}) as stream:
        stream.read()
        beginning = stream.read()
        assert stream.read() == beginning
        assert stream.read() == beginning
        make_job("a", RUNNING)
        assert _id_is_reached(stream, log(operator)[-1]["cursor"])


def test_an_event_source_of_a_browser_is_served(
    server: Server, operator: Api, make_job: MakeJob
) -> None:
    headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {operator.token}"}
    query = {"query": "subscription { jobStatuses { node { state } } }"}
    with httpx.stream("GET", server.url, params=query, headers=headers) as response:
        assert response.status_code == 200
        make_job("a")
        lines = response.iter_lines()
        assert next(line for line in lines if line.startswith("data:")) == (
            'data: {"data":{"jobStatuses":{"node":{"state":"PENDING"}}}}'
        )


def test_streams_of_different_documents_do_not_mix(
    follow: Callable[..., Any], make_job: MakeJob, operator: Api
) -> None:
    named = "subscription { change: jobStatuses { node { job { name } } } }"
    with follow() as one, follow(named) as other:
        make_job("a")
        assert one.next().change == log(operator)[0]
        assert other.next().data == {"data": {"change": {"node": {"job": {"name": "a"}}}}}


def test_a_variable_that_also_means_something_else_is_each_subscriber_s_own(
    follow: Callable[..., Any], make_job: MakeJob, operator: Api
) -> None:
    job = make_job("a", RUNNING)
    history = operator(
        "query($id: ID!) { job(id: $id) { statuses { edges { cursor } } } }", id=global_id.of(job)
    ).data["job"]["statuses"]["edges"]
    newest, oldest = (edge["cursor"] for edge in history)
    query = """subscription($after: String) {
      jobStatuses { node { job { statuses(after: $after) { nodes { state } } } } }
    }"""
    with follow(query, after=newest) as one, follow(query, after=oldest) as other:
        operator(
            "mutation($id: ID!) { setJobStatus(input: {jobId: $id, state: FAILED}) "
            "{ ... on SetJobStatusSuccess { changed } } }",
            id=global_id.of(job),
        )
        found = [
            [node["state"] for node in stream.next().change["node"]["job"]["statuses"]["nodes"]]
            for stream in (one, other)
        ]
    assert found == [["PENDING"], []]


def test_an_event_waits_for_its_data_where_the_database_is_away(
    follow: Callable[..., Any], make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter([OperationalError("gone"), OperationalError("gone")])

    def unreliable(keys: Any) -> Any:
        if failure := next(failures, None):
            raise failure
        return jobs_by_id(keys)

    monkeypatch.setattr("schema.loaders.jobs_by_id", unreliable)
    with follow("subscription { jobStatuses { node { job { name } } } }") as stream:
        make_job("a")
        assert stream.next().change == {"node": {"job": {"name": "a"}}}


# --- Many -----------------------------------------------------------------------------------


def test_a_hundred_followers_of_one_document_cost_one_execution_for_each_event(
    server: Server,
    operator: Api,
    make_job: MakeJob,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.STREAMS_PER_ACCOUNT = 100
    executed = []

    def counted(row: Any) -> Any:
        executed.append(row.id)
        return edge(row)

    monkeypatch.setattr("schema.channels.edge", counted)

    async def follow_all() -> list[list[str]]:
        headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {operator.token}"}
        async with (
            httpx.AsyncClient(
                headers=headers, timeout=PATIENCE, limits=httpx.Limits(max_connections=None)
            ) as client,
            asyncio.TaskGroup() as group,
        ):
            opened = asyncio.Barrier(101)
            tasks = [
                group.create_task(_ids(client, server.url, opened, number)) for number in range(100)
            ]
            await opened.wait()
            for number in range(3):
                await asyncio.to_thread(_beside, make_job, f"job {number}")
                await opened.wait()
        return [task.result() for task in tasks]

    found = asyncio.run(follow_all())
    assert found == [[edge["cursor"] for edge in log(operator)]] * 100
    assert executed == list(JobStatus.objects.order_by("id").values_list("id", flat=True))


def test_a_client_that_does_not_read_is_cut_off_and_costs_the_others_nothing(
    server: Server, follow: Callable[..., Any], operator: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet, "LONGEST_SILENCE", 2)
    query = "subscription { jobStatuses { cursor node { message } } }"
    with (
        follow(query) as reader,
        _not_reading(server, operator, query),
        ThreadPoolExecutor(1) as beside,
    ):
        reader.read()
        eventually(lambda: open_streams() == 2)
        found = beside.submit(reader.take, 1_201)
        _write_long_messages(operator, 1_200)
        ids = [block.id for block in found.result()]
        eventually(lambda: open_streams() == 1)
    assert ids == [edge["cursor"] for edge in _all(operator)]


# --- Who may, and for how long --------------------------------------------------------------


@pytest.mark.parametrize("token", [None, "forged"])
def test_nobody_follows_without_a_token(follow: Callable[..., Any], token: str | None) -> None:
    with follow(token=token) as stream:
        assert stream.next().codes == ["UNAUTHENTICATED"]
        assert stream.next() == Block(event="complete")
        assert stream.ended


def test_nobody_follows_without_the_permission(
    follow: Callable[..., Any], make_user: Callable[..., Any]
) -> None:
    make_user("nobody")
    token = sessions.log_in("nobody", "nobody", "192.0.2.1").access_token
    with follow(token=token) as stream:
        assert stream.next().codes == ["FORBIDDEN"]
        assert stream.next() == Block(event="complete")


def test_a_stream_ends_with_its_token(
    follow: Callable[..., Any], operator: Api, settings: Settings, make_job: MakeJob
) -> None:
    lifetime, settings.ACCESS_TOKEN_LIFETIME = settings.ACCESS_TOKEN_LIFETIME, timedelta(seconds=2)
    grant = sessions.log_in("operator", "operator", "192.0.2.1")
    settings.ACCESS_TOKEN_LIFETIME = lifetime
    with follow(token=grant.access_token) as stream:
        make_job("a")
        last = stream.next()
        assert stream.next().codes == ["UNAUTHENTICATED"]
        assert stream.next() == Block(event="complete")
        assert stream.ended
    make_job("b")
    renewed = sessions.refresh(grant.refresh_token)
    with follow(token=renewed.access_token, last_event_id=last.id) as stream:
        assert [last.change, stream.next().change] == log(operator)


def test_a_stream_ends_when_its_session_does(
    follow: Callable[..., Any], operator: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "CHECK_SESSION", 0.05)
    assert operator.user is not None
    grant = sessions.log_in("operator", "operator", "192.0.2.1")
    with follow(token=grant.access_token) as stream, follow() as other:
        stream.read()
        sessions.log_out(grant.refresh_token, operator.user.pk)
        assert stream.next().codes == ["UNAUTHENTICATED"]
        assert stream.next() == Block(event="complete")
        assert open_streams() == 1
        other.read()


def test_a_stream_ends_when_its_account_may_not_look_any_more(
    follow: Callable[..., Any], operator: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "CHECK_SESSION", 0.05)
    assert operator.user is not None
    with follow() as stream:
        stream.read()
        operator.user.groups.clear()
        principal.forget_all()
        assert stream.next().codes == ["FORBIDDEN"]
        assert stream.next() == Block(event="complete")


def test_an_account_has_so_many_places_and_gets_them_back(
    follow: Callable[..., Any], sign_in: Callable[..., Api], settings: Settings
) -> None:
    settings.STREAMS_PER_ACCOUNT = 2
    with follow():
        with follow() as second:
            with follow() as third:
                assert third.next().codes == ["RATE_LIMITED"]
                assert third.next() == Block(event="complete")
            with follow(token=sign_in("viewer").token) as of_another:
                assert of_another.read() == Block(retry="1000")
            assert second.read() == Block(retry="1000")
        eventually(lambda: open_streams() == 1)
        with follow() as again:
            assert again.read() == Block(retry="1000")
    eventually(lambda: open_streams() == 0)


async def test_a_stream_that_nobody_reads_gives_its_place_back(
    transactional_db: None, viewer: Api, settings: Settings
) -> None:
    settings.DATABASE_THREADS = 1
    http = Asked("GET", "", {b"authorization": f"Bearer {viewer.token}".encode()})
    stream = await engine.stream(GraphQLRequest(FOLLOW), http, resume_after=None)
    assert open_streams() == 1
    del stream
    gc.collect()
    async with asyncio.timeout(PATIENCE):
        while open_streams():  # noqa: ASYNC110 (nobody is told)
            await asyncio.sleep(0)
    following = feed()._task
    assert following is not None
    following.cancel()
    await asyncio.wait([following])
    threads.database.close()


# --- What is refused ------------------------------------------------------------------------


def test_a_cursor_that_is_none_is_refused(
    follow: Callable[..., Any], make_job: MakeJob, operator: Api
) -> None:
    make_job("a")
    jobs = "{ jobs { edges { cursor } } }"
    of_another_list = operator(jobs).data["jobs"]["edges"][0]["cursor"]
    for cursor in ("nonsense", "", of_another_list):
        with follow(after=cursor) as stream:
            assert stream.next().codes == ["INVALID_CURSOR"]
            assert stream.next() == Block(event="complete")
    for cursor in ("nonsense", of_another_list):
        with follow(last_event_id=cursor) as stream:
            assert stream.next().codes == ["INVALID_CURSOR"]


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("subscription {", {}, "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription { a: jobStatuses { cursor } b: jobStatuses { cursor } }",
            {},
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "subscription($yes: Boolean!) { jobStatuses @skip(if: $yes) { cursor } }",
            {"yes": True},
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            """subscription { jobStatuses { node { job { statuses(first: 50) { nodes {
              job { statuses(first: 2) { nodes { id } } } } } } } } }""",
            {},
            "TOO_COMPLEX",
        ),
        (FOLLOW, {"filter": {"states": ["LOST"]}}, "BAD_USER_INPUT"),
        (f"{FOLLOW} query Q {{ lifecycle {{ state }} }}", {}, "BAD_USER_INPUT"),
    ],
)
def test_a_request_that_makes_no_sense_is_no_stream(
    follow: Callable[..., Any], query: str, variables: dict[str, Any], code: str
) -> None:
    with follow(query, **variables) as stream:
        assert stream.status == 400
        media_type = "application/graphql-response+json; charset=utf-8"
        assert stream.headers["Content-Type"] == media_type
        answer = stream.response
        answer.read()
        assert answer.json()["errors"][0]["extensions"]["code"] == code


def test_a_subscription_is_not_answered_in_one_piece(operator: Api) -> None:
    answer = operator(FOLLOW)
    assert answer.codes == ["BAD_USER_INPUT"]


def test_other_operations_are_streams_of_one_event_where_nothing_else_will_do(
    follow: Callable[..., Any],
) -> None:
    with follow("{ viewer { username } }") as stream:
        assert stream.next() == Block(
            event="next", data={"data": {"viewer": {"username": "operator"}}}
        )
        assert stream.next() == Block(event="complete")
        assert stream.ended
    create = (
        'mutation { createJob(input: {name: "a"}) { ... on CreateJobSuccess { job { name } } } }'
    )
    with follow(create) as stream:
        assert stream.next().change == {"job": {"name": "a"}}
    both = "application/json, text/event-stream"
    with follow("{ viewer { username } }", accept=both) as stream:
        assert stream.headers["Content-Type"] == "application/json; charset=utf-8"


# --- Means ----------------------------------------------------------------------------------


def _beside(make_job: MakeJob, name: str) -> None:
    """Create a job in a thread that leaves no connection behind."""
    make_job(name)
    connection.close()


def _id_is_reached(stream: Any, cursor: str) -> bool:
    return any(stream.read().id == cursor for _ in range(500))


async def _ids(
    client: httpx.AsyncClient, url: str, opened: asyncio.Barrier, number: int
) -> list[str]:
    """The ids of three events, in step with all the others."""
    # The starting point is each one's own and must not keep them apart.
    query = "subscription($after: String) { jobStatuses(after: $after) { node { state } } }"
    body = {"query": query, "variables": {"after": None} if number % 2 else {}}
    ids: list[str] = []
    id_ = ""
    async with client.stream("POST", url, json=body) as response:
        lines = response.aiter_lines()
        await opened.wait()
        async for line in lines:
            if line.startswith("id: "):
                id_ = line.removeprefix("id: ")
            elif line == "event: next":
                ids.append(id_)
                await opened.wait()
                if len(ids) == 3:
                    return ids
    return ids


class _not_reading:  # noqa: N801 (reads as a statement)
    """A client that asks for a stream, and then does not read."""

    def __init__(self, server: Server, api: Api, query: str) -> None:
        body = httpx.Request("POST", server.url, json={"query": query}).content
        self.request = (
            b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
            b"Content-Type: application/json\r\nAuthorization: Bearer %b\r\n"
            b"Content-Length: %d\r\n\r\n%b"
        ) % (str(api.token).encode(), len(body), body)
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect(("127.0.0.1", server.port))

    def __enter__(self) -> None:
        self.socket.sendall(self.request)

    def __exit__(self, *_: object) -> None:
        self.socket.close()


def _write_long_messages(api: Api, count: int) -> None:
    """More than the buffers between a server and a client hold."""
    assert api.user is not None
    job = create_job(name="long", actor_id=api.user.pk)
    entries = [
        JobStatus(
            job_id=job.id,
            state=state,
            previous_state=previous,
            message="x" * 10_000,
            created_at=job.created_at,
        )
        for _ in range(count // 2)
        for previous, state in ((PENDING, FAILED), (FAILED, PENDING))
    ]
    JobStatus.objects.bulk_create(entries)


def _all(api: Api) -> list[dict[str, Any]]:
    """The whole log, page by page."""
    edges: list[dict[str, Any]] = []
    while True:
        after = edges[-1]["cursor"] if edges else None
        page = api(READ, first=100, after=after).data["jobStatuses"]["edges"]
        if not page:
            return edges
        edges += page
