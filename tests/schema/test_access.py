"""Who may call what: every root field of the schema, whatever is added to it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from graphql import (
    GraphQLField,
    GraphQLInputType,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
)
from pytest_django import Settings

from backend.accounts import sessions
from backend.accounts.models import User
from backend.jobs.models import Job
from schema import roots
from schema.schema import schema
from tests.api import Api

OPEN = {"logIn", "refreshSession", "lifecycle"}
# An account is enough.
NEEDS_NO_ROLE = {
    *("viewer", "rateLimit", "logOut"),
    *("apiTokens", "createApiToken", "revokeApiToken"),
}
TWICE = range(2)  # as the reference executes a document, and by its plan


def _fields(root: str) -> dict[str, GraphQLField]:
    fields: dict[str, GraphQLField] = schema._schema.type_map[root].fields  # type: ignore[attr-defined]
    return fields


def _literal(declared: GraphQLInputType) -> str:
    """Some value that the type admits."""
    kind: Any = get_nullable_type(declared)
    if is_list_type(kind):
        return "[]"
    if is_input_object_type(kind):
        given = [
            f"{name}: {_literal(field.type)}"
            for name, field in kind.fields.items()
            if is_non_null_type(field.type)
        ]
        return "{" + ", ".join(given) + "}"
    if is_enum_type(kind):
        return str(next(iter(kind.values)))
    return {"Int": "1", "Boolean": "true", "DateTime": '"2026-01-01T00:00:00Z"'}.get(
        str(kind), '"AQ"'
    )


def _document(root: str, name: str) -> str:
    """A call of the field with every argument that it needs."""
    field = _fields(root)[name]
    arguments = ", ".join(
        f"{argument}: {_literal(definition.type)}"
        for argument, definition in field.args.items()
        if is_non_null_type(definition.type)
    )
    call = f"{name}({arguments})" if arguments else name
    selection = " { __typename }" if is_composite_type(get_named_type(field.type)) else ""
    return f"{root.lower()} {{ {call}{selection} }}"


def _calls(root: str, *without: str) -> Iterator[object]:
    for name in _fields(root):
        if name not in without:
            yield pytest.param(_document(root, name), id=name)


CLOSED = [*_calls("Query", *OPEN), *_calls("Mutation", *OPEN)]
CLOSED_READS = list(_calls("Query", *OPEN, *NEEDS_NO_ROLE))
CLOSED_WRITES = list(_calls("Mutation", *OPEN, *NEEDS_NO_ROLE))


@pytest.mark.parametrize("document", CLOSED)
def test_a_stranger_is_asked_to_sign_in(anyone: Api, document: str) -> None:
    for _ in TWICE:
        answer = anyone(document)
        assert answer.codes == ["UNAUTHENTICATED"]
        assert set((answer.body["data"] or {}).values()) <= {None}
        assert answer.body["errors"][0]["message"] == "Sign in first: this needs an access token."


@pytest.mark.parametrize(
    "token", ["nonsense", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "a.b.c", "x" * 5000]
)
def test_a_token_that_is_none_says_so(db: None, token: str) -> None:
    answer = Api(Client(), token=token)("{ viewer { username } }")
    assert answer.codes == ["UNAUTHENTICATED"]
    assert answer.body["errors"][0]["message"] == (
        "The access token has expired or is not valid: refresh the session or sign in."
    )


@pytest.mark.parametrize("document", CLOSED_READS)
def test_an_account_without_a_role_reads_nothing(
    make_user: Callable[..., User], document: str
) -> None:
    make_user("nobody")
    grant = sessions.log_in("nobody", "nobody", "192.0.2.1")
    for _ in TWICE:
        assert Api(Client(), token=grant.access_token)(document).codes == ["FORBIDDEN"]


@pytest.mark.parametrize("document", CLOSED_WRITES)
def test_a_viewer_changes_nothing(viewer: Api, document: str) -> None:
    for _ in TWICE:
        assert viewer(document).codes == ["FORBIDDEN"]


@pytest.mark.parametrize("role", ["viewer", "operator", "admin"])
def test_every_role_reads_everything(sign_in: Callable[..., Api], role: str) -> None:
    api = sign_in(role)
    codes = {name: api(_document("Query", name)).codes for name in _fields("Query")}
    made_up = {"node", "job"}  # by an id that nothing has
    assert codes == {name: ["BAD_USER_INPUT"] if name in made_up else [] for name in codes}


@pytest.mark.parametrize("role", ["operator", "admin"])
def test_operators_and_admins_change_things(sign_in: Callable[..., Api], role: str) -> None:
    api = sign_in(role)
    codes = {name: api(_document("Mutation", name)).codes for name in _fields("Mutation")}
    assert [name for name in codes if codes[name]] == []


def test_what_is_open_is_open(anyone: Api) -> None:
    assert anyone(_document("Query", "lifecycle")).codes == []
    assert anyone(_document("Mutation", "logIn")).codes == []
    assert anyone(_document("Mutation", "refreshSession")).codes == []


def test_nothing_within_an_open_field_leads_to_what_is_closed(
    anyone: Api, make_user: Callable[..., User]
) -> None:
    """Signing in shows the account that signs in, and no other field is reached from there."""
    make_user("ada", "operator")
    answer = anyone(
        """mutation { logIn(input: {username: "ada", password: "ada"}) {
             ... on LogInSuccess { session { viewer { id username __typename } } } } }"""
    )
    viewer = answer.data["logIn"]["session"]["viewer"]
    assert (viewer["username"], viewer["__typename"]) == ("ada", "User")


def test_an_account_without_a_role_sees_itself(make_user: Callable[..., User]) -> None:
    make_user("nobody")
    grant = sessions.log_in("nobody", "nobody", "192.0.2.1")
    answer = Api(Client(), token=grant.access_token)("{ viewer { username } }")
    assert answer.data == {"viewer": {"username": "nobody"}}


def test_a_refused_write_writes_nothing(viewer: Api, operator: Api) -> None:
    document = 'mutation { createJob(input: {name: "a"}) { __typename } }'
    for _ in TWICE:
        assert viewer(document).codes == ["FORBIDDEN"]
    assert Job.objects.count() == 0
    assert operator(document).codes == []
    assert Job.objects.count() == 1


# --- In production, strangers get no further than signing in ---------------------------------

LOG_IN = _document("Mutation", "logIn")


@pytest.mark.parametrize("document", CLOSED)
def test_a_stranger_is_refused_as_a_whole(anyone: Api, settings: Settings, document: str) -> None:
    settings.SIGN_IN_FIRST = True
    response = anyone.post({"query": document})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json() == {
        "errors": [
            {
                "message": "Sign in first: this needs an access token.",
                "extensions": {"code": "UNAUTHENTICATED"},
            }
        ]
    }


@pytest.mark.parametrize(
    "document",
    [
        "{ nope }",
        "{ jobs(nope: 1) }",
        "{ __typename }",
        "{ lifecycle { nope } viewer { id } }",
        "query A { lifecycle { state } } query B { viewer { id } }",
        "{ ...F } fragment F on Query { ...G } fragment G on Query { viewer { id } }",
        "{ ...F ...F ...Missing } fragment F on Query { ...F ... { viewer { id } } }",
        "{ a: jobCounts { state } }",
        f"{LOG_IN} query B {{ viewer {{ id }} }}",
        "subscription { jobStatuses { cursor } }",
        "fragment F on Query { lifecycle { state } }",
    ],
)
def test_a_strangers_document_is_not_even_validated(
    anyone: Api, viewer: Api, settings: Settings, document: str
) -> None:
    settings.SIGN_IN_FIRST = True
    settings.INTROSPECTION = False
    for _ in range(2):
        answer = anyone(document)
        assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])
        viewer(document)  # what an account had remembered opens nothing


def test_a_stranger_with_a_bad_token_is_told_so(db: None, settings: Settings, anyone: Api) -> None:
    settings.SIGN_IN_FIRST = True
    answer = Api(Client(), token="a.b.c")("{ viewer { username } }")
    assert answer.status == 401
    assert answer.body["errors"][0]["message"] == (
        "The access token has expired or is not valid: refresh the session or sign in."
    )
    assert Api(Client(), token="a.b.c")(LOG_IN).codes == []


def test_signing_in_stays_open(anyone: Api, settings: Settings) -> None:
    settings.SIGN_IN_FIRST = True
    settings.INTROSPECTION = False
    assert anyone(LOG_IN).codes == []
    assert anyone(_document("Mutation", "refreshSession")).codes == []
    assert anyone("{ __typename lifecycle { __typename } }").codes == []
    assert anyone("{ lifecycle { nope } }").codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert anyone("{").codes == ["GRAPHQL_PARSE_FAILED"]


def test_what_is_open_is_what_is_said_to_be(anyone: Api) -> None:
    assert OPEN == roots.OPEN


def test_a_schema_that_is_open_can_be_read_by_strangers(anyone: Api, settings: Settings) -> None:
    settings.SIGN_IN_FIRST = True
    for document in INTROSPECTIONS:
        assert anyone(document).codes == []


INTROSPECTIONS = [
    "{ __schema { queryType { name } } }",
    '{ __type(name: "Job") { name } }',
    "{ ...F } fragment F on Query { __schema { queryType { name } } }",
    "{ ... on Query { a: __schema { queryType { name } } } lifecycle { state } }",
]


@pytest.mark.parametrize("document", INTROSPECTIONS)
def test_the_schema_is_open_in_development(anyone: Api, document: str) -> None:
    assert anyone(document).codes == []


@pytest.mark.parametrize("document", INTROSPECTIONS)
def test_the_schema_is_closed_to_strangers_where_that_is_switched_off(
    anyone: Api, viewer: Api, settings: Settings, document: str
) -> None:
    settings.INTROSPECTION = False
    answer = anyone(document)
    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])
    assert "data" not in answer.body
    assert viewer(document).codes == []
    assert anyone("{ __typename lifecycle { __typename } }").codes == []
