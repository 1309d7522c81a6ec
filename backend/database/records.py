"""Records: rows as the database sends them, whose attributes are Python's types.

PostgreSQL sends a UUID as its 16 bytes and an instant as a number of microseconds, and so a record
keeps them. A page of fifty jobs has two hundred such values; to make objects of all of them costs
several times what it costs to fetch the rows, and most are only ever written out again.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import partial
from operator import attrgetter, itemgetter
from types import NoneType, UnionType
from typing import Any, ClassVar, Final, NamedTuple, Self, dataclass_transform, get_args, get_origin
from uuid import UUID

EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)  # PostgreSQL's
MICROSECOND: Final = timedelta(microseconds=1)


class Packing(NamedTuple):
    """How the values of a type are kept, and made again."""

    kind: type
    pack: Callable[[Any], Any]
    unpack: Callable[[Any], Any]


def pack_instant(instant: datetime) -> int:
    """The microseconds from the start of the year 2000 to an instant."""
    return (instant - EPOCH) // MICROSECOND


def unpack_instant(microseconds: int) -> datetime:
    """The instant, in UTC."""
    return EPOCH + timedelta(0, 0, microseconds)


UUIDS: Final = Packing(UUID, attrgetter("bytes"), lambda packed: UUID(bytes=packed))
INSTANTS: Final = Packing(datetime, pack_instant, unpack_instant)


@dataclass_transform(frozen_default=True)
class Record(tuple[Any, ...]):
    """A row: a subclass annotates its columns, in their order. Compares and hashes as a tuple."""

    __slots__ = ()
    columns: ClassVar[tuple[str, ...]]
    packings: ClassVar[tuple[Packing | None, ...]]  # of each column; None: kept as it is
    of: ClassVar[Callable[[tuple[Any, ...]], Any]]  # a record from a row as it was sent
    _names: ClassVar[frozenset[str]]  # of the columns
    _defaults: ClassVar[dict[str, Any]]

    def __init_subclass__(cls) -> None:
        """Read the columns from the annotations."""
        hints = cls.__annotations__
        cls.columns = tuple(hints)
        cls._names = frozenset(hints)
        cls.packings = tuple(_packing(hint) for hint in hints.values())
        cls.of = partial(tuple.__new__, cls)
        cls._defaults = {name: cls.__dict__[name] for name in hints if name in cls.__dict__}
        for index, (name, packing) in enumerate(zip(cls.columns, cls.packings, strict=True)):
            setattr(cls, name, property(_getter(index, packing)))

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """A record of these values, given by place or by name."""
        if kwargs or len(args) != len(cls.columns):
            placed = dict(zip(cls.columns, args, strict=False))
            values = {**cls._defaults, **placed, **kwargs}
            fits = len(placed) == len(args) and placed.keys().isdisjoint(kwargs)
            if not fits or values.keys() != cls._names:
                msg = f"{cls.__name__} has {', '.join(cls.columns)}"
                raise TypeError(msg)
            args = tuple([values[name] for name in cls.columns])
        return tuple.__new__(cls, packed(args, cls.packings))

    @property
    def values(self) -> tuple[Any, ...]:
        """The values of all columns, as the attributes show them."""
        return tuple([getattr(self, name) for name in self.columns])

    def replace(self, **changes: Any) -> Self:
        """The record with other values in some columns."""
        return type(self)(**{**dict(zip(self.columns, self.values, strict=True)), **changes})

    def __repr__(self) -> str:
        shown = zip(self.columns, self.values, strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in shown)})"


class Table:
    """A table, and the columns that make a record."""

    def __init__(self, name: str, record: type[Record]) -> None:
        self.name = name
        self.record = record
        self.columns = record.columns
        self.selected = ", ".join(record.columns)


def packed(values: Any, packings: tuple[Packing | None, ...]) -> tuple[Any, ...]:
    """The values as a record keeps them."""
    return tuple(
        [
            value if packing is None or value is None else packing.pack(value)
            for value, packing in zip(values, packings, strict=True)
        ]
    )


def _packing(hint: Any) -> Packing | None:
    if get_origin(hint) is UnionType:  # X | None
        (hint,) = (each for each in get_args(hint) if each is not NoneType)
    if hint is UUID:
        return UUIDS
    if hint is datetime:
        return INSTANTS
    if issubclass(hint, Enum):
        return Packing(hint, lambda member: hint(member).value, {e.value: e for e in hint}.get)
    return None


def _getter(index: int, packing: Packing | None) -> Callable[[tuple[Any, ...]], Any]:
    if packing is None:
        return itemgetter(index)
    unpack = packing.unpack

    def get(row: tuple[Any, ...]) -> Any:
        value = row[index]
        return None if value is None else unpack(value)

    return get
