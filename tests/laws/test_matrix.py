"""The matrix: every indicator, normalisation and aggregation, on every engine, against fractions.

Each policy has all statistics of all types under the four aggregations; the normalisations take
turns, relative ones with parameters of a fixed cohort. The ledger of each engine is compared bit
for bit with the floats of `run_paired` and number for number with its fractions, and the published
score and band with those of the exact score, rounded by the policy's rule.
"""

import random
from datetime import datetime, timedelta
from fractions import Fraction

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capaian
from capaian.band import band_of
from capaian.exact import round_ratio, run_paired
from capaian.policy import read_policy
from capaian.scores.tail import SCORE, UNROUNDED

CASES = {"start": "received", "stop": "answered"}
TIME = [
    *(
        {"statistic": "share_within", "clock": clock, "limit": limit, **basis}
        for clock, limit in (
            ("calendar", "3 days"), ("working_hours", "12 hours"), ("working_days", "2 days"),
        )
        for basis in (
            {"basis": "mature"},
            {"basis": "bounds", "bound": "lower"},
            {"basis": "bounds", "bound": "upper", "inclusive": False},
            {"basis": "kaplan_meier"},
        )
        if clock != "working_days" or "inclusive" not in basis
    ),
    {"statistic": "mean", "clock": "working_hours", "open_cases": "age"},
    {"statistic": "mean", "clock": "calendar", "open_cases": "exclude"},
    {"statistic": "mean", "clock": "working_days", "open_cases": "refuse"},
    {"statistic": "restricted_mean", "clock": "calendar", "up_to": "9 days"},
    {"statistic": "median", "clock": "working_hours"},
    {"statistic": "percentile", "clock": "calendar", "percentile": "90%"},
]  # fmt: skip
COUNT = [
    ({"statistic": "count", "no_rows": "missing"}, {}),
    ({"statistic": "sum", "no_rows": "zero"}, {"amount": {"column": "amount", "digits": 2}}),
    (
        {"statistic": "weighted_count", "no_rows": "missing", "weights": {"a": 1, "b": "1/3", "c": "2.5"}},
        {"category": "kind"},
    ),
    ({"statistic": "distinct", "no_rows": "missing"}, {"item": "item"}),
    ({"statistic": "ratio"}, {"numerator": "done", "denominator": "asked"}),
    ({"statistic": "share", "success": ["a", "c"]}, {"outcome": "kind"}),
]  # fmt: skip
SURVEY = [
    {"statistic": "ikm", "items": ["u1", "u2"]},
    {"statistic": "mean_of_items", "items": ["u1", "u2"], "rescale": "to_100", "answered": "all"},
    {"statistic": "top_box", "items": ["u1", "u2"], "top": 3},
    {"statistic": "net_promoter", "items": ["u1"], "promoters_from": 4, "detractors_to": 2},
]
LEVELS = ["below", "meets", "above"]
RATING = [
    ("singles", {"statistic": "only", "levels": LEVELS}),
    ("ratings", {"statistic": "lowest", "levels": LEVELS, "values": [1, "3/2", "2.25"]}),
    ("ratings", {"statistic": "highest", "levels": LEVELS, "values": ["1/3", "1/2", 7]}),
    ("ratings", {"statistic": "mean", "levels": LEVELS, "values": ["1/3", 1, "1.1"]}),
    ("ratings", {"statistic": "last", "levels": LEVELS, "values": ["1/7", "1/2", 3]}),
]
LIMITS = {"least": -5, "most": "5.5"}
MODERATION = [
    {**LIMITS, "no_rows": "zero"},
    {**LIMITS, "total_least": -6, "total_most": "6.25", "no_rows": "missing"},
]
CORRECTIONS = {"amount": {"column": "correction", "digits": 2}, "date": "date"}
NORMALISE = [
    {"method": "target", "target": "3/2", "better": "higher"},
    {"method": "target", "target": 3, "better": "lower"},
    {"method": "target", "target": 2, "better": "lower", "formula": "inverse", "most": 120},
    {"method": "target", "target": 0, "better": "lower", "worst": 7},
    {"method": "goalposts", "worst": "1/7", "best": "11/3"},
    {"method": "range", "low": 1, "high": 2, "better": "lower"},
    {"method": "nearest", "target": "5/3", "reach": 2},
    {"method": "piecewise", "points": [[0, 20], [1, 60], [1, 70], ["7/3", 120]]},
    {
        "method": "lookup",
        "rows": [{"below": 1, "value": 30}, {"from": 1, "below": 3, "value": 80}],
        "otherwise": 110,
    },
    [{"method": "round", "digits": 1}, {"method": "goalposts", "worst": 0, "best": 5}],
    {"method": "identity"},
    {"method": "min-max", "better": "higher"},
    {
        "method": "z-score",
        "better": "higher",
        "deviation": "population",
        "centre": 60,
        "spread": 15,
    },
    {"method": "rank", "better": "higher", "ties": "average", "gives": "share"},
    {"method": "percentile", "better": "lower", "steps": 4},
]
METHODS = ("arithmetic", "geometric", "harmonic", "minimum")


def indicators(turn):
    """All statistics, each with the next normalisation in turn."""
    kinds = [("time-based", "complaints", each, CASES) for each in TIME]
    kinds += [("count-based", "work", each, {"date": "date", **columns}) for each, columns in COUNT]
    kinds += [
        ("survey-based", "forms", {"lowest": 1, "highest": 4, **each}, {"date": "date"})
        for each in SURVEY
    ]
    kinds += [("rating-based", table, each, {"date": "date"}) for table, each in RATING]
    kinds += [("moderation", "corrections", each, CORRECTIONS) for each in MODERATION]
    return [
        {
            "id": f"i{number:02d}",
            "parent": "arithmetic" if kind == "moderation" else METHODS[number % 4],
            "weight": 1 + number % 3,
            "type": kind,
            "table": table,
            "columns": columns,
            "measure": measure,
            "normalise": NORMALISE[(number + turn) % len(NORMALISE)],
            "floor": "none" if kind == "moderation" else 1,
            "missing": ("exclude", "worst")[METHODS[number % 4] == "arithmetic"],
        }
        for number, (kind, table, measure, columns) in enumerate(kinds)
    ]


def document(turn):
    """A policy of everything; which normalisation meets which statistic depends on the turn."""
    return {
        "id": f"matrix-{turn}",
        "edition": "2026",
        "in_force": {"from": "2026-01-01", "to": "2026-12-31"},
        "scale": {"worst": 0, "best": 100, "cap": 120},
        "missing": "exclude",
        "subject": "nip",
        "calendar": "id/2024-2027",
        "weights": "relative",
        "relative": True,
        "rounding": [
            {"where": "measured", "digits": 3, "of": ["i00"]},
            {"where": "achievement", "digits": 1, "mode": "half-even", "of": ["i01", "i20"]},
            {"where": "score", "digits": 2},
        ],
        "nodes": [
            {"id": each, "method": each, "weight": 1 + at, "weights": "relative"}
            for at, each in enumerate(METHODS)
        ],
        "indicators": indicators(turn),
        "bands": [{"id": "low", "below": 60}, {"id": "high", "from": 60}],
    }


SUBJECTS = st.sampled_from(["a", "b", "c"])
STAMPS = st.integers(0, 31 * 24 * 4).map(lambda q: datetime(2026, 1, 1) + timedelta(minutes=15 * q))


@st.composite
def evidence(draw):
    """Rows of all tables, with open cases, gaps and rows of another period."""
    complaints = []
    for who, received, hours in draw(
        st.lists(
            st.tuples(SUBJECTS, STAMPS, st.none() | st.integers(0, 300)), min_size=1, max_size=12
        )
    ):
        answered = None if hours is None else received + timedelta(minutes=45 * hours)
        complaints.append({"nip": who, "received": received, "answered": answered})
    kinds, small = st.sampled_from(["a", "b", "c"]), st.integers(0, 9)
    work = [
        dict(zip(("nip", "date", "amount", "kind", "item", "done", "asked"), row, strict=True))
        for row in draw(
            st.lists(
                st.tuples(SUBJECTS, STAMPS, st.integers(0, 900).map(lambda n: n / 4), kinds, kinds, small, small),
                min_size=1, max_size=12,
            )
        )
    ]  # fmt: skip
    answer = st.none() | st.integers(1, 4)
    forms = [
        dict(zip(("nip", "date", "u1", "u2"), row, strict=True))
        for row in draw(
            st.lists(st.tuples(SUBJECTS, STAMPS, answer, answer), min_size=1, max_size=12)
        )
    ]
    days = st.integers(0, 4 * 24 * 4).map(
        lambda q: datetime(2026, 1, 1) + timedelta(minutes=15 * q)
    )
    ratings, singles = (
        [
            dict(zip(("nip", "date", "rating"), row, strict=True))
            for row in draw(
                st.lists(
                    st.tuples(SUBJECTS, days, st.sampled_from(LEVELS)), min_size=1, max_size=most
                )
            )
        ]
        for most in (16, 3)
    )
    corrections = [
        {"nip": who, "date": day, "correction": amount / 4, "author": "x", "reason": " y "}
        for who, day, amount in draw(
            st.lists(st.tuples(SUBJECTS, STAMPS, st.integers(-20, 22)), min_size=1, max_size=6)
        )
    ]
    return {
        "complaints": complaints, "work": work, "forms": forms,
        "ratings": ratings, "singles": singles, "corrections": corrections,
    }  # fmt: skip


KINDS = {
    "nip": pl.String, "received": pl.Datetime, "answered": pl.Datetime, "date": pl.Datetime,
    "amount": pl.Float64, "kind": pl.String, "item": pl.String, "done": pl.Int64,
    "asked": pl.Int64, "u1": pl.Int64, "u2": pl.Int64, "rating": pl.String,
    "correction": pl.Float64, "author": pl.String, "reason": pl.String,
}  # fmt: skip


def frame(rows):
    return pl.DataFrame(rows, schema={key: KINDS[key] for key in rows[0]})


def in_pieces(rows):
    """The same rows in another order and in chunks of their own."""
    mixed = random.Random(len(rows)).sample(rows, len(rows))
    return pl.concat([frame([each]) for each in mixed], rechunk=False)


def in_duckdb(threads):
    def made(rows):
        connection = duckdb.connect(config={"threads": threads})
        connection.register("given", frame(rows).to_arrow())
        connection.execute("CREATE TABLE kept AS SELECT * FROM given")
        return connection.table("kept")

    return made


ENGINES = {
    "polars": frame,
    "polars, lazy and in pieces": lambda rows: in_pieces(rows).lazy(),
    "pandas": lambda rows: frame(rows).to_pandas(),
    "pyarrow": lambda rows: in_pieces(rows).to_arrow(),
    "duckdb, one thread": in_duckdb(1),
    "duckdb, four threads": in_duckdb(4),
}


def cohort():
    """A fixed cohort to which the relative methods are fitted."""
    first = datetime(2026, 1, 5, 8)
    complaints, work, forms = [], [], []
    ratings, corrections = [], []
    for number in range(60):
        nip, day = f"p{number % 7}", first + timedelta(hours=9 * number)
        answered = (
            None
            if number % 7 < 3 and number % 4 == 0
            else day + timedelta(hours=(number * number) % 97)
        )
        complaints.append({"nip": nip, "received": day, "answered": answered})
        work.append(
            {
                "nip": nip, "date": day, "amount": number * 1.25, "kind": "abc"[number % 3],
                "item": "abc"[number % 2], "done": number % 5, "asked": 1 + number % 4,
            }
        )  # fmt: skip
        forms.append({"nip": nip, "date": day, "u1": 1 + number % 4, "u2": 1 + number % 3})
        level = LEVELS[(number % 7 + (number // 7 % 4 == 3)) % 3]
        ratings.append({"nip": nip, "date": day, "rating": level})
        amount = (number % 7 - 2) / 4 if number < 50 else -0.25
        corrections.append(
            {"nip": nip, "date": day, "correction": amount, "author": "x", "reason": "y"}
        )
    return {
        "complaints": complaints, "work": work, "forms": forms,
        "ratings": ratings, "singles": ratings[:7], "corrections": corrections,
    }  # fmt: skip


@pytest.fixture(scope="module")
def policies():
    """One fitted policy for each turn, so that every normalisation meets many statistics."""
    return [
        capaian.fit(read_policy(document(turn)), cohort(), period="2026-01", edition="fitted")
        for turn in range(5)
    ]


def truth(scores):
    """The ledger's numbers by fractions, and the published score and band."""
    rows, published = [], []
    policy = scores.policy
    for row in range(len(scores)):
        tail = scores.tail(row)
        exact = run_paired(tail.program, scores.given(row))
        for name in scores.plan.indicators:
            part = tail.parts[name]
            measured = exact[part.measured] if part.measured else (None, None)
            top = None if measured[1] is None else measured[1].numerator
            bottom = None if measured[1] is None else measured[1].denominator
            achieved = exact[part.achievement][0] if part.achievement else None
            added = exact[part.contribution][0] if part.contribution else None
            rows.append((scores.subjects[row], name, top, bottom, measured[0], achieved, added))
        if SCORE not in exact:
            published.append((None, None, tail.status))
            continue
        score = round_ratio(exact[UNROUNDED][1], 2, "half-up")
        band = band_of(score, policy.bands, policy.precedence, {})
        published.append((score.numerator / score.denominator, band.id if band else None, "scored"))
    return rows, published


NUMBERS = (
    "subject",
    "indicator",
    "numerator",
    "denominator",
    "measured",
    "achievement",
    "contribution",
)


def shown(scores, *, limited):
    """The same numbers as an engine's ledger and table have them."""
    ledger, table = scores.ledger_columns(), scores.columns()
    rows = list(zip(*(ledger[name] for name in NUMBERS), strict=True))
    if limited:  # a column holds 64 bits; the document has all
        rows = [tuple(_held(each) for each in row) for row in rows]
    return rows, list(zip(table["score"], table["band"], table["status"], strict=True))


def _held(value):
    return None if isinstance(value, int) and not -(2**63) <= value < 2**63 else value


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(evidence(), st.integers(0, 4))
def test_every_engine_gives_the_ledger_of_fractions(policies, rows, turn):
    """Same bits: all statistics, normalisations and aggregations, on every engine."""
    policy = policies[turn]
    try:
        plain = capaian.score(policy, rows, period="2026-01", as_of="2026-01-25")
    except capaian.EvidenceError as error:
        if error.code != "CPN-E56":  # nobody has a row in the period
            raise
        return
    exact, published = truth(plain)
    assert shown(plain, limited=False) == (exact, published)
    document = plain.to_json()
    limited = [tuple(_held(each) for each in row) for row in exact]
    for name, kind in ENGINES.items():
        tables = {table: kind(some) for table, some in rows.items()}
        scores = capaian.score(policy, tables, period="2026-01", as_of="2026-01-25")
        assert shown(scores, limited=True) == (limited, published), name
        assert scores.to_json() == document, name


@pytest.mark.slow
@pytest.mark.spark
def test_spark_gives_the_ledger_of_fractions(policies, spark):
    """The same matrix in Spark, over the cohort: each policy once."""
    from spark_session import as_spark

    rows = cohort()
    for policy in policies:
        plain = capaian.score(policy, rows, period="2026-01", as_of="2026-01-25")
        exact, published = truth(plain)
        tables = {name: as_spark(spark, frame(some).to_arrow()) for name, some in rows.items()}
        scores = capaian.score(policy, tables, period="2026-01", as_of="2026-01-25")
        ledger = pl.from_arrow(scores.ledger().toArrow()).sort("subject", "indicator")
        table = pl.from_arrow(scores.to_native().toArrow()).sort("subject")
        assert ledger.select(NUMBERS).rows() == [tuple(map(_held, row)) for row in exact]
        assert table.select("score", "band", "status").rows() == published


def test_the_cohort_meets_every_normalisation(policies):
    """No method is left out, and each policy scores somebody by all four aggregations."""
    used = {step.method for each in policies[0].indicators for step in each.normalise}
    assert used == {
        step["method"]
        for each in NORMALISE
        for step in (each if isinstance(each, list) else [each])
    }
    scores = capaian.score(policies[0], cohort(), period="2026-01", as_of="2026-01-25")
    assert all(each is not None for each in scores.columns()["score"])
    assert Fraction(1, 100) < min(Fraction(each) for each in scores.columns()["score"])
