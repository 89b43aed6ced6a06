"""Trees compare by structure, survive a round trip, and are replaced whole."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from capaian.formula import (
    Aggregate,
    Column,
    Compare,
    Literal_,
    Survival,
    agg,
    as_of,
    col,
    days,
    elapsed,
    from_data,
    lit,
    substitute,
    to_data,
    walk,
    when,
)

LEAVES = st.one_of(
    st.sampled_from(["a", "b", "start"]).map(col),
    st.integers(-5, 5).map(lit),
    st.fractions(max_denominator=9).map(lit),
    st.just(as_of()),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] + pair[1]),
        st.tuples(inner, inner).map(lambda pair: when(pair[0] <= pair[1], pair[0], 1)),
        inner.map(lambda each: each.clip(0, 3)),
        inner.map(lambda each: agg.sum(each) / agg.count(each.present())),
        inner.map(lambda each: each.one_of(1, 2)),
    ),
    max_leaves=8,
)


@given(TREES)
def test_a_tree_survives_its_written_form(tree):
    """What is hashed and stored says everything about the tree."""
    assert from_data(to_data(tree)) == tree


def test_equality_is_of_structure_and_never_builds_a_tree():
    """Two trees built alike are one; `equals` is the way to ask about values."""
    assert (col("a") <= 3) == Compare("<=", Column("a"), Literal_(3))
    assert col("a").equals(3) == Compare("=", Column("a"), Literal_(3))
    assert (col("a") <= 3) != (col("a") < 3)


def test_walk_gives_children_before_parents_and_each_node_once():
    """The order that printers rely on: nothing is used before it is made."""
    tree = (col("a") + 1) * (col("a") + 1)
    assert walk(tree) == [col("a"), lit(1), col("a") + 1, tree]


def test_substitute_replaces_statistics_by_names():
    """A measure over rows becomes a formula over named integers."""
    share = agg.count(col("done")) / agg.count()
    named = substitute(share, {agg.count(col("done")): col("x.0"), agg.count(): col("x.1")})
    assert named == col("x.0") / col("x.1")


def test_operators_accept_plain_values_on_either_side():
    """Authors write 2 - x, not lit(2) - x."""
    x = col("x")
    assert [to_data(each)[1] for each in (2 - x, 2 + x, 2 * x, 2 / x)] == ["-", "+", "*", "/"]
    assert (2 - x) == lit(2) - x


def test_a_survival_statistic_keeps_its_limit_exact():
    """A limit of a third of a day is a fraction, not a float."""
    third = agg.share_ended(elapsed(col("start"), as_of()), col("done"), lit(Fraction(1, 3)))
    assert isinstance(third, Survival)
    assert third.at == Fraction(1, 3)
    assert days(3) == Literal_(259_200_000_000, "3 days")
    assert isinstance(agg.median(col("a")), Survival)
    assert isinstance(agg.max(col("a")), Aggregate)


def test_true_is_not_one():
    """Python holds them equal; a formula that has both must not take one for the other."""
    assert lit(1) != lit(value=True)
    assert lit(1) != lit(Fraction(1))
    assert len({lit(1), lit(value=True), lit(Fraction(1))}) == 3
    assert col("a").one_of(1) != col("a").one_of(True)
