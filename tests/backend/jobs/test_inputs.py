"""What a name, a message and a key may be: every limit from both sides, and Unicode's corners."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.jobs.errors import InvalidInput
from backend.jobs.inputs import clean_key, clean_message, clean_name

NAME_TOO_LONG = "A name has at most 200 characters, not {}."
NAME_EMPTY = "A name must not be empty."
NAME_CONTROL = "A name must not contain control characters or line breaks."
MESSAGE_STORABLE = "A message must be valid Unicode without null characters."
KEY_STORABLE = "An idempotency key must be valid Unicode without null characters."
ASTRAL = "\U0001f9ea"  # four bytes in UTF-8, two units in UTF-16, one character


def shown(value: str) -> str:
    """A short id for a parameter that may be long."""
    return f"{len(value)} {value[:20]!a}"


def refusal(call: Callable[[str], object], value: str) -> tuple[str, str]:
    """The field and the sentence that a value is refused with."""
    with pytest.raises(InvalidInput) as caught:
        call(value)
    return caught.value.field, str(caught.value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a", "a"),
        ("  nightly build \n", "nightly build"),
        ("\u00a0\u2003padded by other spaces\u3000", "padded by other spaces"),
        ("x" * 200, "x" * 200),
        (ASTRAL * 200, ASTRAL * 200),
        (" " * 100 + "x" * 200 + " " * 100, "x" * 200),
        ("Straße İstanbul", "Straße İstanbul"),
        ("e\u0301te\u0301", "e\u0301te\u0301"),  # not composed: a name is kept as it was given
        ("\u05d0\u05d1\u05d2", "\u05d0\u05d1\u05d2"),
        ("a\u200db", "a\u200db"),  # joiners belong to scripts and emoji
        ("%_\\'\";--", "%_\\'\";--"),
        ("\ufffe", "\ufffe"),
    ],
    ids=shown,
)
def test_a_name_is_kept_but_for_the_space_around_it(given: str, kept: str) -> None:
    assert clean_name(given) == kept


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", NAME_EMPTY),
        (" \t\r\n\u00a0\u2003", NAME_EMPTY),
        ("x" * 201, NAME_TOO_LONG.format(201)),
        (ASTRAL * 201, NAME_TOO_LONG.format(201)),
        (" " * 401, NAME_TOO_LONG.format(401)),
        ("a\0b", NAME_CONTROL),
        ("\0", NAME_CONTROL),
        ("a\nb", NAME_CONTROL),
        ("a\tb", NAME_CONTROL),
        ("a\x1b[31mb", NAME_CONTROL),
        ("a\x7fb", NAME_CONTROL),
        ("a\x85b", NAME_CONTROL),
        ("a\u2028b", NAME_CONTROL),
        ("a\u2029b", NAME_CONTROL),
        ("\ud800", NAME_CONTROL),
        ("a\udfffb", NAME_CONTROL),
    ],
    ids=shown,
)
def test_a_name_is_refused(given: str, told: str) -> None:
    assert refusal(clean_name, given) == ("name", told)


def test_ten_megabytes_are_refused_by_their_length() -> None:
    megabytes = "\0" * 10_000_000
    assert refusal(clean_name, megabytes) == ("name", NAME_TOO_LONG.format("10,000,000"))
    assert refusal(clean_message, megabytes)[1].endswith("not 10,000,000.")
    assert refusal(clean_key, megabytes)[1].endswith("not 10,000,000.")


@pytest.mark.parametrize(
    "given",
    [
        "x" * 10_000,
        ASTRAL * 10_000,
        "Traceback (most recent call last):\n\tboom\r\n",
        "\x1b[31mred\x1b[0m",
        "  indented, and kept  ",
        "\u2028",
        "a\u2028",
    ],
    ids=shown,
)
def test_a_message_is_kept_as_it_came(given: str) -> None:
    assert clean_message(given) == (given if given.strip() else None)


@pytest.mark.parametrize("given", [None, "", " ", "\n\t \u2003"], ids=ascii)
def test_a_blank_message_is_none(given: str | None) -> None:
    assert clean_message(given) is None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("x" * 10_001, "A message has at most 10,000 characters, not 10,001."),
        ("a\0", MESSAGE_STORABLE),
        ("\0", MESSAGE_STORABLE),
        ("a\ud800", MESSAGE_STORABLE),
        ("\udbff\udc00", MESSAGE_STORABLE),  # two halves are no character in Python's text
    ],
    ids=shown,
)
def test_a_message_is_refused(given: str, told: str) -> None:
    assert refusal(clean_message, given) == ("message", told)


@pytest.mark.parametrize("given", [None, "k", " k ", "x" * 200, ASTRAL * 200, "a\nb"], ids=ascii)
def test_a_key_is_kept_as_it_came(given: str | None) -> None:
    assert clean_key(given) == given


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "An idempotency key must not be empty."),
        ("x" * 201, "An idempotency key has at most 200 characters, not 201."),
        ("\0", KEY_STORABLE),
        ("\udc00", KEY_STORABLE),
    ],
    ids=shown,
)
def test_a_key_is_refused(given: str, told: str) -> None:
    assert refusal(clean_key, given) == ("idempotencyKey", told)


@given(st.text(st.characters() | st.sampled_from(" \t\u2028é\U0001f9ea"), max_size=450))
def test_any_text_is_a_name_or_refused_for_a_reason(text: str) -> None:
    trimmed = text.strip()
    kinds = {unicodedata.category(character) for character in trimmed}
    may_be = len(text) <= 400 and 1 <= len(trimmed) <= 200 and not kinds & {"Cc", "Cs", "Zl", "Zp"}
    if may_be:
        assert clean_name(text) == trimmed
        assert clean_name(trimmed) == trimmed
        assert trimmed.encode().decode() == trimmed
    else:
        assert refusal(clean_name, text)[0] == "name"
