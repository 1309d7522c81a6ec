"""`manage.py create_account`: a new account, by whoever administers the server."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.accounts.errors import InvalidAccount
from backend.accounts.management import password as passwords
from backend.accounts.roles import Role
from backend.accounts.users import create_account


class Command(BaseCommand):
    """Create one account in a role."""

    help = f"Create an account. {passwords.EXPLAINED}"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Username, role and where the password comes from."""
        parser.add_argument("username", help="letters, digits and @ . + - _")
        parser.add_argument(
            "--role", required=True, choices=[role.value for role in Role], help="what it may do"
        )
        passwords.add_argument(parser)

    def handle(self, *, username: str, role: str, password_stdin: bool, **_: Any) -> None:
        """Create it, or fail with a sentence that says what to mend."""
        password = passwords.read(from_stdin=password_stdin)
        try:
            user = create_account(username, password, Role(role))
        except InvalidAccount as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Created the account {user.username} in the role {role}.")
