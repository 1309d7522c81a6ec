"""`manage.py deactivate_account`: nobody uses an account any more, neither a person nor a program."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.accounts.administration import set_active
from backend.accounts.errors import InvalidAccount


class Command(BaseCommand):
    """Deactivate one account, or activate it again."""

    help = (
        "Deactivate an account: its sessions and its API tokens are refused within five seconds. "
        "Nothing is deleted; histories go on to name it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Username and direction."""
        parser.add_argument("username")
        parser.add_argument(
            "--undo",
            action="store_true",
            help="activate it again, with the API tokens that were not revoked meanwhile",
        )

    def handle(self, *, username: str, undo: bool, **_: Any) -> None:
        """Change it, or say that there was nothing to change."""
        try:
            changed = set_active(username, active=undo)
        except InvalidAccount as error:
            raise CommandError(str(error)) from error
        state = "active" if undo else "deactivated"
        self.stdout.write(f"{username} {'is' if changed else 'was already'} {state}.")
