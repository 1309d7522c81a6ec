"""Job ids: UUIDv7 (RFC 9562, section 5.7), so that creation order is key order.

The id carries the creation time to the microsecond: 48 bits of milliseconds and, in `rand_a`, the
rest as a binary fraction (section 6.2, method 3). `created_at` equals the time in the id, always,
so a range of creation times is a range of ids and needs no index of its own. The last 62 bits are
random: an id can be neither guessed nor counted.
"""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FRACTION_BITS = 12
RANDOM_BITS = 62


def mint(created_at: datetime, *, seed: str | None = None) -> UUID:
    """Mint a job id for that creation time, unique by chance or, given a `seed`, the same every time.

    Imports pass a seed (where the job came from and its number there), so that a second run finds
    the jobs of the first.

    Raises ValueError where the time lies before 1970.
    """
    tail = (
        secrets.randbits(RANDOM_BITS)
        if seed is None
        else int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) >> (64 - RANDOM_BITS)
    )
    return _assemble(created_at, tail)


def floor(instant: datetime) -> UUID:
    """Return the smallest id that a job created at this instant can have.

    So `created_at < t` is `id < floor(t)`. An instant before 1970, when no job can have been created, counts as the start of 1970.
    """
    return _assemble(max(instant, EPOCH), 0)


def created_at(job_id: UUID) -> datetime:
    """The creation time that the id carries."""
    fraction = (job_id.int >> 64) & ((1 << FRACTION_BITS) - 1)
    microseconds = (job_id.int >> 80) * 1000 + (fraction * 1000 >> FRACTION_BITS)
    return EPOCH + microseconds * MICROSECOND


def _assemble(instant: datetime, tail: int) -> UUID:
    milliseconds, rest = divmod((instant - EPOCH) // MICROSECOND, 1000)
    if milliseconds < 0:
        msg = f"{instant} is too early to be the creation time of a job"
        raise ValueError(msg)
    # Rounded up, so that reading the fraction back (rounded down) gives the same microsecond.
    fraction = -(-(rest << FRACTION_BITS) // 1000)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | tail)
