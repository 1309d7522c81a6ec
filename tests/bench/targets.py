"""What is promised of a run, as ratios of figures that were taken side by side."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final, NamedTuple

# item -> peer -> CPU ms a request, server and database together, in each round
Costs = Mapping[str, Mapping[str, Sequence[float]]]


class Figure(NamedTuple):
    """A cost in the run: of an item, with a peer."""

    item: str
    peer: str

    def __str__(self) -> str:
        """Such as `W1 ours`."""
        return f"{self.item} {self.peer}"


class Target(NamedTuple):
    """One cost divided by another is at most the limit."""

    cost: Figure
    reference: Figure
    limit: float

    def ratio(self, costs: Costs) -> float | None:
        """The median of the rounds' ratios; None where one side was not measured.

        Within a round both are measured a few seconds apart: from one round to the next the
        machine's own pace may change by more than what is compared.
        """
        try:
            mine = costs[self.cost.item][self.cost.peer]
            theirs = costs[self.reference.item][self.reference.peer]
        except KeyError:
            return None
        return median(a / b for a, b in zip(mine, theirs, strict=True))


def _against(item: str, peer: str, limit: float) -> Target:
    return Target(Figure(item, "ours"), Figure(item, peer), limit)


LISTS: Final = ("W1", "W2", "W3", "W4", "W9")
TARGETS: Final = (
    *(_against(item, "postgraphile", 0.7) for item in LISTS),
    *(_against(item, "bare", 1.7) for item in LISTS),
    _against("W5", "postgraphile", 1.0),
    Target(Figure("W3", "ours"), Figure("W1", "ours"), 1.2),
    _against("W8", "bare", 0.02),
    _against("W1", "strawberry", 1 / 10),
    _against("W2", "strawberry", 1 / 10),
    _against("W3", "strawberry", 1 / 40),
    *(_against(item, "postgraphile", 1.2) for item in ("W6", "W7")),
    *(_against(item, "bare", 2.5) for item in ("W6", "W7")),
    Target(Figure("N1", "ours"), Figure("W1", "ours"), 1 / 3),
)
