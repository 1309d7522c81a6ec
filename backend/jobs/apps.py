"""The jobs application."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs, their histories, and the counts over them."""

    name = "backend.jobs"
    label = "jobs"
