"""API tokens over HTTP: created, used, listed and revoked, and what their histories say."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.accounts import principal, token_secrets
from backend.accounts.models import ApiToken, User
from backend.jobs.models import Job
from schema.global_id import Kind, encode, of
from schema.scalars import instant_to_text, text_to_instant
from tests.api import Api
from tests.schema.conftest import RUNNING, MakeJob

TOKEN = "id name prefix scopes createdAt expiresAt lastUsedAt revokedAt"
CREATE = f"""
mutation ($input: CreateApiTokenInput!) {{
  createApiToken(input: $input) {{
    __typename
    ... on CreateApiTokenSuccess {{ secret token {{ {TOKEN} }} }}
    ... on InvalidInput {{ field }}
    ... on UserError {{ message }}
  }}
}}
"""
REVOKE = f"""
mutation ($id: ID!) {{
  revokeApiToken(input: {{id: $id}}) {{
    __typename
    ... on RevokeApiTokenSuccess {{ revoked token {{ {TOKEN} }} }}
    ... on InvalidInput {{ field }}
    ... on UserError {{ message }}
  }}
}}
"""
LIST = f"query ($first: Int! = 50) {{ apiTokens(first: $first) {{ {TOKEN} }} }}"
WHO = "{ viewer { username } }"
READ, WRITE = "JOBS_READ", "JOBS_WRITE"
BY_TOKEN_ONLY = "An API token can not do this: sign in with a username and a password."


def create(api: Api, *scopes: str, name: str = "worker", **given: Any) -> dict[str, Any]:
    """What createApiToken answers."""
    wanted = {"name": name, "scopes": scopes or (READ, WRITE), **given}
    result: dict[str, Any] = api(CREATE, input=wanted).data["createApiToken"]
    return result


def program(api: Api, *scopes: str, name: str = "worker") -> Api:
    """The API as a program uses it by a new token of that account."""
    return Api(Client(), token=create(api, *scopes, name=name)["secret"], user=api.user)


def create_job(api: Api) -> Any:
    return api(
        """mutation { createJob(input: {name: "a"}) {
             ... on CreateJobSuccess { job { id status { setBy { username }
               setByToken { name } } } } } }"""
    )


# --- Creating and listing ---------------------------------------------------------------------


def test_a_token_is_shown_with_its_secret_once(operator: Api) -> None:
    before = timezone.now()
    result = create(operator, WRITE, READ, name=" nightly ")
    token = result["token"]
    assert result["__typename"] == "CreateApiTokenSuccess"
    assert token_secrets.is_secret(result["secret"])
    assert token["id"] == encode(Kind.API_TOKEN, ApiToken.objects.get().pk)
    assert (token["name"], token["scopes"]) == ("nightly", [READ, WRITE])
    assert result["secret"].startswith(token["prefix"] + "")
    assert len(token["prefix"]) == 17
    assert before <= text_to_instant(token["createdAt"]) <= timezone.now()
    lifetime = text_to_instant(token["expiresAt"]) - text_to_instant(token["createdAt"])
    assert lifetime == timedelta(days=365)
    assert (token["lastUsedAt"], token["revokedAt"]) == (None, None)
    assert operator(LIST).data == {"apiTokens": [token]}
    assert result["secret"] not in str(operator(LIST).body)


def test_an_expiry_of_ones_own(operator: Api) -> None:
    ends = instant_to_text(timezone.now() + timedelta(days=7))
    assert create(operator, expiresAt=ends)["token"]["expiresAt"] == ends


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"name": " "}, "name", "A name has 1 to 100 characters."),
        ({"name": "a\n"}, None, ""),
        ({"name": "a\nb"}, "name", "A name has no control characters and no line breaks."),
        ({"scopes": []}, "scopes", "A token needs at least one scope."),
        (
            {"expiresAt": "2001-01-01T00:00:00Z"},
            "expiresAt",
            "A token ends in the future, at most 366 days ahead.",
        ),
        (
            {"expiresAt": "9999-01-01T00:00:00Z"},
            "expiresAt",
            "A token ends in the future, at most 366 days ahead.",
        ),
    ],
)
def test_what_can_not_be(
    operator: Api, given: dict[str, Any], field: str | None, message: str
) -> None:
    result = operator(CREATE, input={"name": "a", "scopes": [READ], **given}).data["createApiToken"]
    if field is None:
        assert result["__typename"] == "CreateApiTokenSuccess"
        return
    assert result == {"__typename": "InvalidInput", "field": field, "message": message}
    assert ApiToken.objects.count() == 0


def test_a_scope_that_the_account_has_no_permission_for(viewer: Api) -> None:
    assert create(viewer, WRITE) == {
        "__typename": "InvalidInput",
        "field": "scopes",
        "message": "Your account has no permission for jobs:write itself.",
    }
    assert create(viewer, READ)["__typename"] == "CreateApiTokenSuccess"


def test_too_many(operator: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.accounts.api_tokens.MOST_ACTIVE", 1)
    create(operator)
    assert create(operator) == {
        "__typename": "TooManyApiTokens",
        "message": "Your account has 1 API tokens already: revoke one first.",
    }


def test_nobody_sees_anothers_tokens(operator: Api, viewer: Api) -> None:
    node = "query ($id: ID!, $ids: [ID!]!) { node(id: $id) { id } nodes(ids: $ids) { id } }"
    token = create(operator)["token"]["id"]
    assert operator(node, id=token, ids=[token]).data == {
        "node": {"id": token},
        "nodes": [{"id": token}],
    }
    assert viewer(node, id=token, ids=[token]).data == {"node": None, "nodes": [None]}
    assert viewer(LIST).data == {"apiTokens": []}
    by_token = program(operator)
    assert by_token(node, id=token, ids=[token]).data == {"node": None, "nodes": [None]}


def test_a_list_of_a_size(operator: Api) -> None:
    for number in range(3):
        create(operator, name=f"{number}")
    listed = operator(LIST, first=2).data["apiTokens"]
    assert [token["name"] for token in listed] == ["2", "1"]
    for size in (0, 101):
        assert operator(LIST, first=size).codes == ["BAD_USER_INPUT"]


# --- Using ------------------------------------------------------------------------------------


def test_a_program_is_its_account(operator: Api, make_job: MakeJob) -> None:
    api = program(operator)
    assert api(WHO).data == {"viewer": {"username": "operator"}}
    assert api("{ jobs { nodes { name } } }").data == {"jobs": {"nodes": []}}
    job = create_job(api).data["createJob"]["job"]
    assert job["status"]["setBy"] == {"username": "operator"}
    (token,) = operator(LIST).data["apiTokens"]
    assert timezone.now() - text_to_instant(token["lastUsedAt"]) < timedelta(minutes=1)


def test_a_token_that_only_reads(operator: Api, make_job: MakeJob) -> None:
    api = program(operator, READ)
    assert api("{ jobs { nodes { name } } }").codes == []
    answer = create_job(api)
    assert answer.codes == ["FORBIDDEN"]
    assert answer.body["errors"][0]["message"] == (
        "Your account, or the scopes of its API token, have no permission for this."
    )
    moved = api(
        "mutation ($id: ID!) { setJobStatus(input: {jobId: $id, state: RUNNING}) { __typename } }",
        id=of(make_job("a")),
    )
    assert moved.codes == ["FORBIDDEN"]
    assert Job.objects.get().state == "PENDING"


def test_a_token_that_only_writes(operator: Api) -> None:
    api = program(operator, WRITE)
    assert create_job(api).codes == []
    assert api("{ jobs { nodes { name } } }").codes == ["FORBIDDEN"]
    assert api("{ jobCounts { count } }").codes == ["FORBIDDEN"]


@pytest.mark.parametrize(
    "document",
    [
        "{ apiTokens { id } }",
        'mutation { createApiToken(input: {name: "a", scopes: [JOBS_READ]}) { __typename } }',
        'mutation { revokeApiToken(input: {id: "AQ"}) { __typename } }',
        'mutation { logOut(input: {refreshToken: "a"}) { __typename } }',
    ],
)
def test_what_no_token_may(operator: Api, document: str) -> None:
    answer = program(operator)(document)
    assert answer.codes == ["FORBIDDEN"]
    assert answer.body["errors"][0]["message"] == BY_TOKEN_ONLY
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize("case", ["unknown", "mistyped", "cut", "in another header"])
def test_secrets_that_are_none(anyone: Api, operator: Api, case: str) -> None:
    genuine = create(operator)["secret"]
    given = {
        "unknown": token_secrets.new(),
        "mistyped": genuine[:20] + ("a" if genuine[20] != "a" else "b") + genuine[21:],
        "cut": genuine[:-1],
        "in another header": "",
    }[case]
    headers = {"authorization": f"Bearer {given}"} if given else {"x-api-key": genuine}
    body = anyone.post({"query": WHO}, **headers).json()
    assert [error["extensions"]["code"] for error in body["errors"]] == ["UNAUTHENTICATED"]


# --- Revoking ---------------------------------------------------------------------------------


def test_a_revoked_token_serves_no_more(operator: Api) -> None:
    created = create(operator)
    api = Api(Client(), token=created["secret"])
    assert api(WHO).codes == []
    result = operator(REVOKE, id=created["token"]["id"]).data["revokeApiToken"]
    assert (result["__typename"], result["revoked"]) == ("RevokeApiTokenSuccess", True)
    assert timezone.now() - text_to_instant(result["token"]["revokedAt"]) < timedelta(minutes=1)
    assert api(WHO).codes == ["UNAUTHENTICATED"]
    again = operator(REVOKE, id=created["token"]["id"]).data["revokeApiToken"]
    assert again == {**result, "revoked": False}


def test_revoking_what_is_not_ones_own(operator: Api, viewer: Api) -> None:
    created = create(operator)
    for token_id in (created["token"]["id"], encode(Kind.API_TOKEN, 2**63 - 1)):
        assert viewer(REVOKE, id=token_id).data["revokeApiToken"] == {
            "__typename": "ApiTokenNotFound",
            "message": "You have no API token with this id.",
        }
    assert Api(Client(), token=created["secret"])(WHO).codes == []


@pytest.mark.parametrize(
    ("token_id", "message"),
    [
        ("", "This is not the id of anything."),
        ("nonsense", "This is not the id of anything."),
        (encode(Kind.USER, 1), "This is not the id of an API token."),
    ],
)
def test_revoking_what_is_no_token(operator: Api, token_id: str, message: str) -> None:
    assert operator(REVOKE, id=token_id).data["revokeApiToken"] == {
        "__typename": "InvalidInput",
        "field": "id",
        "message": message,
    }


def test_a_deactivated_account_takes_its_programs_along(operator: Api) -> None:
    api = program(operator)
    User.objects.filter(username="operator").update(is_active=False)
    principal.forget_all()
    assert api(WHO).codes == ["UNAUTHENTICATED"]


# --- Histories --------------------------------------------------------------------------------

HISTORY = """query ($id: ID!) { job(id: $id) { statuses { nodes {
  state setBy { username } setByToken { name } } } } }"""


def test_a_history_tells_programs_from_people(operator: Api, viewer: Api) -> None:
    job = create_job(program(operator, name="submit")).data["createJob"]["job"]
    assert job["status"] == {"setBy": {"username": "operator"}, "setByToken": {"name": "submit"}}
    move = """mutation ($id: ID!, $state: JobState!) {
      setJobStatus(input: {jobId: $id, state: $state}) {
        ... on SetJobStatusSuccess { status { setByToken { name } } } } }"""
    moved = program(operator, WRITE, name="worker")(move, id=job["id"], state="RUNNING")
    assert moved.data == {"setJobStatus": {"status": {"setByToken": {"name": "worker"}}}}
    operator(move, id=job["id"], state="CANCELLED")
    by = {"setBy": {"username": "operator"}}
    assert viewer(HISTORY, id=job["id"]).data["job"]["statuses"]["nodes"] == [
        {"state": "CANCELLED", **by, "setByToken": None},
        {"state": "RUNNING", **by, "setByToken": {"name": "worker"}},
        {"state": "PENDING", **by, "setByToken": {"name": "submit"}},
    ]
    log = viewer("{ jobStatuses { nodes { setByToken { name } job { name } } } }").data
    assert [entry["setByToken"] for entry in log["jobStatuses"]["nodes"]] == [
        {"name": "submit"},
        {"name": "worker"},
        None,
    ]
    # By the reference executor as well as by a plan: directives are none of a plan's business.
    entry = """{ jobStatuses(first: 1) { nodes {
      setByToken @include(if: true) { name } } } }"""
    assert viewer(entry).data == {"jobStatuses": {"nodes": [{"setByToken": {"name": "submit"}}]}}


def test_the_names_of_a_page_are_one_statement(
    operator: Api, viewer: Api, make_job: MakeJob
) -> None:
    for number in range(3):
        create_job(program(operator, name=f"{number}"))
    make_job("by a session", RUNNING)
    page = "{ jobs { nodes { statuses { nodes { setByToken { name } } } } } }"
    assert viewer(WHO).codes == []
    with CaptureQueriesContext(connection) as captured:
        assert viewer(page).codes == []
    assert len(captured) == 3  # jobs, histories, names
    with CaptureQueriesContext(connection) as captured:
        answer = viewer(
            '{ jobs(filter: {nameStartsWith: "by"}) { nodes { statuses { nodes {'
            " setByToken { name } } } } } }"
        )
    assert len(captured) == 2  # nobody asks for the names of no tokens
    assert answer.data["jobs"]["nodes"] == [{"statuses": {"nodes": [{"setByToken": None}] * 2}}]


def test_nothing_but_the_name_of_a_token_is_shown_to_others(viewer: Api) -> None:
    answer = viewer("{ jobStatuses { nodes { setByToken { name prefix } } } }")
    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]


def test_a_repeated_call_keeps_who_made_it(operator: Api, make_user: Callable[..., User]) -> None:
    document = """mutation { createJob(input: {name: "a", idempotencyKey: "k"}) {
      ... on CreateJobSuccess { job { id status { setByToken { name } } } } } }"""
    first = program(operator, name="first")(document).data
    assert program(operator, name="second")(document).data == first
    assert first["createJob"]["job"]["status"] == {"setByToken": {"name": "first"}}
