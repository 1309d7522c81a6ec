"""Signing in and out, over HTTP."""

from tests.api import Api


def test_signing_in_gives_a_token_that_reads(anyone: Api, viewer: Api) -> None:
    assert viewer("{ viewer { username } }").data == {"viewer": {"username": "viewer"}}
    assert anyone("{ viewer { username } }").codes == ["UNAUTHENTICATED"]
