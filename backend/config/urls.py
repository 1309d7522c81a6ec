"""Which path leads where: the one place, with asgi, where the server meets the schema."""

from typing import Final

from django.urls import URLPattern

from backend.web.routes import routes
from schema.executor import engine

urlpatterns: Final[list[URLPattern]] = routes(engine)
handler400: Final = "backend.web.failures.bad_request"
handler403: Final = "backend.web.failures.permission_denied"
handler404: Final = "backend.web.failures.not_found"
handler500: Final = "backend.web.failures.server_error"
