"""The audit log: what happened to who may do what, in the database and as lines of a logger.

Entries are written in the transaction of what they tell of, so there is none without the other;
the line comes once that has committed. No entry holds a password, a token or a typed name.
"""

import json
import logging
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from backend.accounts.inputs import is_storable
from backend.accounts.models import AuditEntry

logger = logging.getLogger("jobtrail.audit")

Event = AuditEntry.Event
Source = AuditEntry.Source


def record(
    event: AuditEntry.Event,
    *,
    account_id: int | None = None,
    actor_id: int | None = None,
    source: AuditEntry.Source = AuditEntry.Source.API,
    username_digest: str = "",
    address: str = "",
    **details: Any,
) -> None:
    """Append an entry: what happened to the account, by whom, and whatever else helps to tell.

    `actor_id` is None where nobody was signed in: for a command, and for a failure to sign in.
    """
    entry = AuditEntry.objects.create(
        at=timezone.now(),
        event=event,
        source=source,
        account_id=account_id,
        actor_id=actor_id,
        username_digest=username_digest,
        address=(address if is_storable(address) else ascii(address))[:64],
        details=details,
    )
    transaction.on_commit(partial(_log, entry))


def told(entry: AuditEntry) -> dict[str, Any]:
    """What the entry tells; what is empty is left out."""
    facts = {
        "time": entry.at.isoformat(),
        "event": str(entry.event),
        "source": str(entry.source),
        "account": entry.account_id,
        "actor": entry.actor_id,
        "username_digest": entry.username_digest,
        "address": entry.address,
        **entry.details,
    }
    return {name: value for name, value in facts.items() if value is not None and value != ""}


def _log(entry: AuditEntry) -> None:
    line = {"level": "INFO", "logger": logger.name, **told(entry)}
    logger.info("%s", json.dumps(line))
