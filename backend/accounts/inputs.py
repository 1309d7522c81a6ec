"""The form that usernames and passwords have, checked before anything costly looks at them."""

import re
import unicodedata
from typing import Final

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError

LONGEST_USERNAME: Final = 150  # characters, as the column has it
LONGEST_PASSWORD: Final = 1024  # characters

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
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
