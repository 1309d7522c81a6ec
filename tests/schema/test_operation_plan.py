"""Whole operations by plan: what a client may rely on, whichever way they are executed."""

import asyncio
from typing import Any, NoReturn

import pytest
from graphql.execution import Executor

from backend.accounts.models import User
from backend.accounts.selectors import users_by_id
from backend.jobs.models import Job, JobStatus
from schema import executor, loaders, mutations, queries
from schema.database import ask
from schema.global_id import Kind, encode, of
from schema.operation_plan import OperationPlan
from schema.plan_objects import Objects, Unions
from schema.planner import Planner
from tests.api import Api
from tests.schema.conftest import RUNNING, MakeJob
from tests.schema.reference import reference, told

CREATE = "createJob(input: {name: $name}) { ... on CreateJobSuccess { job { name version } } }"
TWICE = range(2)  # by the plans of root fields, then by that of the operation


def broken(*_: Any) -> NoReturn:
    raise RuntimeError("can not be completed")


async def broken_later(*_: Any) -> NoReturn:
    raise RuntimeError("can not be completed")


def by_plan_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the reference executor may not be asked."""
    monkeypatch.setattr(Executor, "build", lambda *_, **__: pytest.fail("there is a plan"))


def test_mutations_are_planned(
    operator: Api, make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = """mutation ($id: ID!, $state: JobState!, $message: String) {
      setJobStatus(input: {jobId: $id, state: $state, message: $message}) {
        __typename
        ... on SetJobStatusSuccess { changed job { state version } status { message } }
        ... on IllegalTransition { message allowedTransitions job { state } } } }"""
    first, second = (of(make_job(name)) for name in "ab")
    assert operator(document, id=first, state="FAILED", message="out of memory").codes == []
    by_plan_alone(monkeypatch)
    answer = operator(document, id=second, state="RUNNING")
    assert answer.data["setJobStatus"] == {
        "__typename": "SetJobStatusSuccess",
        "changed": True,
        "job": {"state": "RUNNING", "version": 2},
        "status": {"message": None},
    }
    assert operator(document, id=second, state="PENDING").data["setJobStatus"] == {
        "__typename": "IllegalTransition",
        "message": "A job that is RUNNING can not become PENDING.",
        "allowedTransitions": ["COMPLETED", "FAILED", "CANCELLED"],
        "job": {"state": "RUNNING"},
    }


def test_each_caller_is_answered_as_itself(
    viewer: Api, operator: Api, anyone: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = "{ viewer { username } a: viewer { username } }"
    assert viewer(document).codes == []
    by_plan_alone(monkeypatch)
    for api, name in ((operator, "operator"), (viewer, "viewer"), (operator, "operator")):
        assert api(document).data == {"viewer": {"username": name}, "a": {"username": name}}


def test_whoever_may_not_is_refused_by_plan_too(operator: Api, viewer: Api) -> None:
    document = f"mutation ($name: String!) {{ {CREATE} }}"
    assert operator(document, name="a").codes == operator(document, name="a").codes == []
    answer = viewer(document, name="a")
    assert (answer.codes, answer.body["data"]) == (["FORBIDDEN"], None)
    assert Job.objects.count() == 2


@pytest.mark.parametrize("part", [Objects, Unions])
def test_what_can_not_be_completed_is_written_once_all_the_same(
    operator: Api, monkeypatch: pytest.MonkeyPatch, part: type[Any]
) -> None:
    document = f"mutation ($name: String!) {{ {CREATE} }}"
    created = {"createJob": {"job": {"name": "a", "version": 1}}}
    monkeypatch.setattr(part, "now", broken)
    monkeypatch.setattr(part, "later", broken_later)
    for number in range(1, 4):
        assert operator(document, name="a").data == created
        assert (Job.objects.count(), JobStatus.objects.count()) == (number, number)


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_where_one_of_three_can_not_be_completed_each_is_written_once(
    operator: Api, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    names = ["first", "second", "third"]
    each = " ".join(f"{name}: {CREATE}".replace("$name", f'"{name}"') for name in names)
    document = f"mutation {{ {each} }}"
    assert operator(document).codes == []
    Job.objects.all().delete()
    calls = 0
    now = Unions.now

    def sometimes(self: Unions, values: Any) -> Any:
        nonlocal calls
        calls += 1
        return broken() if calls == fails_at else now(self, values)

    monkeypatch.setattr(Unions, "now", sometimes)
    assert list(operator(document).data.items()) == [
        (name, {"job": {"name": name, "version": 1}}) for name in names
    ]
    assert list(Job.objects.order_by("id").values_list("name", flat=True)) == names
    assert calls == fails_at  # the reference went on from there


def test_a_mutation_that_raises_ends_nothing_that_was_done(
    operator: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The field is not null: where it raises, nothing comes back, but what was written stands."""
    each = " ".join(f"a{n}: {CREATE}" for n in range(3))
    document = f"mutation ($name: String!) {{ {each} }}"
    assert operator(document, name="a").codes == []
    before, calls = Job.objects.count(), 0

    async def second_fails(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyError("x")
        return await ask(*args, **kwargs)

    monkeypatch.setattr(mutations, "ask", second_fails)
    answer = operator(document, name="a")
    assert (answer.codes, answer.body["data"]) == (["INTERNAL_SERVER_ERROR"], None)
    assert answer.body["errors"][0]["path"] == ["a1"]
    planned = calls, Job.objects.count() - before
    before, calls = Job.objects.count(), 0
    expected = reference(operator, document, name="a")
    assert (expected.codes, expected.body["data"]) == (["INTERNAL_SERVER_ERROR"], None)
    assert planned == (calls, Job.objects.count() - before)


def test_a_root_field_that_raises_takes_nothing_from_the_others(
    viewer: Api, make_job: MakeJob
) -> None:
    document = """query ($id: ID!) {
      wrong: job(id: $id) { name } right: jobs { nodes { name } } lifecycle { state } }"""
    job = make_job("a", RUNNING)
    assert viewer(document, id=of(job)).data["wrong"] == {"name": "a"}
    answer = viewer(document, id="x")
    states = ["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"]
    assert list(answer.body["data"].items()) == [
        ("wrong", None),
        ("right", {"nodes": [{"name": "a"}]}),
        ("lifecycle", [{"state": state} for state in states]),
    ]
    assert answer.body["errors"] == [
        {
            "message": "This is not the id of anything.",
            "locations": [{"line": 2, "column": 7}],
            "path": ["wrong"],
            "extensions": {"code": "BAD_USER_INPUT"},
        }
    ]
    assert told(answer) == told(reference(viewer, document, id="x"))


@pytest.mark.usefixtures("story")
def test_where_one_raises_the_others_are_not_asked_again(
    viewer: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = """query ($id: ID!) {
      a: users { username } wrong: job(id: $id) { name } b: users { username } }"""
    asked = []

    def noted(function: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(function.__name__)
        return ask(function, *args, **kwargs)

    monkeypatch.setattr(queries, "ask", noted)
    for _ in range(3):
        asked.clear()
        answer = viewer(document, id="x")
        assert answer.codes == ["BAD_USER_INPUT"]
        assert answer.body["data"]["a"] == answer.body["data"]["b"] != []
        assert asked == ["users_starting_with"] * 2


SEEN = """... on SetJobStatusSuccess {
  job { state version status { state } statuses { nodes { state } totalCount { value } } }
  status { state job { state version } } }"""


@pytest.mark.parametrize("ask_first", [reference, Api.__call__], ids=["reference", "plan"])
def test_each_mutation_shows_what_stands_after_it(
    operator: Api, make_job: MakeJob, ask_first: Any
) -> None:
    """What one has read is not what the next one shows."""
    document = f"""mutation ($id: ID!) {{
      a: setJobStatus(input: {{jobId: $id, state: RUNNING}}) {{ {SEEN} }}
      b: setJobStatus(input: {{jobId: $id, state: COMPLETED}}) {{ {SEEN} }} }}"""
    ask_first(operator, document, id=of(make_job("planned")))
    data = ask_first(operator, document, id=of(make_job("a"))).data
    states = ["PENDING", "RUNNING", "COMPLETED"]
    for name, version in (("a", 2), ("b", 3)):
        state = states[version - 1]
        assert data[name] == {
            "job": {
                "state": state,
                "version": version,
                "status": {"state": state},
                "statuses": {
                    "nodes": [{"state": each} for each in states[version - 1 :: -1]],
                    "totalCount": {"value": version},
                },
            },
            "status": {"state": state, "job": {"state": state, "version": version}},
        }


def test_what_one_mutation_showed_stands_where_a_later_one_can_not_be_completed(
    operator: Api, make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = """mutation ($id: ID!, $other: ID!) {
      a: setJobStatus(input: {jobId: $id, state: RUNNING}) {
        ... on SetJobStatusSuccess { status { job { state version } } } }
      b: setJobStatus(input: {jobId: $id, state: COMPLETED}) {
        ... on SetJobStatusSuccess { status { state } } }
      c: setJobStatus(input: {jobId: $other, state: RUNNING}) {
        ... on SetJobStatusSuccess { job { createdBy { username } } } } }"""
    operator(document, id=of(make_job("x")), other=of(make_job("y")))  # plans it
    failures: list[Any] = []

    async def fails_once(function: Any, *args: Any) -> Any:
        if function is users_by_id and not failures:
            failures.append(function)
            raise RuntimeError("a wire broke")
        return await ask(function, *args)

    monkeypatch.setattr(loaders, "ask", fails_once)
    data = operator(document, id=of(make_job("x")), other=of(make_job("y"))).data
    assert len(failures) == 1
    assert data["a"]["status"]["job"] == {"state": "RUNNING", "version": 2}
    assert data["b"]["status"]["state"] == "COMPLETED"
    assert data["c"]["job"]["createdBy"] is not None


def test_of_several_operations_the_one_named_is_executed(operator: Api) -> None:
    document = """query Who { viewer { username } } query What { lifecycle { state } }
      mutation Make { createJob(input: {name: "a"}) { __typename } }"""

    def ask(name: str | None) -> Any:
        return operator.post({"query": document, "operationName": name}).json()

    made = {"data": {"createJob": {"__typename": "CreateJobSuccess"}}}
    for number in range(1, 4):
        assert ask("Who") == {"data": {"viewer": {"username": "operator"}}}
        assert len(ask("What")["data"]["lifecycle"]) == 5
        assert ask("Make") == made
        assert Job.objects.count() == number
        assert ask(None)["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
        assert ask("Other")["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


@pytest.mark.parametrize("given", [True, False])
def test_directives_at_the_root_are_decided_for_each_request(viewer: Api, *, given: bool) -> None:
    document = """query ($a: Boolean!) {
      viewer @include(if: $a) { username } lifecycle @skip(if: $a) { state }
      ... @include(if: $a) { a: viewer { username } } ...F @skip(if: $a) }
      fragment F on Query { b: viewer { username } }"""
    for a in (given, not given, given):
        assert list(viewer(document, a=a).data) == (["viewer", "a"] if a else ["lifecycle", "b"])


def test_directives_within_mutations_are_decided_for_each_request(operator: Api) -> None:
    document = """mutation ($a: Boolean!) {
      x: createJob(input: {name: "x"}) @include(if: $a) { __typename }
      y: createJob(input: {name: "y"}) @skip(if: $a) { __typename } }"""
    for a in (True, False, False):
        assert list(operator(document, a=a).data) == ["x" if a else "y"]
    assert list(Job.objects.order_by("id").values_list("name", flat=True)) == ["x", "y", "y"]


def test_variables_that_do_not_fit_are_refused_before_anything_is_executed(operator: Api) -> None:
    document = f"mutation ($name: String!) {{ {CREATE} }}"
    assert operator(document, name="a").codes == []
    for wrong in ({}, {"name": None}, {"name": 5}, {"name": ["a"]}):
        answer = operator(document, **wrong)
        assert answer.codes == ["BAD_USER_INPUT"]
        assert "data" not in answer.body
        assert told(answer) == told(reference(operator, document, **wrong))
    assert Job.objects.count() == 1


def test_a_default_and_a_null_are_different_things(viewer: Api, make_job: MakeJob) -> None:
    document = "query ($buckets: Int = 2) { jobActivity(buckets: $buckets) { from } }"
    make_job("a")
    for _ in TWICE:
        assert len(viewer(document).data["jobActivity"]) <= 2
        answer = viewer(document, buckets=None)
        assert (answer.codes, answer.body["data"]) == (["BAD_USER_INPUT"], None)
        assert told(answer) == told(reference(viewer, document, buckets=None))


def test_what_takes_too_long_is_given_up(
    viewer: Api, monkeypatch: pytest.MonkeyPatch, make_job: MakeJob
) -> None:
    document = "{ users { username } jobs { nodes { name } } }"
    make_job("a")
    expected = viewer(document).data
    started, ended = 0, 0

    async def slow(*_: Any) -> NoReturn:
        nonlocal started, ended
        started += 1
        try:
            await asyncio.Event().wait()
        finally:
            ended += 1
        pytest.fail("nobody sets it")

    with monkeypatch.context() as patch:
        patch.setattr(executor, "LONGEST_EXECUTION", 0.05)
        patch.setattr(queries, "ask", slow)
        answer = viewer(document)
        assert (answer.status, answer.codes, answer.body["data"]) == (200, ["TOO_COMPLEX"], None)
        assert (started, ended) == (2, 2)
    assert viewer(document).data == expected


def test_what_can_not_be_planned_is_tried_once(
    viewer: Api, story: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on User { username } } }"
    ids = [encode(Kind.USER, story.pk), encode(Kind.USER, 2**40)]
    expected = [{"id": ids[0], "username": "ada"}, None]
    assert viewer(document, ids=ids).data["nodes"] == expected
    monkeypatch.setattr(OperationPlan, "__init__", broken)
    monkeypatch.setattr(Planner, "values", broken)
    assert viewer(document, ids=ids).data["nodes"] == expected
