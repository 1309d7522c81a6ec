"""Security headers on every answer, static files and refusals included.

Django's own SecurityMiddleware crosses into a thread and back for each request under ASGI, and
sees no static file; this wraps the whole application and costs microseconds. It obeys the same
settings.
"""

from http import HTTPStatus
from typing import Any

from django.conf import settings

from backend.web.asgi_types import Application, Receive, Scope, Send, header

# What an answer that is no page may do in a browser that was made to show it: nothing.
NO_PAGE = "default-src 'none'; frame-ancestors 'none'"


class SecurityHeaders:
    """Adds the headers that an answer does not bring itself."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.always = [
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
        self.secure = [*self.always]
        if settings.SECURE_HSTS_SECONDS:
            policy = f"max-age={settings.SECURE_HSTS_SECONDS}"
            if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS:
                policy += "; includeSubDomains"
            if settings.SECURE_HSTS_PRELOAD:
                policy += "; preload"
            self.secure.append((b"strict-transport-security", policy.encode()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application, adding the headers to its answer."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        defaults = self.secure if is_secure(scope) else self.always

        async def send_with_headers(event: Any) -> None:
            if event["type"] == "http.response.start":
                present = {name.lower() for name, _ in event["headers"]}
                if event["status"] == HTTPStatus.NOT_MODIFIED:
                    # A 304 renews the headers of the page the browser has: its policy stands.
                    present.add(b"content-security-policy")
                missing = [item for item in defaults if item[0] not in present]
                event = {**event, "headers": [*event["headers"], *missing]}
            await send(event)

        await self.application(scope, receive, send_with_headers)


def is_secure(scope: Scope) -> bool:
    """Whether the client came by HTTPS, to us or to the proxy that the settings trust."""
    trusted: tuple[str, str] | None = settings.SECURE_PROXY_SSL_HEADER
    if trusted is None:
        return bool(scope["scheme"] == "https")
    name = trusted[0].removeprefix("HTTP_").replace("_", "-").lower().encode()
    scheme: str = header(scope, name).decode("latin1").partition(",")[0].strip()
    return scheme == trusted[1]
