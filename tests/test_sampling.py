"""How a measured value varies: what the types say, and how the trees of it are reached."""

from fractions import Fraction

from capaian.formula import agg, col
from capaian.sampling import Bounds, Flow, Mean, Sampling, Share, changed, trees_of

ROWS, GOOD = agg.count(), agg.count(col("good"))


def test_the_trees_of_a_law_and_of_a_flow():
    """Every tree, and nothing that is none."""
    assert trees_of(Share(GOOD, ROWS)) == (GOOD, ROWS)
    assert trees_of(Mean(ROWS, GOOD, GOOD, 1, Fraction(4))) == (ROWS, GOOD, GOOD)
    flow = Flow(ROWS, excluded={"late": GOOD})
    assert trees_of(flow) == (ROWS, GOOD)
    assert trees_of(Flow(ROWS, GOOD)) == (ROWS, GOOD)


def test_every_tree_can_be_changed():
    other = agg.count(col("bad"))
    before = Sampling(Bounds(GOOD, ROWS), "work", Flow(ROWS, GOOD, {"late": GOOD}), 2, 1)
    after = changed(before, lambda tree: other if tree == GOOD else tree)
    wanted = Sampling(Bounds(other, ROWS), "work", Flow(ROWS, other, {"late": other}), 2, 1)
    assert after == wanted
    assert (after.factor, after.shift) == (Fraction(2), Fraction(1))
