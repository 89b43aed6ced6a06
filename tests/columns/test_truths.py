"""Conditions in two values say what formulas with three values say."""

from hypothesis import given
from hypothesis import strategies as st

from capaian.columns import Lowering, truths
from capaian.columns.truths import NO, YES
from capaian.formula import (
    Column,
    Compare,
    Extreme,
    Logic,
    Not,
    When,
    agg,
    col,
    compile_statistics,
    lit,
    walk,
)

CELLS = ("c0", "c1", "c2")
SIGNS = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
LEAVES = st.sampled_from([col(name) for name in CELLS]) | st.integers(-2, 2).map(lit)


@st.composite
def numbers(draw, depth=2):
    """Formulas whose values are integers, or unknown."""
    kind = draw(st.integers(0, 4)) if depth else 0
    below = numbers(depth - 1)
    match kind:
        case 1:
            return draw(below) + draw(below)
        case 2:
            return draw(below) * draw(below)
        case 3:
            return Extreme("min", (draw(below), draw(below)))
        case 4:
            return When(draw(conditions(depth - 1)), draw(below), draw(below))
        case _:
            return draw(LEAVES)


@st.composite
def conditions(draw, depth=3):
    """Formulas whose values are true, false or unknown."""
    kind = draw(st.integers(0, 8)) if depth else 0
    below = conditions(depth - 1)
    match kind:
        case 1 | 2:
            return Logic(draw(st.sampled_from(["and", "or"])), draw(below), draw(below))
        case 3:
            return Not(draw(below))
        case 4:
            return When(draw(below), draw(below), draw(below))
        case 5:
            return draw(numbers(max(depth - 1, 0))).present()
        case 6:
            return draw(numbers(max(depth - 1, 0))).one_of(0, 2)
        case 7:
            return draw(below).present()
        case 8:
            return lit(draw(st.booleans()))
        case _:
            deeper = numbers(max(depth - 1, 0))
            return Compare(draw(SIGNS), draw(deeper), draw(deeper))


ROWS = st.tuples(*[st.none() | st.integers(-2, 2)] * 3)


def evaluated(condition, row):
    """The printed text of a condition in two values, on one row."""
    lowering = Lowering()
    text = lowering.test(condition, {})
    scope = {**lowering.constants, **dict(zip(CELLS, row, strict=True))}
    return bool(eval(text, scope))  # noqa: S307 - our own printed text


def counted(tree, row):
    """Whether the general printer, which knows three values, counts the row."""
    return compile_statistics([agg.count(tree)], CELLS, {})([row], None) == (1,)


@given(conditions(), ROWS)
def test_a_condition_holds_where_it_is_true_and_its_opposite_elsewhere(tree, row):
    """Unknown does not hold; neither does its negation."""
    true, false = counted(tree, row), counted(Not(tree), row)
    known = counted(tree.present(), row)
    assert evaluated(truths.holds(tree), row) == true
    assert evaluated(truths.holds(tree, wanted=False), row) == false
    assert evaluated(truths.is_known(tree), row) == known == (true or false)
    assert evaluated(truths.opposite(truths.holds(tree)), row) is not true


@given(conditions(), ROWS)
def test_what_is_known_of_a_row_may_be_put_in(tree, row):
    """With the answers to some of its own questions put in, a condition says the same."""
    condition = truths.holds(tree)
    facts = {}
    for atom in truths.atoms(condition):
        if all(each.name not in CELLS or row[CELLS.index(each.name)] is not None
               for each in _columns(atom)):  # fmt: skip
            facts[atom] = YES if evaluated(atom, row) else NO
    settled = truths.settle_condition(condition, facts)
    assert evaluated(settled, row) == evaluated(condition, row)


def _columns(tree):
    return [each for each in walk(tree) if isinstance(each, Column)]


@given(conditions(), numbers(), numbers(), ROWS)
def test_a_choice_that_is_made_leaves_its_value(condition, then, otherwise, row):
    """`When` under a decided condition is the branch itself."""
    tree = When(condition, then, otherwise)
    holds = truths.holds(condition)
    facts = {}
    for atom in truths.atoms(holds):
        if all(row[CELLS.index(each.name)] is not None for each in _columns(atom)):
            facts[atom] = YES if evaluated(atom, row) else NO
    settled = truths.settle_value(tree, facts)
    program = compile_statistics([agg.sum(tree), agg.sum(settled)], CELLS, {})
    before, after = program([row], None)
    assert before == after


def test_constants_are_folded():
    """Nothing is asked of a row that is known beforehand."""
    assert truths.both(YES, YES) == YES
    assert truths.both(col("c0") <= 1, NO) == NO
    assert truths.either(YES, col("c0") <= 1) == YES
    assert truths.either(NO, col("c0") <= 1) == (col("c0") <= 1)
    assert truths.settle_condition(lit(1) + 1 <= lit(2), {}) == YES
