"""A target of each subject: the same rules, sign by sign, as for one constant target."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from capaian.errors import PolicyError
from capaian.exact import Program, run_paired
from capaian.exact.filtered import run_filtered
from capaian.formula import Column, col, lit, substitute
from capaian.indicator import FromTable
from capaian.measure import Known, holds
from capaian.methods.posts import GOALPOSTS, NEAREST, GoalpostsOptions, NearestOptions
from capaian.methods.targets import TARGET as METHOD
from capaian.methods.targets import TargetOptions
from capaian.plugin import TARGET, UNIT
from capaian.policy import Scale

OWN = FromTable("targets")
HUNDRED = Scale(Fraction(0), Fraction(100), Fraction(0), Fraction(120))
FIVE = Scale(Fraction(1), Fraction(5), None, Fraction(6))
SCALES = st.sampled_from([HUNDRED, FIVE])
OPTIONS = st.tuples(
    st.sampled_from(["higher", "lower"]),
    st.sampled_from([None, "ratio", "mirror", "inverse"]),
    st.sampled_from([None, Fraction(40)]),
    st.sampled_from([None, Fraction(130)]),
)
DIGITS = 2
POWER = 10**DIGITS
REACH = 10**6


def constant(goal, better, formula, worst, met):
    """The options with one target; what goes with targets of 0 alone, or of others alone, apart."""
    if goal == 0:
        return TargetOptions(Fraction(0), better, worst=worst, met=met)
    return TargetOptions(goal, better, formula, met=met)


def own(scale, better, formula, worst, met, digits=DIGITS):
    """The formula over x and the subject's own target, an integer."""
    tree = METHOD.build(TargetOptions(OWN, better, formula, worst, met), scale, col("x"))
    return substitute(tree, {UNIT: lit(10**digits), TARGET: Column("target")})


def sound(better, formula, worst):
    """Whether the options can be used with some targets at all."""
    return not (better == "higher" and (formula == "inverse" or worst is not None))


@given(SCALES, OPTIONS, st.integers(-900, 900), st.integers(-1000, 1000))
def test_each_target_gives_what_the_constant_would(scale, options, target, x):
    """Where the constant is refused, the target is: by the same signs, formula and worst."""
    better, formula, worst, met = options
    assume(sound(better, formula, worst))
    goal, value = Fraction(target, POWER), Fraction(x, 10)
    usable = METHOD.targets(TargetOptions(OWN, better, formula, worst, met))
    can = bool(holds(usable, Known({"target": target})))
    try:
        tree = METHOD.build(constant(goal, better, formula, worst, met), scale, col("x"))
    except PolicyError:
        assert not can
        return
    assert can
    wanted = run_paired(Program((("y", tree),)), {"x": value})["y"][1]
    mine = Program((("y", own(scale, better, formula, worst, met)),))
    assert run_paired(mine, {"x": value, "target": target})["y"][1] == wanted


@pytest.mark.parametrize(
    ("better", "formula", "worst"),
    [
        ("higher", None, None),
        ("lower", None, Fraction(40)),
        ("lower", "mirror", None),
        ("lower", "inverse", None),
        ("lower", "ratio", None),
    ],
)
def test_a_hundred_thousand_targets_run_as_columns_with_a_bound(better, formula, worst):
    """One formula for all signs: the bound is finite and holds, and almost no row is doubtful."""
    random = np.random.default_rng(7)
    count = 100_000
    target = random.integers(1, REACH, count)
    if formula in {None, "mirror"} and worst is None:
        target = np.where(random.random(count) < 0.5, -target, target)
    elif formula == "ratio":
        target = -target
    elif worst is not None:
        target[random.random(count) < 0.1] = 0
    inputs = {"x": random.integers(0, REACH, count), "target": target}
    tree = own(HUNDRED, better, formula, worst, None).clip(0, 120)
    run = run_filtered(Program((("y", tree),)), inputs)
    assert run.errors["y"] < 1e-3
    assert run.doubt.mean() < 0.001
    for row in range(0, count, 97):
        given_row = {name: int(column[row]) for name, column in inputs.items()}
        near, exact = run_paired(Program((("y", tree),)), given_row)["y"]
        assert abs(Fraction(float(run.values["y"][row])) - exact) <= Fraction(run.errors["y"])
        if not run.doubt[row]:
            assert float(run.values["y"][row]) == near


def test_the_direction_is_told_where_all_targets_share_it():
    """The mirror of a target below zero grows with x, that of one above falls."""
    direction = METHOD.direction
    assert direction(TargetOptions(OWN, "higher")) == "higher"
    assert direction(TargetOptions(OWN, "lower")) == "lower"
    assert direction(TargetOptions(OWN, "lower", "mirror")) == "unknown"


def test_options_that_no_target_can_have():
    """Refused at once, whatever stands in the table."""
    options = TargetOptions(OWN, "higher", "inverse", Fraction(0), Fraction(90), Fraction(80))
    scale = Scale(Fraction(0), Fraction(100), None, None)
    with pytest.raises(PolicyError) as caught:
        METHOD.build(options, scale, col("x"))
    assert [(each.code, each.where) for each in caught.value.findings] == [
        ("CPN-P83", "formula"),
        ("CPN-P81", "worst"),
        ("CPN-P85", "worst"),
        ("CPN-P87", "met"),
        ("CPN-P87", "most"),
    ]


def test_a_constant_takes_no_target_from_the_table():
    """The table is not asked for."""
    assert METHOD.targets(TargetOptions(Fraction(3), "higher")) is None


POSTS = st.fractions(-20, 20, max_denominator=7)


@given(SCALES, POSTS, st.integers(-2000, 2000), st.integers(-1000, 1000), st.booleans())
def test_a_goalpost_of_each_subject_is_as_a_constant_one(scale, post, target, x, best_is_own):
    """Either post, whichever is the greater; both the same is refused, as it is of constants."""
    goal, value = Fraction(target, POWER), Fraction(x, 10)
    posts = (post, OWN) if best_is_own else (OWN, post)
    constants = (post, goal) if best_is_own else (goal, post)
    options = GoalpostsOptions(*posts)
    usable = substitute(GOALPOSTS.targets(options), {UNIT: lit(POWER)})
    assert bool(holds(usable, Known({"target": target}))) == (goal != post)
    assume(goal != post)
    wanted, mine = (
        Program((("y", GOALPOSTS.build(each, scale, col("x"))),))
        for each in (GoalpostsOptions(*constants), options)
    )
    wanted_value = run_paired(wanted, {"x": value})["y"][1]
    assert run_paired(_own(mine), {"x": value, "target": target})["y"][1] == wanted_value


@given(
    SCALES, st.none() | st.just(Fraction(7, 3)), st.integers(-900, 900), st.integers(-1000, 1000)
)
def test_nearness_to_the_target_of_each_subject_is_as_to_a_constant(scale, reach, target, x):
    """With a reach, or that of the target's own size; a target of 0 then has none."""
    goal, value = Fraction(target, POWER), Fraction(x, 10)
    options = NearestOptions(OWN, reach)
    usable = NEAREST.targets(options)
    assert bool(holds(usable, Known({"target": target}))) == (goal != 0 or reach is not None)
    assume(goal != 0 or reach is not None)
    wanted, mine = (
        Program((("y", NEAREST.build(each, scale, col("x"))),))
        for each in (NearestOptions(goal, reach), options)
    )
    wanted_value = run_paired(wanted, {"x": value})["y"][1]
    assert run_paired(_own(mine), {"x": value, "target": target})["y"][1] == wanted_value


def _own(program):
    """The program over the input that is the subject's target."""
    known = {UNIT: lit(POWER), TARGET: Column("target")}
    return Program(tuple((name, substitute(tree, known)) for name, tree in program.steps))


@pytest.mark.parametrize(
    ("options", "reach"),
    [
        (GoalpostsOptions(Fraction(0), OWN), 3 * 10**2),
        (GoalpostsOptions(Fraction(1, 3), OWN), 3 * 10**2),
        (GoalpostsOptions(OWN, Fraction(25)), 10**3),
        (NearestOptions(OWN), REACH),
        (NearestOptions(OWN, Fraction(100)), REACH),
    ],
)
def test_posts_of_each_subject_run_as_columns_with_a_bound(options, reach):
    """Finite, and it holds; almost no row is doubtful."""
    method = GOALPOSTS if isinstance(options, GoalpostsOptions) else NEAREST
    random = np.random.default_rng(11)
    count = 50_000
    target = random.integers(1, reach, count) * random.choice([-1, 1], count)
    inputs = {"x": random.integers(0, reach, count), "target": target}
    tree = method.build(options, HUNDRED, col("x")).clip(0, 120)
    program = _own(Program((("y", tree),)))
    run = run_filtered(program, inputs)
    assert run.errors["y"] < 1e-3
    assert run.doubt.mean() < 0.001
    for row in range(0, count, 97):
        given_row = {name: int(column[row]) for name, column in inputs.items()}
        near, exact = run_paired(program, given_row)["y"]
        assert abs(Fraction(float(run.values["y"][row])) - exact) <= Fraction(run.errors["y"])
        if not run.doubt[row]:
            assert float(run.values["y"][row]) == near


def test_both_posts_cannot_be_the_subjects_own():
    """There is one target for a subject, indicator and period."""
    with pytest.raises(PolicyError) as caught:
        GOALPOSTS.build(GoalpostsOptions(OWN, OWN), HUNDRED, col("x"))
    assert [(each.code, each.where) for each in caught.value.findings] == [("CPN-P88", "best")]
    assert GOALPOSTS.direction(GoalpostsOptions(Fraction(0), OWN)) == "unknown"
