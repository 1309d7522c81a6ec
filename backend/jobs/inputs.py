"""What a name, a message and an idempotency key may be; anything else is InvalidInput."""

import unicodedata
from typing import Final

from backend.jobs.errors import InvalidInput
from backend.jobs.limits import KEY_LENGTH, MESSAGE_LENGTH, NAME_LENGTH

# Unicode general categories: controls, lone surrogates, line and paragraph separators.
UNPRINTABLE: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


def clean_name(name: str) -> str:
    """The name, trimmed: 1 to 200 characters, none of them a control character."""
    _require_at_most(name, NAME_LENGTH * 2, NAME_LENGTH, field="name", noun="A name")
    trimmed = name.strip()
    if not trimmed:
        raise InvalidInput("name", "A name must not be empty.")
    _require_at_most(trimmed, NAME_LENGTH, NAME_LENGTH, field="name", noun="A name")
    # What is printable has none of them, and is known at once; other characters may be fine too.
    if not trimmed.isprintable() and any(
        unicodedata.category(character) in UNPRINTABLE for character in trimmed
    ):
        raise InvalidInput("name", "A name must not contain control characters or line breaks.")
    return trimmed


def clean_message(message: str | None) -> str | None:
    """The message as it came, at most 10,000 characters; a blank one is none.

    Line breaks and terminal colours are kept, since error output has them; what no database can
    store as text (NUL, a lone surrogate) is refused.
    """
    if message is None or not message.strip():
        return None
    _require_at_most(message, MESSAGE_LENGTH, MESSAGE_LENGTH, field="message", noun="A message")
    _require_storable(message, field="message", noun="A message")
    return message


def clean_key(key: str | None) -> str | None:
    """The idempotency key as it came: 1 to 200 characters, or none."""
    if key is None:
        return None
    if not key:
        raise InvalidInput("idempotencyKey", "An idempotency key must not be empty.")
    _require_at_most(key, KEY_LENGTH, KEY_LENGTH, field="idempotencyKey", noun="An idempotency key")
    _require_storable(key, field="idempotencyKey", noun="An idempotency key")
    return key


def _require_at_most(text: str, most: int, told: int, *, field: str, noun: str) -> None:
    """Refuse a longer text, before any work is spent on it."""
    if len(text) > most:
        raise InvalidInput(field, f"{noun} has at most {told:,} characters, not {len(text):,}.")


def is_storable(text: str) -> bool:
    """Whether UTF-8 and PostgreSQL's text can hold it: no null characters, no lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _require_storable(text: str, *, field: str, noun: str) -> None:
    if not is_storable(text):
        raise InvalidInput(field, f"{noun} must be valid Unicode without null characters.")
