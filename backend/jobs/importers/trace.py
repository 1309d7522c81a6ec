"""Read a workload trace, whatever its format, into jobs and rejected lines."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from itertools import chain

from backend.jobs.importers.lines import LONGEST_LINE, Line, read_lines
from backend.jobs.importers.sacct import SacctParser
from backend.jobs.importers.swf import SwfParser
from backend.jobs.importers.workload import (
    BadLine,
    LineParser,
    Rejection,
    UnreadableTrace,
    WorkloadJob,
)

BYTE_ORDER_MARK = "\ufeff"
LONGEST_REALM = 100  # of the 150 characters that an account's name may have
NOT_OF_A_NAME = re.compile(r"[^a-z0-9.-]+")


class Format(StrEnum):
    """The formats of workload traces."""

    SWF = "swf"  # Standard Workload Format
    SACCT = "sacct"  # Slurm's accounting, sacct --parsable2


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a trace is from, as far as the trace does not say so itself.

    `source` keeps the job numbers of different traces apart. `realm` keeps their account names
    apart: none leaves them as they are, or, for user numbers, takes the source. `zone` is what
    times without an offset are local to, `starts_at` when a trace of relative times starts.
    """

    source: str
    realm: str | None = None
    zone: tzinfo = UTC
    starts_at: datetime | None = None


def read_trace(
    file: io.BufferedReader, origin: Origin, *, format_: Format | None = None
) -> Iterator[WorkloadJob | Rejection]:
    """The jobs of the trace in its order and, in their places, the lines that are none.

    The format is told from the first line unless given; the file may be compressed by gzip.
    Nothing but the current line is held in memory.

    Raises UnreadableTrace where the format can not be told, the trace lacks what every line
    needs, or compressed data breaks off; what came before was given by then.
    """
    lines = read_lines(file)
    if format_ is None:
        first = next((line for line in lines if line.content.strip()), None)
        if first is None:
            return
        format_ = _format_of(first)
        lines = chain([first], lines)
    parser = _parser(format_, origin)
    for line in lines:
        try:
            job = parser.parse(_text(line))
        except BadLine as error:
            yield Rejection(line.number, str(error))
        else:
            if job is not None:
                yield job


def _text(line: Line) -> str:
    if line.overlong:
        raise BadLine(f"longer than {LONGEST_LINE // 1024} KiB")
    if line.content.lstrip().startswith(b";"):
        return line.content.decode(errors="replace")  # a comment may quote a name in any encoding
    try:
        text = line.content.decode()
    except UnicodeDecodeError as error:
        raise BadLine(f"not valid UTF-8 at byte {error.start + 1}") from error
    if "\0" in text:
        raise BadLine("it has a null character")
    return text.removeprefix(BYTE_ORDER_MARK) if line.number == 1 else text


def _format_of(first: Line) -> Format:
    text = first.content.decode(errors="replace").removeprefix(BYTE_ORDER_MARK).strip()
    if "|" in text and "jobid" in text.lower():
        return Format.SACCT
    if text.startswith(";") or (text[:1].isdigit() and "|" not in text):
        return Format.SWF
    msg = (
        "neither the Standard Workload Format (comments that begin with a semicolon, lines of 18 "
        "numbers) nor sacct --parsable2 with its header line (JobID|...)"
    )
    raise UnreadableTrace(msg)


def _parser(format_: Format, origin: Origin) -> LineParser:
    if format_ is Format.SWF:
        slug = NOT_OF_A_NAME.sub("-", origin.source.lower()).strip("-")[:LONGEST_REALM]
        realm = slug if origin.realm is None else origin.realm
        return SwfParser(source=origin.source, realm=realm, starts_at=origin.starts_at)
    return SacctParser(source=origin.source, realm=origin.realm or "", zone=origin.zone)
