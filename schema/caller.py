"""Who sends a request, and from where."""

from backend.accounts import principal
from backend.accounts.tokens import InvalidToken
from backend.web.asked import Asked
from schema.context import Context
from schema.database import ask


async def context_for(http: Asked) -> Context:
    """The context for a request, with its principal where a valid access token came along."""
    context = Context(address=http.address, asked=http)
    scheme, _, token = http.header(b"authorization").partition(" ")
    if scheme.lower() != "bearer":
        return context
    try:
        token = token.strip()
        context.token = token
        context.principal = principal.remembered(token) or await ask(principal.principal_for, token)
    except InvalidToken:
        context.token_refused = True
    return context
