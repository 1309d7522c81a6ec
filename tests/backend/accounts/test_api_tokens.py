"""API tokens: what they may do, how they end, and what each call writes."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from cachetools import TTLCache
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import DjangoAssertNumQueries

from backend.accounts import api_tokens, principal, scopes, token_secrets
from backend.accounts.api_tokens import create_api_token, revoke_api_token
from backend.accounts.errors import ApiTokenNotFound, InvalidApiToken, TooManyApiTokens
from backend.accounts.models import ApiToken, AuditEntry, User
from backend.accounts.roles import PERMISSIONS, Role
from backend.accounts.scopes import Scope
from backend.accounts.selectors import api_tokens_of
from backend.accounts.tokens import InvalidToken
from tests.backend.accounts.conftest import Clock, MakeUser

READ, WRITE = Scope


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    principal.forget_all()
    yield
    principal.forget_all()


@pytest.fixture
def ada(make_user: MakeUser) -> User:
    """An operator."""
    return make_user(role=Role.OPERATOR)


def issue(user: User, *wanted: Scope, **given: Any) -> api_tokens.Issued:
    """A token of the account, for everything unless told otherwise."""
    arguments = {"name": "worker", "expires_at": None, "held": PERMISSIONS[Role.OPERATOR]}
    return create_api_token(user.pk, wanted=wanted or tuple(Scope), **{**arguments, **given})


def refused(secret: str) -> bool:
    """Whether the secret is refused as the token of nobody."""
    with pytest.raises(InvalidToken) as refusal:
        principal.principal_for(secret)
    return refusal.value.expired is False


# --- Creating ---------------------------------------------------------------------------------


def test_only_the_digest_is_stored(ada: User, clock: Clock) -> None:
    issued = issue(ada, WRITE, READ, name="  nightly build ")
    (row,) = ApiToken.objects.values()
    assert row == {
        "id": issued.token.id,
        "user_id": ada.pk,
        "name": "nightly build",
        "scopes": "jobs:read jobs:write",
        "prefix": issued.secret[:17],
        "digest": hashlib.sha256(issued.secret.encode()).hexdigest(),
        "created_at": clock.now,
        "expires_at": clock.now + timedelta(days=365),
        "last_used_at": None,
        "revoked_at": None,
    }
    assert issued.token == (
        *(issued.token.id, ada.pk, "nightly build", issued.secret[:17], (READ, WRITE)),
        *(clock.now, clock.now + timedelta(days=365), None, None),
    )


@pytest.mark.parametrize("ahead", [timedelta(microseconds=1), timedelta(days=366)])
def test_an_expiry_within_a_year(ada: User, clock: Clock, ahead: timedelta) -> None:
    issued = issue(ada, expires_at=clock.now + ahead)
    assert issued.token.expires_at == clock.now + ahead


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \t"}, "name"),
        ({"name": "a" * 101}, "name"),
        ({"name": " " * 101 + "a" + " " * 101}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": "a\ud800"}, "name"),
        ({"name": "a\u2028b"}, "name"),
        ({"wanted": ()}, "scopes"),
        ({"held": PERMISSIONS[Role.VIEWER]}, "scopes"),
        ({"held": frozenset()}, "scopes"),
        ({"expires_at": timedelta()}, "expiresAt"),
        ({"expires_at": timedelta(seconds=-1)}, "expiresAt"),
        ({"expires_at": timedelta(days=366, microseconds=1)}, "expiresAt"),
        ({"expires_at": timedelta(days=100_000)}, "expiresAt"),
    ],
)
def test_what_can_not_be_is_refused_and_writes_nothing(
    ada: User, clock: Clock, given: dict[str, Any], field: str
) -> None:
    if "expires_at" in given:
        given = {"expires_at": clock.now + given["expires_at"]}
    arguments = {"name": "worker", "expires_at": None, "held": PERMISSIONS[Role.OPERATOR]}
    with pytest.raises(InvalidApiToken) as refusal:
        create_api_token(ada.pk, **{**arguments, "wanted": tuple(Scope), **given})
    assert refusal.value.field == field
    assert (ApiToken.objects.count(), AuditEntry.objects.count()) == (0, 0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(name=st.text())
def test_any_name_is_stored_as_it_reads_or_refused(ada: User, name: str) -> None:
    with transaction.atomic():
        stored, said = None, ""
        try:
            stored = ApiToken.objects.get(pk=issue(ada, name=name).token.id).name
        except InvalidApiToken as refusal:
            said = refusal.field
        transaction.set_rollback(True)
    assert (stored, said) in {(name.strip(), ""), (None, "name")}


def test_an_account_has_fifty_that_serve(
    ada: User, clock: Clock, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert api_tokens.MOST_ACTIVE == 50
    monkeypatch.setattr(api_tokens, "MOST_ACTIVE", 3)
    first, *_ = [issue(ada, expires_at=clock.now + timedelta(days=n)) for n in (1, 2, 3)]
    with pytest.raises(TooManyApiTokens, match="has 3 API tokens already: revoke one first"):
        issue(ada)
    issue(make_user("eve"))
    revoke_api_token(ada.pk, first.token.id)
    issue(ada)
    with pytest.raises(TooManyApiTokens):
        issue(ada)
    clock.advance(days=2)
    issue(ada)


# --- Signing in -------------------------------------------------------------------------------


def test_a_token_is_its_account_within_its_scopes(ada: User) -> None:
    issued = issue(ada, READ)
    assert principal.principal_for(issued.secret) == principal.Principal(
        user_id=ada.pk,
        username="ada",
        permissions=PERMISSIONS[Role.VIEWER],
        expires_at=issued.token.expires_at,
        session_id=None,
        api_token_id=issued.token.id,
    )
    assert principal.principal_for(issue(ada, WRITE).secret).permissions == {
        "jobs.add_job",
        "jobs.change_job",
        "jobs.add_jobstatus",
    }


def test_no_scope_gives_what_the_account_does_not_hold(ada: User) -> None:
    secret = issue(ada).secret
    ada.groups.set([Group.objects.get(name="viewer")])
    assert principal.principal_for(secret).permissions == PERMISSIONS[Role.VIEWER]
    principal.forget_all()
    ada.groups.clear()
    assert principal.principal_for(secret).permissions == frozenset()


def test_no_scope_lets_an_administrators_rights_through(make_user: MakeUser) -> None:
    root = make_user("root", role=Role.ADMIN)
    root.is_superuser = True
    root.save()
    secret = issue(root).secret
    assert principal.principal_for(secret).permissions == PERMISSIONS[Role.OPERATOR]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    held=st.sets(st.sampled_from(sorted(PERMISSIONS[Role.ADMIN]))),
    wanted=st.sets(st.sampled_from(list(Scope)), min_size=1),
)
def test_whatever_the_account_holds_a_token_has_the_part_within_its_scopes(
    ada: User, held: set[str], wanted: set[Scope]
) -> None:
    with transaction.atomic():
        secret = issue(ada, *wanted).secret
        ada.groups.clear()
        names = [name.split(".") for name in held]
        ada.user_permissions.set(
            Permission.objects.get(content_type__app_label=app, codename=name)
            for app, name in names
        )
        found = principal.principal_for(secret).permissions
        transaction.set_rollback(True)
    principal.forget_all()
    within = set().union(*(scopes.PERMISSIONS[scope] for scope in wanted))
    assert found == held & within


def test_another_process_honours_a_revoked_token_for_seconds_only(
    ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Revoked there, remembered here."""
    now = [1000.0]
    entries: TTLCache[str, principal.Principal] = TTLCache(
        principal.CACHE_SIZE, principal.CACHE_SECONDS, timer=lambda: now[0]
    )
    monkeypatch.setattr(principal._principals, "_entries", entries)
    secret = issue(ada).secret
    principal.principal_for(secret)
    ApiToken.objects.update(revoked_at=timezone.now())
    now[0] += 4.9
    assert principal.principal_for(secret).username == "ada"
    now[0] += 0.1
    assert refused(secret)


def test_two_statements_and_one_that_tells_of_the_use_then_none(
    ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    secret = issue(ada).secret
    assert principal.remembered(secret) is None
    with django_assert_num_queries(3):
        found = principal.principal_for(secret)
    with django_assert_num_queries(0):
        assert principal.principal_for(secret) is found
        assert principal.remembered(secret) is found
    principal.forget_all()
    with django_assert_num_queries(2):
        principal.principal_for(secret)


def test_the_last_use_is_told_to_the_minute(ada: User, clock: Clock) -> None:
    issued = issue(ada)

    def last_use(**later: float) -> datetime | None:
        clock.advance(**later)
        principal.forget_all()
        principal.principal_for(issued.secret)
        return ApiToken.objects.get().last_used_at

    began = clock.now
    assert last_use() == began
    assert last_use(seconds=59.9) == began
    assert last_use(seconds=0.1) == began + timedelta(minutes=1)


def test_a_secret_that_is_none_asks_no_database(ada: User) -> None:
    secret = issue(ada).secret
    slip = secret[:-1] + ("a" if secret[-1] != "a" else "b")
    with pytest.raises(InvalidToken):
        principal.remembered(slip)
    assert refused(slip)


def test_a_secret_that_nobody_has_is_refused(ada: User) -> None:
    issue(ada)
    assert refused(token_secrets.new())


def test_a_digest_is_no_secret(ada: User) -> None:
    issue(ada)
    assert refused(ApiToken.objects.get().digest)
    assert refused("jobtrail_pat_" + ApiToken.objects.get().digest[:49])


def test_a_token_ends_to_the_moment_although_it_is_remembered(ada: User, clock: Clock) -> None:
    secret = issue(ada, expires_at=clock.now + timedelta(hours=1)).secret
    clock.advance(hours=1, microseconds=-1)
    assert principal.principal_for(secret).username == "ada"
    clock.advance(microseconds=1)
    assert principal.remembered(secret) is None
    assert refused(secret)


def test_a_deactivated_account_takes_its_tokens_along_and_gets_them_back(ada: User) -> None:
    secret = issue(ada).secret
    User.objects.update(is_active=False)
    assert refused(secret)
    User.objects.update(is_active=True)
    assert principal.principal_for(secret).username == "ada"


def test_a_new_password_leaves_programs_alone(ada: User) -> None:
    secret = issue(ada).secret
    ada.set_password("another one")
    ada.save()
    assert principal.principal_for(secret).username == "ada"


# --- Revoking ---------------------------------------------------------------------------------


def test_a_revoked_token_is_refused_at_once(ada: User, clock: Clock) -> None:
    issued, other = issue(ada), issue(ada)
    principal.principal_for(issued.secret)
    kept = principal.principal_for(other.secret)
    ended = revoke_api_token(ada.pk, issued.token.id)
    assert (ended.revoked, ended.token.revoked_at) == (True, clock.now)
    assert refused(issued.secret)
    assert principal.remembered(other.secret) is kept


def test_the_first_revocation_stands(ada: User, clock: Clock) -> None:
    issued = issue(ada)
    first = revoke_api_token(ada.pk, issued.token.id)
    clock.advance(seconds=1)
    again = revoke_api_token(ada.pk, issued.token.id)
    assert (again.revoked, again.token) == (False, first.token)


def test_nobody_revokes_anothers_token(ada: User, make_user: MakeUser) -> None:
    issued = issue(ada)
    with pytest.raises(ApiTokenNotFound, match=r"^You have no API token with this id\.$"):
        revoke_api_token(make_user("eve").pk, issued.token.id)
    with pytest.raises(ApiTokenNotFound):
        revoke_api_token(ada.pk, issued.token.id + 1)
    assert principal.principal_for(issued.secret).username == "ada"


def test_a_session_of_the_account_is_another_thing(ada: User) -> None:
    """Forgetting a session must not mistake the tokens, which have none, for it."""
    secret = issue(ada).secret
    found = principal.principal_for(secret)
    principal.forget(user_id=ada.pk + 1)
    principal.forget(session_id=None)
    assert principal.remembered(secret) is found


# --- Reading ----------------------------------------------------------------------------------


def test_those_that_serve_come_first(ada: User, clock: Clock, make_user: MakeUser) -> None:
    names = {}
    for name, ends in (("past", 1), ("revoked", 9), ("older", 9), ("newer", 9)):
        issued = issue(ada, name=name, expires_at=clock.now + timedelta(days=ends))
        names[name] = issued.token.id
        clock.advance(minutes=1)
    issue(make_user("eve"))
    revoke_api_token(ada.pk, names["revoked"])
    clock.advance(days=1)
    listed = [token.name for token in api_tokens_of(ada.pk, 10)]
    assert listed == ["newer", "older", "revoked", "past"]
    assert [token.name for token in api_tokens_of(ada.pk, 1)] == ["newer"]


# --- What is written beside -------------------------------------------------------------------


def test_both_are_audited_without_the_secret(
    ada: User, audited: list[dict[str, Any]], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        issued = issue(ada, READ)
        revoke_api_token(ada.pk, issued.token.id)
        revoke_api_token(ada.pk, issued.token.id)
    created, revoked = AuditEntry.objects.order_by("id")
    assert (created.event, created.account_id, created.actor_id) == (
        *("API_TOKEN_CREATED", ada.pk),
        ada.pk,
    )
    assert created.details == {"token": issued.token.id, "name": "worker", "scopes": "jobs:read"}
    assert (revoked.event, revoked.account_id, revoked.actor_id) == (
        *("API_TOKEN_REVOKED", ada.pk),
        ada.pk,
    )
    assert [line["event"] for line in audited] == [created.event, revoked.event]
    assert issued.secret not in str(audited)
    assert ApiToken.objects.get().digest not in str(audited)


@pytest.mark.parametrize(
    "values", [{"name": ""}, {"scopes": ""}, {"expires_at": "created_at"}], ids=repr
)
def test_the_table_refuses_what_no_token_is(ada: User, values: dict[str, Any]) -> None:
    token = ApiToken.objects.get(pk=issue(ada).token.id)
    if "expires_at" in values:
        values = {"expires_at": token.created_at}
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.update(**values)
