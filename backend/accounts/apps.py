"""The accounts application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, sessions and roles."""

    name = "backend.accounts"
    label = "accounts"
