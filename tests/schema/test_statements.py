"""How many SQL statements each shape of query costs: one for each level, however many rows.

The sign-in of the caller is remembered from a request before, as it is for a busy client.
"""

from typing import Final
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from backend.accounts.models import User
from backend.jobs import counts, horizon
from schema.global_id import Kind, encode, of
from tests.api import Api
from tests.schema.conftest import FAILED, RUNNING, MakeJob


@pytest.fixture
def api(viewer: Api) -> Api:
    """Signed in and known."""
    assert viewer("{ viewer { username } }").data == {"viewer": {"username": "viewer"}}
    return viewer


@pytest.fixture
def ids(make_job: MakeJob, viewer: Api, operator: Api) -> list[str]:
    """Fifty jobs with a past, by two accounts; counts rolled up as far as they go."""
    jobs = [
        make_job(f"{number}", RUNNING, FAILED, by=operator if number % 2 else None)
        for number in range(50)
    ]
    counts.advance()
    return [of(job) for job in jobs]


PAGES = {
    "{ lifecycle { state } }": 0,
    "{ viewer { id username } }": 0,
    "{ users { username } }": 1,
    "{ jobs(first: 50) { nodes { id name state version allowedTransitions } } }": 1,
    "{ jobs(first: 50) { nodes { status { state message } } } }": 2,
    "{ jobs(first: 50) { nodes { createdBy { username } } } }": 2,
    """{ jobs(first: 50) { nodes { name status { state } createdBy { username }
             statuses(first: 10) { nodes { state message } } } } }""": 3,
    """{ jobs(first: 50) { nodes { name createdBy { username }
             statuses(first: 10) { nodes { state setBy { username } } } } } }""": 4,
    "{ jobs(first: 50) { nodes { statuses { nodes { setBy { username } } } } } }": 3,
    """{ jobs(first: 50) { nodes { statuses(first: 2) { nodes { job { name
             status { state } } } } } } }""": 4,
    "{ jobs(first: 50) { nodes { statuses { totalCount { value } pageInfo { endCursor } } } } }": 2,
    "{ jobs(first: 50) { pageInfo { hasNextPage hasPreviousPage } edges { cursor } } }": 1,
    "{ jobs(first: 10, filter: {states: [FAILED, RUNNING, PENDING]}) { nodes { id } } }": 1,
    '{ jobs(first: 10, filter: {nameContains: "4"}) { nodes { id } } }': 1,
    "{ jobs { totalCount { value } } }": 2,
    "{ jobs(filter: {states: [FAILED]}) { totalCount { value } } }": 2,
    '{ jobs(filter: {nameContains: "4"}) { totalCount { value } } }': 2,
    "{ jobCounts { state count } }": 1,
    "{ a: jobCounts { count } b: jobCounts { count } }": 1,
}


@pytest.mark.usefixtures("ids")
def test_documents(api: Api) -> None:
    counted = {}
    for document in PAGES:
        with CaptureQueriesContext(connection) as captured:
            assert api(document).codes == []
        counted[document] = len(captured)
    assert counted == PAGES


ONE: Final = """query ($id: ID!, $size: Int) { job(id: $id) {
  ...Newest ... on Job { statuses(first: $size) { nodes { state } } } name } }
fragment Newest on Job { status { state message } }"""


def test_a_job_comes_with_its_history(
    api: Api, ids: list[str], statements: DjangoAssertNumQueries
) -> None:
    for size, states in ((1, ["FAILED"]), (25, ["FAILED", "RUNNING", "PENDING"])):
        with statements(1):
            job = api(ONE, id=ids[0], size=size).data["job"]
        assert (job["name"], job["status"]["state"]) == ("0", "FAILED")
        assert [entry["state"] for entry in job["statuses"]["nodes"]] == states
    with statements(1):
        assert api(ONE, id=of_nobody(), size=1).data == {"job": None}
    with statements(2):  # several are read level by level
        api(
            """query ($a: ID!, $b: ID!) { a: job(id: $a) { statuses { nodes { state } } }
                 b: job(id: $b) { statuses { nodes { state } } } }""",
            a=ids[0],
            b=ids[1],
        )
    with statements(2):  # another page than the head of the history
        api("query ($id: ID!) { job(id: $id) { statuses(last: 1) { nodes { id } } } }", id=ids[0])


def of_nobody() -> str:
    return encode(Kind.JOB, uuid4())


@pytest.mark.usefixtures("ids")
def test_the_number_does_not_depend_on_the_page(
    api: Api, statements: DjangoAssertNumQueries
) -> None:
    for size in (1, 10, 50):
        with statements(3):
            answer = api(
                """query ($size: Int) { jobs(first: $size) { nodes { status { state }
                     createdBy { username } statuses(first: 10) { nodes { state } } } } }""",
                size=size,
            )
        assert len(answer.data["jobs"]["nodes"]) == size


@pytest.mark.usefixtures("ids")
def test_a_page_in_the_middle_is_one_statement(
    api: Api, statements: DjangoAssertNumQueries
) -> None:
    """Its neighbours on both sides are asked for by the statement that reads it."""
    page = """query ($after: String, $before: String, $first: Int, $last: Int) {
      jobs(first: $first, last: $last, after: $after, before: $before) {
        nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } }"""
    first = api(page, first=10).data["jobs"]["pageInfo"]
    with statements(1):
        second = api(page, first=10, after=first["endCursor"]).data["jobs"]["pageInfo"]
    assert second["hasNextPage"] is second["hasPreviousPage"] is True
    with statements(1):
        back = api(page, last=10, before=second["startCursor"]).data["jobs"]["pageInfo"]
    assert (back["hasNextPage"], back["hasPreviousPage"]) == (True, False)


def test_nodes(api: Api, ids: list[str], statements: DjangoAssertNumQueries) -> None:
    named = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Job { name } } }"
    with statements(1):
        assert len(api(named, ids=ids).data["nodes"]) == 50
    users = [encode(Kind.USER, pk) for pk in User.objects.values_list("pk", flat=True)]
    log = api("{ jobStatuses(first: 47) { nodes { id } } }").data["jobStatuses"]["nodes"]
    mixed = [*ids[:40], *users, *[entry["id"] for entry in log]]
    with statements(3):
        assert None not in api(named, ids=mixed).data["nodes"]
    with statements(3):
        api(
            """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Job {
                 status { state } createdBy { username }
                 statuses(first: 5) { nodes { setBy { username } } } } } }""",
            ids=ids,
        )


def test_node(api: Api, ids: list[str], statements: DjangoAssertNumQueries) -> None:
    with statements(1):
        api("query ($id: ID!) { node(id: $id) { id } }", id=ids[0])
    with statements(1):
        api("query ($id: ID!) { job(id: $id) { id } }", id=ids[0])
    with statements(3):
        api(
            """query ($id: ID!) { job(id: $id) { status { state } createdBy { username }
                 statuses(first: 100) { nodes { message setBy { username } } } } }""",
            id=ids[0],
        )
    with statements(1):  # a job asked for several times is read once
        api("query ($id: ID!) { a: job(id: $id) { id } b: node(id: $id) { id } }", id=ids[0])


@pytest.mark.parametrize(("known", "asked"), [(0, 1), (2**62, 0)])
@pytest.mark.usefixtures("ids")
def test_the_log(
    api: Api,
    statements: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
    known: int,
    asked: int,
) -> None:
    """How far the log is final costs a statement, unless the process knows it already."""
    monkeypatch.setattr(horizon, "_horizon", horizon.Horizon(final=known))
    with statements(asked + 1):
        api("{ jobStatuses(first: 100) { nodes { state message } } }")
    with statements(asked + 2):
        api("{ jobStatuses(first: 100) { nodes { job { name } } } }")
    with statements(asked + 4):
        api(
            """{ jobStatuses(first: 100) { nodes { setBy { username }
                 job { name createdBy { username } } } } }"""
        )


def test_writes(operator: Api, make_job: MakeJob, statements: DjangoAssertNumQueries) -> None:
    job = make_job("a")
    assert operator("{ viewer { username } }").codes == []
    on_postgresql = connection.vendor == "postgresql"
    with statements(1 if on_postgresql else 4):  # job and entry; on SQLite each, and a savepoint
        operator('mutation { createJob(input: {name: "a"}) { __typename } }')
    with statements(2 if on_postgresql else 5):  # one more: to look at the job
        operator(
            """mutation ($id: ID!) { setJobStatus(input: {jobId: $id, state: RUNNING}) {
                 ... on SetJobStatusSuccess { job { state version } status { state } } } }""",
            id=of(job),
        )


def test_a_refusal_costs_nothing(
    anyone: Api, viewer: Api, statements: DjangoAssertNumQueries
) -> None:
    with statements(0):
        assert anyone("{ jobs { nodes { id } } }").codes == ["UNAUTHENTICATED"]
        assert anyone("{ jobs { nope } }").codes == ["GRAPHQL_VALIDATION_FAILED"]
        assert anyone("{ jobs {").codes == ["GRAPHQL_PARSE_FAILED"]
    with statements(2):  # whose token it is, and what that account may do
        assert viewer('mutation { createJob(input: {name: "a"}) { __typename } }').codes == [
            "FORBIDDEN"
        ]
    with statements(0):
        assert viewer("{ jobs(first: 101) { nodes { id } } }").codes == ["BAD_USER_INPUT"]
        assert viewer('{ jobs(after: "x") { nodes { id } } }').codes == ["INVALID_CURSOR"]
        assert viewer('{ job(id: "x") { id } }').codes == ["BAD_USER_INPUT"]
