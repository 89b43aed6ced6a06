"""Sub-periods of every type: their values are those of the sub-period scored alone."""

from datetime import datetime, timedelta
from fractions import Fraction

import duckdb
import polars as pl
import pytest

import capaian
from capaian.period import read_period
from capaian.policy import read_policy
from capaian.scores.plan import make_plan
from capaian.scores.windows import at_period

CASES = [
    {
        "nip": "ab"[step % 2],
        "start": datetime(2026, 1, 3, 8) + timedelta(days=3 * step),
        "stop": None
        if step % 5 == 4
        else datetime(2026, 1, 3, 8) + timedelta(days=3 * step, hours=11 * step % 130),
        "u1": 1 + step % 4,
        "u2": None if step % 7 == 3 else 4 - step % 3,
    }
    for step in range(29)
    if not (step % 2 and 10 <= step <= 20)  # b has nothing in February
]
KINDS = {
    "nip": pl.String,
    "start": pl.Datetime,
    "stop": pl.Datetime,
    "u1": pl.Int64,
    "u2": pl.Int64,
}
CASE = {"type": "time-based", "columns": {"start": "start", "stop": "stop"}}
MEASURES = {
    "mature": {
        **CASE,
        "measure": {
            "statistic": "share_within",
            "clock": "calendar",
            "limit": "3 days",
            "basis": "mature",
        },
    },
    "median": {**CASE, "measure": {"statistic": "median", "clock": "calendar"}},
    "curve": {
        **CASE,
        "measure": {
            "statistic": "share_within",
            "clock": "calendar",
            "limit": "2 days",
            "basis": "kaplan_meier",
        },
    },
    "mean": {
        **CASE,
        "measure": {"statistic": "mean", "clock": "working_hours", "open_cases": "refuse"},
    },
    "ikm": {
        "type": "survey-based",
        "columns": {"date": "start"},
        "measure": {"statistic": "ikm", "items": ["u1", "u2"], "lowest": 1, "highest": 4},
    },
}


def policy(measure, **time):
    """One indicator, its value the score."""
    return read_policy(
        {
            "id": "types",
            "edition": "1",
            "in_force": {"from": "2025-01-01"},
            "scale": {"worst": 0, "best": 100, "floor": "none", "cap": "none"},
            "missing": "exclude",
            "subject": "nip",
            "calendar": "id/2024-2027",
            "rounding": [{"where": "score", "mode": "none"}],
            "indicators": [
                {
                    "id": "x",
                    "table": "cases",
                    "normalise": {"method": "identity"},
                    **MEASURES[measure],
                    **time,
                }
            ],
        }
    )


def tables():
    """The cases on three engines."""
    frame = pl.DataFrame(CASES, schema=KINDS)
    return [CASES, frame, duckdb.from_arrow(frame.to_arrow())]


@pytest.mark.parametrize("measure", sorted(MEASURES))
@pytest.mark.parametrize("by", ["sum", "average", "last"])
def test_a_sub_period_has_the_value_that_it_has_alone(measure, by):
    """Value, state, n and figures of each month; what is made of them; the same on each engine."""
    as_of = "2026-04-01"
    rule = {"every": "month", "by": by, "incomplete": "exclude"}
    months = ["2026-01", "2026-02", "2026-03"]
    alone = capaian.score(policy(measure), {"cases": CASES}, period=months, as_of=as_of)
    scores = capaian.score(
        policy(measure, consolidate=rule), {"cases": CASES}, period="2026-Q1", as_of=as_of
    )
    for subject in scores.subjects:
        (part,) = scores.explain(subject).parts
        known = []
        for month, said in zip(months, part.periods, strict=True):
            if subject not in alone[month].subjects:
                assert said.state == "no_evidence"
                continue
            (other,) = alone[month].explain(subject).parts
            assert (said.state, said.measured) == (other.state, other.measured)
            if other.measured is not None:
                assert (said.n, said.figures) == (other.n, other.figures)
                known.append(other)
        values = [each.measured for each in known]
        assert part.n == sum(each.n for each in known)
        if by == "last":
            assert part.measured == (values[-1] if values else None)
        else:
            whole = sum(values, Fraction(0))
            wanted = whole if by == "sum" else whole / max(len(values), 1)
            assert part.measured == (wanted if values else None)
    for each in tables():
        other = capaian.score(
            policy(measure, consolidate=rule), {"cases": each}, period="2026-Q1", as_of=as_of
        )
        assert other.to_json() == scores.to_json()
        assert other.ledger_columns() == scores.ledger_columns()


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_the_last_month_with_evidence_is_that_month(measure):
    """Its value and its state, whatever they are."""
    made = [
        capaian.score(policy(measure, accumulate="last"), {"cases": each}, period="2026-Q1")
        for each in tables()
    ]
    assert len({each.to_json() for each in made}) == 1
    scores = made[0]
    march = capaian.score(policy(measure), {"cases": CASES}, period="2026-03", as_of="2026-04-01")
    for subject in scores.subjects:
        (part,), (other,) = scores.explain(subject).parts, march.explain(subject).parts
        assert (part.state, part.measured, part.n) == (other.state, other.measured, other.n)


def test_a_pause_counts_in_the_sub_period_of_its_case():
    """Cases with pauses are measured month by month as they are at once."""
    pauses = [
        {"case": "1", "from": datetime(2026, 1, 4), "until": datetime(2026, 1, 6)},
        {"case": "2", "from": datetime(2026, 2, 4), "until": datetime(2026, 2, 5)},
    ]
    cases = [
        {"nip": "a", "case": "1", "start": datetime(2026, 1, 3), "stop": datetime(2026, 1, 9)},
        {"nip": "a", "case": "2", "start": datetime(2026, 2, 3), "stop": datetime(2026, 2, 9)},
    ]
    rule = policy(
        "median",
        pauses={"table": "pauses", "case": "case", "start": "from", "stop": "until"},
        consolidate={"every": "month", "by": "sum", "incomplete": "exclude"},
    )
    for kind in (list, pl.DataFrame):
        scores = capaian.score(
            rule, {"cases": kind(cases), "pauses": kind(pauses)}, period="2026-Q1"
        )
        assert scores.exact(0)["measured:x"][1] == 4 + 5


def test_a_plan_that_says_nothing_of_time_is_the_same_for_every_period():
    """Nothing is built anew; one that does is built once for a period and a cut-off."""
    period = read_period("2026-Q1")
    plain = make_plan(policy("ikm"))
    assert at_period(plain, period, period.end) is plain
    rule = {"every": "month", "by": "sum", "incomplete": "exclude"}
    dated = make_plan(policy("ikm", consolidate=rule))
    made = at_period(dated, period, period.end)
    assert made is not dated
    assert made is at_period(dated, period, period.end)
    assert made is not at_period(dated, period, datetime(2026, 3, 1))
    assert made.fingerprint == dated.fingerprint
