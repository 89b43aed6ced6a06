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


def few(body):
    """The rows of fewer people than the least, which are left out whole."""
    return {row for row, values in enumerate(body) if 0 < sum(values) < LEAST}


def readings(body, out):
    """Every table that shows the same: all counts tried, none of the cells left out below 1.

    Rows that are left out whole are read as one person to fewer than the least, anywhere.
    """
    table = with_margins(body)
    last, small = len(body[0]), few(body)
    tops = [
        table[-1][-1] + 2 if (row, last) in out and row not in small else table[row][-1]
        for row in range(len(body))
    ]
    cells = [(row, column) for row in range(len(body)) for column in range(last)]
    tried = [
        range(LEAST) if row in small
        else range(1, tops[row] + 1) if (row, column) in out
        else [body[row][column]]
        for row, column in cells
    ]  # fmt: skip
    for values in product(*tried):
        read = dict(zip(cells, values, strict=True))
        made = with_margins([[read[row, column] for column in range(last)]
                             for row in range(len(body))])  # fmt: skip
        if all(0 < made[row][-1] < LEAST for row in small) and all(
            made[row][column] == value if (row, column) not in out else made[row][column] > 0
            for row, values_ in enumerate(table)
            for column, value in enumerate(values_)
            if row not in small
        ):
            yield made


@settings(max_examples=150)
@given(TABLES)
def test_no_cell_that_is_left_out_can_be_worked_out(body):
    """Law, against brute force: each has two readings at least; every small count is left out.

    A zero has one reading where its column has nobody, which is no secret of a group.
    """
    table = with_margins(body)
    assume(table[-1][-1] >= LEAST)
    out = suppressed(body, LEAST)
    inside = sum(row < len(body) and column < len(body[0]) for row, column in out)
    assume((table[-1][-1] + 2) ** inside < 20_000)
    found = list(readings(body, out))
    for row, column in out:
        if table[-1][column]:
            assert len({each[row][column] for each in found}) > 1, (row, column)
    small = {
        (row, column)
        for row, values in enumerate(table)
        for column, value in enumerate(values)
        if 0 < value < LEAST
    }
    assert small <= out
    whole = {(row, column) for row in few(body) for column in range(len(table[0]))}
    assert whole <= out
    everything = len(out) == len(table) * len(table[0])
    assert everything or all(table[row][column] for row, column in out - whole)


@settings(max_examples=150)
@given(TABLES)
def test_of_nobody_in_a_small_group_the_band_follows(body):
    """Law: where anybody else has another band, each small row may have somebody in another."""
    table = with_margins(body)
    assume(table[-1][-1] >= LEAST)
    assume(sum(each > 0 for each in table[-1][:-1]) > 1)
    out = suppressed(body, LEAST)
    inside = sum(row < len(body) and column < len(body[0]) for row, column in out)
    assume((table[-1][-1] + 2) ** inside < 20_000)
    found = list(readings(body, out))
    for row in few(body):
        for column in range(len(body[0])):
            assert any(each[row][column] < each[row][-1] for each in found)


@pytest.mark.parametrize(
    ("body", "out"),
    [
        ([[9, 9], [9, 9]], set()),
        ([[0, 9], [9, 0]], set()),
        # two people: were the zeros beside them shown, so would their band be
        ([[2, 0], [7, 6]], {(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)}),
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


def test_a_table_of_few_people_shows_nothing():
    assert suppressed([[1]], 5) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert suppressed([[4, 0]], 5) == {(row, column) for row in (0, 1) for column in range(3)}


def test_that_a_group_is_of_one_is_no_secret_where_two_are_shown():
    """Its total can be nothing else; its band can."""
    assert suppressed([[1, 0], [6, 6]], 2) >= {(0, 0), (0, 1), (0, 2)}


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
