"""Which path leads where: the one place, with asgi, where the server meets the schema."""

from typing import Final

from django.conf import settings
from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from backend.web.routes import routes
from schema.executor import engine


def _admin_pages() -> list[URLPattern | URLResolver]:
    """The admin pages, which are not even imported where they are off."""
    if not settings.ADMIN:
        return []
    from backend.admin.accounts import site  # noqa: PLC0415

    return [path("admin", RedirectView.as_view(url="/admin/")), path("admin/", site.urls)]


urlpatterns: Final[list[URLPattern | URLResolver]] = [*routes(engine), *_admin_pages()]
handler400: Final = "backend.web.failures.bad_request"
handler403: Final = "backend.web.failures.permission_denied"
handler404: Final = "backend.web.failures.not_found"
handler500: Final = "backend.web.failures.server_error"
