"""Cells that are left out: none of them can be worked out, by every reading there is."""

from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from capaian.scores.suppression import pooled, suppressed, with_margins

LEAST = 3
COUNTS = st.integers(0, 4)
TABLES = st.tuples(st.integers(1, 3), st.integers(1, 3)).flatmap(
    lambda size: st.lists(
        st.lists(COUNTS, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


def readings(body, out):
    """Every table that shows the same: all counts tried, none of the cells left out below 1."""
    table = with_margins(body)
    tops = [
        table[-1][-1] + 2 if (row, len(body[0])) in out else table[row][-1]
        for row in range(len(body))
    ]
    cells = [(row, column) for row in range(len(body)) for column in range(len(body[0]))]
    tried = [
        range(1, tops[row] + 1) if (row, column) in out else [body[row][column]]
        for row, column in cells
    ]
    for values in product(*tried):
        read = dict(zip(cells, values, strict=True))
        made = with_margins(
            [[read[row, column] for column in range(len(body[0]))] for row in range(len(body))]
        )
        if all(
            made[row][column] == value if (row, column) not in out else made[row][column] > 0
            for row, values_ in enumerate(table)
            for column, value in enumerate(values_)
        ):
            yield made


@settings(max_examples=80)
@given(TABLES)
def test_no_cell_that_is_left_out_can_be_worked_out(body):
    """Law, against brute force: each has two readings at least; every small count is left out."""
    assume(any(map(any, body)))
    out = suppressed(body, LEAST)
    inside = sum(row < len(body) and column < len(body[0]) for row, column in out)
    assume((with_margins(body)[-1][-1] + 2) ** inside < 5_000)
    found = list(readings(body, out))
    for row, column in out:
        assert len({each[row][column] for each in found}) > 1
    table = with_margins(body)
    small = {
        (row, column)
        for row, values in enumerate(table)
        for column, value in enumerate(values)
        if 0 < value < LEAST
    }
    assert small <= out
    assert all(table[row][column] for row, column in out)


@pytest.mark.parametrize(
    ("body", "out"),
    [
        ([[9, 9], [9, 9]], set()),
        ([[0, 9], [9, 0]], set()),
        # one small cell: its row and its column give it away, so the cheapest rectangle goes
        ([[9, 1, 8], [7, 6, 9]], {(0, 0), (0, 1), (1, 0), (1, 1)}),
        # two of one in a row are two together, so each is one: a third goes, and what hides that
        ([[9, 1, 1], [7, 6, 6]], {(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)}),
    ],
)
def test_worked_tables(body, out):
    """As few people as can be are left out with the small ones."""
    assert suppressed(body, LEAST) == out


def test_two_ones_in_a_row_are_not_hidden_by_one_another():
    """Their sum is published: 2 is 1 + 1 where nobody is below one. A third cell goes with them."""
    out = suppressed([[1, 1, 3], [3, 3, 3]], LEAST)
    assert (0, 2) in out
    found = list(readings([[1, 1, 3], [3, 3, 3]], out))
    assert all(len({each[row][column] for each in found}) > 1 for row, column in out)


def test_a_table_of_one_person_shows_nothing():
    assert suppressed([[1]], 5) == {(0, 0), (0, 1), (1, 0), (1, 1)}


@pytest.mark.parametrize(
    ("counts", "few", "out"),
    [
        ({0: 9, 1: 9}, set(), set()),
        ({0: 2, 1: 9, 2: 7}, {0}, {0, 2}),  # alone its mean would follow from that of all
        ({0: 1, 1: 1, 2: 9, 3: 8}, {0, 1}, {0, 1, 3}),  # the two together are still too few
        ({0: 4, 1: 4, 2: 9}, {0, 1}, {0, 1}),
        ({0: 2}, {0}, None),
        ({0: 1, 1: 1}, {0, 1}, None),
    ],
)
def test_means_are_pooled_until_several_groups_and_enough_people_are_left_out(counts, few, out):
    assert pooled(counts, few, 5) == out
