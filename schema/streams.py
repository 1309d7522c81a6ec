"""The life of one stream: how it begins, what it brings, and why it ends."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.conf import settings
from graphql import GraphQLError, GraphQLSchema, OperationType
from graphql.execution import Executor
from graphql.execution.execute import execute_subscription

from backend.accounts import principal
from backend.accounts.principal import Principal
from backend.accounts.tokens import InvalidToken
from backend.events.feed import feed
from backend.web.protocol import Batch, Event, EventStream, GraphQLRequest
from schema.channels import Channel
from schema.context import Context
from schema.documents import Document
from schema.errors import public
from schema.follow import Following
from schema.threads import in_thread

HEARTBEAT: Final = 15.0  # seconds; proxies cut a connection that is silent for a minute
CHECK_SESSION: Final = 10.0  # seconds until a revoked session loses its streams


@dataclass(frozen=True, slots=True)
class Admitted:
    """An operation that may be executed, and for whom."""

    document: Document
    kind: OperationType
    context: Context


class RequestErrors(Exception):
    """The variables do not fit the operation; nothing was executed."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__()
        self.errors = errors


class TooManyStreams(GraphQLError):
    """The account has as many streams open as it may."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"Your account has {most} streams open on this server already: close one first.",
            extensions={"code": "RATE_LIMITED"},
        )


class Places:
    """How many streams each account has open in this process."""

    def __init__(self) -> None:
        self._taken: Counter[int] = Counter()

    def take(self, who: Principal) -> None:
        """Count one more. Raises TooManyStreams."""
        most: int = settings.STREAMS_PER_ACCOUNT
        if self._taken[who.user_id] >= most:
            raise TooManyStreams(most)
        self._taken[who.user_id] += 1

    def give_back(self, who: Principal) -> None:
        """Count one less."""
        self._taken[who.user_id] -= 1
        self._taken += Counter()  # forgets the accounts that have none left


places = Places()


async def source(schema: GraphQLSchema, admitted: Admitted, request: GraphQLRequest) -> Following:
    """What the subscription follows. Raises RequestErrors, or GraphQLError from its resolver."""
    executor = Executor.build(
        schema,
        admitted.document.node,
        context_value=admitted.context,
        raw_variable_values=request.variables,
        operation_name=request.operation_name,
        hide_suggestions=settings.PRODUCTION,
    )
    if isinstance(executor, list):
        raise RequestErrors(executor)
    found: Any = execute_subscription(executor)
    if not isinstance(found, Following):
        found = await found
    if not isinstance(found, Following):
        raise TypeError(found)
    return found


async def follow(channel: Channel, following: Following, admitted: Admitted) -> EventStream:
    """The events, with a sign of life between them, for as long as the session lasts."""
    who = admitted.context.signed_in
    try:
        await following.join()
        position = following.position or 0
        checked = spoken = time.monotonic()
        while (left := who.expires_at.timestamp() - time.time()) > 0:
            now = time.monotonic()
            if now - checked > CHECK_SESSION:
                checked = now
                if not await _still_valid(admitted.context):
                    break
            found = await channel.behind(position)
            batch, position = found or (None, position)
            if batch or now - spoken > HEARTBEAT:
                yield batch or None
                spoken = time.monotonic()
            elif found is None:
                await feed().published(position, min(CHECK_SESSION, HEARTBEAT, left))
        message = "The access token has expired or was revoked: renew it, and resume."
        yield _last_word(GraphQLError(message, extensions={"code": "UNAUTHENTICATED"}))
    finally:
        following.leave()
        places.give_back(who)


def located(error: Exception) -> GraphQLError:
    """An error of ours as the executor would have raised it."""
    return GraphQLError(str(error), path=["jobStatuses"], original_error=error)


def _last_word(error: GraphQLError) -> Batch:
    return Batch((Event(orjson.dumps({"errors": [public(error)]})),))


async def _still_valid(context: Context) -> bool:
    """Whether the session that opened the stream still stands."""
    try:
        if principal.remembered(context.token) is None:
            await in_thread(principal.principal_for, context.token)
    except InvalidToken:
        return False
    except asyncio.CancelledError:
        raise
    except Exception:  # noqa: BLE001 (the database is away for a moment: ask again later)
        return True
    return True
