"""The secret of an API token: how it is made, told from other text, and stored.

It looks like `jobtrail_pat_` and 49 letters and digits, of which the last six are the CRC-32 of
everything before them. Scanners for leaked secrets find it by its beginning and drop what only
looks like one by its end; so do we, without asking the database.
"""

import hashlib
import re
import secrets
import string
import zlib
from typing import Final

PREFIX: Final = "jobtrail_pat_"
RANDOM_CHARACTERS: Final = 43  # of 62: 256 bits
CHECKSUM_CHARACTERS: Final = 6  # of 62: 32 bits
SHOWN_CHARACTERS: Final = 4  # of the random ones, by which an owner knows his token again
ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase

_FORM = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{RANDOM_CHARACTERS + CHECKSUM_CHARACTERS}}}", re.ASCII)


def new() -> str:
    """A secret that nobody has."""
    body = PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return body + _checksum(body)


def is_secret(text: str) -> bool:
    """Whether the text has the form and the checksum of a secret, genuine or not."""
    if _FORM.fullmatch(text) is None:
        return False
    return _checksum(text[:-CHECKSUM_CHARACTERS]) == text[-CHECKSUM_CHARACTERS:]


def digest(secret: str) -> str:
    """How the secret is stored. 256 random bits need neither salt nor a slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def shown_part(secret: str) -> str:
    """The beginning that may be shown for ever: it helps nobody to guess the rest."""
    return secret[: len(PREFIX) + SHOWN_CHARACTERS]


def _checksum(body: str) -> str:
    """The CRC-32 as six digits to the base 62, the most significant first."""
    rest = zlib.crc32(body.encode())
    digits = []
    for _ in range(CHECKSUM_CHARACTERS):
        rest, digit = divmod(rest, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
