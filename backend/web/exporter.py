"""/metrics: what Prometheus scrapes, for this machine or for whoever has the secret."""

import asyncio
import ipaddress
import itertools
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from backend.events.feed import feed
from backend.jobs.models import JobStatus
from backend.web import metrics
from backend.web.django_responses import response_of
from backend.web.refusals import error_answer

logger = logging.getLogger(__name__)

INTERVAL: Final = 1.0  # seconds until what was tallied is added up
LOOK_EVERY: Final = 10  # intervals between looks at what is not counted as it happens
# Headers by which a proxy on this machine gives away that it asks for somebody else.
FORWARDED: Final = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")

_thread: Final = ThreadPoolExecutor(1, thread_name_prefix="metrics")


@require_safe
async def metrics_page(request: HttpRequest) -> HttpResponseBase:
    """The metrics of all server processes; 403 for strangers."""
    if not _may_scrape(request):
        message = "Metrics are for this machine, or for a bearer of the secret."
        return response_of(error_answer(403, "FORBIDDEN", message))
    await sample()
    text = await asyncio.get_running_loop().run_in_executor(_thread, metrics.exposition)
    return HttpResponse(
        text, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"}
    )


async def keep_sampling() -> None:
    """Add up and look, every few seconds, so that whichever process is asked can tell of this one."""
    for turn in itertools.count(1):
        await asyncio.sleep(INTERVAL)
        try:
            metrics.Tally.add_up()
            if turn % LOOK_EVERY == 0:
                await sample()
        except Exception:  # whatever it is, the next look may do
            logger.exception("the metrics can not be sampled")


async def sample() -> None:
    """Look at what is not counted as it happens, in this process."""
    metrics.Tally.add_up()
    _sample_pool()
    log = feed()
    if log.followers <= 0 or log.position is None:
        metrics.FEED_LAG.set(0)
        return
    with suppress(Error):  # the database is away: /readyz tells that
        newest = await asyncio.get_running_loop().run_in_executor(_thread, _newest)
        metrics.FEED_LAG.set(max(newest - log.position, 0))


def _sample_pool() -> None:
    pool = getattr(connection, "pool", None)  # SQLite has none
    if pool is not None:
        stats = pool.get_stats()
        idle = stats.get("pool_available", 0)
        metrics.POOL.labels("idle").set(idle)
        metrics.POOL.labels("used").set(stats.get("pool_size", 0) - idle)
        metrics.POOL_WAITING.set(stats.get("requests_waiting", 0))


def _newest() -> int:
    try:
        newest = JobStatus.objects.order_by("-id").values_list("id", flat=True).first()
    finally:
        connection.close()
    return newest or 0


def _may_scrape(request: HttpRequest) -> bool:
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer":
        return constant_time_compare(token.strip(), settings.METRICS_TOKEN)
    # Behind a proxy on this machine, everybody comes from this machine.
    if settings.TRUSTED_PROXIES or any(name in request.META for name in FORWARDED):
        return False
    try:
        request.get_host()  # not by a name that somebody else's page made up
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except (DisallowedHost, ValueError):
        return False
