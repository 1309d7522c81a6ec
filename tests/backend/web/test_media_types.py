"""Negotiation by the letter of RFC 9110, section 12.5.1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.web.media_types import ANSWERS, GRAPHQL, HTML, JSON, PAGES, is_json, negotiate


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("APPLICATION/JSON", JSON),
        ("application/graphql-response+json", GRAPHQL),
        (
            "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8",
            GRAPHQL,
        ),
        ("application/graphql-response+json; charset=UTF-8", GRAPHQL),
        ("application/graphql-response+json,application/json;q=0.9", GRAPHQL),
        ("application/json;q=0.8, application/graphql-response+json;q=0.9", GRAPHQL),
        ("application/graphql-response+json;q=0.5, application/json", JSON),
        ("application/json, application/graphql-response+json", JSON),
        ("application/graphql-response+json, application/json", GRAPHQL),
        ("*/*, application/graphql-response+json", GRAPHQL),
        ("*/*;q=0.1, application/graphql-response+json;q=0", JSON),
        ("*/*, application/json;q=0", GRAPHQL),
        ("application/json;q=0, application/graphql-response+json;q=0.001", GRAPHQL),
        ("text/event-stream, application/json", JSON),
        ("application/json;q=nonsense", JSON),
        (",,application/json,", JSON),
        ("application/json;q=0", None),
        ("application/json; charset=latin1", None),
        ("text/html", None),
        ("application/graphql+json", None),
        ("json", None),
        ("/", None),
        ("", None),
        ("*/*;q=0", None),
    ],
)
def test_the_best_offer_wins(accept: str, chosen: str | None) -> None:
    assert negotiate(accept, ANSWERS) == chosen


def test_browsers_prefer_a_page() -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert negotiate(browser, PAGES) == HTML
    assert negotiate(browser, ANSWERS) == JSON


@given(st.text(max_size=200))
def test_no_header_breaks_it(header: str) -> None:
    assert negotiate(header, PAGES) in {JSON, GRAPHQL, HTML, None}
    assert is_json(header) in {True, False}


@pytest.mark.parametrize(
    ("content_type", "readable"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("Application/JSON;charset=UTF8", True),
        ('application/json; charset="utf-8"', True),
        ("application/json; charset=utf-16", False),
        ("application/graphql", False),
        ("application/graphql-response+json", False),
        ("text/json", False),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", False),
        ("multipart/form-data; boundary=x", False),
        ("", False),
    ],
)
def test_only_json_in_utf8_is_read(content_type: str, *, readable: bool) -> None:
    assert is_json(content_type) is readable
