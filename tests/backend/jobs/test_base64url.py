"""Base64url: many parts at once give what each gives by itself."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.jobs import base64url

lists_of_one_length = st.integers(0, 40).flatmap(
    lambda length: st.lists(st.binary(min_size=length, max_size=length), max_size=20)
)


@given(lists_of_one_length)
@example([])
@example([b""])
@example([b"", b""])
@example([b"\xfb\xff\xfe"] * 3)  # - and _
def test_many_parts_are_each_encoded_as_by_itself(parts: list[bytes]) -> None:
    assert base64url.encode_all(parts) == [base64url.encode(part) for part in parts]


def test_some_texts() -> None:
    assert base64url.encode_all([b"a", b"b"]) == ["YQ", "Yg"]
    assert base64url.encode_all([b"\xfb\xff", b"\x00\x00"]) == ["-_8", "AAA"]
    assert base64url.encode_all([b"abc"]) == ["YWJj"]


@given(st.binary(max_size=100))
def test_bytes_come_back(raw: bytes) -> None:
    assert base64url.decode(base64url.encode(raw)) == raw


@pytest.mark.parametrize("text", ["YR", "YQ==", "Y", "+_8", " YQ", "YQ\n"])
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        base64url.decode(text)
