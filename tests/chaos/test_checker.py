"""The judge itself: it accepts what can have been, and refuses each thing that can not."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.chaos.checker import complaints
from tests.chaos.record import Call, Entry, Found, Heard, Job, Outcome, Seen


@dataclass
class Record:
    """Everything that the judge looks at; `told` is its verdict."""

    calls: list[Call]
    found: Found
    follows: list[list[str]]

    @property
    def told(self) -> list[str]:
        """What it complains of."""
        return complaints(self.calls, self.found, self.follows)


def entry(number: int, state: str, previous: str | None, message: str | None) -> Entry:
    at = f"2026-03-01T12:00:0{number}Z"
    return Entry(f"c{number}", f"e{number}", "j", "a", state, previous, message, at, "ada")


def good() -> Record:
    """A job that was created, set running, and failed; and all that can be heard meanwhile."""
    log = [
        entry(1, "PENDING", None, None),
        entry(2, "RUNNING", "PENDING", "b"),
        entry(3, "FAILED", "RUNNING", "c"),
    ]
    times = [each.created_at for each in log]
    job = Job(
        "j", "a", "FAILED", 3, times[0], times[2], times[1], times[2], "ada", ("e1", "e2", "e3")
    )
    counts = {"PENDING": 0, "RUNNING": 0, "COMPLETED": 0, "FAILED": 1, "CANCELLED": 0}
    pending, running, failed = (
        Seen("j", version, each.state) for version, each in enumerate(log, start=1)
    )
    calls = [
        Call("a", "ada", "k", heard=[Heard(Outcome.CREATED, 0, 1, pending)]),
        Call(  # answered by its own key the second time
            *("b", "ada", "k", "j", "RUNNING", 1),
            heard=[
                Heard(Outcome.CHANGED, 2, 4, running, "e2"),
                Heard(Outcome.UNCHANGED, 9, 10, failed, "e2"),
            ],
        ),
        Call(  # nobody knew, until it was asked again
            *("c", "ada", "l", "j", "FAILED"),
            heard=[
                Heard(Outcome.UNKNOWN, 5, 6),
                Heard(Outcome.UNCHANGED, 7, 8, failed, "e3"),
            ],
        ),
        Call(*("d", "ada", "k", "j", "RUNNING"), heard=[Heard(Outcome.KEY_CONFLICT, 5, 6)]),
        Call(
            *("e", "ada", None, "j", "FAILED", 1),
            heard=[Heard(Outcome.VERSION_CONFLICT, 3, 5, running)],
        ),
        Call(*("f", "ada", None, "j", "RUNNING"), heard=[Heard(Outcome.ILLEGAL, 9, 10, failed)]),
        Call(
            *("g", "ada", None, "j", "PENDING"),
            heard=[Heard(Outcome.UNCHANGED, 1, 3, pending, "e1")],
        ),
        Call(*("h", "ada", None, "j", "PENDING"), heard=[Heard(Outcome.UNKNOWN, 9, 10)]),
        Call(*("i", "ada", None, "j", "PENDING"), heard=[Heard(Outcome.NOT_SENT, 9, 10)]),
    ]
    return Record(calls, Found(log, [job], counts, 1, 3), [["c1", "c2", "c3"]])


def test_what_can_have_been_is_accepted() -> None:
    assert good().told == []


def _heard(record: Record, call: int, attempt: int, **changes: Any) -> None:
    heard = record.calls[call].heard
    heard[attempt] = replace(heard[attempt], **changes)


def _log(record: Record, position: int, **changes: Any) -> None:
    record.found.log[position] = record.found.log[position]._replace(**changes)


def _job(record: Record, **changes: Any) -> None:
    record.found.jobs[0] = record.found.jobs[0]._replace(**changes)


def _lose_the_end(record: Record) -> None:
    """The last entry is gone, as if it had never been, and everything agrees on it."""
    del record.found.log[2]
    times = [each.created_at for each in record.found.log]
    _job(
        record,
        state="RUNNING",
        version=2,
        state_changed_at=times[1],
        finished_at=None,
        entries=("e1", "e2"),
    )
    record.found = replace(record.found, counts={"RUNNING": 1}, total_entries=2)
    record.follows = [["c1", "c2"]]
    record.calls = record.calls[:3]
    del record.calls[1].heard[1:]


def _lose_everything(record: Record) -> None:
    record.found.log.clear()
    record.found.jobs.clear()


def _write_twice(record: Record) -> None:
    """A call is carried out twice: a retry, and the same change again."""
    record.found.log.extend(
        [
            entry(4, "PENDING", "FAILED", "h"),
            entry(5, "FAILED", "PENDING", "c"),
        ]
    )
    _job(
        record,
        version=5,
        state_changed_at=record.found.log[4].created_at,
        finished_at=record.found.log[4].created_at,
        started_at=None,
        entries=("e1", "e2", "e3", "e4", "e5"),
    )
    record.found = replace(record.found, total_entries=5)
    record.follows = [["c1", "c2", "c3", "c4", "c5"]]


WRONG: dict[str, tuple[Callable[[Record], Any], str]] = {
    "the entry that an answer told of is lost": (_lose_the_end, "never there"),
    "an acknowledged write is lost": (_lose_everything, "acknowledged and is not there"),
    "a call is carried out twice": (_write_twice, "is there 2 times"),
    "something is there that nobody asked for": (
        lambda record: _log(record, 2, message="z"),
        "nobody asked",
    ),
    "a call that was never sent is carried out": (
        lambda record: _heard(record, 2, 0, outcome=Outcome.NOT_SENT),
        "nobody was told",
    ),
    "another state than the one asked for": (
        lambda record: setattr(record.calls[2], "state", "CANCELLED"),
        "is there as",
    ),
    "another account than the one that asked": (
        lambda record: _log(record, 2, by="ben"),
        "is there as",
    ),
    "an illegal move": (lambda record: _log(record, 2, previous="PENDING"), "goes from"),
    "a history that goes back in time": (
        lambda record: _log(record, 1, created_at="2026-03-01T11:00:00Z"),
        "back in time",
    ),
    "a version that skips one": (lambda record: _job(record, version=4), "not what its history"),
    "a state that is not the newest": (
        lambda record: _job(record, state="RUNNING"),
        "not what its history",
    ),
    "a start that is not the last one": (
        lambda record: _job(record, started_at=None),
        "not what its history",
    ),
    "counts that are not counted": (
        lambda record: record.found.counts.update(FAILED=2),
        "jobCounts",
    ),
    "an entry that comes twice in the log": (
        lambda record: record.found.log.append(record.found.log[2]),
        "is there 2 times",
    ),
    "a follower with a gap": (lambda record: record.follows[0].pop(1), "follower 0"),
    "a follower with a repetition": (
        lambda record: record.follows[0].insert(1, "c1"),
        "follower 0",
    ),
    "a change at another version than it was told": (
        lambda record: _heard(record, 1, 0, job=Seen("j", 3, "FAILED")),
        "must not hear",
    ),
    "a change although another version was expected": (
        lambda record: setattr(record.calls[1], "expected", 2),
        "must not hear",
    ),
    "a conflict although the version was right": (
        lambda record: setattr(record.calls[4], "expected", 2),
        "must not hear",
    ),
    "a refusal of a legal move": (
        lambda record: setattr(record.calls[5], "state", "PENDING"),
        "must not hear",
    ),
    "no change although the job was in another state": (
        lambda record: setattr(record.calls[6], "state", "FAILED"),
        "must not hear",
    ),
    "two changes by one call": (
        lambda record: _heard(record, 1, 1, outcome=Outcome.CHANGED),
        "twice",
    ),
    "a key that wrote twice": (
        lambda record: setattr(record.calls[2], "key", "k"),
        "wrote",
    ),
    "a refusal for a key that nobody used": (
        lambda record: setattr(record.calls[3], "key", "z"),
        "nobody else used",
    ),
    "a state that the job was not in": (
        lambda record: _heard(record, 5, 0, job=Seen("j", 3, "CANCELLED")),
        "was FAILED then",
    ),
    "a version that was never there": (
        lambda record: _heard(record, 5, 0, job=Seen("j", 9, "FAILED")),
        "never there",
    ),
    "an old version, seen after a newer one was": (
        lambda record: _heard(record, 6, 0, start=5, end=6),
        "had ended",
    ),
    "a write that ended before the one it follows began": (
        lambda record: _heard(record, 0, 0, start=5, end=6),
        "had ended",
    ),
}


@pytest.mark.parametrize(("spoil", "complaint"), WRONG.values(), ids=WRONG)
def test_what_can_not_have_been_is_refused(spoil: Callable[[Record], Any], complaint: str) -> None:
    record = deepcopy(good())
    spoil(record)
    assert any(complaint in text for text in record.told), record.told
