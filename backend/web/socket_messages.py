"""The messages of the graphql-transport-ws protocol: what a client may say, and what it is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson

from backend.web.parameters import as_request
from backend.web.protocol import Event, GraphQLRequest
from backend.web.refusals import Refusal

SUBPROTOCOL: Final = "graphql-transport-ws"
LONGEST_ID: Final = 200  # characters of an operation's id, which every message repeats
ACKNOWLEDGED: Final = '{"type":"connection_ack"}'


class Malformed(ValueError):
    """Not a message of the protocol; str(error) says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Init:
    """The client introduces itself. `authorization` is as in the HTTP header, if it is given."""

    authorization: str | None


@dataclass(frozen=True, slots=True)
class Ping:
    """The client asks for a sign of life, or gives one."""

    type: Literal["ping", "pong"]
    payload: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Subscribe:
    """The client wants an operation executed, of whichever kind."""

    id: str
    request: GraphQLRequest


@dataclass(frozen=True, slots=True)
class Complete:
    """The client wants no more of an operation."""

    id: str


Message = Init | Ping | Subscribe | Complete


def parse(frame: Mapping[str, Any], longest: int) -> Message:
    """The message in a frame of at most so many bytes. Raises Malformed."""
    text = frame.get("text")
    if text is None:
        raise Malformed("Messages are text, not binary")
    encoded = text.encode()
    if len(encoded) > longest:
        raise Malformed(f"A message may have at most {longest} bytes")
    try:
        message = orjson.loads(encoded)
    except orjson.JSONDecodeError:
        raise Malformed("The message is not valid JSON") from None
    if not isinstance(message, dict):
        raise Malformed("A message is a JSON object")
    match message.get("type"):
        case "connection_init":
            return Init(_authorization(_object(message) or {}))
        case "ping" | "pong" as kind:
            return Ping(kind, _object(message))
        case "subscribe":
            return Subscribe(_id(message), _request(message))
        case "complete":
            return Complete(_id(message))
    raise Malformed("The message has no known type")


def pong(payload: dict[str, Any] | None) -> str:
    """The answer to a ping, with the same payload."""
    message = {"type": "pong"} if payload is None else {"type": "pong", "payload": payload}
    return orjson.dumps(message).decode()


def following(operation: str, event: Event) -> str:
    """One result of an operation, which may have more."""
    return f'{{"id":{_quoted(operation)},"type":"next","payload":{event.data.decode()}}}'


def failed(operation: str, errors: list[dict[str, Any]]) -> str:
    """The end of an operation that was refused."""
    payload = orjson.dumps(errors).decode()
    return f'{{"id":{_quoted(operation)},"type":"error","payload":{payload}}}'


def completed(operation: str) -> str:
    """The end of an operation that has told everything."""
    return f'{{"id":{_quoted(operation)},"type":"complete"}}'


def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()


def _object(message: dict[str, Any]) -> dict[str, Any] | None:
    payload = message.get("payload")
    if not isinstance(payload, dict | None):
        raise Malformed("A payload is a JSON object")
    return payload


def _authorization(payload: dict[str, Any]) -> str | None:
    given = [value for name, value in payload.items() if name.lower() == "authorization"]
    if not given:
        return None
    if len(given) > 1 or not isinstance(given[0], str):
        raise Malformed("authorization is one string")
    return given[0]


def _id(message: dict[str, Any]) -> str:
    operation = message.get("id")
    if not isinstance(operation, str) or not 1 <= len(operation) <= LONGEST_ID:
        raise Malformed(f"An id is a string of 1 to {LONGEST_ID} characters")
    return operation


def _request(message: dict[str, Any]) -> GraphQLRequest:
    payload = _object(message)
    if payload is None:
        raise Malformed("The payload with the operation is missing")
    try:
        return as_request(payload, read_only=False)
    except Refusal as refusal:
        raise Malformed(str(refusal).rstrip(".")) from None
