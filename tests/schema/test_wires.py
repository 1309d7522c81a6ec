"""The API over a real server, which asks PostgreSQL on wires: pages, changes and histories."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from django.db import connection
from pytest_django import Settings

from backend.database.wires import APPLICATION
from backend.jobs.models import Job, JobStatus
from tests.api import Api
from tests.server import Server

pytestmark = pytest.mark.postgres

CREATE = """mutation ($name: String!) {
  createJob(input: {name: $name}) { ... on CreateJobSuccess { job { id } } } }"""
SET = """mutation ($id: ID!, $state: JobState!, $message: String) {
  setJobStatus(input: {jobId: $id, state: $state, message: $message}) {
    __typename ... on SetJobStatusSuccess { changed job { version } status { previousState } } } }"""
PAGE = """query ($after: String, $orderBy: JobOrder) {
  jobs(first: 3, after: $after, orderBy: $orderBy) {
    nodes { name state status { message } createdBy { username } }
    pageInfo { hasNextPage endCursor } totalCount { value } } }"""
HISTORY = """query ($id: ID!, $after: String) { job(id: $id) {
  statuses(first: 2, after: $after) {
    nodes { state message setBy { username } } pageInfo { hasNextPage endCursor } } } }"""
WIRES = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND datname = %s"

Ask = Callable[..., tuple[Any, int]]


@pytest.fixture
def ask(server: Server, operator: Api) -> Iterator[Ask]:
    """The data of an answer, and the number of statements that its Server-Timing tells of."""
    headers = {"Authorization": f"Bearer {operator.token}"}
    with httpx.Client(headers=headers, timeout=20) as client:

        def ask(document: str, **variables: Any) -> tuple[Any, int]:
            body = {"query": document, "variables": variables}
            response = client.post(server.url, json=body)
            answer = response.json()
            assert "errors" not in answer, answer["errors"]
            found = re.search(r'desc="(\d+) statements?"', response.headers["Server-Timing"])
            assert found is not None
            return answer["data"], int(found[1])

        ask("{ viewer { username } }")  # looks up the account
        yield ask


def wires() -> int:
    with connection.cursor() as cursor:
        cursor.execute(WIRES, [APPLICATION, connection.settings_dict["NAME"]])
        return int(cursor.fetchone()[0])


def walked(ask: Ask, part: Callable[[Any], Any], document: str, **variables: Any) -> list[Any]:
    """The nodes of all pages."""
    nodes: list[Any] = []
    after = None
    while True:
        page = part(ask(document, after=after, **variables)[0])
        nodes += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return nodes
        after = page["pageInfo"]["endCursor"]


def test_jobs_are_made_moved_and_read(ask: Ask, settings: Settings) -> None:
    ids = [ask(CREATE, name=f"job {n}")[0]["createJob"]["job"]["id"] for n in range(7)]
    moves = [("RUNNING", "go"), ("FAILED", "no memory"), ("PENDING", None), ("RUNNING", "again")]
    for job_id in ids[:5]:
        for version, (state, message) in enumerate(moves, start=2):
            data, statements = ask(SET, id=job_id, state=state, message=message)
            assert data["setJobStatus"]["job"]["version"] == version
            assert data["setJobStatus"]["changed"] is True
            assert statements == 2  # to look at the job, and to move it
    assert ask(SET, id=ids[0], state="PENDING")[0]["setJobStatus"] == {
        "__typename": "IllegalTransition"
    }
    for order in ("CREATED_DESC", "CREATED_ASC", "STATE_CHANGED_DESC", "STATE_CHANGED_ASC"):
        nodes = walked(ask, lambda data: data["jobs"], PAGE, orderBy=order)
        by = {node["name"]: node for node in nodes}
        assert sorted(by) == [f"job {n}" for n in range(7)]
        assert len(nodes) == 7
        assert by["job 0"] == {
            "name": "job 0",
            "state": "RUNNING",
            "status": {"message": "again"},
            "createdBy": {"username": "operator"},
        }
        assert by["job 6"]["state"] == "PENDING"
        names = [node["name"] for node in nodes]
        if order.startswith("CREATED"):
            assert names == sorted(names, reverse=order == "CREATED_DESC")
    history = walked(ask, lambda data: data["job"]["statuses"], HISTORY, id=ids[0])
    assert [(entry["state"], entry["message"]) for entry in history] == [
        *reversed(moves),
        ("PENDING", None),
    ]
    assert {entry["setBy"]["username"] for entry in history} == {"operator"}
    assert (Job.objects.count(), JobStatus.objects.count()) == (7, 27)
    assert 1 <= wires() <= settings.DATABASE_WIRES


@pytest.mark.parametrize(
    ("document", "statements"),
    [
        ("{ viewer { username } }", 0),
        ("{ jobs { nodes { name } } }", 1),
        ("{ jobs { nodes { name status { message } createdBy { username } } } }", 3),
        ("{ a: jobs { nodes { id } } b: jobs { nodes { id } } }", 2),
        ('mutation { createJob(input: {name: "a"}) { __typename } }', 1),
    ],
)
def test_statements_on_wires_are_told(ask: Ask, document: str, statements: int) -> None:
    ask(CREATE, name="a")
    assert [ask(document)[1] for _ in range(3)] == [statements] * 3
    assert wires() >= 1
