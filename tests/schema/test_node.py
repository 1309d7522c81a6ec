"""`node` and `nodes`: anything by its global id."""

from typing import Any

import pytest

from backend.jobs.records import JobRecord
from schema.global_id import Kind, encode, of
from tests.api import Api
from tests.schema.conftest import RUNNING, MakeJob

FIELDS = """
  __typename id
  ... on Job { name state }
  ... on JobStatus { state previousState job { name } }
  ... on User { username }
"""
NODE = f"query ($id: ID!) {{ node(id: $id) {{ {FIELDS} }} }}"
NODES = f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ {FIELDS} }} }}"


@pytest.fixture
def job(make_job: MakeJob) -> JobRecord:
    return make_job("render", RUNNING)


@pytest.fixture
def everything(viewer: Api, job: JobRecord) -> dict[str, dict[str, Any]]:
    """One node of each type, as `node` is to show it, by its id."""
    answer = viewer(
        "query ($id: ID!) { job(id: $id) { id status { id } createdBy { id } } }", id=of(job)
    ).data["job"]
    return {
        answer["id"]: {
            "__typename": "Job",
            "id": answer["id"],
            "name": "render",
            "state": "RUNNING",
        },
        answer["status"]["id"]: {
            "__typename": "JobStatus",
            "id": answer["status"]["id"],
            "state": "RUNNING",
            "previousState": "PENDING",
            "job": {"name": "render"},
        },
        answer["createdBy"]["id"]: {
            "__typename": "User",
            "id": answer["createdBy"]["id"],
            "username": "maker",
        },
    }


MISSING = {
    "Job": "AQGWeVJ5cACAAAAAAAAAAAA",
    "JobStatus": encode(Kind.JOB_STATUS, 2**63 - 1),
    "User": encode(Kind.USER, 2**63 - 1),
}


def test_each_type_by_its_id(viewer: Api, everything: dict[str, dict[str, Any]]) -> None:
    assert len(everything) == 3
    for node_id, node in everything.items():
        assert viewer(NODE, id=node_id).data == {"node": node}


def test_several_at_once_in_the_order_asked_for(
    viewer: Api, everything: dict[str, dict[str, Any]]
) -> None:
    job, status, user = everything
    ids = [user, MISSING["Job"], job, status, MISSING["User"], job, MISSING["JobStatus"]]
    assert viewer(NODES, ids=ids).data == {"nodes": [everything.get(each) for each in ids]}


def test_none_at_all(viewer: Api) -> None:
    assert viewer(NODES, ids=[]).data == {"nodes": []}


@pytest.mark.parametrize("node_id", MISSING.values(), ids=MISSING)
def test_what_is_not_there_is_null(viewer: Api, node_id: str) -> None:
    assert viewer(NODE, id=node_id).data == {"node": None}


MALFORMED = [
    "",
    " ",
    "1",
    "AQ",
    "AA",
    "BQAAAAAAAAAB",  # a type that there is not
    "AwAAAAAAAAAB=",  # padded
    "AwAAAAAAAAAB ",
    "AwAAAAAAAAA",  # short
    "AwAAAAAAAAABAA",  # long
    "AQGWeVJ5cACAAAAAAAAAAAB",  # bits that no id sets
    "AwAAAAAAAA+/",  # the other alphabet
    "Sm9iOjE=",  # Job:1, as other servers have it
    "018f0000-0000-7000-8000-000000000000",
    encode(Kind.JOB_STATUS, 2**63),  # numbers that no table can hold
    encode(Kind.JOB_STATUS, 2**64 - 1),
    encode(Kind.USER, 2**63),
    encode(Kind.USER, 2**64 - 1),
    "\0",
    "é",
    "💥",
    "A" * 10_000,
]


@pytest.mark.parametrize("node_id", MALFORMED)
def test_a_malformed_id(viewer: Api, node_id: str) -> None:
    answer = viewer(NODE, id=node_id)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.body["errors"][0]["message"] == "This is not the id of anything."
    assert answer.body["data"] == {"node": None}


def test_a_malformed_id_among_good_ones_fails_alone(
    viewer: Api, everything: dict[str, dict[str, Any]]
) -> None:
    job, _, user = everything
    answer = viewer(NODES, ids=[job, "nonsense", user])
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.body["errors"][0]["path"] == ["nodes", 1]
    assert answer.body["data"] == {"nodes": [everything[job], None, everything[user]]}


def test_at_most_a_hundred(viewer: Api, job: JobRecord) -> None:
    assert len(viewer(NODES, ids=[of(job)] * 100).data["nodes"]) == 100
    answer = viewer(NODES, ids=[of(job)] * 101)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.body["errors"][0]["message"] == "Ask for at most 100 nodes at once."


def test_ids_are_safe_in_a_url(everything: dict[str, dict[str, Any]]) -> None:
    allowed = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert all(set(node_id) <= allowed for node_id in everything)


def test_an_id_names_the_same_thing_for_ever(viewer: Api, job: JobRecord) -> None:
    """The bytes within: the type's number and the key. Clients have stored them."""
    assert of(job) == viewer(NODE, id=of(job)).data["node"]["id"]
    assert of(job.replace(id=type(job.id)("01967952-7970-7000-8000-000000000000"))) == (
        "AQGWeVJ5cHAAgAAAAAAAAAA"
    )
