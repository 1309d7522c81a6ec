"""Which host a request is for, and whether it is one of ours.

Unlooked at, the name would let a page elsewhere talk to a server on this machine (DNS rebinding).
"""

from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http.request import split_domain_port, validate_host

from backend.web.asgi_types import Scope


def served_host(scope: Scope, headers: Mapping[bytes, bytes]) -> str | None:
    """The host that was asked, port included, as the client wrote it; None where it is not ours."""
    given = headers.get(b"host")
    if given is None:  # HTTP/1.0: whoever connected knew the address
        name, port = scope.get("server") or ("unknown", 0)
        host = f"{name}:{port}"
    else:
        host = given.decode("latin1")
    try:
        _require_ours(host, tuple(settings.ALLOWED_HOSTS))
    except DisallowedHost:
        return None
    return host


@lru_cache(maxsize=64)
def _require_ours(host: str, allowed: tuple[str, ...]) -> None:
    """Raises DisallowedHost, which is not remembered: strangers can not push out what is good."""
    domain, _ = split_domain_port(host)
    if not domain or not validate_host(domain, allowed):
        raise DisallowedHost
