"""The paths that Django answers."""

from django.urls import URLPattern, path

from backend.web.exporter import metrics_page
from backend.web.probes import healthz, readyz
from backend.web.protocol import Engine
from backend.web.through_django import graphql_view
from backend.web.welcome import welcome


def routes(engine: Engine) -> list[URLPattern]:
    """URL patterns with the API answered by that engine, at one address in both spellings."""
    graphql = graphql_view(engine)
    return [
        path("graphql", graphql),
        path("graphql/", graphql),
        path("healthz", healthz),
        path("readyz", readyz),
        path("metrics", metrics_page),
        path("", welcome),
    ]
