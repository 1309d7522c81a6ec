"""What is sent to break a GraphQL server, sent to a real one in production: refused, and cheaply.

The time is that of the process, server and client together, at the best of three tries: other work
on the machine does not count.
"""

import time
from collections.abc import Iterator

import httpx
import pytest
from pytest_django import Settings

from tests.api import Api
from tests.schema.hostile import HOSTILE, document
from tests.server import Server

LONGEST = 0.1  # seconds of CPU
NEW = "application/graphql-response+json"


@pytest.fixture
def http(server: Server, viewer: Api, settings: Settings) -> Iterator[httpx.Client]:
    """A client of a server with the settings of production, signed in, and warm."""
    settings.PRODUCTION = True
    settings.SIGN_IN_FIRST = True
    settings.INTROSPECTION = False
    settings.REQUEST_LOG = True
    headers = {
        "Authorization": f"Bearer {viewer.token}",
        "Accept": NEW,
        "Content-Type": "application/json",
    }
    with httpx.Client(base_url=server.url, headers=headers, timeout=30) as client:
        for text in ("{ viewer { id } }", "{ jobs { nodes { id } } }", "{ nope }"):
            client.post("", content=document(text))
        yield client


def best_of_three(http: httpx.Client, body: bytes) -> tuple[httpx.Response, float]:
    """The answer, and the CPU time in seconds that it took."""
    times, responses = [], []
    for _ in range(3):
        start = time.process_time()
        responses.append(http.post("", content=body))
        times.append(time.process_time() - start)
    return responses[-1], min(times)


def test_each_is_refused_with_a_code_and_at_once(http: httpx.Client) -> None:
    for name, (body, status, code) in HOSTILE.items():
        response, taken = best_of_three(http, body)
        answer = response.json()
        codes = {error["extensions"]["code"] for error in answer["errors"]}
        assert (name, response.status_code, codes) == (name, status, {code})
        assert not answer.get("data") or set(answer["data"].values()) == {None}
        assert (name, taken < LONGEST) == (name, True), taken
        assert len(response.content) < 10_000
    assert http.post("", content=document("{ viewer { id } }")).status_code == 200


def test_a_stranger_is_refused_cheaper_still(http: httpx.Client) -> None:
    del http.headers["Authorization"]
    for name, (body, *_) in HOSTILE.items():
        response, taken = best_of_three(http, body)
        assert (name, response.status_code) in {(name, 400), (name, 401), (name, 413)}
        assert (name, taken < LONGEST) == (name, True), taken
