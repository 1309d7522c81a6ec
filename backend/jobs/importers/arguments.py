"""Values of the commands' options, checked as they are parsed."""

import re
from argparse import ArgumentTypeError
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from backend.accounts.inputs import username_or_none

LARGEST_BATCH: Final = 10_000
MOST_JOBS: Final = 1_000_000


def source(text: str) -> str:
    """A name that is not blank."""
    if not text.strip():
        msg = "a source has a name"
        raise ArgumentTypeError(msg)
    return text.strip()


def realm(text: str) -> str:
    """What account names may end in, or nothing."""
    if text and username_or_none(f"user0@{text}") is None:
        msg = f"{text!r}: letters, digits and . + - _ only, since account names end in it"
        raise ArgumentTypeError(msg)
    return text


def zone(text: str) -> ZoneInfo:
    """A time zone by its name."""
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        msg = f"{text!r} is no time zone; one is written like Europe/Berlin"
        raise ArgumentTypeError(msg) from error


def instant(text: str) -> datetime:
    """An ISO 8601 time with an offset, in UTC."""
    try:
        parsed = datetime.fromisoformat(text)
        if parsed.tzinfo is None:
            raise ValueError(text)  # noqa: TRY301 (one message for both)
        return parsed.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        msg = f"{text!r} is no time with an offset, such as 2006-11-10T15:05:01-08:00"
        raise ArgumentTypeError(msg) from error


def batch_size(text: str) -> int:
    """A number of jobs, 1 to 10,000."""
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= LARGEST_BATCH:
        msg = f"{text!r} is not a number from 1 to {LARGEST_BATCH:,}"
        raise ArgumentTypeError(msg)
    return int(text)


def job_count(text: str) -> int:
    """A number of jobs to generate, 1 to 1,000,000."""
    if not re.fullmatch("[0-9]{1,7}", text) or not 1 <= int(text) <= MOST_JOBS:
        msg = f"{text!r} is not a number from 1 to {MOST_JOBS:,}"
        raise ArgumentTypeError(msg)
    return int(text)
