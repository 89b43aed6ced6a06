"""Laws of time: sub-periods, accumulation and many periods against a few lines of fractions."""

from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import duckdb
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capaian
from capaian.period import read_period
from capaian.policy import read_policy

DAYS = st.integers(-200, 364).map(lambda day: datetime(2026, 1, 1) + timedelta(days=day, hours=9))
ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), DAYS, st.integers(0, 9), st.sampled_from(["ok", "late"])).map(
        lambda row: dict(zip(("nip", "date", "x", "outcome"), row, strict=True))
    ),
    min_size=1,
    max_size=40,
)
EVERY = st.sampled_from(["month", "quarter", "semester"])
FEWER = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
SCHEMA = {"nip": pl.String, "date": pl.Datetime, "x": pl.Int64, "outcome": pl.String}
INDICATORS = {
    "amount": ("sum", {"amount": "x"}, {"no_rows": "missing"}, "7"),
    "rows": ("count", {}, {"no_rows": "zero"}, "2"),
    "timely": ("share", {"outcome": "outcome"}, {"success": ["ok"]}, "60%"),
}


def policy(minimum=1, **time):
    """Three indicators over one table, all measured over time in the same way."""
    indicators = [
        {
            "id": name,
            "weight": "1/3",
            "type": "count-based",
            "table": "work",
            "columns": {"date": "date", **columns},
            "measure": {"statistic": statistic, **options},
            "normalise": {"method": "target", "target": target, "better": "higher"},
            "minimum": 1 if name == "rows" else minimum,
            **time,
        }
        for name, (statistic, columns, options, target) in INDICATORS.items()
    ]
    return read_policy(
        {
            "id": "time",
            "edition": "1",
            "in_force": {"from": "2025-01-01"},
            "scale": {"worst": 0, "best": 100, "cap": 120},
            "missing": "exclude",
            "subject": "nip",
            "rounding": [{"where": "score", "digits": 2}],
            "indicators": indicators,
        }
    )


def score(rule, rows, period, **more):
    """The scores, or None where nobody has any evidence."""
    try:
        return capaian.score(rule, {"work": rows}, period=period, **more)
    except capaian.EvidenceError as error:
        if {each.code for each in error.findings} != {"CPN-E56"}:
            raise
        return None


def measured(name, rows, subject, first, end, minimum=1):
    """The value of one stretch, from first to before end; None where there is none."""
    mine = [r for r in rows if r["nip"] == subject and first <= r["date"] < end]
    if name == "rows":
        return Fraction(len(mine))
    if not mine or len(mine) < minimum:
        return None
    if name == "amount":
        return Fraction(sum(r["x"] for r in mine))
    return Fraction(sum(r["outcome"] == "ok" for r in mine), len(mine))


def one(values, by, incomplete):
    """Several values, some of them None, made one."""
    known = [each for each in values if each is not None]
    if not known or (incomplete == "withhold" and len(known) < len(values)):
        return None
    if by == "last":
        return known[-1]
    return sum(known) if by == "sum" else sum(known) / len(known)


def achieved(name, value, limited):
    """The achievement by the target of the policy."""
    whole = value * 100 / Fraction({"7": 7, "2": 2, "60%": Fraction(3, 5)}[INDICATORS[name][3]])
    return min(max(whole, Fraction(0)), Fraction(120)) if limited else whole


def found(scores, subject, name):
    """The exact measured value and achievement, None where there is none."""
    row = scores.row(subject)
    exact, part = scores.exact(row), scores.tail(row).parts[name]
    if not part.measured:
        return None, None
    return exact[part.measured][1], exact[part.achievement][1]


def tables(rows):
    """The rows as a Polars frame and as a DuckDB relation."""
    frame = pl.DataFrame(rows, schema=SCHEMA)
    return [frame, duckdb.from_arrow(frame.to_arrow())]


@FEWER
@given(
    ROWS,
    EVERY,
    st.sampled_from(["sum", "average", "last"]),
    st.sampled_from([("measured", None), ("achievement", "before"), ("achievement", "after")]),
    st.sampled_from(["exclude", "withhold"]),
    st.sampled_from([None, "2026-07-01", "2026-08-15"]),
    st.integers(1, 2),
)
def test_consolidation_is_the_arithmetic_of_its_sub_periods(
    rows, every, by, of, incomplete, as_of, minimum
):
    """Every way to consolidate, with gaps and a cut-off, against fractions; on three engines."""
    rule = {"every": every, "by": by, "of": of[0], "incomplete": incomplete}
    rule |= {"cap": of[1]} if of[1] else {}
    made = policy(minimum, consolidate=rule)
    scores = score(made, rows, "2026", as_of=as_of)
    if scores is None:
        assert all(score(made, each, "2026", as_of=as_of) is None for each in tables(rows))
        return
    cut = datetime.fromisoformat(as_of) if as_of else datetime(2027, 1, 1)
    parts = read_period("2026").split(every)
    for subject in scores.subjects:
        for name in INDICATORS:
            values = [
                measured(name, rows, subject, each.start, min(each.end, cut), minimum)
                if each.start < cut
                else None
                for each in parts
            ]
            value = one(values, by, incomplete)
            if of[0] == "measured" and value is not None:
                wanted = achieved(name, value, limited=True)
            else:
                limited = of[1] == "before"
                each = [None if v is None else achieved(name, v, limited) for v in values]
                wanted = one(each, by, incomplete)
                wanted = None if wanted is None else min(wanted, Fraction(120))
            assert found(scores, subject, name) == (value, wanted)
            said = scores.explain(subject).parts[list(INDICATORS).index(name)].periods
            assert [each.measured for each in said] == values
    for each in tables(rows):
        other = score(made, each, "2026", as_of=as_of)
        assert other.to_json() == scores.to_json()
        assert other.ledger_columns() == scores.ledger_columns()


@FEWER
@given(ROWS, st.sampled_from(["cumulative", "rolling", "last"]), EVERY, st.integers(1, 14))
def test_accumulation_is_the_arithmetic_of_its_stretch(rows, how, every, months):
    """From the year's beginning, the last months, or the last sub-period with any row."""
    own = {"cumulative": {}, "rolling": {"months": months}, "last": {"every": every}}[how]
    made = policy(accumulate={"how": how, **own})
    label = "2026-S2" if how == "last" else "2026-Q3"
    period = read_period(label)
    scores = score(made, rows, label)
    if scores is None:
        return
    for subject in scores.subjects:
        first, end = period.start, period.end
        if how == "cumulative":
            first = datetime(2026, 1, 1)
        elif how == "rolling":
            whole = 2026 * 12 + 9 - months
            first = datetime(whole // 12, whole % 12 + 1, 1)
        else:
            for each in period.split(every):
                if any(r["nip"] == subject and each.start <= r["date"] < each.end for r in rows):
                    first, end = each.start, each.end
        for name in INDICATORS:
            assert found(scores, subject, name)[0] == measured(name, rows, subject, first, end)
    for each in tables(rows):
        other = score(made, each, label)
        assert other.to_json() == scores.to_json()
        assert other.ledger_columns() == scores.ledger_columns()


@FEWER
@given(ROWS, st.randoms(use_true_random=False))
def test_many_periods_in_one_call_are_each_alone(rows, random):
    """The same documents to the byte, on every engine, in any order of rows."""
    labels = ["2026-01", "2026-Q1", "2026-S2"]
    alone = [score(policy(), rows, label) for label in labels]
    if any(each is None for each in alone):
        assert score(policy(), rows, labels) is None
        return
    shuffled = random.sample(rows, len(rows))
    for each in [rows, shuffled, *tables(shuffled)]:
        together = score(policy(), each, labels)
        assert [one.to_json() for one in together] == [one.to_json() for one in alone]
        assert together.ledger_columns() == {
            name: [value for one in alone for value in one.ledger_columns()[name]]
            for name in together.ledger_columns()
        }


@FEWER
@given(ROWS)
def test_months_add_up_and_the_last_accumulation_is_the_year(rows):
    """Counts of three months are the quarter's; cumulated to December they are the year's."""
    months = [f"2026-{month:02d}" for month in range(1, 13)]
    rule = policy(consolidate={"every": "month", "by": "sum", "incomplete": "exclude"})
    added, plain = score(rule, rows, "2026-Q2"), score(policy(), rows, "2026-Q2")
    if added is not None:
        for subject in added.subjects:
            assert found(added, subject, "rows")[0] == found(plain, subject, "rows")[0]
    year = score(policy(), rows, "2026")
    if year is None:
        return
    december = score(policy(accumulate="cumulative"), rows, months[-1])
    assert december.subjects == year.subjects
    for subject in year.subjects:
        for name in INDICATORS:
            assert found(december, subject, name) == found(year, subject, name)


@FEWER
@given(ROWS, EVERY)
def test_an_average_lies_among_its_parts_and_a_cap_before_gives_no_more_than_one_after(rows, every):
    """Where nothing is below the floor, to cut each part first can only take away."""
    rule = {"every": every, "by": "average", "of": "achievement", "incomplete": "exclude"}
    before = score(policy(consolidate={**rule, "cap": "before"}), rows, "2026")
    after = score(policy(consolidate={**rule, "cap": "after"}), rows, "2026")
    if before is None:
        return
    for subject in before.subjects:
        for index, name in enumerate(INDICATORS):
            value, less = found(before, subject, name)
            if value is None:
                continue
            assert less <= found(after, subject, name)[1]
            parts = before.explain(subject).parts[index].periods
            known = [each.measured for each in parts if each.measured is not None]
            assert min(known) <= value <= max(known)


@given(st.integers(2020, 2030), EVERY)
def test_what_a_period_is_split_into_is_the_period(year, every):
    """No gap, no overlap, the same first and last day, labels that read back."""
    whole = read_period(str(year))
    parts = whole.split(every)
    assert (parts[0].first, parts[-1].last) == (whole.first, whole.last)
    assert all(one.end == two.start for one, two in pairwise(parts))
    assert all(read_period(each.label) == each for each in parts)
