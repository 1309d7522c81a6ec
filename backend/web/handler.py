"""Django's ASGI handler, for everything but /graphql; see `backend.web.endpoint` for that."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.http.response import HttpResponseBase

from backend.web.asgi_types import Send
from backend.web.django_responses import response_of
from backend.web.refusals import host_not_allowed, url_not_text

# These are asked by address: probes tell nothing that the name would protect, and the metrics see
# to it themselves.
ANY_HOST = frozenset({"/healthz", "/metrics", "/readyz"})


class DjangoHandler(ASGIHandler):
    """The stock handler, which also refuses names that are not ours, and does so in JSON.

    Django looks at the Host header only where a view asks for it, and no view here does; unlooked
    at, it would let a page elsewhere talk to a server on this machine (DNS rebinding).
    """

    def create_request(
        self, scope: Mapping[str, Any], body_file: Any
    ) -> tuple[ASGIRequest, None] | tuple[None, HttpResponseBase]:
        """The request, or the answer that refuses it."""
        try:
            request = self.request_class(scope, body_file)
            if request.path not in ANY_HOST:
                request.get_host()
        except UnicodeDecodeError:
            return None, response_of(url_not_text())
        except DisallowedHost:
            return None, response_of(host_not_allowed())
        return request, None

    async def send_response(self, response: HttpResponseBase, send: Send) -> None:
        """Send the answer, with its length where it is known: clients then see a cut."""
        sized = not response.streaming and response.status_code != HTTPStatus.NOT_MODIFIED
        if sized and "Content-Length" not in response:
            response["Content-Length"] = len(response.content)  # type: ignore[attr-defined]
        await super().send_response(response, send)
