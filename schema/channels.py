"""Channels: one execution and one encoding of each event, however many listen.

Subscribers of the same document with the same variables share a channel. An event is filtered,
executed and encoded once for the channel; what is left to do for each subscriber is to pass the
bytes on.
"""

import asyncio
import contextvars
from typing import Any, Final
from weakref import WeakValueDictionary

import orjson
from cachetools import LRUCache
from django.db import InterfaceError, OperationalError
from graphql import ExecutionResult, FieldNode, GraphQLSchema, VariableNode, Visitor, visit
from graphql.execution import Executor

from backend.events.feed import feed
from backend.jobs.filters import StatusFilter
from backend.web.protocol import Batch, Event, GraphQLRequest
from schema.context import Context
from schema.documents import Document
from schema.errors import public
from schema.follow import Stretch, stretch
from schema.subscriptions import edge

REMEMBERED: Final = 16  # batches that the slower subscribers of a channel may still ask for
UNREACHABLE: Final = (OperationalError, InterfaceError)  # the database is away for a moment

Passage = tuple[Batch, int]
"""Events, and the position of the log that they lead to."""


class Channel:
    """The subscribers of one operation with the same variables."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: Document,
        request: GraphQLRequest,
        where: StatusFilter,
    ) -> None:
        self._schema = schema
        self._document = document
        self._request = request
        self._where = where
        self._passages: LRUCache[tuple[int, int], asyncio.Task[Passage]] = LRUCache(REMEMBERED)

    async def behind(self, position: int) -> Passage | None:
        """The events behind a position of the log; None where nothing was published yet.

        Raises one of UNREACHABLE where the database can not be asked; try again then.
        """
        published = feed().position
        if published is None or published <= position:
            return None
        key = (position, published)
        passage = self._passages.get(key)
        if passage is None or (passage.done() and passage.exception() is not None):
            # Outside the request of the subscriber that happens to be the first to ask.
            passage = self._passages[key] = asyncio.create_task(
                self._read(position, published), context=contextvars.Context()
            )
        if passage.done():
            return passage.result()
        # Shielded: a subscriber that leaves must not take the others' batch with it.
        return await asyncio.shield(passage)

    async def _read(self, position: int, published: int) -> Passage:
        found = await stretch(self._where, position, published)
        return await self._encoded(found), found.end

    async def _encoded(self, found: Stretch) -> Batch:
        """Execute the operation once for each entry; all of them share one set of loaders."""
        if not found.rows:
            return Batch()
        executor = Executor.build(
            self._schema,
            self._document.node,
            context_value=Context(),
            raw_variable_values=self._request.variables,
            operation_name=self._request.operation_name,
        )
        if isinstance(executor, list):  # the first subscriber's variables were found to fit
            raise TypeError(executor)
        edges = [edge(row) for row in found.rows]
        results = [executor.build_per_event_executor(each).execute_operation() for each in edges]
        bodies = await asyncio.gather(*[_completed(result) for result in results])
        return Batch(Event(body, id=each.cursor) for body, each in zip(bodies, edges, strict=True))


class Channels:
    """The channels that somebody listens to."""

    def __init__(self) -> None:
        self._known: WeakValueDictionary[tuple[Any, ...], Channel] = WeakValueDictionary()

    def channel(
        self,
        schema: GraphQLSchema,
        document: Document,
        request: GraphQLRequest,
        where: StatusFilter,
    ) -> Channel:
        """The channel for this operation, its filter and its variables."""
        key = (
            asyncio.get_running_loop(),
            request.query,
            request.operation_name,
            orjson.dumps(_shared_variables(document, request), option=orjson.OPT_SORT_KEYS),
            repr(where),
        )
        channel = self._known.get(key)
        if channel is None:
            channel = self._known[key] = Channel(schema, document, request, where)
        return channel


def _shared_variables(document: Document, request: GraphQLRequest) -> dict[str, Any]:
    """The variables that decide what an event looks like: all but the starting point's."""
    starting = _starting_points(document)
    return {
        name: value for name, value in (request.variables or {}).items() if name not in starting
    }


def _starting_points(document: Document) -> set[str]:
    """The variables that the document uses to say where to start, and for nothing else."""
    starting: set[str] = set()
    uses: list[str] = []

    class Uses(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            if node.name.value == "jobStatuses":
                starting.update(
                    argument.value.name.value
                    for argument in node.arguments or ()
                    if argument.name.value == "after" and isinstance(argument.value, VariableNode)
                )

        def enter_variable(self, node: VariableNode, *_: Any) -> None:
            uses.append(node.name.value)

    visit(document.node, Uses())
    return {name for name in starting if uses.count(name) == 2}  # noqa: PLR2004 (declared, used)


async def _completed(result: Any) -> bytes:
    done: ExecutionResult = result if isinstance(result, ExecutionResult) else await result
    body: dict[str, Any] = {"data": done.data}
    if done.errors:
        for error in done.errors:
            if isinstance(error.original_error, UNREACHABLE):
                # An event without its data would be lost: nobody is told of it until it has them.
                raise error.original_error
        body["errors"] = [public(error) for error in done.errors]
    return orjson.dumps(body)
