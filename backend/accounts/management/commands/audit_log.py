"""`manage.py audit_log`: who signed in, and who changed whose rights."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.db.models import Q

from backend.accounts import audit, throttle
from backend.accounts.inputs import username_or_none
from backend.accounts.models import AuditEntry

LINES: Final = 100


class Command(BaseCommand):
    """Print the audit log."""

    help = (
        "Print the audit log, the latest entries last: the account, and a line of JSON. A failed sign-in "
        "tells the name that was typed as a digest only; --username finds it all the same."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to print."""
        parser.add_argument("--username", help="what concerns this account, or was done by it")
        parser.add_argument(
            "--event",
            action="append",
            choices=[event.value for event in AuditEntry.Event],
            help="entries of this kind; may be given several times",
        )
        parser.add_argument("--since", type=_instant, help="ISO 8601; UTC unless it has an offset")
        parser.add_argument("--until", type=_instant, help="the same; not included")
        parser.add_argument(
            "--limit", type=int, default=LINES, help=f"how many at most (default: {LINES})"
        )

    def handle(
        self,
        *,
        username: str | None,
        event: list[str] | None,
        since: datetime | None,
        until: datetime | None,
        limit: int,
        **_: Any,
    ) -> None:
        """Print it."""
        wanted = Q()
        if username is not None:
            name = username_or_none(username) or ""
            digest = throttle.account_key(name)
            wanted &= (
                Q(account__username=name) | Q(actor__username=name) | Q(username_digest=digest)
            )
        if event:
            wanted &= Q(event__in=event)
        if since is not None:
            wanted &= Q(at__gte=since)
        if until is not None:
            wanted &= Q(at__lt=until)
        entries = AuditEntry.objects.filter(wanted).select_related("account", "actor")
        for entry in reversed(entries.order_by("-id")[: max(limit, 0)]):
            self.stdout.write(f"{_whose(entry):<24} {json.dumps(audit.told(entry))}")


def _whose(entry: AuditEntry) -> str:
    """The account by its name, which the line does not tell; a dash where it is unknown."""
    return entry.account.username if entry.account else "-"


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"not a time in ISO 8601: {text!r}") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
