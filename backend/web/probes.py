"""Health probes: is the process alive, and can it do its work?"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum

from django.db import Error, connections
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

DEADLINE = 2.0  # seconds, less than any prober waits


class Reason(StrEnum):
    """Why a process is not ready. Enough to act on, and nothing about what lies inside."""

    UNREACHABLE = "database_unreachable"
    SLOW = "database_timeout"
    OUTDATED = "migrations_pending"


@require_safe
async def healthz(_request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all. Asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})


class Readiness:
    """Looks whether the database answers and is migrated.

    One look at a time: whoever asks meanwhile shares it, so that strangers who ask often, or a
    database that hangs, hold one thread and one connection between them and no more.
    """

    def __init__(self, using: str = "default", deadline: float = DEADLINE) -> None:
        self.using = using
        self.deadline = deadline
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="readiness")
        self._migrated = False  # once true it stays so: the code does not change under a process
        self._look: asyncio.Future[Reason | None] | None = None

    async def ask(self) -> Reason | None:
        """Why we are not ready, None where we are, after `deadline` seconds at the latest."""
        loop = asyncio.get_running_loop()
        if self._look is None or self._look.done():
            self._look = loop.run_in_executor(self._thread, self._examine)
        try:
            return await asyncio.wait_for(asyncio.shield(self._look), self.deadline)
        except TimeoutError:
            return Reason.SLOW

    def _examine(self) -> Reason | None:
        connection = connections[self.using]
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            if not self._migrated:
                loader = MigrationLoader(connection)
                self._migrated = loader.graph.nodes.keys() <= loader.applied_migrations.keys()
        except Error:
            logger.warning("The database can not be reached", exc_info=True)
            return Reason.UNREACHABLE
        finally:
            connection.close()
        return None if self._migrated else Reason.OUTDATED


readiness = Readiness()


@require_safe
async def readyz(_request: HttpRequest) -> HttpResponse:
    """200 where the database answers and is migrated, else 503 with the reason."""
    reason = await readiness.ask()
    answer = {"status": "ready"} if reason is None else {"status": "unavailable", "reason": reason}
    return JsonResponse(
        answer, status=200 if reason is None else 503, headers={"Cache-Control": "no-store"}
    )
