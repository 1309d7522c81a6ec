"""The three things that an ASGI application is called with, and the headers of its answer.

asgiref types each event by itself, but neither Django nor the clients of the tests use its types,
and the three do not fit together; these fit all of them.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
"""Names, in lower case, and values."""


def header(scope: Scope, name: bytes) -> bytes:
    """The first header of that (lower-case) name, empty where there is none."""
    return next((value for key, value in scope["headers"] if key == name), b"")
