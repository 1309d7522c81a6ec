"""Where a request comes from."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings


def client_address(headers: Mapping[str, Any]) -> str:
    """The address of the client, believing as many proxies in front as are configured.

    Each proxy appends the address it saw to X-Forwarded-For; what stands further left, a client
    may have made up.
    """
    if settings.TRUSTED_PROXIES:
        chain = [each.strip() for each in headers.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(chain) >= settings.TRUSTED_PROXIES and all(chain):
            return str(chain[-settings.TRUSTED_PROXIES])
    return str(headers.get("REMOTE_ADDR", ""))
