"""Whole traces: the format told from the first line, bad lines in their places, nothing raised."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.jobs.importers.trace import Format, Origin, read_trace
from backend.jobs.importers.workload import Rejection, UnreadableTrace, WorkloadJob
from tests.backend.jobs.importers.traces import (
    ATLAS,
    NO_ATLAS,
    SMALL_SACCT,
    SMALL_SWF,
    is_legal,
    stream,
    zipped,
)

ORIGIN = Origin(source="A Trace, 2006")
SWF_LINE = b"%d 0 10 60 8 -1 -1 8 3600 -1 1 7 1 12 1 1 -1 -1\n"
SACCT_HEADER = b"JobID|Submit|Start|End|State\n"
SACCT_LINE = b"%d|2026-01-01T10:00:00|None|Unknown|PENDING\n"


def read(
    content: bytes, format_: Format | None = None, origin: Origin = ORIGIN
) -> list[WorkloadJob | Rejection]:
    return list(read_trace(stream(content), origin, format_=format_))


def numbers(items: list[WorkloadJob | Rejection]) -> list[str]:
    return [item.number for item in items if isinstance(item, WorkloadJob)]


@pytest.mark.parametrize("stored", [bytes, zipped])
def test_both_formats_are_told_apart(stored: type[bytes]) -> None:
    swf, sacct = SMALL_SWF.read_bytes(), SMALL_SACCT.read_bytes()
    assert len(numbers(read(stored(swf)))) == 10
    berlin = Origin("fjord", zone=ZoneInfo("Europe/Berlin"))
    assert len(numbers(read(stored(sacct), origin=berlin))) == 13


def test_a_byte_order_mark_and_blank_lines_before_the_first_are_passed_over() -> None:
    content = "\ufeff".encode() + SACCT_HEADER + b"\n" + SACCT_LINE % 4
    assert numbers(read(content)) == ["4"]
    assert numbers(read(b"\n \n" + SACCT_HEADER + SACCT_LINE % 4)) == ["4"]


def test_an_empty_file_has_no_jobs() -> None:
    assert read(b"") == []
    assert read(b"\n\n") == []


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"\xff\xfe", b"<html>", b"a|b|c\n", b"\0"])
def test_other_files_are_refused_by_name_of_what_is_taken(content: bytes) -> None:
    with pytest.raises(UnreadableTrace, match="neither the Standard Workload Format"):
        read(content)


def test_bad_lines_are_reported_in_their_places_and_the_rest_is_read() -> None:
    content = b"".join(
        [
            b"; UnixStartTime: 0\n",
            b"; a comment by J\xfcrgen\n",  # comments may be in any encoding
            SWF_LINE % 1,
            b"1 2 3\n",
            SWF_LINE.replace(b"60", b"6\x000") % 2,
            SWF_LINE.replace(b"60", b"6\xff") % 3,
            b"x" * 10_000_000 + b"\n",
            SWF_LINE % 4,
        ]
    )
    items = read(content)
    assert numbers(items) == ["1", "4"]
    assert [item for item in items if isinstance(item, Rejection)] == [
        Rejection(4, "3 fields instead of 18"),
        Rejection(5, "it has a null character"),
        Rejection(6, "not valid UTF-8 at byte 9"),
        Rejection(7, "longer than 64 KiB"),
    ]


def test_user_numbers_are_told_apart_by_the_source_unless_a_realm_is_given() -> None:
    content = b"; UnixStartTime: 0\n" + SWF_LINE % 1
    for origin, username in (
        (Origin("A Trace, 2006"), "user7@a-trace-2006"),
        (Origin("x", realm="lab"), "user7@lab"),
        (Origin("x", realm=""), "user7"),
        (Origin("東京"), "user7"),
    ):
        (job,) = read(content, origin=origin)
        assert isinstance(job, WorkloadJob)
        assert job.username == username


def test_a_given_format_is_believed() -> None:
    origin = Origin("x", starts_at=datetime(2000, 1, 1, tzinfo=UTC))
    assert numbers(read(SWF_LINE % 5, Format.SWF, origin)) == ["5"]
    with pytest.raises(UnreadableTrace, match="the header line lacks"):
        read(SWF_LINE % 5, Format.SACCT)


@settings(deadline=None)  # a loaded machine is slow, not wrong
@given(st.binary(max_size=300), st.sampled_from(Format))
def test_any_bytes_are_legal_jobs_rejections_or_unreadable(content: bytes, format_: Format) -> None:
    head = SACCT_HEADER if format_ is Format.SACCT else b"; UnixStartTime: 0\n"
    for item in read(head + content, format_):
        assert isinstance(item, Rejection) or is_legal(item)


@pytest.mark.skipif(not ATLAS.exists(), reason=NO_ATLAS)
def test_a_real_trace_has_no_bad_line() -> None:
    states: dict[str, int] = {}
    with ATLAS.open("rb") as file:
        for item in read_trace(file, Origin("LLNL-Atlas-2006")):
            assert isinstance(item, WorkloadJob)
            assert is_legal(item)
            state = item.changes[-1].state.value
            states[state] = states.get(state, 0) + 1
    assert states == {"COMPLETED": 21_915, "FAILED": 10_431, "CANCELLED": 11_432}
