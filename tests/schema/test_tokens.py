"""Counting tokens agrees with the parser's own lexer, and takes no time on any text."""

import time

import pytest
from graphql import GraphQLSyntaxError, Lexer, Source, TokenKind, get_introspection_query
from hypothesis import given
from hypothesis import strategies as st

from schema.tokens import more_than


def tokens(text: str) -> int:
    """As the reference implementation counts them. Raises GraphQLSyntaxError."""
    lexer, count = Lexer(Source(text)), 0
    while lexer.advance().kind is not TokenKind.EOF:
        count += 1
    return count


PIECES = [
    *("!", "$", "&", "(", ")", "[", "]", ":", "=", "@", "{", "|", "}", "...", "a", "_1", "-1"),
    *("1.5e+3", "0", "0.", "e1", "-", ".", '""', '"a"', '"\\""', '"\\u00e9"', '"#"', '"', '"""'),
    *('""" " "" \\""" """', "# a", "#", "\n", "\r\n", " ", "\t", ",", "\ufeff", "\\", "é", "?"),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=30)


@given(text=TEXTS)
def test_a_text_has_as_many_as_the_lexer_says(text: str) -> None:
    try:
        count = tokens(text)
    except GraphQLSyntaxError:
        more_than(3, text)  # either answer refuses it
        return
    assert not more_than(count, text)
    assert count == 0 or more_than(count - 1, text)


def test_a_document_of_a_client() -> None:
    document = get_introspection_query()
    count = tokens(document)
    assert not more_than(count, document)
    assert more_than(count - 1, document)


@pytest.mark.parametrize(
    "text",
    [
        "a " * 50_000,
        '"\\"' * 33_000,
        '"' * 100_000,
        '"""' + '"" ' * 33_000,
        '"""\\' * 25_000,
        '\\"' * 50_000,
        '"\\' * 50_000,
        "#" * 100_000,
        "#\n" * 50_000,
        " " * 100_000,
        ", " * 50_000,
        "-" * 100_000,
        "." * 100_000,
        "1" * 100_000,
        "é" * 100_000,
    ],
)
def test_no_text_is_looked_at_twice(text: str) -> None:
    start = time.process_time()
    more_than(2_000, text)
    assert time.process_time() - start < 0.1
