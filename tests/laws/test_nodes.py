"""Nodes that are formulas, are converted, or weigh equally and by quality: on every engine, exact.

The oracle reads the formula as Python does, over fractions, with the text's own decimals, and adds
up by hand. It shares nothing with the library's trees, slopes or programs.
"""

import re
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import capaian
from capaian.errors import PolicyError
from capaian.exact import round_ratio, run_paired
from capaian.policy import read_policy
from capaian.scores.tail import SCORE, UNROUNDED
from capaian.testing.tables import as_table

PARTS = ("a", "b.c", "d", "e", "f-g")
MIX = Fraction(3, 10)
WORK = [
    "0.75 * a + 0.25 * b_c",
    "(1 - mix) * min(a, b_c) + mix * max(a, b_c)",
    "a if a >= 90 else min(a, b_c)",
    "a * b_c / 100",
    "a / b_c * 100 if b_c > 0 and a < 1000 else 0",
    "round(a / 7, 1) + clip(b_c, 10, 90) * mix",
    "(a - b_c) * (a - b_c) / (1 + a + b_c)",
    "max(a, b_c, 55) - min(a, b_c) / 3",
]
WHOLE = [
    "hasil + (0.5 if hasil >= f_g else 0.1) * (f_g - hasil) + 0 * rest",
    "0.75 * hasil + 0.25 * rest - clip(f_g, 0, 5)",
    "min(hasil, rest, f_g)",
    "hasil * rest / 120 if f_g > 60 or rest == hasil else f_g",
]
NAMES = st.sampled_from(["a", "b_c", "mix", "7", "0.3", "100"])


def combined(inner):
    return (
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner)
        | st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner)
        | st.builds("({} if {} < {} else {})".format, inner, inner, inner, inner)
        | st.builds("clip({}, 0, 100)".format, inner)
        | st.builds("({} / ({} + 1))".format, inner, st.sampled_from(["a", "b_c", "max(a, b_c)"]))
    )


FORMULAS = st.sampled_from(WORK) | st.recursive(NAMES, combined, max_leaves=6)
CONVERT = [
    [],
    [{"method": "piecewise", "points": [[0, 0], [100, 100], [120, 115]]}],
    [{"method": "times", "by": "1.05"}, {"method": "round", "digits": 1}],
]


def document(work, whole, convert):
    indicators = [
        {
            "id": name,
            "type": "count-based",
            "table": "rows",
            "columns": {"numerator": f"top{place}", "denominator": f"bottom{place}"},
            "measure": {"statistic": "ratio"},
            "normalise": {"method": "times", "by": 10},
        }
        for place, name in enumerate(PARTS)
    ]
    indicators[0] |= {"parent": "hasil"}
    indicators[1] |= {"parent": "hasil", "missing": "withhold"}
    indicators[2] |= {"parent": "rest", "quality": 1}
    indicators[3] |= {"parent": "rest", "quality": "1.1"}
    return {
        "id": "nodes",
        "edition": "2026",
        "in_force": {"from": "2026-01-01"},
        "scale": {"worst": 0, "best": 100, "cap": 120},
        "missing": "worst",
        "subject": "who",
        "numbers": [{"id": "mix", "value": "0.3"}],
        "rounding": [{"where": "node", "digits": 3, "of": ["rest"]}, {"where": "score", "digits": 2}],
        "score": {"method": "formula", "formula": whole},
        "nodes": [
            {"id": "hasil", "method": "formula", "formula": work, "convert": convert, "cap": 118},
            {"id": "rest", "weights": "quality"},
        ],
        "indicators": indicators,
    }  # fmt: skip


def half_up(x, digits):
    scaled = abs(x) * 10**digits + Fraction(1, 2)
    whole = Fraction(scaled.numerator // scaled.denominator, 10**digits)
    return -whole if x < 0 else whole


def by_python(formula, **known):
    """The value of a formula as Python's own grammar has it, every number a fraction."""
    text = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)", r"N('\1')", formula)
    text = re.sub(r"round\((.*), N\('(\d)'\)\)", r"half_up(\1, \2)", text)
    words = {"N": Fraction, "half_up": half_up, "min": min, "max": max, "mix": MIX,
             "clip": lambda x, low, high: max(min(x, high), low)}  # fmt: skip
    return eval(text, {"__builtins__": {}}, words | known)  # noqa: S307 - the oracle, on our own text


def converted(x, convert):
    if len(convert) == 1:
        x = min(max(x, Fraction(0)), Fraction(120))
        return x if x <= 100 else 100 + (x - 100) * Fraction(15, 20)
    return half_up(x * Fraction(21, 20), 1) if convert else x


def by_hand(policy, row):
    """Every node's score and the whole, from one row of integers; `None` where it is withheld."""
    found = {}
    for place, name in enumerate(PARTS):
        top, bottom = row[f"top{place}"], row[f"bottom{place}"]
        measured = Fraction(top, bottom) * 10 if bottom else None
        found[name] = None if measured is None else min(max(measured, Fraction(0)), Fraction(120))
    if found["b.c"] is None:
        return None, None, None
    a, bc, d, e, fg = (found[name] or Fraction(0) for name in PARTS)
    work = by_python(policy["nodes"][0]["formula"], a=a, b_c=bc)
    hasil = min(converted(work, policy["nodes"][0]["convert"]), Fraction(118))
    rest = half_up((d + Fraction(11, 10) * e) / Fraction(21, 10), 3)
    whole = by_python(policy["score"]["formula"], hasil=hasil, rest=rest, f_g=fg)
    return hasil, rest, whole


ROWS = st.lists(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 6)), min_size=5, max_size=5),
    min_size=1,
    max_size=8,
).map(
    lambda drawn: [
        {"who": f"s{number:02d}"}
        | {f"top{place}": top for place, (top, _) in enumerate(pairs)}
        | {f"bottom{place}": bottom for place, (_, bottom) in enumerate(pairs)}
        for number, pairs in enumerate(drawn)
    ]
)
ENGINES = ("polars", "polars-lazy", "pandas", "pyarrow", "duckdb")


def names_in(formula):
    return set(re.findall(r"[a-z_]+", formula))


def sound(work, whole, convert):
    """The policy; a number that its formula does not use is left out, as it must be."""
    made = document(work, whole, convert)
    if "mix" not in names_in(work):
        del made["numbers"]
    return made


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, FORMULAS, st.sampled_from(WHOLE), st.sampled_from(CONVERT))
def test_every_engine_gives_what_python_makes_of_the_formula(rows, work, whole, convert):
    """Node by node as fractions, the ledger bit by bit, and parts and adjustments add up."""
    assume({"a", "b_c"} <= names_in(work))  # others are refused
    made = sound(work, whole, convert)
    policy = read_policy(made)
    plain = capaian.score(policy, {"rows": rows}, period="2026-01")
    for row, given_ in enumerate(rows):
        hasil, rest, score = by_hand(made, given_)
        exact = run_paired(plain.tail(row).program, plain.given(row))
        explanation = plain.explain(plain.subjects[row])
        if score is None:
            assert plain.columns()["status"][row] == "withheld"
            continue
        assert exact["score:hasil"][1] == hasil
        assert exact["score:rest"][1] == rest
        assert exact[UNROUNDED][1] == score
        assert exact[SCORE][1] == half_up(score, 2) == round_ratio(score, 2, "half-up")
        assert plain.columns()["score"][row] == float(half_up(score, 2))
        assert explanation.total() == explanation.score
    again = capaian.score(policy, {"rows": rows}, period="2026-01")  # as it is kept for records
    assert again.to_json() == plain.to_json()
    assert again.ledger_columns() == plain.ledger_columns()
    for engine in ENGINES:
        scores = capaian.score(policy, {"rows": as_table(rows, engine)}, period="2026-01")
        assert scores.columns() == plain.columns(), engine
        assert scores.ledger_columns() == plain.ledger_columns(), engine
        assert scores.to_json() == plain.to_json(), engine


@given(FORMULAS, st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 1200)), max_size=5))
def test_no_formula_that_is_taken_divides_by_zero_or_leaves_its_bands(formula, points):
    """Bands over the least and the greatest that the proof sees hold every score that there is."""
    assume({"a", "b_c"} <= names_in(formula))
    made = sound(formula, "hasil + 0 * rest + 0 * f_g", [])
    with pytest.raises(PolicyError) as caught:
        read_policy(made | {"bands": [{"id": "none", "from": 10**9, "to": 10**9}]})
    assert {each.code for each in caught.value.findings} == {"CPN-P32"}
    span = caught.value.findings[0].values["span"].replace("−", "-")
    low = re.match(r"(-?[\d./]+) ≤", span)
    high = re.search(r"≤ (-?[\d./]+)$", span)
    for a, bc in [(0, 0), (1200, 0), (0, 1200), (1200, 1200), *points]:
        found = by_python(formula, a=Fraction(a, 10), b_c=Fraction(bc, 10))
        held = min(found, Fraction(118))
        assert low is None or held >= round_ratio(Fraction(low[1]), 2, "half-up") - Fraction(1, 100)
        assert high is None or held <= Fraction(high[1]) + Fraction(1, 100)


@pytest.mark.spark
def test_spark_gives_the_ledger_of_formulas(spark):
    """The same in Spark: each formula of the lists once, over rows with gaps and ties."""
    from spark_session import as_spark

    rows = [
        {"who": f"s{number:02d}"}
        | {f"top{place}": (number * 7 + place * 11) % 61 for place in range(5)}
        | {f"bottom{place}": (number + place) % 6 for place in range(5)}
        for number in range(24)
    ]
    for work, whole in (*zip(WORK[:4], WHOLE, strict=True), (WORK[4], WHOLE[0])):
        policy = read_policy(sound(work, whole, CONVERT[1]))
        plain = capaian.score(policy, {"rows": rows}, period="2026-01")
        tables = {"rows": as_spark(spark, pl.DataFrame(rows).to_arrow())}
        scores = capaian.score(policy, tables, period="2026-01")
        ledger = pl.from_arrow(scores.ledger().toArrow()).sort("subject", "indicator")
        table = pl.from_arrow(scores.to_native().toArrow()).sort("subject")
        wanted = plain.ledger_columns()
        shown = ("subject", "indicator", "achievement", "weight", "contribution")
        assert ledger.select(shown).rows() == list(zip(*map(wanted.get, shown), strict=True))
        assert table["score"].to_list() == plain.columns()["score"]
    # Weights by active days are each subject's own: they too are the same bits.
    made = sound(WORK[0], WHOLE[0], [])
    made["nodes"][1]["weights"] = "active_days"
    for each in made["indicators"][2:4]:
        each["missing"] = "exclude"
    made["nodes"][1]["missing"] = "withhold"
    days = [
        {"who": row["who"], "indicator": name, "period": "2026-01", "value": (at * 5 + place) % 31}
        for at, row in enumerate(rows)
        for place, name in enumerate("de")
    ]
    policy = read_policy(made | {"active": {"table": "days"}})
    given_ = {"rows": rows, "days": days}
    plain = capaian.score(policy, given_, period="2026-01")
    days = pl.DataFrame(days).to_arrow()  # what is said of each subject does not stay in Spark
    tables = {"rows": as_spark(spark, pl.DataFrame(rows).to_arrow()), "days": days}
    scores = capaian.score(policy, tables, period="2026-01")
    ledger = pl.from_arrow(scores.ledger().toArrow()).sort("subject", "indicator")
    shown = ("subject", "indicator", "state", "achievement", "weight", "contribution")
    wanted = plain.ledger_columns()
    assert ledger.select(shown).rows() == list(zip(*map(wanted.get, shown), strict=True))
