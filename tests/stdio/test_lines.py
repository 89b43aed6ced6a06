"""Lines of a stream: numbered, and none longer than it may be."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import RequestError
from capaian.stdio.lines import PIECE, Line, read_lines


def read(content, longest=10):
    return list(read_lines(io.BytesIO(content), longest))


def test_lines_are_counted_from_one_and_blank_ones_passed_over():
    assert read(b"a\r\n\n  \nb\nc") == [Line(1, b"a"), Line(4, b"b"), Line(5, b"c")]
    assert read(b"") == []


def test_a_line_that_is_too_long_is_told_and_the_next_is_read():
    """Exactly the longest is read; one byte more is not, with and without an end."""
    assert read(b"x" * 10 + b"\r\n") == [Line(1, b"x" * 10)]
    assert read(b"x" * 11 + b"\nab\n") == [Line(1, None), Line(2, b"ab")]
    assert read(b"x" * 11) == [Line(1, None)]
    assert read(b"x" * 3 * PIECE + b"\nab") == [Line(1, None), Line(2, b"ab")]


def test_a_line_that_is_too_long_was_not_read():
    with pytest.raises(RequestError) as caught:
        Line(1, None).whole(1000)
    assert caught.value.text("id") == (
        "The request cannot be read.\n"
        "  CPN-J05  baris itu lebih dari 1000 byte; tidak dibaca.\n"
        "           perbaikan: kirim lebih sedikit pegawai dalam satu permintaan, beri nama berkas, "
        "atau naikkan --longest-line."
    )


@given(st.lists(st.text("abc ", max_size=14).map(str.encode), max_size=8))
def test_every_line_that_is_short_enough_comes_back(lines):
    """With its number, whatever stands around it."""
    found = read(b"".join(each + b"\n" for each in lines))
    expected = [
        Line(number, each if len(each) <= 10 else None)
        for number, each in enumerate(lines, start=1)
        if len(each) > 10 or each.strip()
    ]
    assert found == expected
