"""Signing in and out."""

from datetime import datetime
from typing import Annotated, Final

import strawberry
from django.conf import settings

from backend.accounts import errors, sessions
from backend.accounts.principal import principal_for
from backend.web import metrics
from backend.web.protocol import Cookie
from schema.access import SignedIn
from schema.context import Context, Info
from schema.database import ask
from schema.errors import InvalidCredentials, InvalidRefreshToken, TooManyAttempts
from schema.permission import Permission
from schema.threads import hashing
from schema.user import User

REFRESH_COOKIE: Final = "jobtrail_refresh"


@strawberry.input(description="Who signs in.")
class LogInInput:
    """Credentials."""

    username: str
    password: str
    use_cookie: bool = strawberry.field(
        default=False,
        description=(
            "True in a browser: the refresh token then comes only as an HttpOnly, SameSite=Strict "
            "cookie, and is null in the payload."
        ),
    )


@strawberry.input(description="The session to renew.")
class RefreshSessionInput:
    """A session to renew."""

    refresh_token: str | None = strawberry.field(
        default=None, description="Null: taken from the cookie."
    )


@strawberry.input(description="The session to end.")
class LogOutInput:
    """A session to end."""

    refresh_token: str | None = strawberry.field(
        default=None, description="Null: taken from the cookie."
    )


@strawberry.type(description="What a client needs to go on asking.")
class Session:
    """Tokens, and whose they are."""

    access_token: str = strawberry.field(
        description="A JWT for 15 minutes. Send it as `Authorization: Bearer ...`."
    )
    expires_at: datetime = strawberry.field(description="When the access token ends.")
    refresh_token: str | None = strawberry.field(
        description=(
            "Serves once, for `refreshSession`; null where it came as a cookie. A second use "
            "revokes the whole session."
        )
    )
    viewer: User

    @strawberry.field
    async def permissions(self) -> list[Permission]:
        """What the account may do, so that a client can leave out what it may not."""
        held = await ask(principal_for, self.access_token)
        return [permission for permission in Permission if held.may(permission.value)]


@strawberry.type(description="Signed in.")
class LogInSuccess:
    """Signed in."""

    session: Session


@strawberry.type(description="Renewed.")
class RefreshSessionSuccess:
    """Renewed."""

    session: Session


@strawberry.type(description="Signed out.")
class LogOutSuccess:
    """Signed out."""

    logged_out: bool = strawberry.field(
        description="False where the session had been ended before."
    )


LogInResult = Annotated[
    LogInSuccess | InvalidCredentials | TooManyAttempts, strawberry.union("LogInResult")
]
RefreshSessionResult = Annotated[
    RefreshSessionSuccess | InvalidRefreshToken, strawberry.union("RefreshSessionResult")
]
LogOutResult = Annotated[LogOutSuccess | InvalidRefreshToken, strawberry.union("LogOutResult")]


@strawberry.type
class AccountMutation:
    """The part of the mutations that signs in and out."""

    @strawberry.mutation
    async def log_in(self, info: Info, input: LogInInput) -> LogInResult:  # noqa: A002
        """Sign in with a username and a password. Open to everybody."""
        try:
            grant = await hashing.run(
                sessions.log_in, input.username, input.password, info.context.address
            )
        except (errors.InvalidCredentials, errors.TooManyAttempts) as error:
            metrics.LOG_IN_FAILURES.labels(type(error).__name__).inc()
            raise
        return LogInSuccess(session=_session(info.context, grant, as_cookie=input.use_cookie))

    @strawberry.mutation
    async def refresh_session(
        self,
        info: Info,
        input: RefreshSessionInput,  # noqa: A002
    ) -> RefreshSessionResult:
        """Get a new access token, and a new refresh token in place of the one used."""
        as_cookie = input.refresh_token is None
        token = info.context.cookies.get(REFRESH_COOKIE, "") if as_cookie else input.refresh_token
        grant = await ask(sessions.refresh, token or "")
        return RefreshSessionSuccess(session=_session(info.context, grant, as_cookie=as_cookie))

    @strawberry.mutation(extensions=[SignedIn(by_session=True)])
    async def log_out(self, info: Info, input: LogOutInput) -> LogOutResult:  # noqa: A002
        """End the session that the refresh token belongs to; its access tokens end with it.

        An API token can not do this; it is revoked instead.
        """
        context = info.context
        token = input.refresh_token
        if token is None:
            token = context.cookies.get(REFRESH_COOKIE, "")
            context.new_cookies.append(_cookie("", max_age=0))
        ended = await ask(sessions.log_out, token, context.signed_in.user_id)
        return LogOutSuccess(logged_out=ended)


def _session(context: Context, grant: sessions.Grant, *, as_cookie: bool) -> Session:
    """The grant as the schema shows it; the refresh token goes where the client wants it."""
    if as_cookie:
        lifetime = int(settings.REFRESH_TOKEN_LIFETIME.total_seconds())
        context.new_cookies.append(_cookie(grant.refresh_token, max_age=lifetime))
    return Session(
        access_token=grant.access_token,
        expires_at=grant.expires_at,
        refresh_token=None if as_cookie else grant.refresh_token,
        viewer=grant.user,  # type: ignore[arg-type]
    )


def _cookie(value: str, *, max_age: int) -> Cookie:
    """Out of reach for scripts and for other sites; only /graphql gets to see it."""
    return Cookie(
        name=REFRESH_COOKIE,
        value=value,
        max_age=max_age,
        path="/graphql",
        secure=settings.PRODUCTION,
    )
