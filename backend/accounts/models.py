"""Who may do what: accounts."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person or a program. Never deleted, only deactivated: histories name it."""
