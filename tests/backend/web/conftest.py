"""A client of the whole ASGI application, with the small engine behind it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from django.conf import LazySettings

from backend.web.site import application
from tests.backend.web.small_engine import engine

MISSING = Path("/nonexistent")


def client_of(front_end: Path = MISSING, base_url: str = "http://localhost") -> httpx.AsyncClient:
    """A client that talks to the application without a socket, and sees faults as answers."""
    transport = httpx.ASGITransport(application(front_end, engine), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=base_url)


@pytest.fixture(autouse=True)
def _small_engine(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = "tests.backend.web.urls"


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A client; the front end is not built."""
    async with client_of() as http:
        yield http
