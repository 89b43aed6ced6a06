"""A million lines, of which ten thousand are broken: each is told, the rest is scored."""

import sys

import pytest

from broken_stream import broken_lines, streamed


@pytest.mark.faults
def test_a_million_lines_of_which_one_in_a_hundred_is_broken():
    """Every broken line with its number and its code; memory as for a tenth of them."""
    _, _, _, usual = streamed(100_000)
    told, scored, code, memory = streamed(1_000_000)
    sys.stdout.write(
        f"{scored} scored, {len(told)} told; {usual} kB for 1e5 lines, {memory} kB for 1e6\n"
    )
    assert code == 2
    assert len(told) == 10_000
    assert told == list(broken_lines(1_000_000).items())
    assert scored == 990_000
    assert memory < 80_000, "kilobytes at most; Linux tells"
    assert memory <= usual * 1.1
