"""Channels: one execution and one encoding of each event, however many listen.

Subscribers of the same document with the same variables share a channel. An event is filtered,
executed and encoded once for the channel; what is left to do for each subscriber is to pass the
bytes on.
"""

import asyncio
from typing import Any, Final
from weakref import WeakValueDictionary

import orjson
from cachetools import LRUCache
from graphql import ExecutionResult, GraphQLSchema, VariableNode, Visitor, visit
from graphql.execution import Executor

from backend.jobs.filters import StatusFilter
from backend.web.protocol import Batch, Event, GraphQLRequest
from schema.context import Context
from schema.documents import Document
from schema.errors import public
from schema.follow import Stretch, stretch
from schema.subscriptions import edge

REMEMBERED: Final = 64  # batches that the slower subscribers of a channel may still ask for


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
        self._batches: LRUCache[tuple[int, int], asyncio.Task[Batch]] = LRUCache(REMEMBERED)

    async def behind(self, position: int) -> tuple[Batch, int] | None:
        """The events behind a position of the log, and the position they lead to."""
        found = await stretch(self._where, position)
        if found is None:
            return None
        key = (position, found.end)
        encoding = self._batches.get(key)
        if encoding is None:
            encoding = self._batches[key] = asyncio.create_task(self._encode(found))
        # Shielded: a subscriber that leaves must not take the others' batch with it.
        return await asyncio.shield(encoding), found.end

    async def _encode(self, found: Stretch) -> Batch:
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
    """The variables that decide what an event looks like: all but the starting point's.

    `$after` is that, unless the document uses it a second time, for something else.
    """
    variables = dict(request.variables or {})
    if "after" in variables and _uses(document, "after") == 2:  # noqa: PLR2004 (declared, used)
        del variables["after"]
    return variables


def _uses(document: Document, name: str) -> int:
    found = 0

    class Count(Visitor):
        def enter_variable(self, node: VariableNode, *_: Any) -> None:
            nonlocal found
            found += node.name.value == name

    visit(document.node, Count())
    return found


async def _completed(result: Any) -> bytes:
    done: ExecutionResult = result if isinstance(result, ExecutionResult) else await result
    body: dict[str, Any] = {"data": done.data}
    if done.errors:
        body["errors"] = [public(error) for error in done.errors]
    return orjson.dumps(body)
