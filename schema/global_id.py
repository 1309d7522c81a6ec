"""Global ids: opaque, URL-safe names of nodes, stable for ever.

One byte for the type, then the key: the 16 bytes of a job's UUID, or a big-endian 64-bit integer.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, Final
from uuid import UUID

from backend.accounts.records import ApiTokenRecord, UserRecord
from backend.database.records import Record
from backend.jobs import base64url
from backend.jobs.records import JobRecord, StatusRecord


class Kind(IntEnum):
    """The types that have global ids. The numbers are in every id ever given out: never reuse one."""

    JOB = 1
    JOB_STATUS = 2
    USER = 3
    API_TOKEN = 4


KEY_BYTES = {Kind.JOB: 16, Kind.JOB_STATUS: 8, Kind.USER: 8, Kind.API_TOKEN: 8}
PREFIX: Final = {kind: bytes((kind,)) for kind in Kind}
LARGEST_KEY: Final = 2**63 - 1  # of a bigint
NOUN = {
    Kind.JOB: "a job",
    Kind.JOB_STATUS: "a job status",
    Kind.USER: "a user",
    Kind.API_TOKEN: "an API token",
}


KIND_OF: Final[dict[type, Kind]] = {
    JobRecord: Kind.JOB,
    StatusRecord: Kind.JOB_STATUS,
    UserRecord: Kind.USER,
    ApiTokenRecord: Kind.API_TOKEN,
}


class InvalidId(ValueError):
    """Not a global id, or one of another type than is asked for here."""


def of(row: Any) -> str:
    """The global id of a row of a job, a job status, a user or an API token."""
    return encode(KIND_OF[type(row)], row.id)


def of_all(rows: Sequence[Record]) -> list[str]:
    """The global ids of rows of one kind."""
    kind = KIND_OF[type(rows[0])]
    keys = [row[0] for row in rows]
    if kind is not Kind.JOB:
        keys = [key.to_bytes(8) for key in keys]
    prefix = PREFIX[kind]
    return base64url.encode_all([prefix + key for key in keys])


def encode(kind: Kind, key: UUID | int) -> str:
    """The global id of the node with that key."""
    raw = PREFIX[kind] + (key.bytes if isinstance(key, UUID) else key.to_bytes(8))
    return base64url.encode(raw)


def decode(text: str) -> tuple[Kind, Any]:
    """The type and key that a global id names; the node may or may not exist.

    Raises InvalidId for any text that `encode` does not make.
    """
    try:
        raw = base64url.decode(text)
        kind = Kind(raw[0])
    except (IndexError, ValueError):
        msg = "This is not the id of anything."
        raise InvalidId(msg) from None
    if len(raw) != KEY_BYTES[kind] + 1:
        msg = "This is not the id of anything."
        raise InvalidId(msg)
    key = UUID(bytes=raw[1:]) if kind is Kind.JOB else int.from_bytes(raw[1:])
    # No table holds a larger number, nor can be asked for one.
    if isinstance(key, int) and key > LARGEST_KEY:
        msg = "This is not the id of anything."
        raise InvalidId(msg)
    return kind, key


def decode_as(kind: Kind, text: str) -> Any:
    """The key that a global id of this type names. Raises InvalidId for any other text."""
    found, key = decode(text)
    if found is not kind:
        msg = f"This is not the id of {NOUN[kind]}."
        raise InvalidId(msg)
    return key
