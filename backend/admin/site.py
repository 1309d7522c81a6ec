"""The admin pages as a site of its own: signing in, and the middleware that only they need.

Django wants that middleware in the settings, where it would run, partly in threads, for every
request of the API; here it wraps the views of these pages and nothing else.
"""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import decorator_from_middleware, method_decorator

from backend.accounts import audit, principal, sessions
from backend.accounts.errors import InvalidCredentials, TooManyAttempts
from backend.web.address import client_address

View = Callable[..., HttpResponseBase]

POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
# From the outside in.
MIDDLEWARE: Final[tuple[Any, ...]] = tuple(
    decorator_from_middleware(each)
    for each in (SessionMiddleware, AuthenticationMiddleware, MessageMiddleware)
)


def within_middleware(view: View) -> View:
    """The view with sessions, accounts and messages around it, and a policy for its page."""
    inner = view
    for wrap in reversed(MIDDLEWARE):
        inner = wrap(inner)

    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = inner(request, *args, **kwargs)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return page


class SignInForm(AdminAuthenticationForm):
    """Signs staff in, behind the same throttle as everybody, and audited like everybody."""

    def clean(self) -> dict[str, Any]:
        """Find the account. Raises ValidationError in the words of the API."""
        username = self.cleaned_data.get("username")
        password = self.cleaned_data.get("password")
        if username and password:
            sent = self.request.META if self.request else {}
            address = client_address(
                sent.get("REMOTE_ADDR", ""), sent.get("HTTP_X_FORWARDED_FOR", "")
            )
            try:
                user = sessions.authenticated(
                    username, password, address, source=audit.Source.ADMIN
                )
            except (InvalidCredentials, TooManyAttempts) as error:
                raise ValidationError(str(error)) from error
            self.confirm_login_allowed(user)
            self.user_cache = user
            audit.record(
                audit.Event.SIGNED_IN,
                account_id=user.pk,
                actor_id=user.pk,
                source=audit.Source.ADMIN,
                address=address,
            )
        return self.cleaned_data


class Pages(AdminSite):
    """The admin pages: for staff, which the role admin makes of an account."""

    site_header = site_title = "Jobtrail"
    index_title = "Accounts"
    site_url = "/"
    login_form = SignInForm

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 (as Django has it)
        """Let the view see who is signed in."""
        return within_middleware(super().admin_view(view, cacheable))

    @method_decorator(within_middleware)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page to sign in on."""
        return super().login(request, extra_context)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The page to change one's own password on."""
        with transaction.atomic():
            response = super().password_change(request, extra_context)
            if response.status_code == HTTPStatus.FOUND:  # it leads on only where it was changed
                account_id = request.user.pk
                audit.record(
                    audit.Event.PASSWORD_CHANGED,
                    account_id=account_id,
                    actor_id=account_id,
                    source=audit.Source.ADMIN,
                )
                transaction.on_commit(partial(principal.forget, user_id=account_id))
        return response
