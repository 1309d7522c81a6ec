"""Creating and revoking API tokens."""

from datetime import datetime
from typing import Annotated

import strawberry

from backend.accounts import api_tokens
from backend.accounts.errors import InvalidApiToken
from backend.accounts.scopes import Scope
from schema import global_id
from schema.access import SignedIn
from schema.api_token import ApiToken
from schema.context import Info
from schema.database import ask
from schema.errors import ApiTokenNotFound, InvalidInput, TooManyApiTokens


@strawberry.input(description="The API token to create.")
class CreateApiTokenInput:
    """An API token to be."""

    name: str = strawberry.field(
        description=(
            "What it is for: 1 to 100 characters once trimmed, no control characters. Shown in the "
            "histories of the jobs that it changes."
        )
    )
    scopes: list[Scope] = strawberry.field(
        description="At least one, and none that your account has no permission for."
    )
    expires_at: datetime | None = strawberry.field(
        default=None,
        description="When it ends: in the future, at most 366 days ahead. Null: 365 days ahead.",
    )


@strawberry.type(description="The new API token, and its secret.")
class CreateApiTokenSuccess:
    """The new token."""

    secret: str = strawberry.field(
        description=(
            "What to send as `Authorization: Bearer ...`. Shown now and never again: only its "
            "digest is stored."
        )
    )
    token: ApiToken


CreateApiTokenResult = Annotated[
    CreateApiTokenSuccess | InvalidInput | TooManyApiTokens,
    strawberry.union("CreateApiTokenResult"),
]


@strawberry.input(description="The API token to revoke.")
class RevokeApiTokenInput:
    """An API token that is to serve no more."""

    id: strawberry.ID = strawberry.field(description="The global id of an API token of yours.")


@strawberry.type(description="The API token serves no more.")
class RevokeApiTokenSuccess:
    """Revoked."""

    token: ApiToken
    revoked: bool = strawberry.field(description="False where it had been revoked before.")


RevokeApiTokenResult = Annotated[
    RevokeApiTokenSuccess | InvalidInput | ApiTokenNotFound,
    strawberry.union("RevokeApiTokenResult"),
]


@strawberry.type
class ApiTokenMutation:
    """The part of the mutations that concerns API tokens."""

    @strawberry.mutation(extensions=[SignedIn(by_session=True)])
    async def create_api_token(
        self,
        info: Info,
        input: CreateApiTokenInput,  # noqa: A002
    ) -> CreateApiTokenResult:
        """Create an API token of your account, for a program. An API token can not do this.

        An account has at most 50 that serve.
        """
        who = info.context.signed_in
        issued = await ask(
            api_tokens.create_api_token,
            who.user_id,
            name=input.name,
            wanted=input.scopes,
            expires_at=input.expires_at,
            held=who.permissions,
        )
        return CreateApiTokenSuccess(secret=issued.secret, token=issued.token)  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[SignedIn(by_session=True)])
    async def revoke_api_token(
        self,
        info: Info,
        input: RevokeApiTokenInput,  # noqa: A002
    ) -> RevokeApiTokenResult:
        """End an API token of your account, and the streams that it opened.

        It is refused at once, or within five seconds where several processes serve. An API token
        can not do this.
        """
        try:
            token_id = global_id.decode_as(global_id.Kind.API_TOKEN, input.id)
        except global_id.InvalidId as error:
            raise InvalidApiToken("id", str(error)) from error
        ended = await ask(api_tokens.revoke_api_token, info.context.signed_in.user_id, token_id)
        return RevokeApiTokenSuccess(token=ended.token, revoked=ended.revoked)  # type: ignore[arg-type]
