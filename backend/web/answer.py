"""An HTTP answer of the API, before it is sent: by ASGI directly, or by way of Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from backend.web.asgi_types import Headers
from backend.web.event_stream import ServerSentEvents

NO_STORE: Final = (b"cache-control", b"no-store")


@dataclass(slots=True)
class Answer:
    """What is sent: all at once, or a stream. Its headers lack those that every answer gets."""

    status: int
    headers: Headers
    body: bytes = b""
    stream: ServerSentEvents | None = None

    @classmethod
    def whole(
        cls,
        body: bytes,
        content_type: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """An answer in one piece, which no cache may keep unless the headers say otherwise."""
        pairs = header_pairs(headers) if headers else [NO_STORE]
        pairs += (
            (b"content-type", content_type.encode()),
            (b"content-length", b"%d" % len(body)),
        )
        return cls(status, pairs, body)


def header_pairs(headers: Mapping[str, str]) -> Headers:
    """The headers as they are sent; no cache may keep the answer unless they say otherwise."""
    pairs = dict([NO_STORE])
    for name, value in headers.items():
        pairs[name.lower().encode("ascii")] = value.encode("latin1")
    return list(pairs.items())
