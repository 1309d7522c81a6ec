"""The keys of access tokens: one signs, others only verify until what they signed has expired.

A key is a random secret (HS256) or a private key in PEM: RSA of at least 2,048 bits (RS256) or
Ed25519 (EdDSA). What a key is decides its algorithm; a token only names the key, by an id that
follows from the key itself.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SMALLEST_RSA: Final = 2048  # bits
PEM: Final = "-----BEGIN"
ID_BYTES: Final = 9  # 12 characters of base64url


@dataclass(frozen=True, slots=True)
class Key:
    """One key. `private` is None where it only verifies."""

    id: str
    algorithm: str
    public: Any
    private: Any = None


@dataclass(frozen=True, slots=True)
class Keyring:
    """The key that signs, and all that verify, by id."""

    signing: Key
    verifying: Mapping[str, Key]


def keyring() -> Keyring:
    """The keys of the settings. Raises ImproperlyConfigured where one of them is none."""
    return _keyring(settings.JWT_KEY, tuple(settings.JWT_KEYS_RETIRED))


@lru_cache(maxsize=4)
def _keyring(signing: str, retired: Sequence[str]) -> Keyring:
    key = parse(signing, "JOBTRAIL_JWT_KEY")
    if key.private is None:
        raise ImproperlyConfigured("JOBTRAIL_JWT_KEY signs: it must be the private key.")
    verifying = {
        old.id: old for old in (parse(each, "JOBTRAIL_JWT_KEYS_RETIRED") for each in retired)
    }
    return Keyring(key, MappingProxyType({**verifying, key.id: key}))


def parse(text: str, setting: str) -> Key:
    """The key that a setting holds. Raises ImproperlyConfigured, without telling the key."""
    if PEM not in text:
        return _shared(text.encode())
    pem = text.replace("\\n", "\n").encode()  # a line of an .env file has no line ends of its own
    try:
        if b"PRIVATE KEY" in pem:
            private: Any = load_pem_private_key(pem, password=None)
            return _pair(private.public_key(), private, setting)
        return _pair(load_pem_public_key(pem), None, setting)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ImproperlyConfigured(
            f"{setting} is not a key in PEM without a password (PKCS #8 or SubjectPublicKeyInfo)."
        ) from None


def _shared(secret: bytes) -> Key:
    digest = hmac.digest(secret, b"jobtrail key id", "sha256")
    return Key(_id(digest), "HS256", public=secret, private=secret)


def _pair(public: Any, private: Any, setting: str) -> Key:
    if isinstance(public, RSAPublicKey):
        if public.key_size < SMALLEST_RSA:
            raise ImproperlyConfigured(
                f"{setting} is an RSA key of {public.key_size} bits; at least {SMALLEST_RSA} are needed."
            )
        algorithm = "RS256"
    elif isinstance(public, Ed25519PublicKey):
        algorithm = "EdDSA"
    else:
        raise ImproperlyConfigured(f"{setting} is neither an RSA nor an Ed25519 key.")
    encoded = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Key(_id(hashlib.sha256(encoded).digest()), algorithm, public, private)


def _id(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest[:ID_BYTES]).decode()
