"""A third-party client, unchanged, against a real server: the Python package `gql`."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from gql import Client, GraphQLRequest, gql
from gql.dsl import DSLInlineFragment, DSLMutation, DSLQuery, DSLSchema, dsl_gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXTransport

from backend.accounts.models import User
from backend.jobs.services import create_job
from tests.server import Server

LOG_IN = """mutation ($username: String!, $password: String!) {
         logIn(input: {username: $username, password: $password}) {
           __typename
           ... on LogInSuccess { session { accessToken } }
           ... on UserError { message } } }"""
SET = """mutation ($input: SetJobStatusInput!) {
         setJobStatus(input: $input) {
           __typename
           ... on SetJobStatusSuccess { changed job { state version } }
           ... on IllegalTransition { message allowedTransitions }
           ... on VersionConflict { message job { version } } } }"""


@pytest.fixture
def user(server: Server) -> User:
    user = User.objects.create_user("worker", password="worker")
    user.groups.add(Group.objects.get(name="operator"))
    return user


@pytest.fixture
def headers(server: Server, user: User) -> dict[str, str]:
    """Signed in, by the client itself."""
    with Client(transport=HTTPXTransport(url=server.url)) as session:
        result = session.execute(
            GraphQLRequest(LOG_IN, variable_values={"username": "worker", "password": "worker"})
        )
    assert result["logIn"]["__typename"] == "LogInSuccess"
    return {"Authorization": f"Bearer {result['logIn']['session']['accessToken']}"}


@pytest.fixture
def client(server: Server, headers: dict[str, str]) -> Client:
    """It fetches the schema when it connects, and checks each document by it before it is sent."""
    transport = HTTPXTransport(url=server.url, headers=headers)
    return Client(transport=transport, fetch_schema_from_transport=True)


@pytest.fixture
def session(client: Client) -> Iterator[Any]:
    with client as session:
        yield session


def test_it_learns_the_schema_by_introspection(client: Client, session: Any) -> None:
    assert client.schema is not None
    assert {"Job", "JobStatus", "User"} <= client.schema.type_map.keys()
    union: Any = client.schema.type_map["SetJobStatusResult"]
    assert [member.name for member in union.types] == [
        "SetJobStatusSuccess",
        "InvalidInput",
        "JobNotFound",
        "IllegalTransition",
        "VersionConflict",
        "IdempotencyConflict",
    ]


def test_the_life_of_a_job(client: Client, session: Any) -> None:
    """Created by the client's typed language, then run, failed, retried and completed."""
    assert client.schema is not None
    types = DSLSchema(client.schema)
    create = dsl_gql(
        DSLMutation(
            types.Mutation.createJob.args(
                input={"name": "train-resnet50", "idempotencyKey": "run-1"}
            ).select(
                DSLInlineFragment()
                .on(types.CreateJobSuccess)
                .select(types.CreateJobSuccess.job.select(types.Job.id, types.Job.state))
            )
        )
    )
    job = session.execute(create)["createJob"]["job"]
    assert job["state"] == "PENDING"
    assert session.execute(create)["createJob"]["job"] == job  # sent again: the same job

    def set_state(state: str, **more: Any) -> dict[str, Any]:
        given = {"input": {"jobId": job["id"], "state": state, **more}}
        answer: dict[str, Any] = session.execute(GraphQLRequest(SET, variable_values=given))
        result: dict[str, Any] = answer["setJobStatus"]
        return result

    def moved(state: str, version: int) -> dict[str, Any]:
        return {
            "__typename": "SetJobStatusSuccess",
            "changed": True,
            "job": {"state": state, "version": version},
        }

    assert set_state("COMPLETED") == {
        "__typename": "IllegalTransition",
        "message": "A job that is PENDING can not become COMPLETED.",
        "allowedTransitions": ["RUNNING", "CANCELLED", "FAILED"],
    }
    assert set_state("RUNNING", expectedVersion=1) == moved("RUNNING", 2)
    assert set_state("FAILED", message="CUDA out of memory", expectedVersion=2) == moved(
        "FAILED", 3
    )
    assert set_state("PENDING", expectedVersion=2)["__typename"] == "VersionConflict"
    assert set_state("PENDING", expectedVersion=3) == moved("PENDING", 4)
    assert set_state("RUNNING") == moved("RUNNING", 5)
    assert set_state("COMPLETED") == moved("COMPLETED", 6)

    history = dsl_gql(
        DSLQuery(
            types.Query.job.args(id=job["id"]).select(
                types.Job.name,
                types.Job.statuses(first=10).select(
                    types.JobStatusConnection.nodes.select(
                        types.JobStatus.state,
                        types.JobStatus.message,
                        types.JobStatus.setBy.select(types.User.username),
                    )
                ),
            )
        )
    )
    by_worker = {"setBy": {"username": "worker"}}
    assert session.execute(history)["job"] == {
        "name": "train-resnet50",
        "statuses": {
            "nodes": [
                {"state": "COMPLETED", "message": None, **by_worker},
                {"state": "RUNNING", "message": None, **by_worker},
                {"state": "PENDING", "message": None, **by_worker},
                {"state": "FAILED", "message": "CUDA out of memory", **by_worker},
                {"state": "RUNNING", "message": None, **by_worker},
                {"state": "PENDING", "message": None, **by_worker},
            ]
        },
    }


def test_errors_come_as_the_clients_own(session: Any) -> None:
    with pytest.raises(TransportQueryError) as caught:
        session.execute(gql('{ job(id: "nonsense") { name } }'))
    (error,) = caught.value.errors or []
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert error["message"] == "This is not the id of anything."
    assert error["path"] == ["job"]
    assert caught.value.data == {"job": None}


def test_a_stranger_is_told_so(server: Server) -> None:
    with (
        Client(transport=HTTPXTransport(url=server.url)) as session,
        pytest.raises(TransportQueryError) as caught,
    ):
        session.execute(gql("{ jobCounts { state count } }"))
    (error,) = caught.value.errors or []
    assert error["extensions"] == {"code": "UNAUTHENTICATED"}


def test_a_document_that_does_not_validate_is_refused_by_the_server_too(
    server: Server, headers: dict[str, str]
) -> None:
    """By a client without the schema, which can not check it itself."""
    transport = HTTPXTransport(url=server.url, headers=headers)
    with Client(transport=transport) as session, pytest.raises(TransportQueryError) as caught:
        session.execute(gql("{ nope }"))
    (error,) = caught.value.errors or []
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}


@pytest.fixture
def _twenty_jobs(user: User) -> None:
    for number in range(20):
        create_job(name=f"job {number:02}", actor_id=user.pk)


@pytest.mark.usefixtures("_twenty_jobs")
@pytest.mark.parametrize("size", [1, 7, 100])
async def test_paging_to_the_end(server: Server, headers: dict[str, str], size: int) -> None:
    page = """
      query ($first: Int!, $after: String) {
        jobs(first: $first, after: $after, orderBy: CREATED_ASC) {
          nodes { name } pageInfo { hasNextPage endCursor } totalCount { value precision } } }"""
    transport = AIOHTTPTransport(url=server.url, headers=headers)
    found: list[str] = []
    async with Client(transport=transport, fetch_schema_from_transport=True) as session:
        after = None
        while True:
            request = GraphQLRequest(page, variable_values={"first": size, "after": after})
            jobs = (await session.execute(request))["jobs"]
            found += [node["name"] for node in jobs["nodes"]]
            assert jobs["totalCount"] == {"value": 20, "precision": "EXACT"}
            if not jobs["pageInfo"]["hasNextPage"]:
                break
            after = jobs["pageInfo"]["endCursor"]
    assert found == [f"job {number:02}" for number in range(20)]
