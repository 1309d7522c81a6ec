"""Keyset pagination: orderings, the cursors that mark a place in one, and pages between cursors.

A cursor holds the ordering's values of one row. The next page starts by comparing rows, as in
`(changed, id) < (x, y)`, which an index can seek: page 10,000 costs what page 1 costs. A checksum
binds each cursor to its ordering (and, for a history, to its job), so that one from elsewhere is
refused instead of answered wrongly. It is no signature: a cursor gives nobody any right.
"""

import hashlib
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import Any, Final, Generic, NamedTuple, TypeVar
from uuid import UUID
from zlib import crc32

from backend.database.records import Record, pack_instant
from backend.jobs import base64url
from backend.jobs.ids import EPOCH, MICROSECOND

PAGE_SIZE: Final = 25
LARGEST_PAGE: Final = 100
CHECKSUM_BYTES: Final = 4

Row = TypeVar("Row")
Key = tuple[Any, ...]


class InvalidPage(ValueError):
    """The page can not be had: first and last together, or a size out of bounds."""


class InvalidCursor(ValueError):
    """Not a cursor of this list: damaged, made up, or from another list or order."""

    def __init__(self) -> None:
        super().__init__("This cursor does not belong to this list in this order.")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an ordering, and how its values travel in a cursor."""

    name: str
    format: str
    pack: Callable[[Any], Any]
    unpack: Callable[[Any], Any]
    shift: int = 0  # from the value that a record keeps to the one in a cursor


def uuid_column(name: str) -> Column:
    """A UUID: 16 bytes."""
    return Column(name, "16s", attrgetter("bytes"), lambda packed: UUID(bytes=packed))


def instant_column(name: str) -> Column:
    """An instant: microseconds since 1970 in 8 bytes."""
    shift = -pack_instant(EPOCH)
    return Column(name, "q", lambda value: (value - EPOCH) // MICROSECOND, _instant, shift)


def position_column(name: str) -> Column:
    """A bigint: 8 bytes."""
    return Column(name, "q", int, int)


def _instant(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


class Ordering:
    """A total order of rows: columns that together are unique, all in one direction."""

    def __init__(self, name: str, *columns: Column, descending: bool) -> None:
        self.name = name
        self.columns = columns
        self.descending = descending
        self.names = tuple(column.name for column in columns)
        self._struct = struct.Struct(">" + "".join(column.format for column in columns))
        self._person = hashlib.blake2b(name.encode(), digest_size=16).digest()
        self._unscoped = self._seed_of(b"")

    def cursor(self, key: Key, *, scope: bytes = b"") -> str:
        """The cursor of the row with these values: opaque, safe in a URL.

        `scope` narrows where it may be used, such as the job whose history it belongs to.
        """
        packed = [column.pack(value) for column, value in zip(self.columns, key, strict=True)]
        return self._marked([self._struct.pack(*packed)], scope)[0]

    def key(self, cursor: str, *, scope: bytes = b"") -> Key:
        """The values that a cursor holds.

        Raises InvalidCursor for anything that `cursor` of this ordering and scope did not make.
        """
        raw = _from_text(cursor)
        packed, checksum = raw[:-CHECKSUM_BYTES], raw[-CHECKSUM_BYTES:]
        if int.from_bytes(checksum) != crc32(packed, self._seed(scope)):
            raise InvalidCursor
        try:
            values = self._struct.unpack(packed)
            return tuple(
                column.unpack(value) for column, value in zip(self.columns, values, strict=True)
            )
        except (struct.error, OverflowError) as error:
            raise InvalidCursor from error

    def cursors(self, rows: Sequence[Record], *, scope: bytes = b"") -> list[str]:
        """The cursors of many rows, as `cursor` makes them of their values."""
        if not rows:
            return []
        places = [type(rows[0]).columns.index(name) for name in self.names]
        pack = self._struct.pack
        if len(places) == 1:
            (place,) = places
            keys = [pack(row[place]) for row in rows]
        else:
            shifts = [column.shift for column in self.columns]
            keys = [
                pack(
                    *[
                        row[at] + by if by else row[at]
                        for at, by in zip(places, shifts, strict=True)
                    ]
                )
                for row in rows
            ]
        return self._marked(keys, scope)

    def _marked(self, keys: Sequence[bytes], scope: bytes) -> list[str]:
        """The cursors that hold these keys."""
        seed = self._seed(scope)
        return base64url.encode_all(
            [packed + crc32(packed, seed).to_bytes(CHECKSUM_BYTES) for packed in keys]
        )

    def _seed(self, scope: bytes) -> int:
        """Where checksums begin: the same bytes have another one in another list."""
        return self._seed_of(scope) if scope else self._unscoped

    def _seed_of(self, scope: bytes) -> int:
        digest = hashlib.blake2b(digest_size=CHECKSUM_BYTES, key=scope, person=self._person)
        return int.from_bytes(digest.digest())


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows to read: at most `size`, between two keys, from the front or from the back."""

    size: int = PAGE_SIZE
    after: Key | None = None
    before: Key | None = None
    backward: bool = False


class Slice(NamedTuple, Generic[Row]):
    """The rows of a page, in the order of the list, and whether there are more on either side."""

    rows: Sequence[Row]
    has_next: bool
    has_previous: bool


class Slices(Mapping[bytes, Slice[Row]]):
    """The same page of several lists, by the key of each: their rows, one list after the other.

    A Slice is made only of the lists that are looked at by themselves.
    """

    def __init__(
        self, lists: Sequence[bytes], rows: list[Row], sizes: Sequence[int], page: Page
    ) -> None:
        """`sizes` says how many rows are of which list: one too many where there are more."""
        self.lists = lists
        self.page = page
        self._has_more = [size > page.size for size in sizes]
        if page.backward or True in self._has_more:
            cut: list[Row] = []
            for start, end in pairwise(accumulate(sizes, initial=0)):
                mine = rows[start : min(end, start + page.size)]
                cut += reversed(mine) if page.backward else mine
            rows, sizes = cut, [min(size, page.size) for size in sizes]
        self.rows = rows
        self.sizes = sizes

    def __getitem__(self, key: bytes) -> Slice[Row]:
        """The page of one list.

        What lies beyond a cursor is known: its own row is never deleted, so it is there.
        """
        (start, end), has_more = self._places[key]
        is_after, is_before = self.page.after is not None, self.page.before is not None
        rows = self.rows[start:end]
        if self.page.backward:
            return Slice(rows, has_next=is_before, has_previous=has_more or is_after)
        return Slice(rows, has_next=has_more or is_before, has_previous=is_after)

    def __iter__(self) -> Iterator[bytes]:
        """The keys of the lists."""
        return iter(self.lists)

    def __len__(self) -> int:
        """How many lists there are."""
        return len(self.lists)

    @cached_property
    def _places(self) -> dict[bytes, tuple[tuple[int, int], bool]]:
        bounds = pairwise(accumulate(self.sizes, initial=0))
        return dict(zip(self.lists, zip(bounds, self._has_more, strict=True), strict=True))


def page(
    ordering: Ordering,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    scope: bytes = b"",
) -> Page:
    """The page that Relay's four arguments ask for.

    Raises InvalidPage where the sizes contradict or leave 1 to 100, InvalidCursor for a cursor
    that is not one of this ordering and scope.
    """
    if first is not None and last is not None:
        msg = "Give first or last, not both."
        raise InvalidPage(msg)
    name, size = ("last", last) if last is not None else ("first", first)
    if size is None:
        size = PAGE_SIZE
    if not 1 <= size <= LARGEST_PAGE:
        msg = f"{name} must be between 1 and {LARGEST_PAGE}."
        raise InvalidPage(msg)
    return Page(
        size=size,
        after=None if after is None else ordering.key(after, scope=scope),
        before=None if before is None else ordering.key(before, scope=scope),
        backward=last is not None,
    )


def _from_text(text: str) -> bytes:
    try:
        return base64url.decode(text)
    except ValueError as error:
        raise InvalidCursor from error
