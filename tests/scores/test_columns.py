"""Whole columns equal records, one subject at a time in fractions, whatever the batch."""

import copy
import pickle
from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capaian import threads
from capaian.exact import round_ratio
from capaian.exact.filtered import BLOCK
from capaian.policy import read_policy
from capaian.scores import columns
from capaian.scores.columns import score_columns
from capaian.scores.gathered import Gathered
from capaian.scores.patterns import Batch, alike, groups
from capaian.scores.plain import PlainResults
from capaian.scores.plan import make_plan
from capaian.scores.result import as_list
from capaian.scores.whole import WholeResults
from small_office import OFFICE

FEWER = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def policy(**changes):
    """The small office with something else about it."""
    document = copy.deepcopy(OFFICE)
    for key, value in changes.items():
        if key == "method":
            document["score"] = {"method": value}
            for each in document["indicators"]:
                each["floor"] = 1
        else:
            document[key] = value
    return make_plan(read_policy(document))


GATED = [
    {"id": "top", "from": 90, "gate": "idea"},
    {"id": "good", "from": 60},
    {"id": "low", "below": 60},
]
PLANS = {
    "half-up": policy(),
    "half-even, one decimal": policy(
        rounding=[{"where": "score", "digits": 1, "mode": "half-even"}]
    ),
    "every step rounded": policy(
        rounding=[
            {"where": where, "digits": 1, "mode": "half-up"}
            for where in ("measured", "achievement", "node", "score")
        ]
    ),
    "unrounded": policy(rounding=[{"where": "score", "digits": 0, "mode": "none"}]),
    "worst": policy(missing="worst"),
    "withhold": policy(missing="withhold"),
    "gates": policy(
        bands=GATED,
        precedence="first",
        subjects={"table": "people", "subject": "nip", "facts": {"idea": "idea"}},
    ),
    "unrounded gates": policy(
        bands=GATED,
        precedence="first",
        subjects={"table": "people", "subject": "nip", "facts": {"idea": "idea"}},
        rounding=[{"where": "score", "digits": 0, "mode": "none"}],
    ),
    "harmonic": policy(method="harmonic"),
    "geometric": policy(method="geometric"),
    "minimum": policy(method="minimum"),
}


def names_of(plan):
    """Every statistic of a plan."""
    found = {}
    for planned in plan.indicators.values():
        found.update(dict.fromkeys(planned.statistics.names))
    return list(found)


@st.composite
def statistics(draw, plan):
    """Some subjects' integers: most small, some zero, some unknown, a few beyond 2^53."""
    value = st.one_of(
        st.integers(0, 12),
        st.integers(1, 400),
        st.sampled_from([0, None, 60, 2**53 + 1, 10**15]),
    )
    count = draw(st.integers(1, 12))
    return {name: [draw(value) for _ in range(count)] for name in names_of(plan)}


def results_of(plan, columns, facts):
    """The same statistics as records and as whole columns."""
    count = len(next(iter(columns.values())))
    subjects = [f"{index:04d}" for index in range(count)]
    facts = {"idea": dict(zip(subjects, facts, strict=False))} if facts else {}
    whole = {
        name: (
            np.array([each or 0 for each in column], dtype=np.int64),
            np.array([each is not None for each in column]),
        )
        for name, column in columns.items()
    }
    rest = {"labels": {}, "units": {}, "facts": facts, "findings": ()}
    plain = Gathered(subjects, columns, whole=False, origin="records", **rest)
    return (
        PlainResults.of(plan, plain),
        WholeResults(plan, Gathered(subjects, whole, whole=True, origin="polars", **rest)),
    )


@pytest.mark.parametrize("name", sorted(PLANS))
@FEWER
@given(st.data())
def test_columns_equal_records(name, data):
    """Scores, bands, statuses and every column of the ledger, to the bit, whatever is missing."""
    plan = PLANS[name]
    columns = data.draw(statistics(plan))
    facts = data.draw(st.lists(st.sampled_from([True, False, None]), min_size=12, max_size=12))
    plain, whole = results_of(plan, columns, facts)
    for one, other in ((plain.columns(), whole.columns()), (plain.ledger(), whole.ledger())):
        for key, values in one.items():
            assert as_list(other[key]) == values, key
    for row in range(len(plain)):
        assert whole.score(row) == plain.score(row)
        assert whole.band(row) is plain.band(row)
        for indicator in plan.indicators:
            assert whole.state(indicator, row) == plain.state(indicator, row)
        for step in ("score:score", "score:service", "achievement:response", "no such"):
            assert whole.value(step, row) == plain.value(step, row)


def random_batch(plan, count, seed, gaps):
    """A batch of statistics, some rows of which lack something."""
    rng = np.random.default_rng(seed)
    inputs = {}
    for name in names_of(plan):
        values = rng.integers(1, 60, count)
        known = np.ones(count, dtype=np.bool_)
        if gaps:
            values[rng.random(count) < gaps] = 0
            known = rng.random(count) >= gaps
            values[~known] = 0
        inputs[name] = values, known
    return Batch(count, inputs, {"idea": rng.random(count) < 0.5})


def same(one, other, rows=slice(None)):
    """Whether a batch's results are those of some rows of another's, to the bit."""
    assert one.scores.tobytes() == other.scores[rows].tobytes()
    assert one.bands.codes.tobytes() == other.bands.codes[rows].tobytes()
    assert one.statuses.codes.tobytes() == other.statuses.codes[rows].tobytes()
    found = [one.tails[each] for each in one.patterns]
    expected = [other.tails[each] for each in other.patterns[rows]]
    assert [each.program for each in found] == [each.program for each in expected]


@pytest.mark.parametrize("name", ["half-up", "unrounded", "gates"])
@pytest.mark.parametrize("gaps", [0, 0.001, 0.2])
def test_any_cut_into_batches_gives_the_same_bits(name, gaps):
    """Blocks that are full, empty of gaps, or of one row; in any order of rows."""
    plan = PLANS[name]
    batch = random_batch(plan, BLOCK * 2 + 77, 3, gaps)
    whole = score_columns(plan, batch)
    cuts = [0, 1, 5, BLOCK - 1, BLOCK, BLOCK + 4000, batch.count]
    for first, last in pairwise(cuts):
        same(score_columns(plan, batch.part(slice(first, last))), whole, slice(first, last))
    backwards = {key: (values[::-1], known[::-1]) for key, (values, known) in batch.inputs.items()}
    turned = Batch(batch.count, backwards, {k: v[::-1] for k, v in batch.facts.items()})
    same(score_columns(plan, turned), whole, slice(None, None, -1))


@pytest.mark.parametrize("name", ["half-up", "unrounded", "gates"])
@pytest.mark.parametrize("processors", [1, 3])
def test_stretches_of_any_length_on_any_number_of_threads_give_the_same_bits(
    name, processors, monkeypatch
):
    """Each meets patterns of its own, in an order of its own; they are numbered as one."""
    plan, count = PLANS[name], 5000
    batch = random_batch(plan, count, 5, 0.2)
    whole = score_columns(plan, batch)
    monkeypatch.setattr(threads, "FEW", 0)
    monkeypatch.setattr(threads.os, "cpu_count", lambda: processors)
    for length in (7, 700, 4999):
        monkeypatch.setattr(columns, "STRETCH", length)
        found = score_columns(plan, batch)
        same(found, whole)
        assert {each.program for each in found.tails} == {each.program for each in whole.tails}


def test_ranges_of_the_caller_and_masks_left_out_change_no_bit():
    """They only save the looking."""
    plan = PLANS["half-up"]
    batch = random_batch(plan, BLOCK + 5, 4, 0)
    whole = score_columns(plan, batch)
    bare = Batch(batch.count, {name: (each, None) for name, (each, _) in batch.inputs.items()})
    same(score_columns(plan, bare), whole)
    ranges = {name: (int(each.min()), int(each.max())) for name, (each, _) in batch.inputs.items()}
    same(score_columns(plan, bare, ranges), whole)
    same(score_columns(plan, batch, dict.fromkeys(ranges, (0, 2**60))), whole)


@pytest.mark.parametrize("name", ["half-up", "unrounded", "gates", "every step rounded"])
@pytest.mark.parametrize("sparse", [0.0, 0.03, 0.9])
def test_whichever_pattern_leads_the_bits_are_the_same(name, sparse):
    """One thing is lacking by all for some blocks, then by none, then others by many at random."""
    plan = PLANS[name]
    batch = random_batch(plan, BLOCK * 4 + 50, 8, 0)
    rng = np.random.default_rng(9)
    inputs = {}
    for index, (each, (values, known)) in enumerate(batch.inputs.items()):
        some = known & (rng.random(batch.count) >= sparse * (index == 2))
        if index == 0:
            some[: BLOCK * 2 + 9] = False
        some[BLOCK * 3 :] &= rng.random(batch.count - BLOCK * 3) > 0.4
        inputs[each] = np.where(some, values, 0), some
    batch = Batch(batch.count, inputs, batch.facts)
    whole = score_columns(plan, batch)
    for first in range(0, batch.count, 1500):
        rows = slice(first, min(first + 1500, batch.count))
        same(score_columns(plan, batch.part(rows)), whole, rows)
    some = [0, BLOCK * 2 + 8, BLOCK * 2 + 9, BLOCK * 3, *rng.integers(0, batch.count, 40).tolist()]
    columns = {
        key: [int(values[row]) if known[row] else None for row in some]
        for key, (values, known) in inputs.items()
    }
    facts = [bool(batch.facts["idea"][row]) for row in some] if plan.policy.subjects else None
    plain, _ = results_of(plan, columns, facts)
    found = [None if np.isnan(each) else each for each in whole.scores[some].tolist()]
    assert found == list(plain.scores)
    assert as_list(whole.bands)[some[0]] == as_list(plain.columns()["band"])[0]


def test_statistics_that_are_one_column_give_the_same_bits_as_copies():
    """The engine gives one array for one statistic, however many indicators ask for it."""
    plan = PLANS["half-up"]
    batch = random_batch(plan, BLOCK + 7, 10, 0.01)
    names = list(batch.inputs)
    one = batch.inputs[names[0]]
    shared = {**batch.inputs, **dict.fromkeys(names[1:4], one)}
    copies = {name: (values.copy(), known.copy()) for name, (values, known) in shared.items()}
    assert len(Batch(batch.count, shared).same()) == 3
    assert not Batch(batch.count, copies).same()
    same(
        score_columns(plan, Batch(batch.count, shared, batch.facts)),
        score_columns(plan, Batch(batch.count, copies, batch.facts)),
    )


def test_a_plan_that_was_pickled_gives_the_same_bits():
    """As it is on its way to a worker."""
    plan = PLANS["half-up"]
    batch = random_batch(plan, 3000, 5, 0.1)
    again = score_columns(pickle.loads(pickle.dumps(plan)), batch)  # noqa: S301 - our own
    whole = score_columns(plan, batch)
    assert again.scores.tobytes() == whole.scores.tobytes()
    assert again.bands.codes.tobytes() == whole.bands.codes.tobytes()
    assert again.statuses.tolist() == whole.statuses.tolist()


def test_an_empty_batch_gives_empty_columns():
    """As the last of a stream may be."""
    found = score_columns(PLANS["half-up"], random_batch(PLANS["half-up"], 0, 1, 0))
    assert (len(found.scores), len(found.bands), len(found.statuses)) == (0, 0, 0)


def test_a_column_below_zero_is_scored_like_any_other():
    """Differences may be; the bits of a column then say nothing of its size."""
    plan = PLANS["half-up"]
    batch = random_batch(plan, BLOCK + 9, 6, 0)
    name = plan.indicators["satisfaction"].statistics.needed[0]
    values, known = batch.inputs[name]
    values = values - 30
    batch = Batch(batch.count, {**batch.inputs, name: (values, known)}, batch.facts)
    whole = score_columns(plan, batch)
    columns = {key: each[0][:300].tolist() for key, each in batch.inputs.items()}
    plain, _ = results_of(plan, columns, None)
    assert [each or 0 for each in plain.scores] == whole.scores[:300].tolist()


def test_more_patterns_than_programs_are_kept_give_the_same_bits(monkeypatch):
    """What is thrown away is made anew; few rows of a pattern are interpreted, many printed."""
    from capaian.scores import columns as module

    batch = random_batch(PLANS["half-up"], 6000, 7, 0.3)
    whole = score_columns(PLANS["half-up"], batch)
    monkeypatch.setattr(module, "MOST_SCORERS", 2)
    monkeypatch.setattr(module, "FEW", 0)
    same(score_columns(policy(), batch), whole)
    monkeypatch.setattr(module, "FEW", 10**6)
    same(score_columns(policy(edition="2027"), batch), whole)


# ---- hard cases --------------------------------------------------------------------------------

SHARES = ("a", "b", "c", "d", "e")


def shares(weights, digits=2, mode="half-up"):
    """A policy of five shares, whose scores lie on few points and often on ties."""
    return policy(
        nodes=[],
        rounding=[{"where": "score", "digits": digits, "mode": mode}],
        indicators=[
            {
                "id": name,
                "weight": weight,
                "type": "count-based",
                "table": name,
                "columns": {"numerator": "done", "denominator": "due"},
                "measure": {"statistic": "ratio"},
                "normalise": {"method": "target", "target": 1, "better": "higher"},
            }
            for name, weight in zip(SHARES, weights, strict=True)
        ],
    )


def parts_of(plan):
    """The statistics of each share: numerator and denominator."""
    return [plan.indicators[name].statistics.needed for name in SHARES]


def scored_shares(plan, tops, bottoms):
    """The batch of these numerators and denominators, scored."""
    inputs = dict.fromkeys(names_of(plan), (np.ones(len(tops[0]), dtype=np.int64), None))
    for (top, bottom), one, two in zip(parts_of(plan), tops, bottoms, strict=True):
        inputs[top], inputs[bottom] = (one, None), (two, None)
    return score_columns(plan, Batch(len(tops[0]), inputs))


@pytest.mark.parametrize(
    ("digits", "mode"), list(product([0, 2], ["half-up", "half-even"])), ids=str
)
def test_ties_that_a_weighted_sum_reaches_are_rounded_by_the_rule(digits, mode):
    """A quarter of the scores are ties exactly, and most of them lie beside it in float64."""
    weights = [Fraction(each, 100) for each in (35, 25, 20, 15, 5)]
    plan = shares([str(each) for each in weights], digits, mode)
    rng = np.random.default_rng(8)
    count, last = 6000, 2000 if digits else 20
    bottoms = [np.full(count, 20)] * 4 + [np.full(count, last)]
    tops = [rng.integers(0, 20, count) for _ in range(4)] + [rng.integers(0, last, count)]
    found = scored_shares(plan, tops, bottoms)
    ties = 0
    for row in range(count):
        exact = sum(
            100 * weight * Fraction(int(top[row]), int(bottom[row]))
            for weight, top, bottom in zip(weights, tops, bottoms, strict=True)
        )
        ties += (exact * 10**digits) % 1 == Fraction(1, 2)
        assert found.scores[row] == float(round_ratio(exact, digits, mode))
    assert ties > count / 5
    assert ties <= found.decided < count / 2 + ties


def test_schemes_of_small_shares_are_never_wrong():
    """Denominators 3 to 12: 1.8 % lie too near to a tie for float64, and all are decided."""
    weights = [Fraction(each, 100) for each in (30, 25, 20, 15, 10)]
    plan = shares([str(each) for each in weights])
    rng = np.random.default_rng(9)
    bottoms = [rng.integers(3, 13, 20_000) for _ in SHARES]
    tops = [rng.integers(0, bottom + 1) for bottom in bottoms]
    found = scored_shares(plan, tops, bottoms)
    wrong = 0
    for row in range(20_000):
        exact = sum(
            100 * weight * Fraction(int(top[row]), int(bottom[row]))
            for weight, top, bottom in zip(weights, tops, bottoms, strict=True)
        )
        wrong += found.scores[row] != float(round_ratio(exact, 2, "half-up"))
    assert wrong == 0
    assert 0 < found.decided < 1000


# ---- patterns ----------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 2**62 - 1), st.integers(0, 3)), min_size=1, max_size=40))
def test_patterns_are_told_apart_in_more_bits_than_one_integer_has(rows):
    """Each row belongs to the pattern of its own bits, and rows keep their order."""
    bits = [np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)]
    seen = []
    for pattern, places in groups(bits):
        assert sorted(places) == places.tolist()
        for row in places.tolist():
            first = {bit for bit in range(62) if rows[row][0] >> bit & 1}
            assert pattern == first | {62 + bit for bit in range(62) if rows[row][1] >> bit & 1}
            seen.append(row)
    assert sorted(seen) == list(range(len(rows)))


@given(st.lists(st.integers(-5, 70_000), max_size=40))
def test_rows_of_one_number_are_found_in_order(numbers):
    """Also numbers that do not fit 16 bits."""
    found = alike(np.array(numbers, dtype=np.int64))
    assert sorted(row for rows in found for row in rows.tolist()) == list(range(len(numbers)))
    for rows in found:
        assert len({numbers[row] for row in rows.tolist()}) == 1
        assert sorted(rows) == rows.tolist()
