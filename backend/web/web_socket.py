"""The GraphQL endpoint over WebSocket: the graphql-transport-ws protocol around an engine.

| closed with | when |
| --- | --- |
| 403, not opened | another site's page asks, or for a host or path that is not served |
| 4400 | a frame is no message of the protocol |
| 4401 | an operation comes before the connection was acknowledged |
| 4403 | no valid access token, or it has expired or was revoked meanwhile |
| 4406 | the client does not speak graphql-transport-ws |
| 4408 | no `connection_init` within ten seconds |
| 4409 | an operation has the id of another that is under way |
| 4429 | a second `connection_init` |
| 1013 | the account can not be looked up at the moment |

A client that does not read what it is sent is cut off, and may resume.
"""

import asyncio
import logging
import time
from contextlib import aclosing, suppress
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
from django.conf import settings

from backend.web import metrics, tracing
from backend.web import socket_messages as messages
from backend.web.asgi_types import Receive, Scope, Send
from backend.web.asked import Asked, headers_of
from backend.web.exchange import begin, current, request_id
from backend.web.hosts import served_host
from backend.web.observation import conclude
from backend.web.outlet import LONGEST_SILENCE
from backend.web.protocol import Batch, Engine, Event, EventStream, GraphQLAnswer, encoded
from backend.web.refusals import internal_error
from backend.web.socket_messages import Complete, Init, Malformed, Ping, Subscribe

logger = logging.getLogger(__name__)

LONGEST_INIT: Final = 10.0  # seconds until a client must have introduced itself
CHECK_SESSION: Final = 10.0  # seconds until a revoked session loses its sockets
COOKIES: Final = "Cookies can not be set over a WebSocket: send this operation by HTTP."


class Closed(Exception):
    """The connection is to be closed, for this reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Gone(Exception):
    """The client has left, or does not read."""


class WebSockets:
    """Answers WebSocket connections by that engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection until either side closes it."""
        await receive()  # websocket.connect
        http = _handshake(scope)
        if http is None:
            await send({"type": "websocket.close"})
            return
        spoken = messages.SUBPROTOCOL in scope["subprotocols"]
        subprotocol = messages.SUBPROTOCOL if spoken else None
        await send({"type": "websocket.accept", "subprotocol": subprotocol})
        closing: Closed | None = Closed(4406, "Subprotocol not acceptable")
        if spoken:
            closing = await Socket(self.engine, http, receive, send).serve()
        if closing is not None:
            with suppress(OSError):
                async with asyncio.timeout(LONGEST_SILENCE):
                    close = {"type": "websocket.close", "code": closing.code}
                    await send({**close, "reason": str(closing)})


class Socket:
    """One open connection, and the operations that are under way on it."""

    def __init__(self, engine: Engine, http: Asked, receive: Receive, send: Send) -> None:
        self._engine = engine
        self._http = http  # the handshake: each operation is asked for by it
        self._receive = receive
        self._send = send
        # One for all operations of the connection: they came by one request.
        self._request_id = request_id(http.headers.get(b"x-request-id", b""))
        self._acknowledged = False
        self._operations: dict[str, asyncio.Task[None]] = {}

    async def serve(self) -> Closed | None:
        """Answer messages; returns why to close, or None where there is nobody left to tell."""
        closing: Closed | None = None
        try:
            async with asyncio.TaskGroup() as self._tasks:
                self._silence = self._tasks.create_task(self._expect_init())
                while True:
                    await self._answer(await self._next())
        except* Closed as reasons:
            (closing, *_) = _leaves(reasons)
        except* Gone:
            pass
        return closing

    async def _next(self) -> messages.Message:
        frame = await self._receive()
        if frame["type"] == "websocket.disconnect":
            raise Gone
        try:
            return messages.parse(frame, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        except Malformed as error:
            raise Closed(4400, str(error)) from None

    async def _answer(self, message: messages.Message) -> None:
        match message:
            case Init():
                await self._introduce(message)
            case Ping(type="ping"):
                await self._say(messages.pong(message.payload))
            case Subscribe():
                await self._begin(message)
            case Complete():
                operation = self._operations.pop(message.id, None)
                if operation is not None:
                    operation.cancel()

    async def _expect_init(self) -> None:
        await asyncio.sleep(LONGEST_INIT)
        raise Closed(4408, "Connection initialisation timeout")

    async def _introduce(self, init: Init) -> None:
        if self._acknowledged:
            raise Closed(4429, "Too many initialisation requests")
        if init.authorization is not None:
            self._http.headers[b"authorization"] = init.authorization.encode()
        try:
            until = await self._engine.signed_in_until(self._http)
        except Exception:
            logger.exception("a WebSocket's account can not be looked up")
            raise Closed(1013, "Try again later") from None
        if until is None:
            raise Closed(4403, "Forbidden")
        self._acknowledged = True
        self._silence.cancel()
        await self._say(messages.ACKNOWLEDGED)
        self._tasks.create_task(self._watch(until.timestamp()))

    async def _watch(self, until: float) -> None:
        """Close when the access token is no good any more."""
        while (left := until - time.time()) > 0:
            await asyncio.sleep(min(left, CHECK_SESSION))
            with suppress(Exception):  # the database is away for a moment: ask again later
                if await self._engine.signed_in_until(self._http) is None:
                    break
        raise Closed(4403, "Token expired" if time.time() >= until else "Token revoked")

    async def _begin(self, message: Subscribe) -> None:
        if not self._acknowledged:
            raise Closed(4401, "Unauthorized")
        if message.id in self._operations:
            raise Closed(4409, f"Subscriber for {message.id} already exists"[:120])
        if len(self._operations) >= settings.OPERATIONS_PER_SOCKET:
            await self._refuse(message.id)
            return
        task = self._tasks.create_task(self._operate(message))
        self._operations[message.id] = task
        task.add_done_callback(lambda _: self._forget(message.id, task))

    def _forget(self, operation: str, task: asyncio.Task[None]) -> None:
        if self._operations.get(operation) is task:  # the client may have used the id again
            del self._operations[operation]

    async def _operate(self, message: Subscribe) -> None:
        noted = begin(self._request_id)
        caller = (self._http.header(name) for name in (b"traceparent", b"tracestate"))
        noted.trace = tracing.begin(*caller)
        try:
            await self._attempt(message)
        finally:
            conclude(noted)

    async def _attempt(self, message: Subscribe) -> None:
        try:
            answer = await self._engine.stream(message.request, self._http, resume_after=None)
            if isinstance(answer, GraphQLAnswer):
                current().status = answer.status  # as it would be by HTTP
                await self._tell(message.id, answer)
            else:
                current().status = 200
                await self._pass_on(message.id, answer)
        except (Closed, Gone):
            raise
        except Exception:
            error_id, refusal = internal_error()
            current().status = refusal.status
            logger.exception("Internal error %s", error_id)
            errors = orjson.loads(refusal.body)["errors"]
            await self._say(messages.failed(message.id, errors))

    async def _tell(self, operation: str, answer: GraphQLAnswer) -> None:
        if answer.cookies:
            error = {"message": COOKIES, "extensions": {"code": "BAD_USER_INPUT"}}
            await self._say(messages.failed(operation, [error]))
        elif answer.encoded is None and "data" not in answer.body:
            await self._say(messages.failed(operation, answer.body["errors"]))
        else:
            await self._say(messages.following(operation, Event(encoded(answer))))
            await self._say(messages.completed(operation))

    async def _pass_on(self, operation: str, stream: EventStream) -> None:
        noted = current()
        metrics.STREAMS.inc()
        try:
            async with aclosing(stream):
                async for batch in stream:
                    if isinstance(batch, Batch):  # the server's pings are the heartbeats here
                        for event in batch:
                            await self._say(messages.following(operation, event))
                        noted.events += len(batch)
                        metrics.Tally.events += len(batch)
        finally:
            metrics.STREAMS.dec()
        await self._say(messages.completed(operation))

    async def _refuse(self, operation: str) -> None:
        most = settings.OPERATIONS_PER_SOCKET
        message = f"At most {most} operations can be under way on one connection."
        error = {"message": message, "extensions": {"code": "RATE_LIMITED"}}
        await self._say(messages.failed(operation, [error]))

    async def _say(self, text: str) -> None:
        """Send it as soon as the client has room for it: nothing is queued for it meanwhile."""
        try:
            async with asyncio.timeout(LONGEST_SILENCE):
                await self._send({"type": "websocket.send", "text": text})
        except OSError:  # a timeout is one
            raise Gone from None


def _handshake(scope: Scope) -> Asked | None:
    """The request that asked for the connection; None where it has to be refused.

    Browsers send cookies along whichever page asks, and a name of the attacker's own can lead to
    this machine: the page must be one that may use the API, and the host one that is ours.
    """
    headers = headers_of(scope)
    headers.pop(b"cookie", None)  # nothing may depend on what no answer here can set anew
    try:
        http = Asked.of_scope(scope, headers)
    except UnicodeDecodeError:
        return None
    host = served_host(scope, headers)
    if host is None:
        return None
    if b"origin" in headers and http.header(b"origin") not in settings.CORS_ALLOWED_ORIGINS:
        try:
            page = urlsplit(http.header(b"origin"))
        except ValueError:
            return None
        if page.scheme not in {"http", "https"} or page.netloc.lower() != host.lower():
            return None
    return http


def _leaves(group: BaseExceptionGroup[Any]) -> list[Any]:
    return [
        leaf
        for each in group.exceptions
        for leaf in (_leaves(each) if isinstance(each, BaseExceptionGroup) else [each])
    ]
