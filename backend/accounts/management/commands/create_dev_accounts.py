"""`manage.py create_dev_accounts`: one account for each role, whose password is its name."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from backend.accounts.models import User
from backend.accounts.roles import Role


class Command(BaseCommand):
    """Create viewer/viewer, operator/operator and admin/admin where they are missing."""

    help = "Create viewer/viewer, operator/operator and admin/admin. Never in production."

    def handle(self, **_: Any) -> None:
        """Create what is missing; an account that is there keeps its password and its roles."""
        if settings.PRODUCTION:
            raise CommandError("Accounts whose password is their name are for development only.")
        with_password = User.objects.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        existing = set(
            with_password.filter(username__in=list(Role)).values_list("username", flat=True)
        )
        missing = [role for role in Role if role.value not in existing]
        for role in missing:
            with transaction.atomic():
                user, _created = User.objects.get_or_create(username=role.value)
                user.set_password(role.value)
                user.is_staff = role is Role.ADMIN
                user.save()
                user.groups.add(Group.objects.get(name=role.value))
        names = ", ".join(f"{role}/{role}" for role in missing) or "none, all are there"
        self.stdout.write(f"Development accounts created: {names}.")
