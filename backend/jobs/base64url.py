"""Bytes as text that is safe in a URL: base64url without padding (RFC 4648, section 5)."""

import base64
import binascii
from collections.abc import Sequence
from typing import Final

SAFE: Final = bytes.maketrans(b"+/", b"-_")


def encode(raw: bytes) -> str:
    """The one text that stands for these bytes."""
    return binascii.b2a_base64(raw, newline=False).translate(SAFE).rstrip(b"=").decode("ascii")


def encode_all(parts: Sequence[bytes]) -> list[str]:
    """The texts for many parts of the same length, at a fraction of the cost of each by itself."""
    length = len(parts[0]) if parts else 0
    if not length:
        return [""] * len(parts)
    padding = bytes(-length % 3)  # so that each begins a group of four characters
    joined = padding.join(parts) + padding
    text = binascii.b2a_base64(joined, newline=False).translate(SAFE).decode("ascii")
    width, used = (length + len(padding)) // 3 * 4, -(-length * 4 // 3)
    return [text[start : start + used] for start in range(0, len(text), width)]


def decode(text: str) -> bytes:
    """The bytes that a text stands for. Raises ValueError for any that `encode` does not make."""
    raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    if encode(raw) != text:
        msg = "another spelling of the same bytes"
        raise ValueError(msg)
    return raw
