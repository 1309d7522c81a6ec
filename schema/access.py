"""Who may read or call a field: declared beside it, checked before its resolver runs."""

from collections.abc import Callable
from typing import Any, Final

from strawberry.extensions import FieldExtension

from schema.context import Context, context_of
from schema.errors import Forbidden, Unauthenticated

VIEW: Final = "jobs.view_job"
CREATE: Final = "jobs.add_job"
CHANGE: Final = "jobs.change_job"


def sign_in_first(context: Context) -> str:
    """What a caller without an account is told."""
    if context.token_refused:
        return "The access token has expired or is not valid: refresh the session or sign in."
    return "Sign in first: this needs an access token."


class SignedIn(FieldExtension):
    """Needs a valid token and, where one is named, a permission of the account.

    `by_session`: an API token will not do.
    """

    def __init__(self, permission: str | None = None, *, by_session: bool = False) -> None:
        self.permission = permission
        self.by_session = by_session

    def resolve(self, next_: Callable[..., Any], source: Any, info: Any, **kwargs: Any) -> Any:
        """Refuse, or go on to the resolver."""
        self.require(info)
        return next_(source, info, **kwargs)

    async def resolve_async(
        self, next_: Callable[..., Any], source: Any, info: Any, **kwargs: Any
    ) -> Any:
        """Refuse, or go on to the resolver."""
        self.require(info)
        return await next_(source, info, **kwargs)

    def require(self, info: Any) -> None:
        """Refuse, where the caller may not. Raises Unauthenticated or Forbidden."""
        context = context_of(info)
        principal = context.principal
        if principal is None:
            raise Unauthenticated(sign_in_first(context))
        if self.by_session and principal.api_token_id is not None:
            msg = "An API token can not do this: sign in with a username and a password."
            raise Forbidden(msg)
        if self.permission is not None and not principal.may(self.permission):
            msg = (
                "Your account has no permission for this."
                if principal.api_token_id is None
                else "Your account, or the scopes of its API token, have no permission for this."
            )
            raise Forbidden(msg)
