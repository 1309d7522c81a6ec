"""The form that names and passwords have, checked before anything costly looks at them."""

import re
import unicodedata
from typing import Final

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError

from backend.accounts.errors import InvalidApiToken

LONGEST_USERNAME: Final = 150  # characters, as the column has it
LONGEST_PASSWORD: Final = 1024  # characters
LONGEST_TOKEN_NAME: Final = 100  # characters, as the column has it

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_UNPRINTABLE: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})  # Unicode's general categories
_validate = UnicodeUsernameValidator()


def is_storable(text: str) -> bool:
    """Whether every database can hold the text: no NUL, no lone surrogates."""
    return _UNSTORABLE.search(text) is None


def username_or_none(given: str) -> str | None:
    """The username in the form in which it is stored (NFKC), or None where none can look so."""
    if not 0 < len(given) <= LONGEST_USERNAME or not is_storable(given):
        return None
    username = unicodedata.normalize("NFKC", given)
    if len(username) > LONGEST_USERNAME:
        return None
    try:
        _validate(username)
    except ValidationError:
        return None
    return username


def is_password(given: str) -> bool:
    """Whether this can be a password: 1 to 1,024 characters, none of them NUL or half of one."""
    return 0 < len(given) <= LONGEST_PASSWORD and is_storable(given)


def clean_token_name(given: str) -> str:
    """The name of an API token, trimmed. Raises InvalidApiToken."""
    # Twice as much is never trimmed to fit: no work is spent on it.
    name = given.strip() if len(given) <= 2 * LONGEST_TOKEN_NAME else given
    if not 0 < len(name) <= LONGEST_TOKEN_NAME:
        raise InvalidApiToken("name", f"A name has 1 to {LONGEST_TOKEN_NAME} characters.")
    if any(unicodedata.category(character) in _UNPRINTABLE for character in name):
        raise InvalidApiToken("name", "A name has no control characters and no line breaks.")
    return name
