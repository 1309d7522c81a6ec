"""How values travel: instants."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import strawberry
from graphql import GraphQLError

from backend.database.records import EPOCH


def instant_to_text(instant: datetime) -> str:
    """ISO 8601 in UTC with microseconds, such as 2026-11-24T14:35:00.123456Z."""
    text = instant.isoformat(timespec="microseconds")
    if not text.endswith("+00:00"):
        text = instant.astimezone(UTC).isoformat(timespec="microseconds")
    return f"{text[:-6]}Z"


@lru_cache(maxsize=20_000)
def kept_instant_to_text(microseconds: int) -> str:
    """The same text for an instant as a record keeps it, at a third of the cost.

    Remembered: lists that people watch show the same instants again and again. 5 MB at most.
    """
    minutes, rest = divmod(microseconds, 60_000_000)
    seconds, fraction = divmod(rest, 1_000_000)
    return f"{_minute(minutes)}:{seconds:02}.{fraction:06}Z"


@lru_cache(maxsize=10_000)
def _minute(minutes: int) -> str:
    """The text of an instant up to its minute; the rows of a page share a few of these."""
    return (EPOCH + timedelta(minutes=minutes)).isoformat()[: len("2026-11-24T14:35")]


def text_to_instant(text: Any) -> datetime:
    """The instant that an ISO 8601 text with an offset names, in UTC."""
    if not isinstance(text, str):
        msg = "DateTime must be a string."
        raise GraphQLError(msg)
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            msg = "DateTime must have a UTC offset, such as Z or +02:00."
            raise GraphQLError(msg)
        return instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        msg = "DateTime must be ISO 8601 with an offset, such as 2026-11-24T14:35:00Z."
        raise GraphQLError(msg) from error


DateTime = strawberry.scalar(
    name="DateTime",
    description=(
        "An instant, ISO 8601 in UTC with microseconds, such as 2026-11-24T14:35:00.123456Z. "
        "As input any offset is accepted, but there must be one."
    ),
    serialize=instant_to_text,
    parse_value=text_to_instant,
)
