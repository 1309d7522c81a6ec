"""What is noted of one exchange (a request and its answer) while it is under way.

The log, the metrics and the headers of an answer all tell from it. Whoever has something to note
finds the exchange by `current()`, which a request's tasks inherit.
"""

import os
import random
import re
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from backend.web.rate import Allowance

if TYPE_CHECKING:
    from backend.web.tracing import Trace

MOST_CODES: Final = 20
_SANE_ID: Final = re.compile(rb"[A-Za-z0-9._:-]{1,64}")

# Ids keep no secret: they need not cost a system call each, as the secure source does.
_ids: Final = random.Random()  # noqa: S311
if hasattr(os, "register_at_fork"):  # Windows has none, and does not fork
    os.register_at_fork(after_in_child=_ids.seed)


@dataclass(slots=True)
class Exchange:
    """One request and its answer, or one operation on a WebSocket. Times are in seconds.

    `document` is the SHA-256 of the GraphQL document; no part of what was sent is kept but the
    operation's name.
    """

    request_id: str = ""
    began: float = field(default_factory=time.perf_counter)
    principal: int | None = None  # the account's id
    kind: str | None = None
    operation: str | None = None
    document: str | None = None
    cost: int = 0  # in points
    allowance: Allowance | None = None
    statements: int = 0
    database_time: float = 0.0
    status: int = 0
    codes: list[str] = field(default_factory=list)  # of the errors in the answer
    events: int = 0  # of a stream
    trace: "Trace | None" = None

    def note_error(self, code: str) -> None:
        """An error in the answer. Hundreds of the same kind tell no more than some do."""
        if len(self.codes) < MOST_CODES:
            self.codes.append(code)

    def elapsed(self) -> float:
        """How long it has taken so far."""
        return time.perf_counter() - self.began


_current: ContextVar[Exchange] = ContextVar("exchange", default=Exchange())  # noqa: B039 (notes outside any exchange go where nobody reads)
current = _current.get
"""The exchange that runs."""


def begin(request_id: str) -> Exchange:
    """A new exchange, which is the current one from now on."""
    exchange = Exchange(request_id)
    _current.set(exchange)
    return exchange


def request_id(given: bytes) -> str:
    """The id that came with a request, where it is one that can be written anywhere, or a new one."""
    if given and _SANE_ID.fullmatch(given):
        return given.decode()
    return f"{_ids.getrandbits(64):016x}"
