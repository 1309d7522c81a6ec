"""The secrets of API tokens: what they look like, and what only looks like one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.accounts import token_secrets

# Made with another implementation of CRC-32 to the base 62.
KNOWN = "jobtrail_pat_" + "0" * 43 + "11AkRt"


def test_a_secret_can_be_found_by_scanners() -> None:
    secret = token_secrets.new()
    assert re.fullmatch(r"jobtrail_pat_[0-9A-Za-z]{49}", secret)
    assert token_secrets.is_secret(secret)


def test_secrets_differ() -> None:
    assert len({token_secrets.new() for _ in range(100)}) == 100


def test_what_is_shown_is_the_beginning() -> None:
    secret = token_secrets.new()
    assert token_secrets.shown_part(secret) == secret[:17]


def test_what_is_stored_is_a_digest() -> None:
    assert token_secrets.digest("jobtrail_pat_x") == (
        "c5adf8ca19601a25fa05335d502dfddf71a468e612127554d6be317e220b5fcf"
    )


def test_the_checksum_is_the_one_that_is_documented() -> None:
    assert token_secrets.is_secret(KNOWN)


@pytest.mark.parametrize("place", range(62))
def test_a_slip_anywhere_is_noticed(place: int) -> None:
    secret = token_secrets.new()
    other = "x" if secret[place] != "x" else "y"
    assert not token_secrets.is_secret(secret[:place] + other + secret[place + 1 :])


def test_other_text_is_no_secret() -> None:
    secret = token_secrets.new()
    for text in (
        "",
        secret[:-1],
        secret + "0",
        secret + "\n",
        " " + secret,
        secret.upper(),
        secret.removeprefix("jobtrail_"),
        secret[:-1] + "\u0661",  # a digit of another script
        secret[:-1] + "\0",
        secret[:-1] + "\ud800",
    ):
        assert (text, token_secrets.is_secret(text)) == (text, False)


@given(st.text())
def test_no_text_is_a_secret_or_trouble(text: str) -> None:
    assert token_secrets.is_secret("jobtrail_pat_" + text) is False
