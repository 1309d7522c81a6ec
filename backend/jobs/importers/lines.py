"""The lines of a file, plain or gzip, one at a time: no line and no file is ever held whole."""

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from backend.jobs.importers.workload import UnreadableTrace

GZIP_MAGIC = b"\x1f\x8b"
LONGEST_LINE = 64 * 1024  # bytes; the longest line of a real trace has a few hundred


class Line(NamedTuple):
    """A line without its end. `overlong`: it was longer than 64 KiB, and only that much is here."""

    number: int
    content: bytes
    overlong: bool


def read_lines(file: io.BufferedReader) -> Iterator[Line]:
    """The lines of the file, decompressed where its first bytes say gzip, numbered from 1.

    Raises UnreadableTrace where compressed data is damaged or ends early; every whole line before
    that point has been given by then.
    """
    if not file.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC):
        yield from _split(file)
        return
    with gzip.GzipFile(fileobj=file) as decompressed:
        try:
            yield from _split(decompressed)
        except EOFError as error:
            msg = "the compressed data ends too early: the file is incomplete"
            raise UnreadableTrace(msg) from error
        except (zlib.error, gzip.BadGzipFile) as error:
            msg = f"the compressed data is damaged: {error}"
            raise UnreadableTrace(msg) from error


def _split(file: io.BufferedIOBase) -> Iterator[Line]:
    number = 0
    while content := file.readline(LONGEST_LINE + 1):
        number += 1
        overlong = len(content) > LONGEST_LINE and not content.endswith(b"\n")
        if overlong:
            rest = content
            while rest and not rest.endswith(b"\n"):
                rest = file.readline(LONGEST_LINE)
        yield Line(number, content.rstrip(b"\r\n"), overlong)
