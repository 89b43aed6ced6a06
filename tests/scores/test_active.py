"""Weights by active days: KMK 127/2026, on every engine, with the states of having no days."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capaian
from capaian.exact import fixed, round_ratio
from capaian.policy import policy_fingerprint, read_policy, to_document
from capaian.testing.tables import as_table

ENGINES = ("polars", "polars-lazy", "pandas", "pyarrow", "duckdb")
QUALITY = {"a": Fraction(1), "b": Fraction("1.1"), "c": Fraction("0.85")}


def part(name, **keys):
    return {
        "id": name,
        "type": "count-based",
        "table": "rows",
        "columns": {"amount": {"column": name, "digits": 2}},
        "measure": {"statistic": "sum", "no_rows": "missing"},
        "normalise": {"method": "identity"},
        "quality": str(QUALITY[name]),
        **keys,
    }


def document(**changes):
    made = {
        "id": "desk",
        "edition": "2026",
        "in_force": {"from": "2026-01-01"},
        "scale": {"worst": 0, "best": 100, "cap": 120},
        "missing": "exclude",
        "subject": "nip",
        "rounding": [{"where": "score", "digits": 2}],
        "weights": "active_days",
        "active": {"table": "days"},
        "indicators": [part(name) for name in "abc"],
    }
    return made | changes


def days_of(nip, period="2026", **days):
    return [
        {"nip": nip, "indicator": name, "period": period, "value": count}
        for name, count in days.items()
    ]


def row_of(nip, a, b, c):
    return {"nip": nip, "a": float(a), "b": float(b), "c": float(c)}


def score(rows, days, **changes):
    return capaian.score(
        read_policy(document(**changes)), {"rows": rows, "days": days}, period="2026"
    )


def percent(share):
    return fixed(round_ratio(share * 100, 2, "half-up"), 2)


def test_the_worked_example_of_kmk_127_2026():
    """K3 of 1, 1.1 and 0.85 on 365, 200 and 365 days: 40.77, 24.57 and 34.66 %.

    The decree's table prints 40.62 %, from intermediate values rounded to two decimals.
    """
    found = score([row_of("s", 80, 100, 110)], days_of("s", a=365, b=200, c=365)).explain("s")
    assert [percent(each.weight) for each in found.parts] == ["40.77", "24.57", "34.66"]
    assert sum(each.weight for each in found.parts) == 1
    top = 80 * 365 + 100 * Fraction("1.1") * 200 + 110 * Fraction("0.85") * 365
    assert found.unrounded == top / (365 + 220 + Fraction("310.25"))
    assert found.total() == found.score


def test_no_days_and_days_of_zero_are_two_states():
    """Neither has a weight; the missing rule says what follows, and the account says which."""
    rows = [row_of(nip, 80, 100, 110) for nip in ("s", "t")]
    days = [*days_of("s", a=0, b=7), *days_of("t", period="2025", a=7), *days_of("t", c=1)]
    scores = score(rows, days)
    ledger = scores.ledger_columns()
    assert ledger["state"] == [
        "not_active", "ok", "no_active_days", "no_active_days", "no_active_days", "ok",
    ]  # fmt: skip
    assert ledger["weight"] == [0, 1, 0, 0, 0, 1]
    assert scores.columns()["score"] == [100, 110]
    assert "not active" in scores.explain("s").text()
    assert "hari aktif tidak tercatat" in scores.explain("s").text("id")


def test_below_other_nodes_its_share_is_a_part_of_theirs():
    """Under a node of weight 2/3 days share two thirds; under a formula no weight is said."""
    below = [part("a", parent="n"), part("b", parent="n"), part("c", weight="1/3")]
    del below[2]["quality"]
    nodes = [{"id": "n", "weight": "2/3", "weights": "active_days"}]
    keys = {"nodes": nodes, "indicators": below, "weights": "exact"}
    days = days_of("s", a=3, b=30)
    found = score([row_of("s", 90, 60, 30)], days, **keys).explain("s")
    # a: 3, b: 1.1 x 30 = 33, of 36.
    assert [each.weight for each in found.parts] == [
        Fraction(2, 3) * Fraction(3, 36), Fraction(2, 3) * Fraction(33, 36), Fraction(1, 3),
    ]  # fmt: skip
    assert found.unrounded == Fraction(2, 3) * Fraction(90 * 3 + 60 * 33, 36) + 10
    assert found.total() == found.score
    del below[2]["weight"], nodes[0]["weight"]
    nodes[0]["missing"] = below[2]["missing"] = "withhold"
    formula = {"method": "formula", "formula": "n + c / 10"}
    found = score([row_of("s", 90, 60, 30)], days, **keys, score=formula).explain("s")
    assert [each.weight for each in found.parts] == [0, 0, 0]
    assert found.unrounded == Fraction(90 * 3 + 60 * 33, 36) + 3
    assert found.total() == found.score


def test_the_document_reads_back_and_days_are_in_the_fingerprint():
    """Weights and qualities are kept as shares, and the table by its columns."""
    policy = read_policy(document())
    made = to_document(policy)
    assert read_policy(made) == policy
    assert made["weights"] == "active_days"
    assert made["active"] == {
        "table": "days", "subject": "nip", "indicator": "indicator", "period": "period",
        "value": "value",
    }  # fmt: skip
    by_quality = document(weights="quality")
    del by_quality["active"]
    assert policy_fingerprint(policy) != policy_fingerprint(read_policy(by_quality))


def test_a_table_that_cannot_be_used_is_refused_in_full():
    """Two rows for one indicator, days below zero, a period that cannot be read: all at once."""
    days = [
        *days_of("s", a=5), *days_of("s", a=6), *days_of("s", b=-1), *days_of("s", "soon", c=1)
    ]  # fmt: skip
    with pytest.raises(capaian.EvidenceError) as caught:
        score([row_of("s", 80, 100, 110)], days)
    assert str(caught.value) == (
        "3 problems in the evidence; nothing was scored.\n"
        "  CPN-E73  days: 1 subjects have more than one row of active days for 'a' in 2026.\n"
        "           to fix: leave one row for each subject, indicator and period.\n"
        "  CPN-E74  days.value: 1 subjects have fewer than 0 active days for 'b' in 2026.\n"
        "           to fix: correct these days; 0 is an indicator that was not active.\n"
        "  CPN-E70  days.period: 1 of 4 rows have a period that cannot be read, or none.\n"
        "           to fix: write each as one of: '2026', '2026-S1', '2026-Q1', '2026-03' or"
        " '2026-01-01/2026-03-31'."
    )
    assert all("hari aktif" in each.text("id") for each in caught.value.findings[:2])


def test_units_are_not_scored_from_events_by_it():
    """A unit's events have no active days of anybody."""
    units = {"table": "units", "unit": "code", "from": "events"}
    roster = {"table": "staff", "unit": "office"}
    policy = read_policy(document(units=units, subjects=roster))
    rows = {
        "rows": [row_of("s", 1, 2, 3)],
        "days": days_of("s", a=1, b=1, c=1),
        "units": [{"code": "u"}],
        "staff": [{"nip": "s", "office": "u"}],
    }
    with pytest.raises(capaian.CapaianError) as caught:
        capaian.score_units(policy, rows, period="2026")
    assert str(caught.value).splitlines()[1:3] == [
        (
            "  CPN-W19  indicators['a']: 'a' weighs by each person's active days, and a unit that"
            " is scored from events has none."
        ),
        '           to fix: score units from = "people", or weigh otherwise.',
    ]


VALUES = st.integers(0, 12000).map(lambda cents: cents / 100)
PEOPLE = st.lists(
    st.tuples(st.tuples(VALUES, VALUES, VALUES), st.tuples(*[st.none() | st.integers(0, 366)] * 3)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(PEOPLE)
def test_every_engine_weighs_by_days_exactly(people):
    """Against the formula in fractions; the same bits of ledger and document on every engine."""
    rows, days = [], days_of("nobody", a=1)
    for number, (values, counts) in enumerate(people):
        rows.append(row_of(f"s{number}", *values))
        known = {name: each for name, each in zip("abc", counts, strict=True) if each is not None}
        days += days_of(f"s{number}", **known)
    plain = score(rows, days)
    for number, (values, counts) in enumerate(people):
        sizes = {
            name: QUALITY[name] * count for name, count in zip("abc", counts, strict=True) if count
        }
        found = plain.explain(f"s{number}")
        if not sizes:
            assert found.score is None
            continue
        exact = dict(zip("abc", (Fraction(round(each * 100), 100) for each in values), strict=True))
        total = sum(sizes.values())
        assert found.unrounded == sum(exact[name] * size for name, size in sizes.items()) / total
        assert [each.weight for each in found.parts] == [
            sizes.get(name, 0) / total for name in "abc"
        ]
        assert found.total() == found.score
    policy = read_policy(document())
    for engine in ENGINES:
        tables = {"rows": as_table(rows, engine), "days": as_table(days, engine)}
        made = capaian.score(policy, tables, period="2026")
        assert made.columns() == plain.columns(), engine
        assert made.ledger_columns() == plain.ledger_columns(), engine
        assert made.to_json() == plain.to_json(), engine
