"""Creating accounts: one at a time by an administrator, or as many as an import names."""

from collections.abc import Collection
from typing import Final

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from backend.accounts import audit
from backend.accounts.errors import InvalidAccount
from backend.accounts.inputs import LONGEST_USERNAME, username_or_none
from backend.accounts.models import User
from backend.accounts.passwords import require_strong
from backend.accounts.records import UserRecord
from backend.accounts.roles import Role

_BATCH: Final = 500  # rows a statement; SQLite takes a bounded number of parameters


def create_account(username: str, password: str, role: Role) -> UserRecord:
    """A new account in a role. An account that an import made, without a password, becomes it.

    Raises InvalidAccount where the username is taken or malformed, or the password is too weak;
    nothing was written then.
    """
    name = _stored_name(username)
    require_strong(password, User(username=name))
    encoded = make_password(password)
    with transaction.atomic():
        user, created = User.objects.select_for_update().get_or_create(
            username=name, defaults={"password": encoded}
        )
        if not created:
            if user.has_usable_password():
                raise InvalidAccount("username", "There is an account with this username.")
            user.password = encoded
        user.is_staff = role is Role.ADMIN
        user.save(update_fields=["password", "is_staff"])
        user.groups.add(Group.objects.get(name=role.value))
        audit.record(
            audit.Event.ACCOUNT_CREATED,
            account_id=user.pk,
            source=audit.Source.COMMAND,
            role=role.value,
        )
    return UserRecord(user.pk, name)


def accounts_for(usernames: Collection[str]) -> dict[str, int]:
    """The ids of the accounts with these usernames; those that are missing are created.

    A created account has no password and no role: it can not be used to sign in, only named in
    histories. Safe to call from several processes at once, and again.

    Raises InvalidAccount where a username is malformed; nothing was written then.
    """
    stored = {given: _stored_name(given) for given in usernames}
    names = sorted(set(stored.values()))
    ids: dict[str, int] = {}
    for start in range(0, len(names), _BATCH):
        ids |= _ids_of(names[start : start + _BATCH])
    missing = [name for name in names if name not in ids]
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        User.objects.bulk_create(
            [User(username=name, password=make_password(None)) for name in batch],
            ignore_conflicts=True,
        )
        # Read back, not taken from the insert: another process may have been first.
        ids |= _ids_of(batch)
    return {given: ids[name] for given, name in stored.items()}


def _ids_of(names: list[str]) -> dict[str, int]:
    return dict(User.objects.filter(username__in=names).values_list("username", "pk"))


def _stored_name(given: str) -> str:
    name = username_or_none(given)
    if name is None:
        raise InvalidAccount(
            "username",
            f"A username has 1 to {LONGEST_USERNAME} characters: letters, digits and @ . + - _ .",
        )
    return name
