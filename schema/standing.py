"""Whether the sessions behind open streams still stand.

Asked once for each session, however many streams it has, and beside the streams: no event waits
for the answer.
"""

import asyncio
import time
from typing import Final

from graphql import GraphQLError

from backend.accounts import principal
from backend.accounts.tokens import InvalidToken
from schema.access import VIEW
from schema.channels import UNREACHABLE
from schema.context import Context
from schema.database import ask

CHECK_SESSION: Final = 10.0  # seconds until a revoked session loses its streams

ENDED: Final = GraphQLError(
    "The access token has expired or was revoked: renew it, and resume.",
    extensions={"code": "UNAUTHENTICATED"},
)
FORBIDDEN: Final = GraphQLError(
    "Your account has no permission for this any more.", extensions={"code": "FORBIDDEN"}
)


class Standing:
    """What is known of one access token and its session."""

    def __init__(self, token: str, expires_at: float) -> None:
        self.token = token
        self.streams = 0
        self.refused: GraphQLError | None = None
        self._expires_at = expires_at

    @property
    def refusal(self) -> GraphQLError | None:
        """Why its streams must end, if they must."""
        return ENDED if time.time() >= self._expires_at else self.refused


class Standings:
    """The access tokens of all open streams."""

    def __init__(self) -> None:
        self._known: dict[str, Standing] = {}
        self._task: asyncio.Task[None] | None = None

    def enter(self, context: Context) -> Standing:
        """Watch the token of one more stream. Call `leave` in the end."""
        expires_at = context.signed_in.expires_at.timestamp()
        standing = self._known.setdefault(context.token, Standing(context.token, expires_at))
        standing.streams += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch(), name="sessions")
        return standing

    def leave(self, standing: Standing) -> None:
        """One stream less."""
        standing.streams -= 1
        if not standing.streams:
            del self._known[standing.token]

    async def _watch(self) -> None:
        """Look every few seconds, for as long as there are streams."""
        while self._known:
            await asyncio.sleep(CHECK_SESSION)
            for standing in tuple(self._known.values()):
                standing.refused = await _refused(standing.token)


async def _refused(token: str) -> GraphQLError | None:
    try:
        who = principal.remembered(token)
        if who is None:
            who = await ask(principal.principal_for, token)
    except InvalidToken:
        return ENDED
    except UNREACHABLE:
        return None  # ask again later
    return None if who.may(VIEW) else FORBIDDEN


standings = Standings()
