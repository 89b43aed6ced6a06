"""The proof of a decision table: complete, and without contradiction."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.exact.decision_table import Stranger, combinations, prove_table, strangers, taken

RATINGS = {"work": ("above", "meets", "below"), "conduct": ("above", "meets", "below")}


@st.composite
def tables(draw):
    inputs = {
        f"i{index}": tuple(f"l{level}" for level in range(draw(st.integers(1, 3))))
        for index in range(draw(st.integers(1, 3)))
    }
    cells = draw(
        st.lists(
            st.fixed_dictionaries(
                {}, optional={k: st.lists(st.sampled_from(v)) for k, v in inputs.items()}
            ),
            max_size=6,
        )
    )
    return inputs, cells


def test_the_nine_cells_of_a_matrix_are_complete():
    cells = [{"work": [one], "conduct": [two]} for one, two in product(*RATINGS.values())]
    assert prove_table(RATINGS, cells) == ([], [])


def test_a_forgotten_cell_is_a_gap_and_one_given_twice_an_overlap():
    cells = [{"work": [one], "conduct": [two]} for one, two in product(*RATINGS.values())]
    gap = cells.pop(4)
    assert gap == {"work": ["meets"], "conduct": ["meets"]}
    cells.append({"work": ["below"], "conduct": ["above"]})
    assert prove_table(RATINGS, cells) == ([("meets", "meets")], [(("below", "above"), (5, 8))])


def test_an_input_left_out_takes_any_level_and_one_without_levels_none():
    assert prove_table(RATINGS, [{}]) == ([], [])
    assert len(prove_table(RATINGS, [{"work": []}])[0]) == combinations(RATINGS) == 9


def test_names_that_are_not_known_are_found_and_never_taken_for_any():
    cells = [{"work": ["abov", "below"]}, {"wrk": ["above"]}]
    assert strangers(RATINGS, cells) == [Stranger(0, "work", "abov"), Stranger(1, "wrk")]
    with pytest.raises(KeyError, match="wrk"):
        prove_table(RATINGS, cells)


def test_a_table_without_inputs_has_one_combination():
    assert prove_table({}, []) == ([()], [])
    assert prove_table({}, [{}]) == ([], [])


@given(tables())
def test_each_combination_is_a_gap_an_overlap_or_has_one_cell(table):
    inputs, cells = table
    gaps, overlaps = prove_table(inputs, cells)
    for each in product(*inputs.values()):
        levels = dict(zip(inputs, each, strict=True))
        fitting = tuple(
            index
            for index, cell in enumerate(cells)
            if all(levels[name] in wanted for name, wanted in cell.items())
        )
        assert (each in gaps) == (not fitting)
        assert ((each, fitting) in overlaps) == (len(fitting) > 1)


@given(tables())
def test_a_cell_takes_the_product_of_its_levels(table):
    inputs, cells = table
    for cell in cells:
        sizes = [len(set(cell.get(name, levels))) for name, levels in inputs.items()]
        assert len(list(taken(inputs, cell))) == combinations(
            {str(at): range(size) for at, size in enumerate(sizes)}
        )
