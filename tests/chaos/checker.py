"""Judges a record: whether there is an order of all calls in which everything heard comes true.

Every answer names the version of the job that it saw, and every write makes the next one, so the
order within a job is given, and what is left to prove is that it was a possible one: that no call
that ended before another began comes after it, that each answer is what the job's history says at
that version, and that the history is what was asked, once each, and nothing else.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from math import inf
from typing import NamedTuple

from tests.chaos import consistency
from tests.chaos.record import INITIAL, MOVES, Call, Entry, Found, Heard, Outcome

WRITTEN = {Outcome.CREATED, Outcome.CHANGED}
Place = tuple[int, int]
WRITE, READ = 0, 1  # at a version, the call that made it comes before those that saw it


class Interval(NamedTuple):
    """When a call took effect, at a place in the order: somewhere between its start and its end."""

    place: Place
    start: float
    end: float
    what: Call


def complaints(calls: Sequence[Call], found: Found, follows: Sequence[list[str]]) -> list[str]:
    """Everything that no order of the calls explains; nothing where all is well.

    `follows` is what each follower of the log has seen, as cursors.
    """
    return [
        *consistency.complaints(found),
        *_of_the_calls(calls, found),
        *(
            f"follower {number} saw {len(cursors)} entries, not the log of {len(found.log)}"
            for number, cursors in enumerate(follows)
            if cursors != [entry.cursor for entry in found.log]
        ),
    ]


def _of_the_calls(calls: Sequence[Call], found: Found) -> Iterator[str]:
    lives = found.lives
    marked: dict[str, list[tuple[int, Entry]]] = defaultdict(list)
    for position, entry in enumerate(found.log):
        marked[entry.name if entry.previous is None else entry.message or ""].append(
            (position, entry)
        )
    asked = {call.mark for call in calls}
    for mark, places in marked.items():
        if mark not in asked:
            yield f"nobody asked for {places}"
    in_log: list[Interval] = []
    in_jobs: dict[str, list[Interval]] = defaultdict(list)
    for call in calls:
        places = marked.get(call.mark, [])
        if len(places) > 1:
            yield f"{call} is there {len(places)} times"
        elif places:
            position, entry = places[0]
            version = 1 + next(
                index for index, each in enumerate(lives[entry.job]) if each.id == entry.id
            )
            yield from _of_a_write(call, entry)
            written = _written(call)
            in_log.append(Interval((position, WRITE), *written, call))
            in_jobs[entry.job].append(Interval((version, WRITE), *written, call))
            yield from _of_answers(call, lives, (version, entry), in_jobs)
        else:
            if call.outcomes() & WRITTEN:
                yield f"{call} was acknowledged and is not there"
            yield from _of_answers(call, lives, None, in_jobs)
    yield from _of_keys(calls, marked)
    for order in (in_log, *in_jobs.values()):
        yield from _impossible(order)


def _of_a_write(call: Call, entry: Entry) -> Iterator[str]:
    """Whether what is there is what was asked, by somebody who was not told otherwise."""
    if not call.outcomes() & (WRITTEN | {Outcome.UNKNOWN}):
        yield f"{call} is there, and nobody was told so"
    asked = (call.by, INITIAL if call.state is None else call.state)
    if (entry.by, entry.state) != asked or call.job not in {None, entry.job}:
        yield f"{call} is there as {entry}"


def _written(call: Call) -> tuple[float, float]:
    """Between which times the one write of the call happened, as far as its answers tell."""
    sure = [heard for heard in call.heard if heard.outcome is Outcome.CHANGED]
    if sure:
        return sure[0].start, sure[0].end
    may_have = [
        heard for heard in call.heard if heard.outcome in {Outcome.CREATED, Outcome.UNKNOWN}
    ]
    told = [heard.end for heard in call.heard if heard.outcome is Outcome.CREATED]
    return min((heard.start for heard in may_have), default=0.0), min(told, default=inf)


def _of_answers(
    call: Call,
    lives: dict[str, list[Entry]],
    own: tuple[int, Entry] | None,
    in_jobs: dict[str, list[Interval]],
) -> Iterator[str]:
    """Whether each answer is what the job's history says at the version that it names."""
    if sum(heard.outcome is Outcome.CHANGED for heard in call.heard) > 1:
        yield f"{call} changed something twice"
    for heard in call.heard:
        if heard.job is None:
            continue
        history = lives.get(heard.job.id, [])
        version = heard.job.version
        if not 1 <= version <= len(history):
            yield f"{call} saw version {version} of {heard.job.id}, which was never there"
            continue
        if history[version - 1].state != heard.job.state:
            yield f"{call} saw {heard.job}, which was {history[version - 1].state} then"
        if heard.outcome is not Outcome.CHANGED:
            in_jobs[heard.job.id].append(Interval((version, READ), heard.start, heard.end, call))
        if heard.job.id != (call.job or heard.job.id) or not _is_right(call, heard, history, own):
            yield f"{call} must not hear {heard}; its own entry is {own}"


def _is_right(
    call: Call, heard: Heard, history: Sequence[Entry], own: tuple[int, Entry] | None
) -> bool:
    """Whether the answer follows from the job as it was at the version that it names."""
    assert heard.job is not None
    version, state = heard.job.version, heard.job.state
    if heard.outcome is Outcome.CREATED:
        return own is not None and own[1].job == heard.job.id
    if heard.outcome is Outcome.CHANGED:
        told = (version, heard.status)
        expected = call.expected in {None, version - 1}
        return expected and own is not None and (own[0], own[1].id) == told
    if own is not None and own[0] <= version and call.key is not None:
        # The key was seen before, which decides before anything else does.
        return heard.outcome is Outcome.UNCHANGED and heard.status == own[1].id
    if heard.outcome is Outcome.VERSION_CONFLICT:
        return call.expected not in {None, version}
    if heard.outcome is Outcome.UNCHANGED:
        right = state == call.state and heard.status == history[version - 1].id
    else:
        right = state != call.state and call.state not in MOVES[state]
    return right and call.expected in {None, version}


def _of_keys(calls: Iterable[Call], marked: dict[str, list[tuple[int, Entry]]]) -> Iterator[str]:
    """Whether each key wrote once at most, and whoever was refused for it met another's write."""
    keyed: dict[tuple[str, str | None, str], list[Call]] = defaultdict(list)
    for call in calls:
        if call.key is not None:
            keyed[call.by, call.job, call.key].append(call)
    for key, sharing in keyed.items():
        wrote = [call for call in sharing if marked.get(call.mark)]
        if len(wrote) > 1:
            yield f"{key} wrote {wrote}"
        for call in sharing:
            if Outcome.KEY_CONFLICT in call.outcomes() and wrote in ([], [call]):
                yield f"{call} was refused for a key that nobody else used"


def _impossible(order: Iterable[Interval]) -> Iterator[str]:
    """Calls that come later in the order and had ended before an earlier one began."""
    ended: float = inf
    by: Call | None = None
    for _, group in groupby(
        sorted(order, key=lambda each: each.place, reverse=True), key=lambda each: each.place
    ):
        together = list(group)
        for each in together:
            if ended < each.start:
                yield f"{by} comes after {each.what}, which began when it had ended"
        for each in together:
            if each.end < ended:
                ended, by = each.end, each.what
