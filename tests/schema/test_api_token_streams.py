"""Programs that follow the log by a token of their own, against a real server."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from backend.accounts.api_tokens import Issued, create_api_token, revoke_api_token
from backend.accounts.models import ApiToken
from backend.accounts.roles import PERMISSIONS, Role
from backend.accounts.scopes import Scope
from backend.web import web_socket
from schema import standing
from tests.api import Api
from tests.event_source import Block, following
from tests.schema.conftest import MakeJob
from tests.schema.test_subscriptions_socket import connected, end, hear, subscribe
from tests.server import Server

FOLLOW = "subscription { jobStatuses { node { state setByToken { name } } } }"


def issue(api: Api, *wanted: Scope, **given: Any) -> Issued:
    """A token of the account with these scopes."""
    assert api.user is not None
    arguments = {"name": "follower", "expires_at": None, "held": PERMISSIONS[Role.OPERATOR]}
    return create_api_token(api.user.pk, wanted=wanted, **{**arguments, **given})


def revoke(issued: Issued) -> None:
    revoke_api_token(issued.token.user_id, issued.token.id)


def test_a_program_follows_until_its_token_is_revoked(
    server: Server, operator: Api, make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "CHECK_SESSION", 0.05)
    issued, other = issue(operator, Scope.JOBS_READ), issue(operator, Scope.JOBS_READ)
    with (
        following(server.url, FOLLOW, token=issued.secret) as stream,
        following(server.url, FOLLOW, token=other.secret) as of_another,
    ):
        make_job("a")
        change = {"node": {"state": "PENDING", "setByToken": None}}
        assert stream.next().change == change
        assert of_another.next().change == change
        revoke(issued)
        assert stream.next().codes == ["UNAUTHENTICATED"]
        assert stream.next() == Block(event="complete")
        make_job("b")
        assert of_another.next().change == change


def test_a_program_follows_until_its_token_ends(server: Server, operator: Api) -> None:
    issued = issue(operator, Scope.JOBS_READ, expires_at=timezone.now() + timedelta(seconds=1.5))
    with following(server.url, FOLLOW, token=issued.secret) as stream:
        assert stream.next().codes == ["UNAUTHENTICATED"]
        assert stream.next() == Block(event="complete")
    assert timezone.now() >= issued.token.expires_at


def test_a_program_that_may_only_write_follows_nothing(server: Server, operator: Api) -> None:
    issued = issue(operator, Scope.JOBS_WRITE)
    with following(server.url, FOLLOW, token=issued.secret) as stream:
        assert stream.next().codes == ["FORBIDDEN"]


def test_a_web_socket_opens_by_an_api_token_and_closes_with_it(
    server: Server, operator: Api, make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_socket, "CHECK_SESSION", 0.05)
    issued = issue(operator, Scope.JOBS_READ)
    with connected(server, issued.secret) as socket:
        assert hear(socket) == {"type": "connection_ack"}
        subscribe(socket, "{ viewer { username } }")
        assert hear(socket)["payload"] == {"data": {"viewer": {"username": "operator"}}}
        revoke(issued)
        assert end(socket) == (4403, "Token revoked")
    assert ApiToken.objects.get().last_used_at is not None


def test_a_web_socket_stays_shut_for_what_is_no_token(server: Server, operator: Api) -> None:
    issued = issue(operator, Scope.JOBS_READ)
    revoke(issued)
    for token in (issued.secret, issued.secret[:-1], issued.token.prefix):
        with connected(server, token) as socket:
            assert end(socket) == (4403, "Forbidden")


def test_an_event_tells_which_program_made_the_change(server: Server, operator: Api) -> None:
    reader = issue(operator, Scope.JOBS_READ)
    writer = Api(operator.client, token=issue(operator, Scope.JOBS_WRITE, name="worker").secret)
    with following(server.url, FOLLOW, token=reader.secret) as stream:
        stream.read()
        assert writer('mutation { createJob(input: {name: "a"}) { __typename } }').codes == []
        assert stream.next().change == {
            "node": {"state": "PENDING", "setByToken": {"name": "worker"}}
        }
