"""`manage.py set_password`: another password for an account, which ends its sessions."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.accounts.administration import revoke_api_tokens, set_password
from backend.accounts.errors import InvalidAccount
from backend.accounts.management import password as passwords


class Command(BaseCommand):
    """Change one password."""

    help = (
        "Give an account another password. Its sessions end within five seconds; its API tokens go "
        f"on unless you say --revoke-tokens. {passwords.EXPLAINED}"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Username, where the password comes from, and whether programs are signed out too."""
        parser.add_argument("username")
        passwords.add_argument(parser)
        parser.add_argument(
            "--revoke-tokens", action="store_true", help="end its API tokens as well"
        )

    def handle(self, *, username: str, password_stdin: bool, revoke_tokens: bool, **_: Any) -> None:
        """Change it, or fail with a sentence that says what to mend."""
        password = passwords.read(from_stdin=password_stdin)
        try:
            set_password(username, password)
            self.stdout.write(f"{username} has another password; its sessions have ended.")
            if revoke_tokens:
                self.stdout.write(f"API tokens revoked: {revoke_api_tokens(username)}.")
        except InvalidAccount as error:
            raise CommandError(str(error)) from error
