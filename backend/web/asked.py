"""An HTTP request as the API sees it: no framework's object, and nothing read before it is wanted."""

from dataclasses import dataclass
from typing import Self

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, parse_cookie

from backend.web.address import client_address
from backend.web.asgi_types import Scope


@dataclass(slots=True)
class Asked:
    """What was asked, by whom.

    `headers` has their names in lower case. `body` is None where it is larger than the settings
    allow.
    """

    method: str
    query_string: str
    headers: dict[bytes, bytes]
    peer: str = ""  # the address of whoever connected, which may be a proxy
    body: bytes | None = b""

    @classmethod
    def of_scope(cls, scope: Scope, headers: dict[bytes, bytes], body: bytes | None = b"") -> Self:
        """The request of an ASGI scope. Raises UnicodeDecodeError where its URL is not text."""
        client = scope.get("client")
        return cls(
            scope.get("method", "GET").upper(),  # that of a WebSocket is not told
            scope.get("query_string", b"").decode(),
            headers,
            client[0] if client else "",
            body,
        )

    @classmethod
    def of_django(cls, request: HttpRequest) -> Self:
        """The request that Django was asked."""
        body: bytes | None
        try:
            body = request.body
        except RequestDataTooBig:
            body = None
        return cls(
            request.method or "",
            request.META.get("QUERY_STRING", ""),
            {
                name.lower().encode(): value.encode("latin1")
                for name, value in request.headers.items()
            },
            request.META.get("REMOTE_ADDR", ""),
            body,
        )

    def header(self, name: bytes) -> str:
        """The header of that (lower-case) name, empty where there is none."""
        return self.headers.get(name, b"").decode("latin1")

    @property
    def address(self) -> str:
        """The address of the client, behind the proxies that are trusted."""
        return client_address(self.peer, self.header(b"x-forwarded-for"))

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that came, parsed each time: hardly any operation wants them."""
        return parse_cookie(self.header(b"cookie"))


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """The headers by their names; the values of one that came more than once, joined by commas."""
    given = scope["headers"]
    headers = dict(given)
    if len(headers) == len(given):
        return headers
    joined: dict[bytes, bytes] = {}
    for name, value in given:
        joined[name] = joined[name] + b"," + value if name in joined else value
    return joined
