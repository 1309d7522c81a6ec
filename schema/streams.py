"""The life of one stream: how it begins, what it brings, and why it ends."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.conf import settings
from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode
from graphql.execution import Executor
from graphql.execution.execute import execute_subscription

from backend.accounts.principal import Principal
from backend.events.feed import feed
from backend.jobs.orders import LOG
from backend.web.protocol import Batch, Event, EventStream, GraphQLRequest, Heartbeat
from schema.channels import UNREACHABLE, Channel
from schema.context import Context
from schema.documents import Document
from schema.errors import public
from schema.follow import Following
from schema.standing import standings

HEARTBEAT: Final = 15.0  # seconds; proxies cut a connection that is silent for a minute
TRY_AGAIN: Final = 0.2  # seconds, where the database is away


@dataclass(frozen=True, slots=True)
class Admitted:
    """An operation that may be executed, and for whom."""

    document: Document
    operation: OperationDefinitionNode
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


async def follow(channel: Channel, after: int | None, context: Context) -> EventStream:
    """The events behind a position, or from now on, for as long as the session lasts.

    The first thing it yields says only that it has begun: what commits from then on is in it.

    Raises TooManyStreams before that.
    """
    who, log = context.signed_in, feed()
    places.take(who)
    standing = standings.enter(context)
    log.enter()
    try:
        position = await log.now() if after is None else after
        yield _heartbeat(position)
        yield _heartbeat(position)  # whoever is cut off before the first event can resume, too
        spoken = time.monotonic()
        while (refusal := standing.refusal) is None:
            try:
                passage = await channel.behind(position)
            except UNREACHABLE:  # the feed tells the log, once for all streams
                await asyncio.sleep(TRY_AGAIN)
                passage = (Batch(), position)
            batch, position = passage or (None, position)
            if batch or time.monotonic() - spoken >= HEARTBEAT:
                yield batch or _heartbeat(position)
                spoken = time.monotonic()
            elif passage is None:
                await log.heard()
        yield Batch((Event(orjson.dumps({"errors": [public(refusal)]})),))
    finally:
        log.leave()
        standings.leave(standing)
        places.give_back(who)


def located(error: Exception) -> GraphQLError:
    """An error of ours as the executor would have raised it."""
    return GraphQLError(str(error), path=["jobStatuses"], original_error=error)


def _heartbeat(position: int) -> Heartbeat:
    return Heartbeat(LOG.cursor((position,)))
