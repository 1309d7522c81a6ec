"""Values as PostgreSQL sends and takes them, where psycopg would make objects of them."""

import struct
from collections.abc import Sequence
from typing import Final

from psycopg import adapters
from psycopg.abc import AdaptContext
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.types.numeric import Int8BinaryLoader
from psycopg.types.string import ByteaBinaryLoader

UUID_OID: Final = 2950
UUID_ARRAY_OID: Final = 2951
# One dimension, no nulls, the type of the elements; then how many there are, from number 1 on.
ARRAY_HEAD: Final = struct.Struct(">iiIii")
LENGTH: Final = struct.pack(">i", 16)


class Keys(tuple[bytes, ...]):
    """UUIDs, as the 16 bytes of each: an array of them in a statement."""

    __slots__ = ()


class KeysDumper(Dumper):
    """Writes an array of UUIDs in PostgreSQL's binary format, all at once."""

    format = Format.BINARY
    oid = UUID_ARRAY_OID

    def dump(self, obj: Sequence[bytes]) -> bytes:
        """The array."""
        if not obj:
            return struct.pack(">iiI", 0, 0, UUID_OID)
        return ARRAY_HEAD.pack(1, 0, UUID_OID, len(obj), 1) + LENGTH + LENGTH.join(obj)


class KeysTextDumper(Dumper):
    """Writes it as text, such as for whoever logs a statement or has it explained."""

    oid = UUID_ARRAY_OID

    def dump(self, obj: Sequence[bytes]) -> bytes:
        """The array."""
        return f"{{{','.join(key.hex() for key in obj)}}}".encode()


adapters.register_dumper(Keys, KeysTextDumper)
adapters.register_dumper(Keys, KeysDumper)  # the one that is used where both would do


def adapt(context: AdaptContext) -> None:
    """Let a connection or a cursor load UUIDs and instants as records keep them."""
    context.adapters.register_loader("uuid", ByteaBinaryLoader)
    context.adapters.register_loader("timestamptz", Int8BinaryLoader)
