"""How much a caller may ask for: a bucket of points for each, which refills all the time.

A bucket holds what settings.RATE_POINTS_PER_MINUTE says, and refills in a minute. It is one number
in the database, the instant at which it would be full again, so that all processes share it. A
process takes points out of it by the hundred, with one statement, and spends them from memory:
an ordinary request asks nobody.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cachetools import LRUCache
from django.conf import settings
from django.db import connection, transaction

from backend.web.models import RateBucket

MINUTE: Final = 60_000_000  # microseconds, in which all times are counted here
LEASES: Final = 100  # into which a bucket is divided
CALLERS: Final = 10_000  # that a process remembers
PRUNED_AT_ONCE: Final = 100  # rows; a lease adds one at most

TAKE: Final = """
INSERT INTO web_ratebucket AS bucket (key, full_at) VALUES (%(key)s, %(now)s + %(push)s)
ON CONFLICT (key) DO UPDATE
SET full_at = CASE WHEN bucket.full_at > %(now)s THEN bucket.full_at ELSE %(now)s END + %(push)s
WHERE bucket.full_at <= %(now)s + %(room)s
RETURNING full_at
"""


class RateLimited(Exception):
    """The caller has no points left for this; `retry_after` is when it will have, in seconds."""

    def __init__(self, cost: int, retry_after: int, allowance: "Allowance") -> None:
        super().__init__(
            f"This costs more points than you have left: try again in {retry_after} s."
        )
        self.cost = cost
        self.retry_after = retry_after
        self.allowance = allowance


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a caller has left: an estimate, as other processes spend from it too.

    `resets_in` is when the bucket would be full again, in seconds.
    """

    limit: int
    remaining: int
    resets_in: float


@dataclass(frozen=True, slots=True)
class Lease:
    """Points that were taken out of a bucket, perhaps none, and when it will be full again."""

    points: int
    full_at: int


class Purse:
    """What this process holds of one caller's bucket, and what it knows of the rest."""

    __slots__ = ("ends", "full_at", "points")

    def __init__(self) -> None:
        self.points = 0
        self.ends = 0  # when the points are no good any more: by then the bucket has refilled
        self.full_at = 0


class Purses:
    """The purses of the callers seen lately. For one thread only, that of the event loop."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._known: LRUCache[str, Purse] = LRUCache(CALLERS)

    def spend(self, key: str, cost: int) -> Allowance | None:
        """Pay from memory; None where a lease has to be taken first.

        Raises RateLimited where the bucket can not have enough, so that no lease is tried in vain.
        """
        limit: int = settings.RATE_POINTS_PER_MINUTE
        now = self._now()
        purse = self._known.get(key)
        if purse is None:
            return None
        if now >= purse.ends:
            purse.points = 0
        in_bucket = max(now + MINUTE - max(purse.full_at, now), 0) * limit // MINUTE
        held = min(purse.points + in_bucket, limit)
        resets = max(purse.full_at - now, 0) / 1_000_000
        price = min(cost, limit)  # a full bucket is enough for anything
        if purse.points >= price:
            purse.points -= price
            return Allowance(limit, held - price, resets)
        if held < price:
            wait = math.ceil((price - held) * 60 / limit)
            raise RateLimited(cost, wait, Allowance(limit, held, resets))
        return None

    def lacking(self, key: str, cost: int) -> int:
        """Points that the caller's purse lacks for that cost."""
        purse = self._known.get(key)
        held = 0 if purse is None or self._now() >= purse.ends else purse.points
        return max(min(cost, settings.RATE_POINTS_PER_MINUTE) - held, 1)

    def fill(self, key: str, lease: Lease) -> None:
        """Put leased points into the caller's purse."""
        purse = self._known.setdefault(key, Purse())
        now = self._now()
        if now >= purse.ends:
            purse.points = 0
        purse.points += lease.points
        purse.full_at = lease.full_at
        purse.ends = now + MINUTE

    def forget_all(self) -> None:
        """Lose every purse, with what is in it."""
        self._known.clear()

    def _now(self) -> int:
        return int(self._clock() * 1_000_000)


def take(key: str, lacking: int, clock: Callable[[], float] = time.time) -> Lease:
    """Take the points that are lacking out of a bucket, and some more for what comes next.

    None are taken where there are too few. One statement, or three where the bucket is near its
    end. The clocks of the machines decide, which need to agree within seconds only.
    """
    limit: int = settings.RATE_POINTS_PER_MINUTE
    now = int(clock() * 1_000_000)
    lacking = min(lacking, limit)
    for wanted in sorted({lacking, max(lacking, limit // LEASES)}, reverse=True):
        push = -(-wanted * MINUTE // limit)
        room = MINUTE - push
        values: dict[str, str | int] = {"key": key, "now": now, "push": push, "room": room}
        with connection.cursor() as cursor:
            cursor.execute(TAKE, values)
            row = cursor.fetchone()
        if row is not None:
            return Lease(wanted, row[0])
    found = RateBucket.objects.filter(key=key).values_list("full_at", flat=True).first()
    return Lease(0, found or now)


def prune(clock: Callable[[], float] = time.time) -> None:
    """Delete a few buckets that are full, which is what having none means; pass over those in use."""
    now = int(clock() * 1_000_000)
    with transaction.atomic():
        full = RateBucket.objects.select_for_update(skip_locked=True).filter(full_at__lt=now)
        keys = list(full.order_by("full_at").values_list("key", flat=True)[:PRUNED_AT_ONCE])
        if keys:
            RateBucket.objects.filter(key__in=keys).delete()
