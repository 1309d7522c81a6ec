"""The routes over the small engine, and a view that fails."""

from typing import NoReturn

from django.http import HttpRequest
from django.urls import path

from backend.config.urls import handler400, handler403, handler404, handler500
from backend.web.routes import routes
from tests.backend.web.small_engine import engine

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


async def broken(_request: HttpRequest) -> NoReturn:
    """Fail as no view should."""
    msg = "secret detail"
    raise ValueError(msg)


urlpatterns = [*routes(engine), path("broken", broken)]
