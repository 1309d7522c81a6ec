"""Lines of plain and compressed files: bounded, numbered, and kept up to where a file breaks."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.jobs.importers.lines import LONGEST_LINE, Line, read_lines
from backend.jobs.importers.workload import UnreadableTrace
from tests.backend.jobs.importers.traces import stream, zipped

TWO = [Line(1, b"one", overlong=False), Line(2, b"two", overlong=False)]


@pytest.mark.parametrize("content", [b"one\ntwo\n", b"one\r\ntwo\r\n", b"one\ntwo"])
@pytest.mark.parametrize("stored", [bytes, zipped])
def test_lines_are_numbered_and_lose_their_ends(content: bytes, stored: type[bytes]) -> None:
    assert list(read_lines(stream(stored(content)))) == TWO


def test_files_put_together_from_compressed_ones_are_read_through() -> None:
    assert list(read_lines(stream(zipped(b"one\n") + zipped(b"two\n")))) == TWO


@pytest.mark.parametrize("stored", [bytes, zipped])
def test_an_empty_file_has_no_lines(stored: type[bytes]) -> None:
    assert list(read_lines(stream(stored(b"")))) == []


@pytest.mark.parametrize("stored", [bytes, zipped])
@pytest.mark.parametrize("length", [LONGEST_LINE + 1, LONGEST_LINE * 2, 10_000_000])
def test_an_overlong_line_is_cut_and_the_next_one_is_whole(
    length: int, stored: type[bytes]
) -> None:
    lines = list(read_lines(stream(stored(b"x" * length + b"\ntwo\n"))))
    assert [(line.number, line.overlong) for line in lines] == [(1, True), (2, False)]
    assert len(lines[0].content) == LONGEST_LINE + 1
    assert lines[1] == TWO[1]


def test_the_longest_line_is_not_overlong() -> None:
    (line,) = read_lines(stream(b"x" * LONGEST_LINE + b"\n"))
    assert (len(line.content), line.overlong) == (LONGEST_LINE, False)


def test_an_overlong_last_line_ends_with_the_file() -> None:
    (line,) = read_lines(stream(b"x" * (LONGEST_LINE * 3)))
    assert line.overlong


def test_what_a_cut_off_archive_still_has_is_given_before_the_error() -> None:
    content = b"".join(b"%d\n" % number for number in range(50_000))
    given_lines: list[bytes] = []
    lines = read_lines(stream(zipped(content)[:-2000]))
    with pytest.raises(UnreadableTrace, match="the file is incomplete"):
        given_lines.extend(line.content for line in lines)
    assert len(given_lines) > 25_000
    assert given_lines == content.splitlines()[: len(given_lines)]


@settings(deadline=None)  # a loaded machine is slow, not wrong
@given(st.binary(max_size=60), st.integers(12, 60))
def test_a_damaged_archive_is_reported_and_never_raises_anything_else(
    damage: bytes, position: int
) -> None:
    archive = bytearray(zipped(b"".join(b"line %d\n" % number for number in range(200))))
    archive[position : position + len(damage)] = damage
    with contextlib.suppress(UnreadableTrace):
        for line in read_lines(stream(bytes(archive))):
            assert line.number >= 1
