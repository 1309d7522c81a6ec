"""The orderings that are offered, each served by an index."""

from typing import Final

from backend.jobs.keyset import Ordering, instant_column, position_column, uuid_column

# Ids carry the creation time, so their order is the order of creation.
CREATED_DESC: Final = Ordering("jobs:created:desc", uuid_column("id"), descending=True)
CREATED_ASC: Final = Ordering("jobs:created:asc", uuid_column("id"), descending=False)
STATE_CHANGED_DESC: Final = Ordering(
    "jobs:changed:desc", instant_column("state_changed_at"), uuid_column("id"), descending=True
)
STATE_CHANGED_ASC: Final = Ordering(
    "jobs:changed:asc", instant_column("state_changed_at"), uuid_column("id"), descending=False
)

HISTORY: Final = Ordering("history", position_column("id"), descending=True)  # scope: the job
LOG: Final = Ordering("log", position_column("id"), descending=False)
