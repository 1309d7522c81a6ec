"""Security headers on every answer, static files and refusals included.

Django's own SecurityMiddleware crosses into a thread and back for each request under ASGI, and
sees no static file; these cost a microsecond. They obey the same settings.
"""

from functools import cache
from typing import Any, Final

from django.conf import settings

from backend.web.asgi_types import Application, Headers, Receive, Scope, Send, header

# What an answer that is no page may do in a browser that was made to show it: nothing.
NO_PAGE: Final = "default-src 'none'; frame-ancestors 'none'"


class SecurityHeaders:
    """The headers that every answer has, unless it brings its own."""

    def __init__(self) -> None:
        self._always = [
            (name.lower().encode(), value.encode())
            for name, value in {
                "X-Content-Type-Options": "nosniff" if settings.SECURE_CONTENT_TYPE_NOSNIFF else "",
                "X-Frame-Options": settings.X_FRAME_OPTIONS,
                "Referrer-Policy": settings.SECURE_REFERRER_POLICY or "",
                "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY or "",
                "Cross-Origin-Resource-Policy": "same-origin",
                "Content-Security-Policy": NO_PAGE,
            }.items()
            if value
        ]
        self._secure = [*self._always]
        if settings.SECURE_HSTS_SECONDS:
            policy = f"max-age={settings.SECURE_HSTS_SECONDS}"
            if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS:
                policy += "; includeSubDomains"
            if settings.SECURE_HSTS_PRELOAD:
                policy += "; preload"
            self._secure.append((b"strict-transport-security", policy.encode()))
        self._names = frozenset(name for name, _ in self._secure)

    def missing(self, headers: Headers, status: int, scope: Scope) -> Headers:
        """Those that an answer with these headers does not bring itself."""
        defaults = self._secure if is_secure(scope) else self._always
        present = dict(headers)
        if status == 304:  # noqa: PLR2004 (the status is its own name)
            # It renews the headers of the page the browser has: its policy stands.
            present[b"content-security-policy"] = b""
        if self._names.isdisjoint(present):
            return defaults
        return [item for item in defaults if item[0] not in present]


class Secured:
    """Adds the security headers to whatever the application answers."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._security = SecurityHeaders()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application."""

        async def send_with_headers(event: Any) -> None:
            if event["type"] == "http.response.start":
                headers = [(name.lower(), value) for name, value in event["headers"]]
                headers += self._security.missing(headers, event["status"], scope)
                event = {**event, "headers": headers}
            await send(event)

        await self._application(scope, receive, send_with_headers)


def is_secure(scope: Scope) -> bool:
    """Whether the client came by HTTPS, to us or to the proxy that the settings trust."""
    trusted: tuple[str, str] | None = settings.SECURE_PROXY_SSL_HEADER
    if trusted is None:
        return bool(scope["scheme"] == "https")
    scheme: str = header(scope, _as_sent(trusted[0])).decode("latin1").partition(",")[0].strip()
    return scheme == trusted[1]


@cache
def _as_sent(name: str) -> bytes:
    """The name of a header as clients send it, of the name that Django's settings give it."""
    return name.removeprefix("HTTP_").replace("_", "-").lower().encode()
