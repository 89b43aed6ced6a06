"""The ordered weighted average against its definition in fractions, and the laws of means."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import PolicyError
from capaian.exact import Program, run_paired
from capaian.exact.filtered import run_filtered
from capaian.formula import Column, col, lit, rounded
from capaian.methods import ordered as module
from capaian.methods.ordered import ORDERED, OrderedOptions

SCORES = st.one_of(st.integers(0, 5).map(Fraction), st.fractions(-120, 120, max_denominator=30))


def shares(raw):
    """Weights that add up to 1."""
    return tuple(Fraction(each, sum(raw)) for each in raw)


ORDERS = st.lists(st.integers(0, 4), min_size=1, max_size=6).filter(any).map(shares)


@st.composite
def groups(draw):
    """One to six parts; half the time of equal weight, else a weight of 0 now and then."""
    size = draw(st.integers(1, 6))
    parts = draw(st.lists(SCORES, min_size=size, max_size=size))
    raw = st.lists(st.integers(0, 5), min_size=size, max_size=size).filter(any)
    return parts, shares(draw(st.just([1] * size) | raw))


def program(by_order, weights):
    """Value, multipliers and contributions over columns x0, x1, ..."""
    method = ORDERED.make(OrderedOptions(by_order))
    parts = [col(f"x{index}") for index in range(len(weights))]
    steps = [("raw", method.value(parts, weights))]
    for index, part in enumerate(parts):
        steps.append((f"m{index}", method.multiplier(parts, weights, index, col("raw"))))
        steps.append((f"c{index}", Column(f"m{index}") * part))
    return Program((*steps, ("score", rounded(col("raw"), 2))))


def run(by_order, parts, weights):
    """Every result, exact."""
    inputs = {f"x{index}": part for index, part in enumerate(parts)}
    paired = run_paired(program(by_order, weights), inputs)
    return {name: exact for name, (_, exact) in paired.items()}


def wowa(by_order, parts, weights):
    """Torra's definition: sort, and take differences of Q at the sums of the weights."""

    def q(share):
        count = len(by_order)
        held = [min(max(share * count - place, 0), 1) for place in range(count)]
        return sum(weight * each for weight, each in zip(by_order, held, strict=True))

    found, before = Fraction(0), Fraction(0)
    for part, weight in sorted(zip(parts, weights, strict=True), reverse=True):
        found += part * (q(before + weight) - q(before))
        before += weight
    return found


@given(ORDERS, groups())
def test_the_value_is_the_definition(by_order, group):
    """By a sorting network or by comparing: the same fraction as by sorting."""
    expected = wowa(by_order, *group)
    assert run(by_order, *group)["raw"] == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_SORTED", 0)
        assert run(by_order, *group)["raw"] == expected


@given(ORDERS, groups())
def test_contributions_add_up_exactly_and_ties_share(by_order, group):
    """Equal parts of equal weight contribute the same."""
    parts, weights = group
    found = run(by_order, parts, weights)
    assert sum(found[f"c{index}"] for index in range(len(parts))) == found["raw"]
    seen = {}
    for index, pair in enumerate(zip(parts, weights, strict=True)):
        assert found[f"m{index}"] == seen.setdefault(pair, found[f"m{index}"]) >= 0


@given(ORDERS, groups(), st.randoms(use_true_random=False))
def test_the_order_of_the_parts_changes_nothing(by_order, group, chance):
    """Neither the value nor any part's contribution."""
    parts, weights = group
    order = list(range(len(parts)))
    chance.shuffle(order)
    plain = run(by_order, parts, weights)
    mixed = run(by_order, [parts[at] for at in order], [weights[at] for at in order])
    assert plain["raw"] == mixed["raw"]
    assert [mixed[f"c{now}"] for now in range(len(order))] == [plain[f"c{at}"] for at in order]


@given(ORDERS, groups(), st.fractions(0, 50, max_denominator=20), st.integers(0, 5))
def test_it_is_a_mean(by_order, group, gain, place):
    """Between the least and the greatest part, and no better part lowers it."""
    parts, weights = group
    counted = [part for part, weight in zip(parts, weights, strict=True) if weight]
    found = run(by_order, parts, weights)["raw"]
    assert min(counted) <= found <= max(counted)
    better = [part + gain * (at == place % len(parts)) for at, part in enumerate(parts)]
    assert run(by_order, better, weights)["raw"] >= found


@given(groups())
def test_equal_weights_by_order_are_the_weighted_mean(group):
    """However many of them are written."""
    parts, weights = group
    mean = sum(part * weight for part, weight in zip(parts, weights, strict=True))
    for count in (1, 3, 4):
        assert run((Fraction(1, count),) * count, parts, weights)["raw"] == mean


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13, 16])
def test_the_network_sorts_whatever_stands_in_it(count):
    """Every pattern of zeros and ones up to 8, many beyond: then it sorts all (Knuth, 0-1)."""
    parts = [col(f"x{index}") for index in range(count)]
    steps = [(f"s{place}", tree) for place, tree in enumerate(module._sorted(parts))]
    chance = np.random.default_rng(count)
    rows = chance.integers(0, 2, (1 << min(count, 8), count))
    if count <= 8:
        rows = (np.arange(1 << count)[:, None] >> np.arange(count)) & 1
    columns = {f"x{index}": rows[:, index] for index in range(count)}
    found = run_filtered(Program(tuple(steps)), columns)
    wanted = -np.sort(-rows, axis=1)
    for place in range(count):
        assert (found.values[f"s{place}"] == wanted[:, place]).all()


def test_ties_leave_no_float_in_doubt():
    """Parts that share a cap are usual; a network compares nothing that could be too near."""
    columns = {f"x{index}": np.array([8300, 8300, 100]) for index in range(3)}
    method = ORDERED.make(OrderedOptions((Fraction(1, 2), Fraction(1, 2), Fraction(0))))
    parts = [(col(f"x{index}") / lit(83)).clip(0, 100) for index in range(3)]
    tree = method.value(parts, [Fraction(1, 3)] * 3)
    found = run_filtered(Program((("raw", tree), ("score", rounded(col("raw"), 2)))), columns)
    assert not found.doubt.any()


@pytest.mark.parametrize(
    ("written", "whole", "least"),
    [(("1/2", "1/3"), "5/6", "1/3"), (("3/2", "-1/2"), "1", "-0.5"), ((), "0", "0")],
)
def test_weights_by_order_are_shares(written, whole, least):
    with pytest.raises(PolicyError) as refused:
        OrderedOptions(tuple(map(Fraction, written)))
    assert refused.value.text() == (
        "The method 'ordered' cannot be used as it is written; nothing was scored.\n"
        f"  CPN-W24  weights_by_order: weights_by_order add up to {whole}, the least of them is"
        f" {least}; they are 0 or more and add up to 1.\n"
        '           to fix: write them as fractions where decimals do not add up: "1/3".'
    )
