"""A table with one row for each subject is fitted and scored as fractions say, however it is held."""

from fractions import Fraction
from math import floor

import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import capaian
from capaian.policy import read_policy

WEIGHTS = {"one": 50, "two": 33, "three": 17}
PERIOD = "2026-Q1"
POLICY = read_policy(
    {
        "id": "matrix",
        "edition": "1",
        "in_force": {"from": "2026-01-01"},
        "scale": {"worst": 0, "best": 1},
        "missing": "exclude",
        "subject": "nip",
        "relative": True,
        "rounding": [{"where": "score", "digits": 4, "mode": "half-up"}],
        "indicators": [
            {
                "id": name,
                "weight": weight,
                "type": "count-based",
                "table": "matrix",
                "columns": {"amount": name},
                "where": {"kind": {"not": ["void"]}},
                "measure": {"statistic": "sum", "no_rows": "missing"},
                "normalise": {"method": "min-max", "better": "higher"},
            }
            for name, weight in WEIGHTS.items()
        ],
    }
)
NAMES = st.sampled_from(
    [st.integers(0, 300), st.integers(10**17, 10**17 + 9), st.text("ab1é", min_size=1, max_size=3)]
)
AMOUNTS = st.integers(-9, 9) | st.integers(0, 10**7)


@st.composite
def matrices(draw):
    """A matrix with names; some rows are void, some name nobody."""
    names = draw(st.lists(draw(NAMES), min_size=3, max_size=12, unique=True))
    if draw(st.booleans()):
        names.append(None)
    size = len(names)
    columns = {name: draw(st.lists(AMOUNTS, min_size=size, max_size=size)) for name in WEIGHTS}
    kinds = draw(st.lists(st.sampled_from(["full", "full", "void"]), min_size=size, max_size=size))
    return pl.DataFrame({"nip": names, "kind": kinds, **columns})


def by_hand(table):
    """Each subject's score in fractions, rounded half up to four decimals."""
    counted = [row for row in table.to_dicts() if row["kind"] == "full" and row["nip"] is not None]
    total = {str(row["nip"]): Fraction(0) for row in counted}
    for name, weight in WEIGHTS.items():
        least, greatest = (end(row[name] for row in counted) for end in (min, max))
        for row in counted:
            share = Fraction(row[name] - least, greatest - least)
            total[str(row["nip"])] += share * Fraction(weight, sum(WEIGHTS.values()))
    return {
        name: float(Fraction(floor(total[name] * 10**4 + Fraction(1, 2)), 10**4))
        for name in sorted(total)
    }


@settings(deadline=None)
@given(matrices())
def test_one_row_each_is_scored_as_fractions_say_and_to_the_bit_as_groups_are(table):
    """Whole rows in memory, groups of a lazy frame, plain records: one ledger, and the truth."""
    alive = table.filter(pl.col("kind").eq("full") & pl.col("nip").is_not_null())
    assume(all(alive[name].n_unique() > 1 for name in WEIGHTS))
    found = []
    for native in (table, table.lazy(), table.to_arrow(), table.to_dicts()):
        evidence = {"matrix": native}
        fitted = capaian.fit(POLICY, evidence, period=PERIOD)
        scores = capaian.score(fitted, evidence, period=PERIOD)
        found.append((fitted, scores.columns(), scores.ledger_columns(), scores.to_json()))
    first = found[0]
    assert all(each == first for each in found[1:])
    assert dict(zip(first[1]["subject"], first[1]["score"], strict=True)) == by_hand(table)
    assert first[1]["subject"] == sorted(first[1]["subject"])
