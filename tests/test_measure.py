"""Measures made ready, and states read from statistics, one by one and in columns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.formula import agg, col, lit
from capaian.indicator import ColumnRef, Indicator
from capaian.measure import NO_EVIDENCE, Known, holds, outcomes, readings, ready, states
from capaian.plugin import ColumnNeed, Measure, RowCheck, StatusRule

ROWS = agg.count()
DONE = agg.count(col("done"))
LAST = agg.max(col("age"))
MEASURE = Measure(
    columns=(ColumnNeed("done", "boolean"), ColumnNeed("age", "integer", nullable=True)),
    value=DONE / ROWS,
    n=ROWS,
    figures={"open": ROWS - DONE, "last": LAST},
    checks=(RowCheck("CPN-E31", col("age") >= 0),),
    statuses=(StatusRule("too_few", ROWS < 3),),
)


def test_every_distinct_statistic_is_reduced_once_and_named():
    """The value, n, figures, states and checks share their statistics."""
    made = ready("x", MEASURE)
    assert made.trees == (DONE, ROWS, LAST, agg.count(~(col("age") >= 0)))
    assert made.names == ("x.0", "x.1", "x.2", "x.3")
    assert made.value == col("x.0") / col("x.1")
    assert made.figures["open"] == col("x.1") - col("x.0")
    assert made.checks[0][1] == "x.3"
    assert made.needed == ("x.0", "x.1")
    assert made.divisors == ("x.1",)
    assert made.outside == ()


def test_inputs_from_outside_are_named_after_the_indicator():
    """Exposure belongs to one indicator, not to all that use the word."""
    measure = Measure((), ROWS * col("full") / col("exposure"), ROWS)
    made = ready("x", measure)
    assert made.outside == ("x.exposure", "x.full")
    assert made.divisors == ("x.exposure",)


def state_of(known):
    """The first state that holds."""
    return next((state for state, sure in states(ready("x", MEASURE), known) if sure), "ok")


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"x.0": 2, "x.1": 4}, "ok"),
        ({"x.0": 1, "x.1": 2}, "too_few"),
        ({"x.0": 0, "x.1": 0}, "too_few"),
    ],
)
def test_the_first_state_that_holds_is_given(values, state):
    """The type's own states go first."""
    assert state_of(Known({**values, "x.2": 0, "x.3": 0})) == state


def test_what_is_unknown_or_divided_by_zero_is_no_evidence():
    """Without any rule of the type's own."""
    plain = Measure((), DONE / ROWS, ROWS)
    made = ready("x", plain)

    def first(known):
        return next((state for state, sure in states(made, known) if sure), "ok")

    assert first(Known({"x.0": 0, "x.1": 0})) == NO_EVIDENCE
    assert first(Known({"x.0": 0, "x.1": 1}, {"x.0": False, "x.1": True})) == NO_EVIDENCE
    assert first(Known({"x.0": 0, "x.1": 1})) == "ok"


VALUES = st.none() | st.integers(-3, 3)
A, B = col("a"), col("b")
CONDITIONS = st.recursive(
    st.sampled_from(
        [A <= B, A.equals(2), (A + B) * 2 > 1, lit(0) > A - B, A.present(), B.differs(1)]
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] & pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1]),
        inner.map(lambda each: ~each),
    ),
    max_leaves=6,
)


def truth(tree, row):
    """The condition by Kleene's three values, written out: True, False or None."""
    kind = tree.tag
    if kind == "column":
        return row[tree.name]
    if kind == "literal":
        return tree.value
    if kind == "present":
        return truth(tree.inner, row) is not None
    if kind == "not":
        inner = truth(tree.inner, row)
        return None if inner is None else not inner
    left, right = truth(tree.left, row), truth(tree.right, row)
    if kind == "logic":
        settled = tree.op == "or"
        if settled in (left, right):
            return settled
        return None if None in (left, right) else not settled
    if left is None or right is None:
        return None
    operations = {
        "+": left + right, "-": left - right, "*": left * right, "<": left < right,
        "<=": left <= right, ">": left > right, ">=": left >= right, "=": left == right,
        "!=": left != right,
    }  # fmt: skip
    return operations[tree.op]


@given(CONDITIONS, st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=12))
def test_conditions_hold_as_kleene_says_alone_and_in_columns(tree, rows):
    """What is unknown does not hold; one row and a whole column agree."""
    expected = [truth(tree, {"a": a, "b": b}) is True for a, b in rows]
    alone = [
        bool(
            holds(tree, Known({"a": a or 0, "b": b or 0}, {"a": a is not None, "b": b is not None}))
        )
        for a, b in rows
    ]
    columns = Known(
        {"a": np.array([a or 0 for a, _ in rows]), "b": np.array([b or 0 for _, b in rows])},
        {
            "a": np.array([a is not None for a, _ in rows]),
            "b": np.array([b is not None for _, b in rows]),
        },
    )
    whole = np.broadcast_to(holds(tree, columns), (len(rows),)).tolist()
    assert alone == expected
    assert whole == expected


@given(CONDITIONS, st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=12))
def test_what_a_condition_may_come_to_holds_what_it_comes_to(tree, rows):
    """From the least and the greatest alone, and from nothing; only one outcome is a proof."""
    columns = {"a": [a or 0 for a, _ in rows], "b": [b or 0 for _, b in rows]}
    complete = [
        name for name, at in (("a", 0), ("b", 1)) if all(row[at] is not None for row in rows)
    ]
    ranges = {name: (min(each), max(each)) for name, each in columns.items()}
    found = {truth(tree, {"a": a, "b": b}) for a, b in rows}
    assert found <= outcomes(tree, ranges, complete)
    assert found <= outcomes(tree, {}, ())


def test_a_count_above_zero_is_not_zero_however_great():
    """What lets a block be scored without asking each row for its state."""
    asked = col("n").equals(0) | ~col("n").present()
    assert outcomes(asked, {"n": (1, 2**63 - 1)}, ["n"]) == {False}
    assert outcomes(asked, {"n": (0, 5)}, ["n"]) == {True, False}
    assert outcomes(asked, {"n": (1, 5)}, []) == {True, False, None}


def test_roles_are_found_where_the_policy_says_and_unknown_ones_are_refused():
    """A role that is not mapped is the column of its own name."""
    indicator = Indicator(
        id="x", title={}, type="t", table="rows", subject="nip", weight=1, measure={},
        normalise=(), missing="exclude", columns={"done": ColumnRef("selesai"), "dnoe": ColumnRef("y")},
    )  # fmt: skip
    mapped, findings = readings(indicator, MEASURE)
    assert [(need.role, ref.column) for need, ref in mapped] == [
        ("done", "selesai"),
        ("age", "age"),
    ]
    assert [finding.line() for finding in findings] == [
        (
            "  CPN-P50  indicators['x'].columns.dnoe: the type 't' has no role 'dnoe'.\n"
            "           to fix: use its roles: age, done."
        )
    ]
