"""The keys of access tokens: which are taken, how they follow each other, and who can forge."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from backend.accounts import keys, tokens
from backend.accounts.tokens import InvalidToken
from tests.backend.accounts.test_tokens import FAR, SESSION, claims, segment

SECRET = "a secret of more than thirty-two bytes, none of them random"
OTHER = "another secret of more than thirty-two bytes, as random as that"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ED25519 = Ed25519PrivateKey.generate()


def private(key: Any) -> str:
    """The key as a setting has it."""
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii"))


def public(key: Any) -> str:
    """The half of it that everybody may have."""
    encoded = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return str(encoded.decode("ascii"))


KEYS = {"HS256": SECRET, "RS256": private(RSA), "EdDSA": private(ED25519)}


def use(settings: Settings, key: str, *retired: str) -> None:
    settings.JWT_KEY = key
    settings.JWT_KEYS_RETIRED = list(retired)


def mint() -> str:
    return tokens.mint(7, SESSION, session_ends_at=FAR)[0]


def refused(token: str) -> None:
    """Refused as every forgery is."""
    with pytest.raises(InvalidToken) as refusal:
        tokens.verify(token)
    assert str(refusal.value) == "The access token is not valid."
    assert refusal.value.expired is False


@pytest.mark.parametrize("algorithm", KEYS)
def test_what_a_key_signs_it_verifies(settings: Settings, algorithm: str) -> None:
    use(settings, KEYS[algorithm])
    token = mint()
    header = jwt.get_unverified_header(token)
    assert (header["alg"], header["kid"]) == (algorithm, keys.keyring().signing.id)
    assert tokens.verify(token).user_id == 7


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_retired_key_verifies_what_it_signed_and_signs_no_more(
    settings: Settings, algorithm: str
) -> None:
    use(settings, KEYS[algorithm])
    old = mint()
    use(settings, OTHER)
    refused(old)
    use(settings, OTHER, "a third secret, also of more than thirty-two bytes", KEYS[algorithm])
    assert tokens.verify(old).user_id == 7
    fresh = mint()
    assert jwt.get_unverified_header(fresh)["kid"] != jwt.get_unverified_header(old)["kid"]
    use(settings, OTHER)
    assert tokens.verify(fresh).user_id == 7


@pytest.mark.parametrize("key", [RSA, ED25519], ids=["RS256", "EdDSA"])
def test_the_public_half_will_do_for_a_retired_key(settings: Settings, key: Any) -> None:
    use(settings, private(key))
    old = mint()
    use(settings, OTHER, public(key))
    assert tokens.verify(old).user_id == 7


def test_a_key_may_be_active_and_retired_at_once(settings: Settings) -> None:
    use(settings, SECRET, SECRET)
    assert tokens.verify(mint()).user_id == 7


def test_line_ends_may_be_written_out(settings: Settings) -> None:
    use(settings, private(RSA))
    token = mint()
    use(settings, private(RSA).replace("\n", "\\n"))
    assert tokens.verify(token).user_id == 7


def test_an_id_tells_nothing_of_a_secret() -> None:
    key = keys.parse(SECRET, "X")
    assert key.id == "".join(
        segment(hmac.digest(SECRET.encode(), b"jobtrail key id", "sha256")[:9])
    )
    assert hashlib.sha256(SECRET.encode()).hexdigest()[:6] not in key.id
    assert keys.parse(OTHER, "X").id != key.id
    assert len(key.id) == 12


def test_a_pair_has_one_id_whichever_half_is_at_hand() -> None:
    assert keys.parse(public(RSA), "X").id == keys.parse(private(RSA), "X").id


WEAK: dict[str, Callable[[], str]] = {
    "RSA of 1,024 bits": lambda: private(
        rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 (to be refused)
    ),
    "an elliptic curve of others": lambda: private(ec.generate_private_key(ec.SECP256R1())),
    "a key behind a password": lambda: RSA.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"password")
    ).decode(),
    "a key that was cut": lambda: private(RSA)[:200] + "\n-----END PRIVATE KEY-----\n",
    "a certificate request": lambda: "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n",
    "a public key alone": lambda: public(RSA),
    "a public key of Ed25519": lambda: public(ED25519),
}


@pytest.mark.parametrize("name", WEAK)
def test_a_key_that_will_not_do_stops_the_start(settings: Settings, name: str) -> None:
    key = WEAK[name]()
    use(settings, key)
    with pytest.raises(ImproperlyConfigured, match=r"^JOBTRAIL_JWT_KEY ") as refusal:
        keys.keyring()
    assert key.strip().splitlines()[1] not in str(refusal.value)


@pytest.mark.parametrize("name", [name for name in WEAK if not name.startswith("a public key")])
def test_a_retired_key_that_will_not_do_stops_the_start_too(settings: Settings, name: str) -> None:
    use(settings, SECRET, WEAK[name]())
    with pytest.raises(ImproperlyConfigured, match=r"^JOBTRAIL_JWT_KEYS_RETIRED "):
        keys.keyring()


# --- Forgeries by whoever has the public key --------------------------------------------------


def forged(header: dict[str, Any], secret: bytes) -> str:
    """Signed by HMAC, with whatever the forger takes for the secret."""
    signing_input = f"{segment(header)}.{segment(claims())}"
    return f"{signing_input}.{segment(hmac.digest(secret, signing_input.encode(), 'sha256'))}"


@pytest.mark.parametrize("key", [RSA, ED25519], ids=["RS256", "EdDSA"])
@pytest.mark.parametrize("retired", [False, True], ids=["signing", "retired"])
def test_a_public_key_is_no_secret(settings: Settings, key: Any, *, retired: bool) -> None:
    use(settings, *([SECRET, private(key)] if retired else [private(key)]))
    kid = keys.parse(public(key), "X").id
    pem = public(key).encode()
    for secret in (
        pem,
        pem.strip(),
        pem.replace(b"\n", b"\r\n"),
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        b"",
        kid.encode(),
    ):
        for algorithm in ("HS256", "HS384", "hs256", "RS256", "EdDSA", "none"):
            refused(forged({"typ": "at+jwt", "alg": algorithm, "kid": kid}, secret))
        refused(forged({"typ": "at+jwt", "alg": "HS256"}, secret))


def test_each_key_signs_by_its_own_algorithm_only(settings: Settings) -> None:
    """Genuine signatures, under the name of another genuine key."""
    use(settings, SECRET, private(RSA), private(ED25519))
    genuine: dict[str, Any] = {"HS256": SECRET, "RS256": RSA, "EdDSA": ED25519}
    ids = {name: keys.parse(text, "X").id for name, text in KEYS.items()}
    body = json.dumps(claims()).encode()
    for algorithm, key in genuine.items():
        for name, kid in ids.items():
            headers = {"typ": "at+jwt", "kid": kid}
            token = jwt.api_jws.encode(body, key, algorithm, headers=headers)
            if name == algorithm:
                assert tokens.verify(token).user_id == 7
            else:
                refused(token)
    # Other variants of what a key could do.
    headers = {"typ": "at+jwt", "kid": ids["RS256"]}
    for algorithm in ("RS384", "RS512", "PS256"):
        refused(jwt.api_jws.encode(body, RSA, algorithm, headers=headers))


def test_an_expired_token_of_a_retired_key_says_so(settings: Settings) -> None:
    now = int(datetime.now(UTC).timestamp())
    use(settings, OTHER, SECRET)
    token = jwt.encode(
        claims(iat=now - 900, exp=now - 1),
        SECRET,
        "HS256",
        headers={"typ": "at+jwt", "kid": keys.parse(SECRET, "X").id},
    )
    with pytest.raises(InvalidToken) as refusal:
        tokens.verify(token)
    assert refusal.value.expired is True
