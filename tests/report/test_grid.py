"""Tables of pages: heads stand over their cells; shares are rounded half up."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from capaian.report.grid import Grid, Head, Line, share_of


def test_a_cell_stands_under_its_head():
    """The first head is that of the names of the rows."""
    grid = Grid((Head("name"), Head("score"), Head("band")), (Line("a", ("1", "low")),))
    assert [(head.text, cell) for head, cell in grid.beside(grid.rows[0])] == [
        ("score", "1"),
        ("band", "low"),
    ]


@given(st.integers(1, 10_000), st.data())
def test_a_share_is_right_to_half_a_tenth(total, data):
    """Never further off than half of its last digit, and a half goes up; of nobody it is 0."""
    count = data.draw(st.integers(0, total))
    shown = Fraction(share_of(count, total))
    assert Fraction(-1, 20) < shown - Fraction(100 * count, total) <= Fraction(1, 20)
    assert share_of(0, 0) == "0.0"
