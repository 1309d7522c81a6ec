"""Bad input at every argument and input field: a typed error, nothing written, nothing echoed.

The schema is walked, so a new argument fails `test_no_argument_is_forgotten` until it is given a
kind here, and with it the hostile values of that kind.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from graphql import (
    GraphQLArgument,
    GraphQLInputField,
    get_named_type,
    is_input_object_type,
    is_leaf_type,
    is_object_type,
)

from schema.global_id import Kind, encode, of
from schema.schema import schema
from tests.api import Api
from tests.schema.conftest import RUNNING, MakeJob

SECRET = "hunter2"
TYPES = schema._schema.type_map

# What each argument is: which values are hostile to it depends on that, and on its type.
KINDS = {
    "Query.node.id": "any id",
    "Query.nodes.ids": "ids",
    "Query.job.id": "job id",
    "Query.jobs.first": "page size",
    "Query.jobs.last": "page size",
    "Query.jobs.after": "cursor",
    "Query.jobs.before": "cursor",
    "Query.jobs.filter.states": "states",
    "Query.jobs.filter.nameStartsWith": "text",
    "Query.jobs.filter.nameContains": "text",
    "Query.jobs.filter.createdAt.from": "instant",
    "Query.jobs.filter.createdAt.to": "instant",
    "Query.jobs.filter.stateChangedAt.from": "instant",
    "Query.jobs.filter.stateChangedAt.to": "instant",
    "Query.jobs.filter.createdBy": "user id",
    "Query.jobs.orderBy": "enum",
    "Query.jobStatuses.first": "page size",
    "Query.jobStatuses.last": "page size",
    "Query.jobStatuses.after": "cursor",
    "Query.jobStatuses.before": "cursor",
    "Query.jobStatuses.filter.jobId": "job id",
    "Query.jobStatuses.filter.states": "states",
    "Query.jobActivity.range.from": "instant",
    "Query.jobActivity.range.to": "instant",
    "Query.jobActivity.buckets": "buckets",
    "Query.rateLimit.dryRun": "boolean",
    "Query.users.usernameStartsWith": "prefix",
    "Query.users.first": "page size",
    "Query.apiTokens.first": "page size",
    "Job.statuses.first": "page size",
    "Job.statuses.last": "page size",
    "Job.statuses.after": "cursor",
    "Job.statuses.before": "cursor",
    "Mutation.createJob.input.name": "name",
    "Mutation.createJob.input.idempotencyKey": "key",
    "Mutation.setJobStatus.input.jobId": "input id",
    "Mutation.setJobStatus.input.state": "enum",
    "Mutation.setJobStatus.input.message": "message",
    "Mutation.setJobStatus.input.expectedVersion": "version",
    "Mutation.setJobStatus.input.idempotencyKey": "key",
    "Mutation.logIn.input.username": "credential",
    "Mutation.logIn.input.password": "credential",
    "Mutation.logIn.input.useCookie": "boolean",
    "Mutation.refreshSession.input.refreshToken": "refresh token",
    "Mutation.logOut.input.refreshToken": "refresh token",
    "Mutation.createApiToken.input.name": "name",
    "Mutation.createApiToken.input.scopes": "scopes",
    "Mutation.createApiToken.input.expiresAt": "expiry",
    "Mutation.revokeApiToken.input.id": "input id",
}

LONG = SECRET * 2_000
# Values of the right type that can not be meant, and what the answer says of them.
HOSTILE: dict[str, list[tuple[Any, str]]] = {
    "any id": [(value, "BAD_USER_INPUT") for value in ("", SECRET, LONG, "\0" + SECRET, -1, 7)],
    "ids": [
        ([SECRET], "BAD_USER_INPUT"),
        ([""], "BAD_USER_INPUT"),
        (["AQ"] * 101, "BAD_USER_INPUT"),
    ],
    "job id": [
        (value, "BAD_USER_INPUT")
        for value in ("", SECRET, LONG, "\0", -1, encode(Kind.USER, 1), encode(Kind.JOB_STATUS, 1))
    ],
    "user id": [
        (value, "BAD_USER_INPUT")
        for value in (
            "",
            SECRET,
            LONG,
            "\0",
            -1,
            encode(Kind.JOB_STATUS, 1),
            encode(Kind.USER, 2**63),
        )
    ],
    "input id": [
        (value, "InvalidInput")
        for value in ("", SECRET, LONG, "\0", -1, encode(Kind.USER, 1), encode(Kind.JOB_STATUS, 1))
    ],
    "page size": [(value, "BAD_USER_INPUT") for value in (0, -1, 101, 2**31 - 1, -(2**31))],
    "buckets": [(value, "BAD_USER_INPUT") for value in (0, -1, 201, 2**31 - 1, -(2**31))],
    "version": [(value, "VersionConflict") for value in (0, -1, 2**31 - 1, -(2**31))],
    "cursor": [
        (value, "INVALID_CURSOR")
        for value in ("", " ", SECRET, LONG, "\0" + SECRET, "é", "====", "A" * 30, "AAAA")
    ],
    "text": [("\0" + SECRET, "BAD_USER_INPUT"), (f"{SECRET}\0", "BAD_USER_INPUT")],
    "prefix": [("\0" + SECRET, "nothing"), (LONG, "nothing")],
    "instant": [
        (value, "BAD_USER_INPUT")
        for value in (
            "",
            SECRET,
            LONG,
            "\0",
            "2026-01-01",
            "2026-01-01T00:00:00",  # naive
            "2026-02-30T00:00:00Z",
            "2026-01-01T24:30:00Z",
            "2026-01-01T00:00:61Z",
            "2026-13-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "10000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+23:59",  # before the year 1, in UTC
            "9999-12-31T23:59:59-23:59",
            "2026-01-01T00:00:00+99:99",
            "2026-01-01T00:00:00 Europe/Berlin",
            "now",
            "1767225600",
        )
    ],
    "expiry": [
        *[(value, "BAD_USER_INPUT") for value in ("", SECRET, LONG, "\0", "2026-01-01", "now")],
        *[
            (value, "InvalidInput")
            for value in ("0001-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
        ],
    ],
    "name": [
        (value, "InvalidInput") for value in ("", " ", LONG, "\0", f"{SECRET}\0", "a\nb", "\x7f")
    ],
    "key": [(value, "InvalidInput") for value in ("", LONG, "\0", f"{SECRET}\0")],
    "message": [(value, "InvalidInput") for value in (LONG, "\0", f"{SECRET}\0")],
    "credential": [
        (value, "InvalidCredentials")
        for value in ("", LONG, "\0", f"{SECRET}\0", "\x7f", "é" * 200)
    ],
    "refresh token": [
        (value, "InvalidRefreshToken")
        for value in ("", SECRET, LONG, "\0", "jtr_", "jtr_" + "A" * 43, "jtr_" + "é" * 43)
    ],
    "states": [],
    "scopes": [([], "InvalidInput")],
    "enum": [],
    "boolean": [],
}
# Values of another type than the one declared.
WRONG_TYPE: dict[str, list[Any]] = {
    "Int": [SECRET, "1", 1.5, 2**31, -(2**31) - 1, 10**300, True, [SECRET], {SECRET: 1}, "\0"],
    "String": [12345678, 1.5, True, [SECRET], {"a": SECRET}, [[SECRET]]],
    "ID": [1.5, True, {"a": SECRET}, [[[SECRET]]]],
    "Boolean": [SECRET, "true", 1, 0, 1.5, [SECRET], {"a": SECRET}],
    "DateTime": [12345678, 1.5, True, {"a": SECRET}, [SECRET]],
    "JobState": [SECRET, "running", "", "\0", 1, True, {"a": SECRET}, [[SECRET]]],
    "ApiTokenScope": [SECRET, "jobs:read", "", "\0", 1, True, {"a": SECRET}, [[SECRET]]],
    "JobOrder": [SECRET, "created_desc", "", 1, True, {"a": SECRET}, [SECRET]],
}


@dataclass(frozen=True)
class Place:
    """Where a value goes: an argument of a field, and the path within it."""

    owner: str
    field: str
    path: tuple[str, ...]
    type: str

    @property
    def name(self) -> str:
        return ".".join((self.owner, self.field, *self.path))


def _places() -> Iterator[Place]:
    """Every argument of every field, followed into its input objects."""
    for owner, kind in TYPES.items():
        if not is_object_type(kind) or owner.startswith("__") or owner == "Subscription":
            continue
        for field, definition in kind.fields.items():
            for argument, declared in definition.args.items():
                yield from _within(owner, field, (argument,), declared)


def _within(
    owner: str,
    field: str,
    path: tuple[str, ...],
    declared: GraphQLArgument | GraphQLInputField,
) -> Iterator[Place]:
    named: Any = get_named_type(declared.type)
    if is_input_object_type(named):
        for name, inner in named.fields.items():
            yield from _within(owner, field, (*path, name), inner)
    else:
        assert is_leaf_type(named)
        yield Place(owner, field, path, named.name)


PLACES = {place.name: place for place in _places()}


def test_no_argument_is_forgotten() -> None:
    assert PLACES.keys() == KINDS.keys()


# --- Asking with one bad value --------------------------------------------------------------


@dataclass
class World:
    """An account that may do everything, one job, and valid values for whatever is required."""

    api: Api
    job_id: str

    def valid(self, owner: str, field: str) -> dict[str, Any]:
        """The least that the field needs."""
        given: dict[str, dict[str, Any]] = {
            "Query.node": {"id": self.job_id},
            "Query.nodes": {"ids": [self.job_id]},
            "Query.job": {"id": self.job_id},
            "Mutation.createJob": {"input": {"name": "valid"}},
            "Mutation.setJobStatus": {"input": {"jobId": self.job_id, "state": "COMPLETED"}},
            "Mutation.logIn": {"input": {"username": "nobody", "password": "nothing"}},
            "Mutation.refreshSession": {"input": {}},
            "Mutation.logOut": {"input": {}},
            "Mutation.createApiToken": {"input": {"name": "valid", "scopes": ["JOBS_READ"]}},
            "Mutation.revokeApiToken": {"input": {"id": encode(Kind.API_TOKEN, 1)}},
        }
        return given.get(f"{owner}.{field}", {})

    def ask(self, place: Place, value: Any) -> Any:
        """The answer to a call whose only fault is the value at that place."""
        arguments = json.loads(json.dumps(self.valid(place.owner, place.field)))
        inner = arguments
        for step in place.path[:-1]:
            inner = inner.setdefault(step, {})
        inner[place.path[-1]] = value
        return self.api(
            _document(place.owner, place.field, set(arguments)), **arguments, job=self.job_id
        )


def _document(owner: str, field: str, given: set[str]) -> str:
    """A call of the field by variables, one for each argument that is given."""
    kind: Any = TYPES[owner]
    definition = kind.fields[field]
    declared = ["$job: ID!"] + [f"${name}: {definition.args[name].type}" for name in sorted(given)]
    passed = ", ".join(f"{name}: ${name}" for name in sorted(given))
    call = f"{field}({passed}) {{ __typename }}"
    if owner == "Job":
        call = f"job(id: $job) {{ {call} }}"
    else:
        declared = declared[1:]
    operation = "mutation" if owner == "Mutation" else "query"
    return f"{operation} ({', '.join(declared)}) {{ {call} }}"


@pytest.fixture
def world(operator: Api, make_job: MakeJob) -> World:
    return World(operator, of(make_job("valid job", RUNNING)))


def _tables() -> dict[str, list[Any]]:
    """Everything that is stored, but the memory of attempts, and what is counted."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for label in ("jobs", "accounts")
        for model in apps.get_app_config(label).get_models()
        if model.__name__ not in {"LoginThrottle", "AuditEntry", "StateRollup", "HourlyActivity"}
    }


def _verdict(answer: Any) -> str:
    """The code of the error, or the member of the union, or "nothing" where nothing was found."""
    if answer.codes:
        (code,) = set(answer.codes)
        return str(code)
    (result,) = answer.body["data"].values()
    if isinstance(result, dict):
        inner = result.get("statuses", result)  # of a job
        return str(inner["__typename"])
    return "nothing" if not result else "something"


@pytest.mark.parametrize("name", KINDS)
def test_values_that_can_not_be_meant(world: World, name: str) -> None:
    place = PLACES[name]
    before = _tables()
    for value, verdict in HOSTILE[KINDS[name]]:
        answer = world.ask(place, value)
        assert (value, answer.status, _verdict(answer)) == (value, 200, verdict)
        assert SECRET not in json.dumps(answer.body)
    assert _tables() == before


@pytest.mark.parametrize("name", KINDS)
def test_values_of_another_type(world: World, name: str) -> None:
    place = PLACES[name]
    before = _tables()
    for value in WRONG_TYPE[place.type]:
        answer = world.ask(place, value)
        assert (value, answer.status, _verdict(answer)) == (value, 200, "BAD_USER_INPUT")
        assert "data" not in answer.body
        shown = json.dumps(answer.body)
        assert SECRET not in shown
        assert "12345678" not in shown
    assert _tables() == before


@pytest.mark.parametrize("name", KINDS)
def test_what_no_json_or_no_body_can_hold(world: World, name: str) -> None:
    """Lone surrogates are refused with the body, and so is a body of ten million bytes."""
    place = PLACES[name]
    before = _tables()
    answer = world.ask(place, SECRET + "\ud800")
    assert (answer.status, answer.codes) == (400, ["BAD_REQUEST"])
    assert SECRET not in json.dumps(answer.body)
    answer = world.ask(place, "a" * 10_000_000)
    assert (answer.status, answer.codes) == (413, ["PAYLOAD_TOO_LARGE"])
    assert _tables() == before


@pytest.mark.parametrize("name", [name for name in KINDS if PLACES[name].type != "Boolean"])
def test_the_same_within_the_document(world: World, name: str) -> None:
    """Values written into the document are checked by other code than variables are."""
    place = PLACES[name]
    before = _tables()
    for literal in (
        f'{{a: "{SECRET}"}}',
        f'[["{SECRET}"]]',
        "1.5",
        f"{SECRET}",
        "99999999999999999999",
        '"\\uD800"',
        "true",
    ):
        value = literal
        for step in reversed(place.path[1:]):
            value = f"{{{step}: {value}}}"
        call = f"{place.field}({place.path[0]}: {value}) {{ __typename }}"
        document = {
            "Job": f'{{ job(id: "{world.job_id}") {{ {call} }} }}',
            "Query": f"{{ {call} }}",
            "Mutation": f"mutation {{ {call} }}",
        }[place.owner]
        answer = world.api(document)
        assert answer.status == 200
        if not answer.codes:  # an ID may be written as a number, and is an id of nothing then
            assert (literal, _verdict(answer)) == ("99999999999999999999", "InvalidInput")
        assert set(answer.codes) <= {
            "GRAPHQL_VALIDATION_FAILED",
            "GRAPHQL_PARSE_FAILED",
            "BAD_USER_INPUT",  # an ID may be written as a number
        }
        assert SECRET not in json.dumps(answer.body)
    assert _tables() == before


# --- Cursors --------------------------------------------------------------------------------


@pytest.mark.parametrize("owner", ["Query.jobs", "Query.jobStatuses", "Job.statuses"])
def test_cursors_that_were_cut_lengthened_altered_or_made_for_another_list(
    world: World, make_job: MakeJob, owner: str
) -> None:
    other = of(make_job("another job", RUNNING))
    answer = world.api(
        """query ($job: ID!, $other: ID!) {
             desc: jobs { pageInfo { endCursor } }
             asc: jobs(orderBy: CREATED_ASC) { pageInfo { endCursor } }
             changed: jobs(orderBy: STATE_CHANGED_DESC) { pageInfo { endCursor } }
             log: jobStatuses { pageInfo { endCursor } }
             history: job(id: $job) { statuses { pageInfo { endCursor } } }
             foreign: job(id: $other) { statuses { pageInfo { endCursor } } } }""",
        job=world.job_id,
        other=other,
    ).data
    cursors = {
        name: (value.get("statuses") or value)["pageInfo"]["endCursor"]
        for name, value in answer.items()
    }
    own = cursors.pop({"Query.jobs": "desc", "Query.jobStatuses": "log"}.get(owner, "history"))
    flipped = [
        own[:place] + ("A" if own[place] != "A" else "B") + own[place + 1 :]
        for place in range(len(own))
    ]
    bad = {
        *cursors.values(),
        *(own[:length] for length in range(len(own))),
        *flipped,
        own + "A",
        own + "=",
        own + "AAAA",
        " " + own,
        own.swapcase(),
        world.job_id,
    }
    for argument in ("after", "before"):
        place = PLACES[f"{owner}.{argument}"]
        assert _verdict(world.ask(place, own)) not in {"INVALID_CURSOR", "BAD_USER_INPUT"}
        for cursor in sorted(bad):
            answer = world.ask(place, cursor)
            assert (cursor, _verdict(answer)) == (cursor, "INVALID_CURSOR")


# --- Ranges and pairs -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "argument"),
    [
        ("jobs", "filter: {createdAt: $range}"),
        ("jobs", "filter: {stateChangedAt: $range}"),
        ("jobActivity", "range: $range"),
    ],
)
def test_inverted_ranges(viewer: Api, owner: str, argument: str) -> None:
    document = f"query ($range: TimeRange) {{ {owner}({argument}) {{ __typename }} }}"
    for start, end in (
        ("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00.000001Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00+00:01"),
        ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"),
    ):
        answer = viewer(document, range={"from": start, "to": end})
        assert answer.codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("field", ["jobs", "jobStatuses"])
def test_first_and_last_together(viewer: Api, field: str) -> None:
    answer = viewer(f"{{ {field}(first: 1, last: 1) {{ __typename }} }}")
    assert answer.codes == ["BAD_USER_INPUT"]


# --- Input objects as a whole ---------------------------------------------------------------


def _is_object(owner: str, field: str, argument: str) -> bool:
    kind: Any = TYPES[owner]
    return is_input_object_type(get_named_type(kind.fields[field].args[argument].type))


ARGUMENTS = sorted({(place.owner, place.field, place.path[0]) for place in PLACES.values()})
OBJECTS = [each for each in ARGUMENTS if _is_object(*each)]
FIELDS = sorted({(owner, field) for owner, field, _ in ARGUMENTS if owner != "Job"})


@pytest.mark.parametrize(("owner", "field", "argument"), OBJECTS)
def test_an_unknown_field_is_named_and_its_value_is_not(
    world: World, owner: str, field: str, argument: str
) -> None:
    before = _tables()
    given = {**world.valid(owner, field).get(argument, {}), "nope": SECRET}
    answer = world.api(_document(owner, field, {argument}), **{argument: given})
    assert answer.codes == ["BAD_USER_INPUT"]
    assert "'nope'" in answer.body["errors"][0]["message"]
    assert SECRET not in json.dumps(answer.body)
    assert _tables() == before


@pytest.mark.parametrize(("owner", "field"), FIELDS)
def test_an_unknown_argument_is_named_and_its_value_is_not(
    world: World, owner: str, field: str
) -> None:
    answer = world.api(f'{owner.lower()} {{ {field}(nope: "{SECRET}") {{ __typename }} }}')
    assert set(answer.codes) == {"GRAPHQL_VALIDATION_FAILED"}
    assert "'nope'" in json.dumps(answer.body)
    assert SECRET not in json.dumps(answer.body)


@pytest.mark.parametrize(("owner", "field", "argument"), OBJECTS)
def test_other_things_than_an_object(world: World, owner: str, field: str, argument: str) -> None:
    before = _tables()
    values: list[Any] = [SECRET, 12345678, 1.5, [], [[]], [None], True]
    for value in values:
        answer = world.api(_document(owner, field, {argument}), **{argument: value})
        assert answer.codes == ["BAD_USER_INPUT"]
        assert SECRET not in json.dumps(answer.body)
        assert "12345678" not in json.dumps(answer.body)
    assert _tables() == before


@pytest.mark.parametrize(
    "field",
    [
        *("createJob", "setJobStatus", "logIn", "refreshSession", "logOut"),
        *("createApiToken", "revokeApiToken"),
    ],
)
def test_required_input_that_is_missing_or_null(world: World, field: str) -> None:
    before = _tables()
    document = _document("Mutation", field, {"input"})
    assert world.api(document).codes == ["BAD_USER_INPUT"]
    assert world.api(document, input=None).codes == ["BAD_USER_INPUT"]
    valid: dict[str, Any] = world.valid("Mutation", field)["input"]
    for name in valid:
        without = {each: valid[each] for each in valid if each != name}
        assert world.api(document, input=without).codes == ["BAD_USER_INPUT"]
        assert world.api(document, input={**valid, name: None}).codes == ["BAD_USER_INPUT"]
    assert _tables() == before
