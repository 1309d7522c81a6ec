"""Who sends a request, and from where."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from backend.accounts import principal
from backend.accounts.tokens import InvalidToken
from schema.context import Context
from schema.threads import in_thread


async def context_for(http: HttpRequest) -> Context:
    """The context for a request, with its principal where a valid access token came along."""
    context = Context(address=client_address(http.META), cookies=dict(http.COOKIES))
    scheme, _, token = http.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer":
        return context
    try:
        token = token.strip()
        context.token = token
        context.principal = principal.remembered(token) or await in_thread(
            principal.principal_for, token
        )
    except InvalidToken:
        context.token_refused = True
    return context


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
