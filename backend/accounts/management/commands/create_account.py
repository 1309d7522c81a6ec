"""`manage.py create_account`: a new account, by whoever administers the server."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.accounts.errors import InvalidAccount
from backend.accounts.roles import Role
from backend.accounts.users import create_account


class Command(BaseCommand):
    """Create one account in a role."""

    help = (
        "Create an account. The password is asked for twice at a terminal, and read as the first "
        "line of standard input otherwise: it is never an argument, which other users could see."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Username, role and where the password comes from."""
        parser.add_argument("username", help="letters, digits and @ . + - _")
        parser.add_argument(
            "--role", required=True, choices=[role.value for role in Role], help="what it may do"
        )
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from standard input, at a terminal too",
        )

    def handle(self, *, username: str, role: str, password_stdin: bool, **_: Any) -> None:
        """Create it, or fail with a sentence that says what to mend."""
        interactive = sys.stdin.isatty() and not password_stdin
        password = self._ask() if interactive else sys.stdin.readline().rstrip("\r\n")
        try:
            user = create_account(username, password, Role(role))
        except InvalidAccount as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Created the account {user.username} in the role {role}.")

    def _ask(self) -> str:
        password = getpass.getpass("Password: ")
        if getpass.getpass("Password (again): ") != password:
            raise CommandError("The two passwords differ.")
        return password
