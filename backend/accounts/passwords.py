"""Which passwords are strong enough to be set."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from backend.accounts.errors import InvalidAccount
from backend.accounts.inputs import LONGEST_PASSWORD, is_password
from backend.accounts.models import User


def require_strong(password: str, user: User) -> None:
    """Refuse what is no password, or a weak one for this account. Raises InvalidAccount."""
    if not is_password(password):
        raise InvalidAccount("password", f"A password has 1 to {LONGEST_PASSWORD} characters.")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidAccount("password", " ".join(error.messages)) from error
