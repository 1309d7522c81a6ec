"""The web application: the HTTP face."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """GraphQL over HTTP, GraphiQL, and the probes."""

    name = "backend.web"
    label = "web"
