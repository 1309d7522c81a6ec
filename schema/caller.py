"""Who sends a request, and from where."""

from django.http import HttpRequest

from backend.accounts import principal
from backend.accounts.tokens import InvalidToken
from backend.web.address import client_address
from schema.context import Context
from schema.database import ask


async def context_for(http: HttpRequest) -> Context:
    """The context for a request, with its principal where a valid access token came along."""
    context = Context(address=client_address(http.META), cookies=dict(http.COOKIES))
    scheme, _, token = http.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer":
        return context
    try:
        token = token.strip()
        context.token = token
        context.principal = principal.remembered(token) or await ask(principal.principal_for, token)
    except InvalidToken:
        context.token_refused = True
    return context
