"""Access tokens: what is minted verifies, and whatever was forged is refused alike."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from backend.accounts import tokens
from backend.accounts.keys import keyring
from backend.accounts.tokens import Claims, InvalidToken
from tests.backend.accounts.conftest import Clock

SESSION = UUID("0193a1b2-c3d4-4e5f-8a9b-0c1d2e3f4a5b")
FAR = datetime(2100, 1, 1, tzinfo=UTC)


def segment(content: object) -> str:
    """One part of a token, from JSON or from raw bytes."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def claims(**changed: Any) -> dict[str, Any]:
    """The claims of a good token, with changes; None leaves a claim out."""
    now = int(datetime.now(UTC).timestamp())
    good: dict[str, Any] = {
        "iss": "jobtrail",
        "aud": "jobtrail",
        "sub": "7",
        "sid": str(SESSION),
        "iat": now,
        "exp": now + 600,
    }
    return {name: value for name, value in (good | changed).items() if value is not None}


def signed(header: dict[str, Any] | None = None, *, key: str | None = None, **changed: Any) -> str:
    """A token signed with the genuine key unless told otherwise, with claims changed."""
    return jwt.api_jws.encode(
        json.dumps(claims(**changed)).encode(),
        key or settings.JWT_KEY,
        "HS256",
        headers={**HEADER, **(header or {})},
    )


def resealed(header: object, payload: object) -> str:
    """Any two parts under a genuine signature, bypassing what the library would refuse to mint."""
    signing_input = f"{segment(header)}.{segment(payload)}"
    algorithm = jwt.get_algorithm_by_name("HS256")
    signature = algorithm.sign(signing_input.encode(), algorithm.prepare_key(settings.JWT_KEY))
    return f"{signing_input}.{segment(signature)}"


KID = keyring().signing.id
HEADER = {"typ": "at+jwt", "alg": "HS256", "kid": KID}
NOW = int(datetime.now(UTC).timestamp())


def _without_signature() -> str:
    return signed().rpartition(".")[0] + "."


def _unsigned() -> str:
    return f"{segment({**HEADER, 'alg': 'none'})}.{segment(claims())}."


def _unsigned_with_signature() -> str:
    return f"{segment({**HEADER, 'alg': 'nOnE'})}.{segment(claims())}.{segment(b'x' * 32)}"


def _signed_by_rsa() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims(), key, "RS256", headers=HEADER | {"alg": "RS256"})


def _signed_by_ed25519() -> str:
    key = Ed25519PrivateKey.generate()
    return jwt.encode(claims(), key, "EdDSA", headers=HEADER | {"alg": "EdDSA"})


def _named(kid: str) -> str:
    """Signed with the genuine key, under another name of it."""
    return resealed(HEADER | {"kid": kid}, claims())


def _signed_with_what_the_name_leads_to() -> str:
    """The trick with a key id that is a path: sign with what everybody has there."""
    signing_input = f"{segment(HEADER | {'kid': '/dev/null'})}.{segment(claims())}"
    signature = hmac.digest(b"", signing_input.encode(), "sha256")
    return f"{signing_input}.{segment(signature)}"


def _other_payload() -> str:
    head, _, signature = signed().split(".")
    return f"{head}.{segment(claims(sub='1'))}.{signature}"


FORGERIES: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "not a token": lambda: "hello",
    "two dots": lambda: "..",
    "three dots": lambda: signed() + ".x",
    "one dot": lambda: signed().rpartition(".")[0],
    "without its signature": _without_signature,
    "truncated": lambda: signed()[:-2],
    "padded": lambda: signed() + "=",
    "with a space": lambda: " " + signed(),
    "with a line end": lambda: signed() + "\n",
    "oversized": lambda: signed(pad="x" * 5000),
    "oversized rubbish": lambda: "x" * 1_000_000,
    "not ASCII": lambda: signed()[:-1] + "é",
    "digits of another script": lambda: signed()[:-1] + "\u0663",
    "a lone surrogate": lambda: signed()[:-1] + "\ud800",
    "a NUL": lambda: signed()[:-1] + "\0",
    "unsigned": _unsigned,
    "unsigned, with a signature": _unsigned_with_signature,
    "another key": lambda: signed(key="k" * 32),
    "an empty key": lambda: signed(key="\0" * 32),
    "HS512 with the genuine key": lambda: jwt.encode(
        claims(), settings.JWT_KEY * 2, "HS512", headers=HEADER | {"alg": "HS512"}
    ),
    "RS256": _signed_by_rsa,
    "EdDSA": _signed_by_ed25519,
    "no key id": lambda: resealed({"typ": "at+jwt", "alg": "HS256"}, claims()),
    "an empty key id": lambda: _named(""),
    "an unknown key id": lambda: _named("A" * 12),
    "a key id in other letters": lambda: _named(KID.swapcase()),
    "a key id with more behind it": lambda: _named(KID + "\0"),
    "a key id that is a path": lambda: _named("../../../../dev/null"),
    "a key id that leads to an empty file": _signed_with_what_the_name_leads_to,
    "a key id that is a URL": lambda: _named("https://example.org/key.pem"),
    "a key id that is SQL": lambda: _named("' UNION SELECT 'known secret' --"),
    "a key id that is a command": lambda: _named("$(cat /etc/passwd)"),
    "a huge key id": lambda: _named("A" * 3000),
    "a key id that is a list": lambda: resealed(HEADER | {"kid": [KID]}, claims()),
    "a key id that is null": lambda: resealed(HEADER | {"kid": None}, claims()),
    "a key of its own": lambda: jwt.api_jws.encode(
        json.dumps(claims()).encode(),
        "k" * 32,
        "HS256",
        headers=HEADER | {"jwk": {"kty": "oct", "k": segment(b"k" * 32)}},
    ),
    "the address of a key of its own": lambda: jwt.api_jws.encode(
        json.dumps(claims()).encode(),
        "k" * 32,
        "HS256",
        headers=HEADER | {"jku": "https://example.org/jwks.json", "x5u": "https://example.org"},
    ),
    "another payload under the signature": _other_payload,
    "a payload that is a list": lambda: resealed(HEADER, []),
    "a payload that is not JSON": lambda: resealed(HEADER, b"{"),
    "a payload that is not UTF-8": lambda: resealed(HEADER, b"\xff\xfe"),
    "a header that is a list": lambda: resealed([], claims()),
    "a header of deep JSON": lambda: resealed(b"[" * 2000, claims()),
    "a payload of deep JSON": lambda: resealed(HEADER, b"[" * 2000),
    "an algorithm that is a list": lambda: resealed(HEADER | {"alg": ["HS256"]}, claims()),
    "no algorithm": lambda: resealed({"typ": "at+jwt", "kid": KID}, claims()),
    "a key id that is a number": lambda: resealed(HEADER | {"kid": 1}, claims()),
    "a critical extension": lambda: resealed(HEADER | {"crit": ["exp"]}, claims()),
    "a detached payload": lambda: resealed(HEADER | {"b64": False, "crit": ["b64"]}, claims()),
    "another type": lambda: signed({"typ": "JWT"}),
    "no type": lambda: resealed({"alg": "HS256", "kid": KID}, claims()),
    "no expiry": lambda: signed(exp=None),
    "no issue time": lambda: signed(iat=None),
    "no subject": lambda: signed(sub=None),
    "no audience": lambda: signed(aud=None),
    "no issuer": lambda: signed(iss=None),
    "no session": lambda: signed(sid=None),
    "another audience": lambda: signed(aud="elsewhere"),
    "our audience among others": lambda: signed(aud=["jobtrail", "elsewhere"]),
    "another issuer": lambda: signed(iss="elsewhere"),
    "an issuer that is a list": lambda: signed(iss=["jobtrail"]),
    "not yet valid": lambda: signed(nbf=NOW + 3600),
    "a start that is text": lambda: signed(nbf="soon"),
    "issued in the future": lambda: signed(iat=NOW + 100_000, exp=NOW + 100_600),
    "an expiry that is text": lambda: signed(exp=str(NOW + 600)),
    "an expiry with a fraction": lambda: signed(exp=NOW + 600.5),
    "an infinite expiry": lambda: signed(exp=float("inf")),
    "an expiry that is no number": lambda: signed(exp=float("nan")),
    "a huge expiry": lambda: signed(exp=10**1000),
    "an expiry next century": lambda: signed(exp=int(FAR.timestamp())),
    "a huge issue time": lambda: signed(iat=10**1000),
    "an issue time long before all time": lambda: signed(iat=-(10**1000)),
    "an issue time that is true": lambda: signed(iat=True),
    "a subject that is a number": lambda: signed(sub=7),
    "a subject that is a name": lambda: signed(sub="ada"),
    "a negative subject": lambda: signed(sub="-7"),
    "a padded subject": lambda: signed(sub="007"),
    "a subject past any account": lambda: signed(sub="9" * 40),
    "a subject in other digits": lambda: signed(sub="\u0667"),
    "a session that is rubbish": lambda: signed(sid="rubbish"),
    "a session that is a number": lambda: signed(sid=7),
    "a session in another spelling": lambda: signed(sid="{" + str(SESSION) + "}"),
    "a session in capitals": lambda: signed(sid=str(SESSION).upper()),
}


def test_a_minted_token_says_what_it_was_minted_with(clock: Clock) -> None:
    clock.now = clock.now.replace(microsecond=0)
    token, expires_at = tokens.mint(7, SESSION, session_ends_at=FAR)
    assert expires_at == clock.now + timedelta(minutes=15)
    assert tokens.verify(token) == Claims(7, SESSION, expires_at)


def test_a_token_does_not_outlive_its_session(clock: Clock) -> None:
    clock.now = clock.now.replace(microsecond=0)
    ends = clock.now + timedelta(minutes=3)
    token, expires_at = tokens.mint(7, SESSION, session_ends_at=ends)
    assert expires_at == ends
    assert tokens.verify(token).expires_at == ends


def test_the_forgers_workshop_makes_good_tokens_too() -> None:
    assert tokens.verify(signed()).user_id == 7
    assert tokens.verify(signed(nbf=NOW - 10)).user_id == 7
    assert tokens.verify(resealed(HEADER, claims())).session_id == SESSION


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused_without_a_hint(name: str) -> None:
    with pytest.raises(InvalidToken) as refusal:
        tokens.verify(FORGERIES[name]())
    assert str(refusal.value) == "The access token is not valid."
    assert refusal.value.expired is False
    assert refusal.value.reason != ""


def test_an_expired_token_says_so_that_the_client_may_refresh() -> None:
    token = signed(iat=NOW - 900, exp=NOW - 1)
    with pytest.raises(InvalidToken) as refusal:
        tokens.verify(token)
    assert str(refusal.value) == "The access token has expired."
    assert refusal.value.expired is True


def test_a_clock_a_little_ahead_is_forgiven_at_issue(clock: Clock) -> None:
    clock.advance(seconds=3)
    token, _ = tokens.mint(7, SESSION, session_ends_at=FAR)
    clock.advance(seconds=-3)
    assert tokens.verify(token).user_id == 7


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    with pytest.raises(InvalidToken):
        tokens.verify(text)


@given(
    st.sampled_from(["iss", "aud", "sub", "sid", "iat", "exp", "nbf"]),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=4,
    ),
)
def test_no_claim_raises_anything_else(name: str, value: object) -> None:
    try:
        verified = tokens.verify(resealed(HEADER, claims() | {name: value}))
    except InvalidToken:
        return
    assert verified.user_id > 0
