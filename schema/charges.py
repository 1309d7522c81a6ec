"""Operations are charged to whoever asks for them, before anything of them is executed."""

import asyncio
import ipaddress
from typing import Final

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.crypto import salted_hmac

from backend.web import rate
from backend.web.rate import Allowance, Lease, Purses
from schema.context import Context
from schema.database import ask
from schema.threads import apart

PRUNE_EVERY: Final = 100  # leases


class Charges:
    """Takes points from callers, out of memory mostly."""

    def __init__(self) -> None:
        self.purses = Purses()
        self._leasing: dict[str, asyncio.Task[None]] = {}
        self._leases = 0

    async def charge(self, context: Context, cost: int) -> Allowance | None:
        """Take so many points; None where the caller is not limited.

        Raises RateLimited where the caller has too few, and takes none then.
        """
        if not settings.RATE_POINTS_PER_MINUTE:
            return None
        key = _key(context)
        while (allowance := self.purses.spend(key, cost)) is None:
            try:
                await self._lease(key, cost)
            except (OperationalError, InterfaceError):
                return None  # the database is away: whatever needs it will say so
        return allowance

    async def _lease(self, key: str, cost: int) -> None:
        """Wait for a lease; those who want one at the same time share it."""
        task = self._leasing.get(key)
        if task is None or task.get_loop() is not asyncio.get_running_loop():
            lacking = self.purses.lacking(key, cost)
            task = self._leasing[key] = apart(self._refill(key, lacking))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.shield(task)

    async def _refill(self, key: str, lacking: int) -> None:
        """Fill the purse by a lease.

        Before the task is done: waiting for one that is done does not yield, so whoever came
        between it and its callbacks would go round for ever.
        """
        try:
            self.purses.fill(key, await ask(self._take, key, lacking))
        finally:
            if self._leasing.get(key) is asyncio.current_task():
                del self._leasing[key]

    def _take(self, key: str, lacking: int) -> Lease:
        self._leases += 1
        if self._leases % PRUNE_EVERY == 0:
            rate.prune()
        return rate.take(key, lacking)


def _key(context: Context) -> str:
    """Whose bucket it is: the API token's, the account's, or of strangers the address's."""
    who = context.principal
    if who is None:
        network = _network(context.address)
        digest = salted_hmac("jobtrail.rate", network, algorithm="sha256").hexdigest()
        return f"address:{digest}"
    if who.api_token_id is not None:
        return f"token:{who.api_token_id}"
    return f"user:{who.user_id}"


def _network(address: str) -> str:
    """The address as one customer has it: a host of IPv4, a /64 of IPv6."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4 or parsed.ipv4_mapped is not None:  # noqa: PLR2004 (its own name)
        return str(getattr(parsed, "ipv4_mapped", None) or parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


charges: Final = Charges()
