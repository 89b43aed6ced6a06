"""A score as a sum: against the program that makes the score, in exact arithmetic."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.certainty.marks import indicator, policy
from capaian.analysis.certainty.additive import form_of, form_of_shares
from capaian.analysis.certainty.piecewise import NotPiecewise
from capaian.exact import Program, run_paired
from capaian.scores.plan import make_plan
from capaian.scores.tail import make_tail

NODES = [{"id": "n", "weight": "0.7"}, {"id": "m", "parent": "n", "weight": "0.4"}]
TREE = [
    indicator("a", "0.3"),
    indicator("b", "0.25", "n"),
    indicator("c", "0.35", "n", {"method": "target", "target": 80, "better": "higher"}),
    indicator("d", 1, "m", {"method": "target", "target": 5, "better": "lower"}, missing="worst"),
]
VALUES = st.fractions(1, 130, max_denominator=50)


def tail_of(rule, names):
    return make_tail(make_plan(rule), frozenset(names))


def official(tail, values):
    """The score before rounding, by the score's own program from measured values on."""
    steps = tuple(each for each in tail.program.steps if not each[0].startswith("measured:"))
    inputs = {f"measured:{name}": value for name, value in values.items()}
    return run_paired(Program(steps), inputs)["limited:score"][1]


def by_form(form, values):
    inner = form.inner
    total = inner.fixed + sum(each.at(values[name]) for name, each in inner.terms.items())
    return form.outer.at(total)


@given(values=st.tuples(VALUES, VALUES, VALUES, VALUES), known=st.sets(st.sampled_from("abcd")))
def test_the_sum_is_the_score(values, known):
    """Law: of whoever has whatever, the sum of the parts is the score before rounding."""
    names = sorted(known) or ["a"]
    given_ = {name: values["abcd".index(name)] for name in names}
    tail = tail_of(policy(TREE, nodes=NODES), names)
    form = form_of(tail)
    assert by_form(form, given_) == official(tail, given_)
    assert form.inner.terms.keys() <= set(names)


def test_a_limit_that_cannot_bind_is_left_out():
    rule = policy([indicator("a", "0.5", "n"), indicator("b", "0.5", "n")],
                  nodes=[{"id": "n", "cap": 100, "floor": 0}])  # fmt: skip
    assert form_of(tail_of(rule, "ab")).inner.limits == ()


def test_a_limit_that_may_bind_is_kept_beside_the_sum():
    rule = policy([indicator("a", "0.5", "n"), indicator("b", "0.5", "n")],
                  nodes=[{"id": "n", "cap": 95}])  # fmt: skip
    (limit,) = form_of(tail_of(rule, "ab")).inner.limits
    assert (limit.op, limit.bound, sorted(limit.terms)) == ("min", 95, ["a", "b"])


def test_a_limit_over_one_indicator_is_a_part_of_its_line():
    rule = policy([indicator("a", 1, "n"), indicator("b", "0.5")],
                  nodes=[{"id": "n", "cap": 95, "weight": "0.5"}])  # fmt: skip
    form = form_of(tail_of(rule, "ab"))
    assert form.inner.limits == ()
    assert form.inner.terms["a"].knots == (60, 95)


def test_what_the_root_does_is_kept_apart():
    """Its conversion and its limit: exactly, whatever the sum below it."""
    convert = {"method": "piecewise", "points": [[0, 0], [80, 90], [100, 120]]}
    rule = policy([indicator("a", "0.5"), indicator("b", "0.5")],
                  score={"convert": convert, "cap": 110}, scale={"worst": 0, "best": 120})  # fmt: skip
    form = form_of(tail_of(rule, "ab"))
    assert form.outer.knots == (0, 80, F(280, 3))
    assert form.outer.range() == (0, 110)


def test_roundings_of_a_node_are_left_out_and_said():
    rule = policy([indicator("a", "0.5", "n"), indicator("b", "0.5", "n")], nodes=[{"id": "n"}],
                  rounding=[{"where": "node", "digits": 3}, {"where": "score", "digits": 2}])  # fmt: skip
    assert form_of(tail_of(rule, "ab")).inner.loose == F(1, 2000)


@pytest.mark.parametrize(
    ("method", "said"), [("geometric", "geometric"), ("minimum", "min"), ("harmonic", "when")]
)
def test_what_is_no_sum_is_refused(method, said):
    rule = policy([indicator("a", "0.5"), indicator("b", "0.5")], score={"method": method})
    with pytest.raises(NotPiecewise, match=said):
        form_of(tail_of(rule, "ab"))


def test_a_linear_formula_is_a_sum_and_another_is_none():
    parts = [indicator("a", None), indicator("b", None)]

    def rule(formula):
        return policy(parts, missing="withhold",
                      score={"method": "formula", "formula": formula})  # fmt: skip

    form = form_of(tail_of(rule("0.5 * a + (b - 10) / 2"), "ab"))
    values = {"a": F(70), "b": F(90)}
    assert by_form(form, values) == official(tail_of(rule("0.5 * a + (b - 10) / 2"), "ab"), values)
    for formula in ("a if b > 80 else b", "min(a, b)", "a * b / 100"):
        with pytest.raises(NotPiecewise):
            form_of(tail_of(rule(formula), "ab"))


OWN = {"from": "targets"}
GOALS = {
    "table": "goals",
    "indicator": "indicator",
    "period": "period",
    "value": "goal",
    "digits": 0,
}


def with_target(method, **more):
    return indicator("a", "0.5", normalise={"method": method, "target": OWN, **more})


def test_a_value_against_its_own_target_is_a_share_of_it():
    """The form is that of a target of 1, and proved for others."""
    rule = policy([with_target("target", better="higher"), indicator("b", "0.5")], targets=GOALS)
    tail = tail_of(rule, "ab")
    with pytest.raises(NotPiecewise, match=r"^a.target$"):
        form_of(tail)
    form = form_of_shares(tail, {"a": "a.target"})
    assert form.inner.terms["a"].knots == (F(3, 5), 1)
    assert form.inner.terms["b"].knots == (60, 100)


def test_a_value_that_goes_by_its_target_in_another_way_is_refused():
    """A rounding in the unit of the value is no share of the target."""
    steps = [{"method": "round", "digits": 0}, {"method": "target", "target": OWN,
                                                "better": "higher"}]  # fmt: skip
    rule = policy([indicator("a", "0.5", normalise=steps), indicator("b", "0.5")], targets=GOALS)
    with pytest.raises(NotPiecewise, match=r"^target$"):
        form_of_shares(tail_of(rule, "ab"), {"a": "a.target"})
