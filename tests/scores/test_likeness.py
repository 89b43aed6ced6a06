"""Rows of another pattern are found, whatever is settled at a glance, and asked only if it is not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.formula import Column, Not, Present
from capaian.measure import OK
from capaian.plugin import StatusRule
from capaian.scores.likeness import Likeness
from capaian.scores.patterns import Batch, StateRules

NAMES = ("a", "b", "c")
COLUMN = {name: Column(name) for name in NAMES}
CONDITIONS = st.one_of(
    st.builds(lambda name, value: COLUMN[name].equals(value), st.sampled_from(NAMES), st.just(0)),
    st.builds(lambda name, value: COLUMN[name] < value, st.sampled_from(NAMES), st.integers(-2, 6)),
    st.builds(
        lambda name, value: COLUMN[name] >= value, st.sampled_from(NAMES), st.integers(-2, 6)
    ),
    st.builds(lambda one, other: COLUMN[one] + COLUMN[other] < 5, *[st.sampled_from(NAMES)] * 2),
    st.builds(lambda one, other: COLUMN[one] <= COLUMN[other], *[st.sampled_from(NAMES)] * 2),
    st.builds(lambda name: Not(Present(COLUMN[name])), st.sampled_from(NAMES)),
)


@st.composite
def batches(draw):
    """Small columns, some of them one under two names, with masks or without."""
    count = draw(st.integers(1, 9))
    values = st.lists(st.integers(-3, 7), min_size=count, max_size=count)
    masks = st.none() | st.lists(st.booleans(), min_size=count, max_size=count)
    made = {}
    for name in NAMES:
        if made and draw(st.booleans()):
            made[name] = made[draw(st.sampled_from(sorted(made)))]
            continue
        mask = draw(masks)
        known = None if mask is None else np.array(mask)
        column = np.array(draw(values), dtype=np.int64)
        made[name] = (column if known is None else np.where(known, column, 0)), known
    return Batch(count, made)


@given(
    st.lists(st.lists(CONDITIONS, min_size=1, max_size=4), min_size=1, max_size=4),
    batches(),
    st.data(),
)
def test_the_strange_rows_are_those_whose_bits_differ(conditions, batch, data):
    """Against the bits of every row; whether ranges are given or found."""
    rules = StateRules(
        {str(at): tuple(StatusRule("no", when) for when in some) for at, some in
         enumerate(conditions)}
    )  # fmt: skip
    lead = data.draw(st.frozensets(st.integers(0, len(conditions) - 1)))
    first = data.draw(st.integers(0, batch.count - 1))
    rows = slice(first, data.draw(st.integers(first + 1, batch.count)))
    bits = rules.bits(batch.part(rows))[0]
    expected = bits != sum(1 << each for each in lead)
    ranges = {name: (int(each.min()), int(each.max())) for name, (each, _) in batch.inputs.items()}
    for given_ranges in (None, ranges):
        found = Likeness(rules, batch, given_ranges).others(lead, rows)
        assert (found is None) == (not expected.any())
        assert found is None or found.tolist() == expected.tolist()


@pytest.mark.parametrize(("values", "asked"), [([1, 5, 9], 0), ([5, 0, 9], 1), ([12, 10, 11], 0)])
def test_a_glance_settles_what_it_can(values, asked):
    """No row is asked whether it is 0 where the least is 1; and below 4 says all of 0 and 2."""
    many = Column("n")
    limit = 4 if asked else 1
    rules = StateRules(
        {"i": tuple(StatusRule("no", when) for when in (many.equals(0), many < limit))}
    )
    batch = Batch(3, {"n": (np.array(values), None)})
    likeness = Likeness(rules, batch, None)
    likeness.others(frozenset({0}), slice(0, 3))
    questions = likeness.asking.questions(frozenset({0}), likeness.lows(slice(0, 3)))
    assert len(questions.none_of) == asked
    assert OK not in {rule.status for rule in rules.rules["i"]}
