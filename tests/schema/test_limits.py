"""Documents that ask for too much are refused before they cost anything.

The time is that of the process, with a limit ten times what a refusal takes.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from graphql import get_introspection_query

from schema.global_id import of
from tests.api import Api
from tests.schema.conftest import MakeJob

LONGEST = 1.0  # seconds of CPU; what this refuses would take many times as long


@pytest.fixture(autouse=True)
def _warm(viewer: Api) -> None:
    """The first request of a process pays for what it imports."""
    assert viewer("{ viewer { username } }").codes == []


@contextmanager
def _quickly() -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < LONGEST


def _doubling(levels: int) -> str:
    chain = "".join(
        f"fragment F{level} on Query {{ ...F{level + 1} ...F{level + 1} }} "
        for level in range(levels)
    )
    return f"{{ ...F0 }} {chain} fragment F{levels} on Query {{ lifecycle {{ state }} }}"


def _deep(depth: int) -> str:
    """A job, its history, whose job, whose history ..."""
    steps = ["status {", "job {"] * (depth // 2)
    return "{ jobs { nodes { " + " ".join(steps) + " id " + "}" * len(steps) + " } } }"


REFUSED = {
    "30 doubling fragments": (_doubling(30), "TOO_COMPLEX"),
    "200 doubling fragments": (_doubling(180), "TOO_COMPLEX"),
    "1,000 levels": (_deep(1_000), "TOO_COMPLEX"),
    "14 levels": (_deep(12), "TOO_COMPLEX"),
    "10,000 aliases": (
        "{ " + " ".join(f"a{i:x}:a" for i in range(10_000)) + " }",
        "TOO_COMPLEX",
    ),
    "101 aliases": (
        "{ " + " ".join(f"a{i}: __typename" for i in range(101)) + " }",
        "TOO_COMPLEX",
    ),
    "2,000 conflicting fields": (
        "{ " + " ".join(f"a: job(id: {i}) {{ id }}" for i in range(2_000)) + " }",
        "TOO_COMPLEX",
    ),
    "150 conflicting fields": (
        "{ " + " ".join(f"users(first: {i}) {{ id }}" for i in range(1, 151)) + " }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "501 equal fields": ("{ " + "__typename " * 501 + "}", "TOO_COMPLEX"),
    "60,000 tokens": ("{ " + "a " * 45_000 + "}", "TOO_COMPLEX"),
    "a circle of fragments": (
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a fragment in itself": (
        "{ ...A } fragment A on Query { lifecycle { state } ...A }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "1,000 directives": ("{ __typename " + "@a " * 600 + "}", "TOO_COMPLEX"),
    "51 directives": ("{ __typename " + "@skip(if: false) " * 51 + "}", "TOO_COMPLEX"),
    "51 directives of the operation": ("query " + "@a " * 51 + "{ __typename }", "TOO_COMPLEX"),
    "values nested 900 deep": (
        "{ nodes(ids: " + "[" * 900 + "]" * 900 + ") { id } }",
        "TOO_COMPLEX",
    ),
    "values nested 150 deep": (
        "{ nodes(ids: " + "[" * 150 + "]" * 150 + ") { id } }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "selections nested 900 deep": ("{a" * 900 + "}" * 900, "TOO_COMPLEX"),
    "types nested 900 deep": (
        "query ($a: " + "[" * 900 + "ID" + "]" * 900 + ") { __typename }",
        "TOO_COMPLEX",
    ),
    "introspection of introspection": (
        "{ __schema { types { " + "fields { type { " * 4 + "name" + " } }" * 5 + " }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a million nodes": (
        """{ jobs(first: 100) { nodes { statuses(first: 100) { nodes { job {
             statuses(first: 100) { nodes { id } } } } } } } }""",
        "TOO_COMPLEX",
    ),
    "a million nodes backward": (
        """{ jobs(last: 100) { edges { node { statuses(last: 100) { edges { node { job {
             statuses(last: 100) { nodes { id } } } } } } } } } }""",
        "TOO_COMPLEX",
    ),
    "a million nodes by fragments": (
        """{ jobs(first: 100) { nodes { ...History } } }
           fragment History on Job { statuses(first: 100) { nodes { job { ...Again } } } }
           fragment Again on Job { ... on Job { statuses(first: 100) { nodes { id } } } }""",
        "TOO_COMPLEX",
    ),
    "a million values": (
        "{ jobs(first: 100) { nodes { statuses(first: 100) { nodes { "
        + " ".join(f"a{i}: id" for i in range(100))
        + " } } } } }",
        "TOO_COMPLEX",
    ),
    "a hundred charts": (
        "{ "
        + " ".join(f"a{i}: jobActivity(buckets: 200) {{ entered {{ count }} }}" for i in range(100))
        + " }",
        "TOO_COMPLEX",
    ),
    "three pages side by side": (
        "{ "
        + " ".join(
            f"a{i}: jobs(first: 100) {{ nodes {{ statuses(first: 70) {{ nodes {{ id }} }} }} }}"
            for i in range(3)
        )
        + " }",
        "TOO_COMPLEX",
    ),
}


@pytest.mark.parametrize(("document", "code"), REFUSED.values(), ids=REFUSED)
def test_refused_and_quickly(viewer: Api, document: str, code: str) -> None:
    with _quickly():
        answer = viewer(document)
    assert set(answer.codes) == {code}
    assert "data" not in answer.body


SIZES_BY_VARIABLE = """query ($a: Int, $b: Int, $c: Int) {
  jobs(first: $a) { nodes { statuses(first: $b) { nodes { job {
    statuses(first: $c) { nodes { id } } } } } } } }"""


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        (SIZES_BY_VARIABLE, {"a": 100, "b": 100, "c": 100}),
        (SIZES_BY_VARIABLE, {"a": 100.0, "b": 1e2, "c": 100}),
        (SIZES_BY_VARIABLE.replace("Int", "Int = 100"), {}),
        (SIZES_BY_VARIABLE.replace("Int", "Int = 100"), {"a": 90}),
        (SIZES_BY_VARIABLE.replace("Int", "Int! = 100"), {"a": 90}),
        (
            """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Job {
                 statuses(first: 100) { nodes { job { statuses(first: 100) { nodes { id } } } }
               } } } }""",
            {"ids": ["a"] * 100},
        ),
        (
            """query ($ids: [ID!]! = ["a", "b", "c"]) { nodes(ids: $ids) { ... on Job {
                 statuses(first: 100) { nodes { job { statuses(first: 100) { nodes { id } } } }
               } } } }""",
            {},
        ),
    ],
)
def test_a_million_nodes_by_variables(
    viewer: Api, document: str, variables: dict[str, Any]
) -> None:
    with _quickly():
        answer = viewer(document, **variables)
    assert answer.codes == ["TOO_COMPLEX"]


@pytest.mark.parametrize("operation", ["One", "Two"])
def test_each_operation_is_counted_for_itself(viewer: Api, operation: str) -> None:
    document = """
      query One { jobs(first: 100) { nodes { statuses(first: 100) { nodes { id } } } } }
      query Two { jobs(first: 100) { nodes { statuses(first: 100) { nodes { id } } } } }"""
    response = viewer.post({"query": document, "operationName": operation})
    assert response.json() == {"data": {"jobs": {"nodes": []}}}


def test_what_the_limit_is_is_told(viewer: Api) -> None:
    answer = viewer(REFUSED["a million nodes"][0])
    assert answer.body["errors"][0]["message"] == (
        "The operation could return 1,010,100 nodes; at most 20,000 are allowed. "
        "Ask for smaller pages, or for less within each."
    )
    answer = viewer(REFUSED["a million values"][0])
    assert answer.body["errors"][0]["message"] == (
        "The operation could return 1,010,201 values; at most 250,000 are allowed. "
        "Ask for smaller pages, or for less within each."
    )
    answer = viewer(REFUSED["101 aliases"][0])
    assert answer.body["errors"][0]["message"] == (
        "The document has 101 aliases; at most 100 are allowed."
    )


def test_a_refused_write_is_not_begun(operator: Api) -> None:
    aliases = " ".join(
        f'a{i}: createJob(input: {{name: "{i}"}}) {{ __typename }}' for i in range(101)
    )
    assert operator("mutation { " + aliases + " }").codes == ["TOO_COMPLEX"]
    assert operator("{ jobs { totalCount { value } } }").data == {
        "jobs": {"totalCount": {"value": 0}}
    }


@pytest.mark.parametrize(
    "variables",
    [
        {"filter": {"states": ["PENDING"] * 9_000}},
        {"filter": {"nameContains": "a" * 95_000}},
        {"after": "A" * 95_000},
        {f"unused{i}": i for i in range(5_000)},
        {"filter": {"states": [["PENDING"]] * 9_000}},
    ],
    ids=["states", "name", "cursor", "unknown variables", "wrong items"],
)
def test_huge_variables_are_dealt_with_quickly(viewer: Api, variables: dict[str, Any]) -> None:
    document = """query ($after: String, $filter: JobFilter) {
      jobs(after: $after, filter: $filter) { nodes { id } } }"""
    with _quickly():
        answer = viewer(document, **variables)
    assert answer.status in {200, 413}
    assert "INTERNAL_SERVER_ERROR" not in answer.codes
    assert len(answer.body.get("errors", [])) <= 60


def test_deep_variables(viewer: Api) -> None:
    deep: Any = "x"
    for _ in range(900):
        deep = {"createdAt": deep}
    with _quickly():
        answer = viewer(
            "query ($filter: JobFilter) { jobs(filter: $filter) { nodes { id } } }", filter=deep
        )
    assert answer.codes != []
    assert set(answer.codes) <= {"BAD_USER_INPUT", "BAD_REQUEST"}


def test_bodies_beyond_the_limit(viewer: Api) -> None:
    with _quickly():
        response = viewer.post({"query": "{ __typename }" + " " * 10_000_000})
    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"]["code"] == "PAYLOAD_TOO_LARGE"


# --- What must pass -------------------------------------------------------------------------

INTROSPECTION_OF_CLIENTS = {
    "plain": get_introspection_query(),
    "without descriptions": get_introspection_query(descriptions=False),
    "everything": get_introspection_query(
        descriptions=True,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
        one_of=True,
    ),
}


@pytest.mark.parametrize(
    "document", INTROSPECTION_OF_CLIENTS.values(), ids=INTROSPECTION_OF_CLIENTS
)
def test_the_standard_introspection_passes(anyone: Api, document: str) -> None:
    names = {kind["name"] for kind in anyone(document).data["__schema"]["types"]}
    assert {"Job", "JobStatus", "User", "JobConnection", "SetJobStatusResult"} <= names


def test_a_rich_page_passes(viewer: Api, make_job: MakeJob) -> None:
    """A page of fifty jobs with the ten newest entries of each, and who made them."""
    job = make_job("a")
    answer = viewer(
        """{ jobs(first: 50) { totalCount { value precision } edges { cursor node {
             id name state version createdBy { id username } status { id state }
             statuses(first: 10) { edges { cursor node { id state message setBy { username }
               job { id name } } } pageInfo { hasNextPage endCursor } } } } } }"""
    )
    assert answer.data["jobs"]["edges"][0]["node"]["id"] == of(job)


@pytest.mark.parametrize(
    "document",
    [
        "{ " + " ".join(f"a{i}: __typename" for i in range(100)) + " }",
        "{ " + "__typename " * 500 + "}",
        "{ __typename " + "@include(if: true) " + "}",
        _deep(8),
        """{ jobs(first: 100) { edges { cursor node { id name state version createdAt
             createdBy { id username } statuses(first: 100) { edges { cursor node { id state
             previousState message createdAt setBy { id username } } } } } } } }""",
        "{ jobActivity(buckets: 200) { from to entered { state count } } }",
        "query ($ids: [ID!]! = []) { nodes(ids: $ids) { id } }",
    ],
)
def test_what_is_within_the_limits_passes(viewer: Api, document: str) -> None:
    assert viewer(document).codes == []
