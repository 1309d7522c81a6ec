"""Mutations and lookups of any kind are answered by plan as by the reference executor.

Every example is executed three times from the same state, at the same time of the clock and with
the same chances: by the reference, by the plans of its root fields, by that of the operation.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.utils import timezone
from graphql.execution import Executor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import User
from backend.jobs.lifecycle import JobState
from backend.jobs.models import Job, JobStatus
from schema.global_id import Kind, encode, of
from tests.api import Answer, Api
from tests.schema.conftest import ABANDONS, PATHS, MakeJob
from tests.schema.random_requests import Enum, literal
from tests.schema.reference import Told, reference, told

pytestmark = ABANDONS
NEXT_POSITION = "SELECT setval(pg_get_serial_sequence('jobs_jobstatus', 'id'), 1000000)"
Variables = dict[str, tuple[str, Any]]  # by name: type and value
MISSING = object()

JOB = [
    "id name state version",
    "createdBy { username } allowedTransitions stateChangedAt startedAt finishedAt",
    "status { message } statuses(first: 2) { nodes { id state } totalCount { value } }",
    "f: statuses(first: $first) { edges { cursor node { setBy { id } } } }",
    "g: statuses(first: 101) { nodes { id } }",
    "s: statuses(after: $after) { pageInfo { hasNextPage endCursor } }",
    "__typename",
]
STATUS = ["id state previousState message createdAt", "job { version } setBy { username }"]
OF_JOBS: Variables = {
    "first": ("Int", [MISSING, None, 1, 2, 3, 0, "1"]),
    "after": ("String", [MISSING, None, "x"]),
}


class Document:
    """An operation in the making, its variables, and what they hold."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.declared: dict[str, str] = {}
        self.given: dict[str, Any] = {}

    def one(self, *choices: Any) -> Any:
        """One of them."""
        return self.draw(st.sampled_from(choices))

    def argument(self, kind: str, value: Any) -> str:
        """A value as a literal, or as a variable that is now and then missing, null or wrong."""
        if self.draw(st.booleans()):
            return literal(value)
        name = f"v{len(self.declared)}"
        value = self.one(*[value] * 30, MISSING, None, 5, ["a"], {"a": 1})
        self.declare(name, kind, value)
        return f"${name}"

    def selection(self, parts: list[str], inside: str = "") -> str:
        """Some of the parts."""
        chosen = self.draw(st.lists(st.sampled_from(parts), min_size=1, max_size=3, unique=True))
        return f"{inside} {{ {' '.join(chosen)} }}"

    def finished(self, kind: str, roots: list[str]) -> str:
        """The document."""
        text = " ".join(roots)
        for name, (of_type, choices) in OF_JOBS.items():
            if f"${name}" in text:
                self.declare(name, of_type, self.one(*choices))
        declared = ", ".join(f"${name}: {text}" for name, text in self.declared.items())
        return f"{kind} {f'({declared})' if declared else ''} {{ {text} }}"

    def declare(self, name: str, kind: str, value: Any) -> None:
        """Have a variable."""
        self.declared[name] = kind
        if value is not MISSING:
            self.given[name] = value


def create_job_field(document: Document) -> str:
    one = document.one
    name = one("a", "b", " padded ", "", "x" * 201, "Größe", "a\nb")
    key = one(None, "k", "k", "l", "", "x" * 201)
    if document.draw(st.booleans()):
        whole = document.argument("CreateJobInput!", {"name": name, "idempotencyKey": key})
    else:
        given = document.argument("String!", name), document.argument("String", key)
        whole = f"{{name: {given[0]}, idempotencyKey: {given[1]}}}"
    members = [
        "... on CreateJobSuccess " + document.selection(JOB, "{ job") + " }",
        "... on InvalidInput { message field }",
        "... on IdempotencyConflict { message }",
        "... on UserError { message }",
    ]
    return f"createJob(input: {whole})" + document.selection(["__typename", *members])


def set_job_status_field(document: Document, ids: list[str]) -> str:
    one = document.one
    given = {
        "jobId": one(*ids),
        "state": Enum(one(*JobState)),
        "message": one(None, "why", "x" * 10_001),
        "expectedVersion": one(None, None, None, 1, 2, 3),
        "idempotencyKey": one(None, None, "k"),
    }
    if document.draw(st.booleans()):
        whole = document.argument("SetJobStatusInput!", given)
    else:
        kinds = ("ID!", "JobState!", "String", "Int", "String")
        parts = [
            f"{name}: {document.argument(kind, value)}"
            for kind, (name, value) in zip(kinds, given.items(), strict=True)
        ]
        whole = f"{{{', '.join(parts)}}}"
    success = [
        "changed",
        document.selection(JOB, "job"),
        document.selection(STATUS, "status"),
        "__typename",
    ]
    members = [
        document.selection(success, "... on SetJobStatusSuccess"),
        "... on InvalidInput { message field }",
        "... on IllegalTransition { message allowedTransitions"
        + document.selection(JOB, " job")
        + " }",
        "... on VersionConflict " + document.selection(JOB, "{ job") + " }",
        "... on IdempotencyConflict { message }",
        "... on JobNotFound { __typename message }",
    ]
    return f"setJobStatus(input: {whole})" + document.selection(["__typename", *members])


def job_field(document: Document, ids: list[str]) -> str:
    return f"job(id: {document.argument('ID!', document.one(*ids))})" + document.selection(JOB)


def node_field(document: Document, ids: list[str]) -> str:
    given = document.argument("ID!", document.one(*ids))
    parts = ["id", "__typename", "... on User { username }", "... on JobStatus { state }"]
    parts.append(document.selection(JOB, "... on Job"))
    return f"node(id: {given})" + document.selection(parts)


def nodes_field(document: Document, ids: list[str]) -> str:
    given = document.argument("[ID!]!", document.draw(st.lists(st.sampled_from(ids), max_size=4)))
    parts = ["id", document.selection(JOB, "... on Job")]
    return f"nodes(ids: {given})" + document.selection(parts)


def jobs_field(document: Document, _ids: list[str]) -> str:
    size = document.argument("Int", document.one(1, 3, 9, 9, 0, 101))
    states = document.argument("[JobState!]", document.one([], [Enum("FAILED")], None))
    parts = [document.selection(JOB, "nodes"), "pageInfo { startCursor endCursor }"]
    parts.append("totalCount { value precision }")
    return f"jobs(first: {size}, filter: {{states: {states}}})" + document.selection(parts)


def users_field(document: Document, _ids: list[str]) -> str:
    start = document.argument("String", document.one("a", "", "o"))
    return f"users(usernameStartsWith: {start})" + document.selection(["id", "username"])


def plain_field(document: Document, _ids: list[str]) -> str:
    plain = ["viewer { username }", "lifecycle { state allowedTransitions }", "jobCounts { count }"]
    return str(document.one(*plain))


LOOKUPS = [job_field, job_field, node_field, nodes_field, jobs_field, users_field, plain_field]


@st.composite
def mutations(draw: st.DrawFn, ids: list[str]) -> tuple[str, dict[str, Any]]:
    document = Document(draw)
    roots = [
        f"r{number}: "
        + (
            create_job_field(document)
            if draw(st.booleans())
            else set_job_status_field(document, ids)
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    return document.finished("mutation", roots), document.given


@st.composite
def lookups(draw: st.DrawFn, ids: list[str]) -> tuple[str, dict[str, Any]]:
    document = Document(draw)
    number = draw(st.integers(1, 4))
    roots = [f"r{each}: {document.one(*LOOKUPS)(document, ids)}" for each in range(number)]
    return document.finished("query", roots), document.given


@contextmanager
def from_the_same_state(now: datetime) -> Iterator[None]:
    """What is written is undone; what is minted and numbered is the same each time."""
    chance = random.Random(7)  # noqa: S311 (a test's)
    with (
        transaction.atomic(),
        patch.object(timezone, "now", lambda: now),
        patch("backend.jobs.ids.secrets.randbits", chance.getrandbits),
    ):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(NEXT_POSITION)
        yield
        transaction.set_rollback(True)


Outcome = tuple[Told, list[Any]]


def outcome(
    ask: Callable[..., Answer], document: str, given: dict[str, Any], now: datetime
) -> Outcome:
    """All that is answered, and all that stands afterwards."""
    with from_the_same_state(now):
        answer = told(ask(document, **given))
        jobs = list(Job.objects.order_by("id").values_list())
        return answer, [*jobs, *JobStatus.objects.order_by("id").values_list()]


@pytest.fixture
def ids(make_job: MakeJob, operator: Api, story: User) -> list[str]:
    """A job in each state, an entry, an account; what is not there, and what is no id at all."""
    jobs = [of(make_job(state, *path, by=operator)) for state, path in PATHS.items()]
    entry = encode(Kind.JOB_STATUS, JobStatus.objects.order_by("id")[0].pk)
    none = encode(Kind.JOB, JobStatus.objects.order_by("id")[0].job_id)[:-4] + "AAAA"
    return [*jobs, *jobs, entry, encode(Kind.USER, story.pk), none, "x", ""]


often = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(data=st.data())
@often
def test_mutations(operator: Api, ids: list[str], data: st.DataObject) -> None:
    document, variables = data.draw(mutations(ids))
    now = timezone.now()
    expected = outcome(partial(reference, operator), document, variables, now)
    assert outcome(operator, document, variables, now) == expected
    assert outcome(operator, document, variables, now) == expected


@given(data=st.data())
@often
def test_lookups(viewer: Api, ids: list[str], data: st.DataObject) -> None:
    document, variables = data.draw(lookups(ids))
    expected = told(reference(viewer, document, **variables))
    assert told(viewer(document, **variables)) == expected
    assert told(viewer(document, **variables)) == expected


MEMBERS = """mutation ($id: ID!, $none: ID!, $key: String = "k") {
  a: setJobStatus(input: {jobId: $id, state: RUNNING, idempotencyKey: $key}) { ...Set }
  b: setJobStatus(input: {jobId: $id, state: RUNNING}) { ...Set }
  c: setJobStatus(input: {jobId: "x", state: RUNNING}) { ...Set }
  d: setJobStatus(input: {jobId: $none, state: RUNNING}) { ...Set }
  e: setJobStatus(input: {jobId: $id, state: PENDING}) { ...Set }
  f: setJobStatus(input: {jobId: $id, state: FAILED, expectedVersion: 1}) { ...Set }
  g: setJobStatus(input: {jobId: $id, state: FAILED, idempotencyKey: $key}) { ...Set }
  h: createJob(input: {name: " a ", idempotencyKey: $key}) { ...Create }
  i: createJob(input: {name: "a", idempotencyKey: $key}) { ...Create }
  j: createJob(input: {name: ""}) { ...Create }
  k: createJob(input: {name: "b", idempotencyKey: $key}) { ...Create }
}
fragment J on Job { name state version statuses(first: 1) { nodes { state message } } }
fragment Set on SetJobStatusResult {
  __typename
  ... on UserError { message }
  ... on SetJobStatusSuccess { changed job { ...J } status { state job { ...J } } }
  ... on InvalidInput { field }
  ... on IllegalTransition { allowedTransitions job { ...J } }
  ... on VersionConflict { job { ...J } }
}
fragment Create on CreateJobResult {
  __typename
  ... on UserError { message }
  ... on CreateJobSuccess { job { ...J } }
  ... on InvalidInput { field }
}"""
KINDS = [
    *["SetJobStatusSuccess"] * 2,
    *["InvalidInput", "JobNotFound", "IllegalTransition", "VersionConflict"],
    "IdempotencyConflict",
    *["CreateJobSuccess"] * 2,
    *["InvalidInput", "IdempotencyConflict"],
]


def test_every_member_of_the_results(
    operator: Api, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    variables, now = {"id": ids[0], "none": ids[-3]}, timezone.now()
    expected = outcome(partial(reference, operator), MEMBERS, variables, now)
    assert outcome(operator, MEMBERS, variables, now) == expected
    monkeypatch.setattr(Executor, "build", lambda *_, **__: pytest.fail("there is a plan"))
    assert outcome(operator, MEMBERS, variables, now) == expected
    data = operator(MEMBERS, **variables).data
    assert [each["__typename"] for each in data.values()] == KINDS
    assert [data[key]["changed"] for key in "ab"] == [True, False]
    assert data["h"] == data["i"]
    assert data["e"]["job"]["version"] == data["f"]["job"]["version"] == 2
