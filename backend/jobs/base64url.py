"""Bytes as text that is safe in a URL: base64url without padding (RFC 4648, section 5)."""

import base64
import binascii
from typing import Final

SAFE: Final = bytes.maketrans(b"+/", b"-_")


def encode(raw: bytes) -> str:
    """The one text that stands for these bytes."""
    return binascii.b2a_base64(raw, newline=False).translate(SAFE).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes that a text stands for. Raises ValueError for any that `encode` does not make."""
    raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if encode(raw) != text:
        msg = "another spelling of the same bytes"
        raise ValueError(msg)
    return raw
