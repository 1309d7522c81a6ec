"""Tells whoever listens in this process that the log has grown, once the change is committed.

A hint, not a message: a listener reads the log itself, and would find the change a moment later
without the hint.
"""

from collections.abc import Callable

from django.db import transaction

Listener = Callable[[], None]
_listeners: set[Listener] = set()


def listen(listener: Listener) -> Callable[[], None]:
    """Call `listener`, in whichever thread writes, after each commit; returns how to stop that."""
    _listeners.add(listener)
    return lambda: _listeners.discard(listener)


def announce_on_commit() -> None:
    """Within a transaction that appends to the log: tell the listeners when it commits."""
    if _listeners:
        transaction.on_commit(announce, robust=True)


def announce() -> None:
    """Tell the listeners of a change that has been committed."""
    for listener in tuple(_listeners):
        listener()
