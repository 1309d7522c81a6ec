"""How to connect to PostgreSQL past Django, on an event loop."""

from typing import Any, Final

from django.db import connection

# Options that are Django's, or its pool's.
NOT_LIBPQ: Final = frozenset({"cursor_factory", "context", "prepare_threshold", "pool"})
# A network that drops everything must not look like a database that has nothing to say.
CUT_OFF: Final = {
    "keepalives_idle": 5,  # seconds
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds
}


def parameters(application: str, options: str = "") -> dict[str, Any]:
    """What libpq wants to know; `application` is the name that pg_stat_activity shows.

    `options` come beside those of the settings.
    """
    given = connection.get_connection_params()
    chosen = {name: value for name, value in given.items() if name not in NOT_LIBPQ}
    chosen["options"] = f"{chosen.get('options', '')} {options}".strip()
    return {**chosen, **CUT_OFF, "application_name": application}
