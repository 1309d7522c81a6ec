"""Log-ins are counted before a password is hashed, so that guessing is slow and costs us nothing.

Three counts, shared by all processes through the database:

- the pair of account and address: after five failures each further one doubles the wait;
- the address alone: one machine that tries many accounts;
- the account alone, far wider: many machines that try one account.

A stranger can not lock an owner out. His failures count for his own address; and an address from
which the account was logged in to lately answers only for the pair.

Every attempt is written down as a failure first and taken back if it succeeds: of a thousand
guesses sent at once, as many reach the hasher as of a thousand sent one after the other.
"""

import ipaddress
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from backend.accounts.errors import TooManyAttempts
from backend.accounts.models import LoginThrottle

PAIR_FREE_FAILURES: Final = 5
PAIR_FIRST_DELAY: Final = timedelta(seconds=1)
PAIR_LONGEST_DELAY: Final = timedelta(minutes=15)
PAIR_MEMORY: Final = timedelta(hours=24)  # after the last failure

ADDRESS_FAILURES: Final = 30
ADDRESS_WINDOW: Final = timedelta(minutes=15)

ACCOUNT_FAILURES: Final = 500
ACCOUNT_WINDOW: Final = timedelta(hours=1)

KNOWN_ADDRESS_MEMORY: Final = timedelta(days=30)
PRUNED_AT_ONCE: Final = 20  # rows; an attempt adds three at most


@dataclass(frozen=True, slots=True)
class Attempt:
    """One log-in that was let through, under the keys that it is counted by."""

    pair: str
    address: str
    account: str
    known_address: str


def reserve(username: str, address: str) -> Attempt:
    """Let one attempt at this account from this address through, counted as a failure for now.

    Committed before it returns. Call `succeeded` if the password was right.

    Raises TooManyAttempts where one of the counts is exhausted; that attempt is not counted.
    """
    network = _network(address)
    attempt = Attempt(
        pair=_key("pair", username, network),
        address=_key("address", network),
        account=account_key(username),
        known_address=_key("known address", username, network),
    )
    with transaction.atomic(durable=True):
        rows = _locked(attempt)
        now = timezone.now()  # only now: the lock may have taken its time
        pair, host, account = (
            rows[key] for key in (attempt.pair, attempt.address, attempt.account)
        )
        waits = [_pair_wait(pair, now)]
        known = rows.get(attempt.known_address)
        if known is None or known.expires_at <= now:
            waits.append(_window_wait(host, now, ADDRESS_FAILURES, ADDRESS_WINDOW))
            waits.append(_window_wait(account, now, ACCOUNT_FAILURES, ACCOUNT_WINDOW))
        if (wait := max(waits)) > timedelta():
            raise TooManyAttempts(math.ceil(wait.total_seconds()))
        _count(pair, now, forget=now - pair.last_failure_at >= PAIR_MEMORY)
        _count(host, now, forget=now - host.first_failure_at >= ADDRESS_WINDOW)
        _count(account, now, forget=now - account.first_failure_at >= ACCOUNT_WINDOW)
        LoginThrottle.objects.bulk_update(
            [pair, host, account], ["failures", "first_failure_at", "last_failure_at"]
        )
        _prune(now)
    return attempt


def succeeded(attempt: Attempt) -> None:
    """Take the attempt back, forget the pair's failures and remember that the address is known."""
    now = timezone.now()
    rows = LoginThrottle.objects.filter(key__in=[attempt.pair, attempt.address, attempt.account])
    with transaction.atomic():
        # Locked in the order in which `reserve` locks them, so that the two can not deadlock.
        locked = list(rows.select_for_update().order_by("key").values_list("key", flat=True))
        rows.filter(key__in=locked, failures__gt=0).exclude(key=attempt.pair).update(
            failures=F("failures") - 1
        )
        rows.filter(key=attempt.pair).delete()
        _upsert({attempt.known_address: KNOWN_ADDRESS_MEMORY}, now)


def account_key(username: str) -> str:
    """Under which the failures of an account are counted, and told in the audit log."""
    return _key("account", username)


def _locked(attempt: Attempt) -> dict[str, LoginThrottle]:
    """The three counts, made where missing and locked, and the mark of a known address if any.

    The upsert touches expires_at alone, which locks a row that is there without changing what it
    counts.
    """
    memories = {
        attempt.pair: PAIR_MEMORY,
        attempt.address: ADDRESS_WINDOW,
        attempt.account: ACCOUNT_WINDOW,
    }
    _upsert(memories, timezone.now())
    return LoginThrottle.objects.in_bulk([*memories, attempt.known_address])


def _upsert(memories: dict[str, timedelta], now: datetime) -> None:
    LoginThrottle.objects.bulk_create(
        [
            LoginThrottle(
                key=key, first_failure_at=now, last_failure_at=now, expires_at=now + memories[key]
            )
            for key in sorted(memories)
        ],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["expires_at"],
    )


def _pair_wait(row: LoginThrottle, now: datetime) -> timedelta:
    """How long the pair must still wait: 1 s after five failures, doubling up to 15 minutes."""
    beyond = row.failures - PAIR_FREE_FAILURES
    if beyond < 0 or now - row.last_failure_at >= PAIR_MEMORY:
        return timedelta()
    doublings = min(beyond, 30)
    delay = min(PAIR_FIRST_DELAY * (1 << doublings), PAIR_LONGEST_DELAY)
    return row.last_failure_at + delay - now


def _window_wait(row: LoginThrottle, now: datetime, limit: int, window: timedelta) -> timedelta:
    """How long until the window that began with the first failure has passed, if it is full."""
    return row.first_failure_at + window - now if row.failures >= limit else timedelta()


def _count(row: LoginThrottle, now: datetime, *, forget: bool) -> None:
    """One more failure; the first of a new series where the old one is to be forgotten."""
    if forget or row.failures == 0:
        row.failures, row.first_failure_at = 0, now
    row.failures += 1
    row.last_failure_at = now


def _prune(now: datetime) -> None:
    """Delete a few rows that have nothing left to say, passing over those in use."""
    expired = LoginThrottle.objects.select_for_update(skip_locked=True).filter(expires_at__lte=now)
    # Read first: PostgreSQL may run a locking subquery of a DELETE once for every row.
    keys = list(expired.order_by("expires_at").values_list("key", flat=True)[:PRUNED_AT_ONCE])
    if keys:
        LoginThrottle.objects.filter(key__in=keys).delete()


def _key(*parts: str) -> str:
    value = "\0".join(parts).encode(errors="backslashreplace")
    return salted_hmac("jobtrail.throttle", value, algorithm="sha256").hexdigest()


def _network(address: str) -> str:
    """The address as it is counted: a host of IPv4, the /64 that one customer owns of IPv6."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
