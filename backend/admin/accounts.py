"""What administrators see of accounts, and what they may change: all of it is audited."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from backend.accounts import api_tokens, audit, principal, sessions
from backend.accounts.audit import Event, Source
from backend.accounts.models import ApiToken, AuditEntry, Session, User
from backend.accounts.roles import Role
from backend.admin.site import Pages

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    Users = UserAdmin[User]
else:
    ModelAdmin, Users = admin.ModelAdmin, UserAdmin

MANAGE = "accounts.change_user"

site = Pages()


def _manages(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.has_perm(MANAGE)


def _record(request: HttpRequest, event: Event, account: User, **details: Any) -> None:
    """Write down what the request does to the account, which takes effect once it has committed."""
    audit.record(
        event, account_id=account.pk, actor_id=request.user.pk, source=Source.ADMIN, **details
    )
    transaction.on_commit(partial(principal.forget, user_id=account.pk))


class Guarded(ModelAdmin):
    """Lists that are narrowed down by their own filters only.

    Django takes any field, and those of a related row, from the URL: whoever may see a list could
    learn a digest or a password's hash by its beginning, a letter at a time.
    """

    def lookup_allowed(
        self,
        lookup: str,
        value: Any,  # noqa: ARG002 (as Django has it)
        request: HttpRequest | None = None,  # noqa: ARG002
    ) -> bool:
        """Whether the URL may ask for it."""
        return lookup.partition("__")[0] in self.list_filter


@admin.register(User, site=site)
class Accounts(Guarded, Users):
    """Accounts: created, moved between roles, deactivated; never deleted, since histories name them.

    A superuser's account is changed by superusers only: an administrator who sets its password
    would be one.
    """

    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Access", {"fields": ("is_active", "groups")}),
        ("Seen", {"fields": ("last_login", "date_joined")}),
    )
    list_display = ("username", "roles", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    search_fields = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")

    @admin.display(description="Roles")
    def roles(self, user: User) -> str:
        """The groups that the account is in."""
        return ", ".join(_groups(user)) or "-"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """The accounts, with their groups read at once."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """A name once given stays: it is how people know whom a history names."""
        fixed = tuple(super().get_readonly_fields(request, obj))
        return fixed if obj is None else (*fixed, "username")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers are changed by superusers."""
        allowed = super().has_change_permission(request, obj)
        protected = isinstance(obj, User) and obj.is_superuser
        return allowed and (not protected or bool(getattr(request.user, "is_superuser", False)))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Nobody deletes an account."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        """Save, and write down what changed."""
        super().save_model(request, obj, form, change)
        if not change:
            _record(request, Event.ACCOUNT_CREATED, obj)
        elif "is_active" in form.changed_data:
            _record(request, Event.ACTIVATED if obj.is_active else Event.DEACTIVATED, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        """Save the groups; who is an admin now may use these pages, and nobody else."""
        user: User = form.instance
        before = _groups(user)
        super().save_related(request, form, formsets, change)
        after = _groups(User.objects.get(pk=user.pk))
        if after != before:
            user.is_staff = Role.ADMIN.value in after or user.is_superuser
            user.save(update_fields=["is_staff"])
            _record(request, Event.ROLES_CHANGED, user, before=before, after=after)

    @transaction.atomic
    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 (as Django has it)
        form_url: str = "",
    ) -> HttpResponse:
        """Change the password together with its entry in the audit log."""
        return super().user_change_password(request, id, form_url)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Called for a new password too, which nothing else tells of."""
        match = request.resolver_match
        if match is not None and match.url_name == "auth_user_password_change":
            _record(request, Event.PASSWORD_CHANGED, obj)
        return super().log_change(request, obj, message)


class Revocable(Guarded):
    """Rows that may be looked at and revoked, and neither added, changed nor deleted."""

    actions: Sequence[str] = ("revoke",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Whoever manages accounts."""
        return _manages(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever manages accounts."""
        return _manages(request)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whoever manages accounts."""
        return _manages(request)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Nobody."""
        return False

    @admin.action(description="Revoke the selected ones", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """End them: at once in this process, within seconds in others."""
        with transaction.atomic():
            rows = queryset.order_by("pk").select_for_update(of=("self",), no_key=True)
            count = sum(self.end(request, row) for row in rows)
        self.message_user(request, f"Revoked: {count}.")

    def end(self, request: HttpRequest, row: Any) -> bool:
        """Revoke one; False where it was before."""
        raise NotImplementedError


@admin.register(ApiToken, site=site)
class ApiTokens(Revocable):
    """API tokens of all accounts. Their secrets are known to nobody here."""

    list_display = ("prefix", "name", "user", "scopes", "last_used_at", "expires_at", "revoked_at")
    fields = (*list_display, "created_at")
    list_select_related = ("user",)
    search_fields = ("user__username", "name", "prefix")
    ordering = ("-pk",)

    def end(self, request: HttpRequest, row: ApiToken) -> bool:
        """Revoke one token."""
        transaction.on_commit(partial(principal.forget, api_token_id=row.pk))
        return api_tokens.revoke(row, actor_id=request.user.pk, source=Source.ADMIN)


@admin.register(Session, site=site)
class Sessions(Revocable):
    """Sessions of all accounts: one for each sign-in to the API."""

    list_display = ("id", "user", "created_at", "expires_at", "revoked_at", "revocation_reason")
    fields = list_display
    list_select_related = ("user",)
    search_fields = ("user__username",)
    ordering = ("-created_at",)

    def end(self, request: HttpRequest, row: Session) -> bool:
        """Revoke one session."""
        ended = sessions.revoke(row, Session.RevocationReason.BY_ADMIN)
        if ended:
            _record(request, Event.SESSION_REVOKED, row.user, session=str(row.pk))
        return ended


@admin.register(AuditEntry, site=site)
class AuditLog(Revocable):
    """The audit log, to be read."""

    actions = ()
    list_display = ("at", "event", "source", "account", "actor", "address", "details")
    fields = (*list_display, "username_digest")
    list_filter = ("event", "source")
    list_select_related = ("account", "actor")
    search_fields = ("account__username", "actor__username")
    ordering = ("-pk",)
    show_full_result_count = False


def _groups(user: User) -> list[str]:
    return sorted(group.name for group in user.groups.all())
