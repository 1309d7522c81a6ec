"""The accounts application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """Users, sessions and roles."""

    name = "backend.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Refuse to start with a weak key, and create the roles after every migration."""
        from backend.accounts.keys import keyring  # noqa: PLC0415 (needs the settings)
        from backend.accounts.roles import create_roles  # noqa: PLC0415 (needs the registry)

        keyring()
        post_migrate.connect(create_roles, dispatch_uid="backend.accounts.roles")
