"""Changing accounts: what administrators do, by a command or the admin pages, all of it audited.

A change takes effect at once in this process and within seconds in others; it ends sessions, tokens
and streams that it leaves without a right to go on.
"""

from typing import Final

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from backend.accounts import api_tokens, audit, principal
from backend.accounts.audit import Event, Source
from backend.accounts.errors import InvalidAccount
from backend.accounts.inputs import username_or_none
from backend.accounts.models import User
from backend.accounts.passwords import require_strong
from backend.accounts.roles import Role

ROLES: Final = [role.value for role in Role]


def set_role(
    username: str, role: Role, *, source: Source = Source.COMMAND, actor_id: int | None = None
) -> bool:
    """Give the account this role and no other; False where that is what it had.

    Admins, and nobody else, may use the admin pages. Raises InvalidAccount where there is no such account.
    """
    with transaction.atomic():
        user = locked(username)
        before = list(user.groups.filter(name__in=ROLES).values_list("name", flat=True))
        if before == [role.value]:
            return False
        user.groups.remove(*Group.objects.filter(name__in=ROLES))
        user.groups.add(Group.objects.get(name=role.value))
        user.is_staff = role is Role.ADMIN
        user.save(update_fields=["is_staff"])
        audit.record(
            Event.ROLES_CHANGED,
            account_id=user.pk,
            actor_id=actor_id,
            source=source,
            before=sorted(before),
            after=[role.value],
        )
    principal.forget(user_id=user.pk)
    return True


def set_password(
    username: str, password: str, *, source: Source = Source.COMMAND, actor_id: int | None = None
) -> None:
    """Give the account another password, which ends its sessions. Its API tokens go on.

    Raises InvalidAccount where there is no such account, or the password is too weak.
    """
    require_strong(password, User(username=username))
    encoded = make_password(password)
    with transaction.atomic():
        user = locked(username)
        user.password = encoded
        user.save(update_fields=["password"])
        audit.record(Event.PASSWORD_CHANGED, account_id=user.pk, actor_id=actor_id, source=source)
    principal.forget(user_id=user.pk)


def set_active(
    username: str, *, active: bool, source: Source = Source.COMMAND, actor_id: int | None = None
) -> bool:
    """Deactivate an account, or activate it again; False where it is so already.

    While it is deactivated nobody signs in to it, and neither its sessions nor its API tokens
    serve; histories go on to name it. Raises InvalidAccount where there is no such account.
    """
    with transaction.atomic():
        user = locked(username)
        if user.is_active is active:
            return False
        user.is_active = active
        user.save(update_fields=["is_active"])
        audit.record(
            Event.ACTIVATED if active else Event.DEACTIVATED,
            account_id=user.pk,
            actor_id=actor_id,
            source=source,
        )
    principal.forget(user_id=user.pk)
    return True


def revoke_api_tokens(username: str) -> int:
    """End every API token of the account, by a command; how many there were.

    Raises InvalidAccount where there is no such account.
    """
    with transaction.atomic():
        user = locked(username)
        return api_tokens.revoke_all(user.pk, actor_id=None, source=Source.COMMAND)


def locked(username: str) -> User:
    """The account, held against other changes until the transaction ends.

    Raises InvalidAccount where there is none.
    """
    name = username_or_none(username)
    user = User.objects.select_for_update(no_key=True).filter(username=name).first()
    if user is None:
        raise InvalidAccount("username", "There is no account with this username.")
    return user
