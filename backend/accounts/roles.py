"""The roles, as groups of Django permissions, created wherever the tables are.

A role is a starting point: permissions that someone adds to a group stay, missing ones come back.
"""

from collections.abc import Iterable
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Any, Final

from django.apps import AppConfig
from django.apps import apps as installed_apps
from django.apps.registry import Apps
from django.db import DEFAULT_DB_ALIAS, router, transaction


@unique
class Role(StrEnum):
    """What an account is for; each role includes the one before."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"


_VIEW: Final = ("jobs.view_job", "jobs.view_jobstatus")
_OPERATE: Final = ("jobs.add_job", "jobs.change_job", "jobs.add_jobstatus")
_MANAGE: Final = ("accounts.view_user", "accounts.add_user", "accounts.change_user")

PERMISSIONS: Final = MappingProxyType(
    {
        Role.VIEWER: frozenset(_VIEW),
        Role.OPERATOR: frozenset(_VIEW + _OPERATE),
        Role.ADMIN: frozenset(_VIEW + _OPERATE + _MANAGE),
    }
)
_APPS: Final = frozenset(name.partition(".")[0] for names in PERMISSIONS.values() for name in names)


def create_roles(
    sender: AppConfig,
    using: str = DEFAULT_DB_ALIAS,
    apps: Apps = installed_apps,
    **_: Any,
) -> None:
    """Make the groups and give them whichever of their permissions exist so far.

    A receiver of post_migrate, which comes once for each application after its permissions are
    made: when the last one has come, the roles are whole, in whatever order the applications
    stand. Also comes after a flush. Running it again changes nothing.
    """
    if sender.label not in _APPS:
        return
    try:
        group_model = apps.get_model("auth", "Group")
        permission_model = apps.get_model("auth", "Permission")
    except LookupError:  # a migration to a state before the tables of accounts
        return
    if not router.allow_migrate_model(using, group_model):
        return
    with transaction.atomic(using=using):
        permissions = {
            f"{permission.content_type.app_label}.{permission.codename}": permission
            for permission in permission_model.objects.using(using)
            .filter(content_type__app_label__in=_APPS)
            .select_related("content_type")
        }
        for role, names in PERMISSIONS.items():
            group, _created = group_model.objects.using(using).get_or_create(name=role.value)
            group.permissions.add(*_existing(permissions, names))


def _existing(permissions: dict[str, Any], names: Iterable[str]) -> list[Any]:
    return [permissions[name] for name in sorted(names) if name in permissions]
