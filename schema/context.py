"""What a resolver knows of the request it serves."""

from dataclasses import dataclass, field
from typing import Any

import strawberry

from backend.accounts.principal import Principal
from backend.web.asked import Asked
from backend.web.protocol import Cookie
from schema.loaders import Loaders
from schema.rate_limit import NOTHING, Charge


@dataclass(slots=True)
class Context:
    """One request: who asks, from where, and the batches it has under way."""

    principal: Principal | None = None
    token_refused: bool = False  # a token came, but it does not verify or its session has ended
    token: str = ""  # the access token that named the principal
    address: str = ""
    asked: Asked | None = None  # the request as it came
    new_cookies: list[Cookie] = field(default_factory=list)  # to be set by the answer
    loaders: Loaders = field(default_factory=Loaders)
    charge: Charge = NOTHING  # what the operation costs

    def forget_what_was_read(self) -> None:
        """Read anew from here on: what comes next writes, and may change what was read before."""
        self.loaders = Loaders()

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that came."""
        return {} if self.asked is None else self.asked.cookies

    @property
    def signed_in(self) -> Principal:
        """The principal of a field that needs one."""
        if self.principal is None:  # the field's access check has seen to it
            msg = "the field does not check that somebody is signed in"
            raise RuntimeError(msg)
        return self.principal


Info = strawberry.Info[Context, None]


def context_of(info: Any) -> Context:
    """The context, from graphql-core's or Strawberry's info."""
    context: Context = info.context
    return context
