"""The roles are there after every migration, whole, and keep what was added to them."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from backend.accounts.roles import PERMISSIONS, Role, create_roles


def held(role: Role) -> set[str]:
    """The permissions of a role's group."""
    rows = Permission.objects.filter(group__name=role.value)
    return {
        f"{app}.{name}" for app, name in rows.values_list("content_type__app_label", "codename")
    }


VIEWER = {"jobs.view_job", "jobs.view_jobstatus"}
OPERATOR = VIEWER | {"jobs.add_job", "jobs.change_job", "jobs.add_jobstatus"}
ADMIN = OPERATOR | {"accounts.view_user", "accounts.add_user", "accounts.change_user"}


@pytest.mark.django_db
def test_migrating_creates_the_roles() -> None:
    assert {role: held(role) for role in Role} == {
        Role.VIEWER: VIEWER,
        Role.OPERATOR: OPERATOR,
        Role.ADMIN: ADMIN,
    }


@pytest.mark.django_db
def test_migrating_again_restores_what_is_missing_and_keeps_what_was_added() -> None:
    extra = Permission.objects.get(content_type__app_label="jobs", codename="delete_job")
    viewer = Group.objects.get(name="viewer")
    viewer.permissions.set([extra])
    Group.objects.get(name="admin").delete()
    for label in ("accounts", "jobs"):
        create_roles(apps.get_app_config(label))
    assert held(Role.VIEWER) == VIEWER | {"jobs.delete_job"}
    assert held(Role.ADMIN) == ADMIN
    assert Group.objects.count() == 3


@pytest.mark.django_db
def test_the_order_of_the_applications_does_not_matter() -> None:
    Group.objects.all().delete()
    for label in ("jobs", "accounts"):
        create_roles(apps.get_app_config(label))
    assert {role: held(role) for role in Role} == PERMISSIONS


@pytest.mark.django_db
def test_other_applications_do_not_matter() -> None:
    Group.objects.all().delete()
    create_roles(apps.get_app_config("contenttypes"))
    assert Group.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_flush_brings_them_back() -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert {role: held(role) for role in Role} == PERMISSIONS
