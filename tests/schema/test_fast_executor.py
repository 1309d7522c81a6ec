"""Plans give what the reference executor gives: results, order of keys, nulls and errors."""

from typing import Any

import pytest
from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_leaf_type
from graphql.execution import Executor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import User
from schema import loaders
from schema.connection import Connection
from schema.schema import schema
from tests.api import Api
from tests.schema.conftest import ABANDONS
from tests.schema.reference import reference, told

pytestmark = ABANDONS
ARGUMENTS = {
    "jobs": ["", "(first: 3)", "(last: 2, orderBy: STATE_CHANGED_ASC)", "(first: 0)"],
    "jobStatuses": ["", "(first: 4)", "(filter: {states: [RUNNING, FAILED]})"],
    "statuses": ["", "(first: 1)", "(last: 2)", '(after: "foreign")', "(first: 101)"],
    "users": ["", '(usernameStartsWith: "o")'],
    "jobActivity": ["(buckets: 2)"],
}
ROOTS = ["jobs", "jobStatuses", "jobCounts", "lifecycle", "viewer", "users", "jobActivity"]
DEEPEST = 7


@st.composite
def selections(draw: st.DrawFn, kind: GraphQLObjectType, depth: int) -> str:
    """A selection of fields of a type, with aliases, repeats and fragments among them."""
    names = draw(st.lists(st.sampled_from(sorted(kind.fields)), min_size=1, max_size=5))
    chosen = ["__typename"] if draw(st.booleans()) else []
    for number, name in enumerate(names):
        chosen.append(draw(fields(name, kind.fields[name], depth, alias=f"a{number}")))
    inner = " ".join(chosen)
    if draw(st.booleans()):
        inner += f" ... on {kind.name} {{ {inner} }}"
    return inner


@st.composite
def fields(draw: st.DrawFn, name: str, field: GraphQLField, depth: int, alias: str) -> str:
    """One field, with arguments and a selection where it takes them."""
    text = draw(st.sampled_from([name, f"{alias}: {name}"]))
    if field.args:
        # Alike in alias and arguments, or two fields of one name would conflict.
        text = f"{alias}: {name}" + draw(st.sampled_from(ARGUMENTS[name]))
    kind = get_named_type(field.type)
    if is_leaf_type(kind):
        return text
    assert isinstance(kind, GraphQLObjectType)
    inner = "__typename" if depth >= DEEPEST else draw(selections(kind, depth + 1))
    return f"{text} {{ {inner} }}"


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A query of one or two root fields."""
    query = schema._schema.query_type
    assert query is not None
    names = draw(st.lists(st.sampled_from(ROOTS), min_size=1, max_size=2, unique=True))
    return "{ " + " ".join(draw(fields(n, query.fields[n], 1, alias=n)) for n in names) + " }"


@given(document=documents())
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_plan_answers_as_the_reference_does(story: User, viewer: Api, document: str) -> None:
    expected = told(reference(viewer, document))
    assert told(viewer(document)) == expected
    assert told(viewer(document)) == expected  # now the whole operation is planned


FULL = """{
  jobs(first: 4) {
    edges { cursor node { ...J } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount { value precision }
  }
}
fragment J on Job {
  __typename id name state stateChangedAt version allowedTransitions createdAt startedAt finishedAt
  createdBy { id username }
  status { id message }
  statuses(first: 2) {
    nodes { id state previousState message createdAt setBy { username } job { name } }
    pageInfo { hasNextPage endCursor }
    totalCount { value }
  }
}"""


def test_the_page_of_the_dashboard_is_planned(
    story: User, viewer: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = told(reference(viewer, FULL))
    monkeypatch.setattr(
        Executor, "complete_value", lambda *_: pytest.fail("the reference was asked")
    )
    assert told(viewer(FULL)) == expected
    monkeypatch.setattr(Executor, "build", lambda *_, **__: pytest.fail("there is a plan"))
    assert told(viewer(FULL)) == expected


def test_a_failing_load_fails_as_the_reference_does(
    story: User, viewer: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = "{ jobs(first: 3) { nodes { name createdBy { username } } } }"

    def broken(_ids: Any) -> Any:
        raise KeyError("no such account")

    monkeypatch.setattr(loaders, "users_by_id", broken)
    answer = viewer(document)
    assert answer.codes == ["INTERNAL_SERVER_ERROR"] * 3
    assert [node["createdBy"] for node in answer.body["data"]["jobs"]["nodes"]] == [None] * 3


def test_directives_are_decided_for_each_request(story: User, viewer: Api) -> None:
    document = "query($with: Boolean!) { jobs(first: 1) { nodes { name @include(if: $with) id } } }"
    ((with_name,), (without,)) = (
        viewer(document, **{"with": wanted}).data["jobs"]["nodes"] for wanted in (True, False)
    )
    assert (sorted(with_name), sorted(without)) == (["id", "name"], ["id"])


def test_variables_are_read_for_each_request(story: User, viewer: Api) -> None:
    document = (
        "query($n: Int) { jobs(first: 6) { nodes { statuses(first: $n) { nodes { id } } } } }"
    )

    def most(n: int) -> int:
        nodes = viewer(document, n=n).data["jobs"]["nodes"]
        return max(len(node["statuses"]["nodes"]) for node in nodes)

    assert [most(1), most(3), most(2)] == [1, 3, 2]


def test_a_failing_field_takes_nothing_from_the_others(story: User, viewer: Api) -> None:
    ((job,),) = (viewer("{ jobs(first: 1) { nodes { id } } }").data["jobs"]["nodes"],)
    document = """query($id: ID!) {
      broken: node(id: $id) { ... on Job { createdBy { username } statuses(first: 101) { nodes { id } } } }
      whole: node(id: $id) { ... on Job { createdBy { username } } }
    }"""
    answer = reference(viewer, document, id=job["id"])
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.body["data"] == {"broken": None, "whole": {"createdBy": {"username": "ada"}}}


@pytest.mark.parametrize("wrong", [None, {}, "", 0, 5], ids=repr)
def test_what_is_no_list_is_told_as_the_reference_tells_it(
    story: User, viewer: Api, monkeypatch: pytest.MonkeyPatch, wrong: Any
) -> None:
    monkeypatch.setattr(Connection, "nodes", wrong)
    document = "{ jobs { nodes { name createdBy { username } } } }"
    expected = reference(viewer, document)
    assert len(expected.codes) == 1
    for _ in range(2):
        answer = viewer(document)
        assert (answer.body["data"], answer.codes) == (None, expected.codes)
