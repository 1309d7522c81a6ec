"""Which media type to answer in, and which bodies to read (RFC 9110, section 12.5.1)."""

from functools import lru_cache

from django.http.request import MediaType

GRAPHQL = "application/graphql-response+json; charset=utf-8"
JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"
EVENT_STREAM = "text/event-stream; charset=utf-8"

# In the order of our own preference, for clients that have none. Clients that send no Accept
# header, or */*, mostly are scripts and old libraries, which expect the old type.
ANSWERS = (JSON, GRAPHQL)
PAGES = (JSON, GRAPHQL, HTML)


@lru_cache(maxsize=128)
def negotiate(accept: str, offers: tuple[str, ...] = ANSWERS) -> str | None:
    """The offer that the Accept header likes best, None where it likes none.

    The most specific range that covers an offer decides its quality, and q=0 excludes it. Among
    equals, one that is named beats one that a wildcard covers, and then what the client lists
    first, and then what we list first.
    """
    ranges = [MediaType(part) for part in accept.lower().split(",") if part.strip()]
    ranked = []
    for preference, offer in enumerate(offers):
        fits = [
            (-item.specificity, position, item.quality)
            for position, item in enumerate(ranges)
            if MediaType(offer).match(str(item))
        ]
        if fits:
            specificity, position, quality = min(fits)
            if quality > 0:
                ranked.append((-quality, specificity, position, preference, offer))
    return min(ranked)[-1] if ranked else None


@lru_cache(maxsize=128)
def is_json(content_type: str) -> bool:
    """Whether a body of that Content-Type is JSON in UTF-8, the only kind that is read."""
    media_type = MediaType(content_type.lower())
    return (media_type.main_type, media_type.sub_type) == ("application", "json") and (
        media_type.params.get("charset", "utf-8") in {"utf-8", "utf8"}
    )
