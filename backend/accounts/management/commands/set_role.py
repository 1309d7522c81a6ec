"""`manage.py set_role`: what an account may do from now on."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backend.accounts.administration import set_role
from backend.accounts.errors import InvalidAccount
from backend.accounts.roles import Role


class Command(BaseCommand):
    """Move one account to another role."""

    help = (
        "Give an account a role, in place of the one it had. Takes effect within five seconds, on "
        "its API tokens too."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Username and role."""
        parser.add_argument("username")
        parser.add_argument("role", choices=[role.value for role in Role])

    def handle(self, *, username: str, role: str, **_: Any) -> None:
        """Change it, or say that there was nothing to change."""
        try:
            changed = set_role(username, Role(role))
        except InvalidAccount as error:
            raise CommandError(str(error)) from error
        said = "is in the role" if changed else "was in the role already:"
        self.stdout.write(f"{username} {said} {role}.")
