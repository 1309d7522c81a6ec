"""What every Relay connection has: page information, and a count that says how exact it is."""

from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple

import strawberry

from backend.jobs import counts
from backend.jobs.keyset import Ordering, Slice
from schema.plan import Columns, batched


@strawberry.enum(description="Whether a count is the number or a lower bound of it.")
class CountPrecision(Enum):
    """How exact a count is."""

    EXACT = strawberry.enum_value("EXACT", description="Exactly this many.")
    AT_LEAST = strawberry.enum_value("AT_LEAST", description="This many, and more.")


@strawberry.type(
    description=(
        "A number of rows, never had by scanning a large table: exact where maintained counters "
        "know it, counted up to 10,000 otherwise."
    )
)
class Count:
    """A number of rows and how exact it is."""

    value: int
    precision: CountPrecision

    @classmethod
    def of(cls, count: counts.Count) -> "Count":
        """The count as the schema shows it."""
        return cls(
            value=count.value,
            precision=CountPrecision.EXACT if count.exact else CountPrecision.AT_LEAST,
        )


@strawberry.type(description="Where a page lies in its list. Honest in both directions.")
class PageInfo:
    """Where a page lies in its list."""

    has_next_page: bool = strawberry.field(description="Whether rows follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether rows come before this page.")
    start_cursor: str | None = strawberry.field(
        description="The cursor of the first row: pass it as `before` to go back."
    )
    end_cursor: str | None = strawberry.field(
        description="The cursor of the last row: pass it as `after` to go on."
    )


class Edge(NamedTuple):
    """A row and its cursor, whatever the type of the row."""

    cursor: str
    node: Any


class Edges(Columns):
    """The edges of a page, made one by one only for who wants them so."""

    def __init__(self, cursors: Sequence[str], nodes: Sequence[Any]) -> None:
        super().__init__(cursor=cursors, node=nodes)

    def __getitem__(self, index: Any) -> Any:
        """One edge."""
        return Edge(self.columns["cursor"][index], self.columns["node"][index])


class Connection:
    """A page of rows as the fields of a connection read it; each part is made only where selected."""

    def __init__(
        self,
        page: Slice[Any],
        ordering: Ordering,
        count: Callable[[], Awaitable[counts.Count]],
        *,
        scope: bytes = b"",
    ) -> None:
        self.page = page
        self.ordering = ordering
        self.count = count
        self.scope = scope

    @property
    def nodes(self) -> Sequence[Any]:
        """The rows."""
        return self.page.rows

    @property
    def edges(self) -> Edges:
        """The rows with their cursors."""
        rows = self.page.rows
        return Edges(self._all_cursors, rows)

    @property
    def page_info(self) -> PageInfo:
        """Where the page lies."""
        rows = self.page.rows
        ends: Sequence[str | None] = [None, None]
        if "_all_cursors" in self.__dict__ and rows:  # they are there for the edges
            ends = self._all_cursors
        elif rows:
            ends = self._cursors([rows[0], rows[-1]])
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.page.has_previous,
            start_cursor=ends[0],
            end_cursor=ends[-1],
        )

    @cached_property
    def _all_cursors(self) -> Sequence[str]:
        return self._cursors(self.page.rows)

    def _cursors(self, rows: Sequence[Any]) -> list[str]:
        return self.ordering.cursors(rows, scope=self.scope)


async def _total_counts(connections: Sequence[Connection], _context: Any) -> list[Count]:
    return [Count.of(await connection.count()) for connection in connections]


@batched(_total_counts)
async def total_count(root: strawberry.Parent[Any]) -> Count:
    """Count the list that a connection is a page of."""
    return Count.of(await root.count())
