"""Moderation: corrections with author and reason, their limits, laws on every engine, faults."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import capaian
from capaian.errors import Finding, PolicyError
from capaian.explain.words import STATES
from capaian.formula import Moment
from capaian.formula.nodes import BLANKS
from capaian.indicator import ColumnRef, Exposure, Pauses
from capaian.indicators import moderation
from capaian.indicators.moderation import ModerationOptions, build, capaian_indicator_types
from capaian.plugin import ColumnNeed, Measure
from capaian.policy import read_policy

MOMENT = Moment(datetime(2027, 1, 1), datetime(2026, 1, 1), datetime(2027, 1, 1))
HEAD = "The indicator 'x' cannot be measured as it is written.\n"
DIGITS = {"amount": ColumnRef("correction", digits=2), "reason": ColumnRef("why")}
KMK = {"least": -5, "most": 5}
"""KMK 127/2026: a correction lies in [-5, 5]."""


@pytest.fixture(scope="module")
def make(indicator):
    """Return the function that builds the measure of some options."""

    def function(options: ModerationOptions, columns: Any = None, **more: Any) -> Measure:
        return build(options, indicator("moderation", columns or DIGITS, **more))

    return function


def decided(*amounts: int) -> list[dict[str, Any]]:
    """Rows of decisions, in hundredths."""
    return [{"amount": each, "author": "A", "reason": "B"} for each in amounts]


# --- the sum --------------------------------------------------------------------------------------


def test_the_sum_of_the_decisions_is_exact(make, measured):
    """-2.50 and 1.05 are -1.45; n is the number of decisions, and no figure knows the author."""
    measure = make(ModerationOptions(**KMK, no_rows="zero"))
    result = measured(measure, decided(-250, 105), MOMENT)
    assert (result.status, result.value, result.n) == ("ok", Fraction("-1.45"), 2)
    assert result.figures == {"decisions": 2, "sum": -145}
    assert (measure.unit, measure.grain, measure.least, measure.most) == (
        "points", Fraction(1, 100), None, None,
    )  # fmt: skip
    assert measure.columns == (
        ColumnNeed("amount", "integer"),
        ColumnNeed("author", "text", nullable=True),
        ColumnNeed("reason", "text", nullable=True),
    )


def test_whole_points_need_no_digits(make, measured):
    """Where no digits are kept, the amount is what stands there."""
    measure = make(ModerationOptions(**KMK, no_rows="zero"), {"author": ColumnRef("who")})
    assert measured(measure, decided(-2, 3), MOMENT).value == 1
    assert measure.grain == 1


def test_decisions_are_dated_only_if_the_policy_maps_a_date(make):
    """Without a date every decision counts."""
    options = ModerationOptions(**KMK, no_rows="zero")
    assert make(options).dated == ""
    dated = make(options, {"date": ColumnRef("decided_on")})
    assert (dated.dated, dated.columns[0]) == ("date", ColumnNeed("date", "stamp"))


@pytest.mark.parametrize(
    ("no_rows", "wanted"), [("zero", ("ok", 0)), ("missing", ("no_evidence", None))]
)
def test_no_decision_is_zero_or_missing_as_the_policy_says(make, measured, no_rows, wanted):
    """Nothing is decided here about what an empty table means."""
    result = measured(make(ModerationOptions(**KMK, no_rows=no_rows)), [], MOMENT)
    assert (result.status, result.value) == wanted


# --- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amounts", "status"),
    [((500, 0), "ok"), ((500, 1), "beyond_limit"), ((-300,), "ok"), ((-300, -1), "beyond_limit")],
)
def test_a_total_beyond_its_limits_has_no_value(make, measured, amounts, status):
    """It is withheld whole: nobody cuts 5.01 down to 5."""
    options = ModerationOptions(**KMK, total_least=-3, total_most=5, no_rows="missing")
    measure = make(options)
    result = measured(measure, decided(*amounts), MOMENT)
    assert result.status == status
    assert (result.value is None) == (status != "ok")
    assert (measure.least, measure.most) == (-3, 5)


@pytest.mark.parametrize(
    ("limit", "amounts"),
    [({"total_least": "-10/3"}, (-334,)), ({"total_most": "10/3"}, (334,))],
)
def test_a_limit_between_two_hundredths_is_kept(make, measured, limit, amounts):
    """3.34 passes ten thirds, 3.33 does not."""
    measure = make(ModerationOptions(**KMK, **limit, no_rows="zero"))
    assert measured(measure, decided(*amounts), MOMENT).status == "beyond_limit"
    nearer = [each - 1 if each > 0 else each + 1 for each in amounts]
    assert measured(measure, decided(*nearer), MOMENT).status == "ok"


def test_a_decision_beyond_its_limits_is_an_error(make, measured):
    """Neither cut down nor passed over: the whole text, in both languages."""
    measure = make(ModerationOptions(least=-5, most="2.5", no_rows="zero"))
    broken = measured(measure, decided(-501, -500, 250, 251), MOMENT).broken
    assert broken == {"CPN-E33": 2, "CPN-E34": 0}
    finding = said(measure, "CPN-E33", rows=2)
    assert finding.line() == (
        "  CPN-E33  corrections: 'correction' is not between -5 and 2.5 in 2 of 4 rows.\n"
        "           to fix: correct the amounts, or the limits of one decision ('least', 'most');"
        " none is cut down to them."
    )
    assert finding.line("id") == (
        "  CPN-E33  corrections: 'correction' tidak berada di antara -5 dan 2.5 pada 2 dari 4"
        " baris.\n"
        "           perbaikan: perbaiki angkanya, atau batas satu keputusan ('least', 'most');"
        " tidak ada yang dipotong ke batas itu."
    )


def said(measure: Measure, code: str, rows: int) -> Finding:
    """Return what is said of rows that break a check; of several of a code, the last."""
    check = [each for each in measure.checks if each.code == code][-1]
    return Finding(code, "corrections", {"rows": rows, "of": 4, **check.values})


@pytest.mark.parametrize("role", ["author", "reason"])
@pytest.mark.parametrize("empty", [None, "", " ", "\u00a0\t\n", *BLANKS])
def test_a_decision_has_an_author_and_a_reason(empty, role):
    """White space alone is no reason, whichever."""
    rows = [{"amount": 1, "author": "A", "reason": "B", "date": datetime(2026, 1, 5)}]
    good = score(rows)
    assert good.columns()["score"] == [1]
    with pytest.raises(capaian.EvidenceError) as caught:
        score([{**rows[0], role: empty}])
    assert [each.code for each in caught.value.findings] == ["CPN-E34"]
    assert caught.value.findings[0].values["column"] == role


def test_what_is_said_of_a_decision_without_a_reason(make):
    """The whole text, in both languages, with the column as the user calls it."""
    finding = said(make(ModerationOptions(**KMK, no_rows="zero")), "CPN-E34", rows=1)
    assert finding.line() == (
        "  CPN-E34  corrections: 'why' is empty in 1 of 4 rows; a correction has an author and a"
        " reason.\n"
        "           to fix: write who decided and why; spaces alone are no text."
    )
    assert finding.line("id") == (
        "  CPN-E34  corrections: 'why' kosong pada 1 dari 4 baris; setiap koreksi mempunyai penetap"
        " dan alasan.\n"
        "           perbaikan: tulis siapa yang menetapkan dan mengapa; spasi saja bukan teks."
    )


def test_the_state_has_words_in_both_languages():
    """An explanation says it as people do."""
    assert STATES["beyond_limit"] == {
        "en": "corrections beyond their limit",
        "id": "koreksi melampaui batas",
    }


# --- scored ---------------------------------------------------------------------------------------


def policy(**measure: Any) -> capaian.Policy:
    """A policy of a moderation alone, whose score is the sum."""
    return read_policy(
        {
            "id": "moderated", "edition": "1", "in_force": {"from": "2026-01-01"},
            "scale": {"worst": 0, "best": 100}, "missing": "exclude", "subject": "nip",
            "rounding": [{"where": "score", "mode": "none"}],
            "indicators": [
                {
                    "id": "x", "title": {"en": "Moderation", "id": "Koreksi"},
                    "type": "moderation", "table": "corrections",
                    "columns": {"date": "date", "amount": {"column": "amount", "digits": 2}},
                    "measure": {**KMK, "no_rows": "zero", **measure},
                    "normalise": {"method": "identity"}, "floor": "none",
                }
            ],
        }
    )  # fmt: skip


def score(rows: list[dict[str, Any]], table: Any = None, **measure: Any) -> capaian.Scores:
    given = [{"nip": "a", **each} for each in rows] if table is None else table
    return capaian.score(
        policy(**measure), {"corrections": given}, period="2026-01", plugins=[moderation]
    )


def test_an_explanation_says_how_much_was_moderated_and_by_how_many_decisions():
    """In both languages; who decided and why is in no text and in no ledger."""
    rows = [
        {
            "amount": amount,
            "author": "Rahasia-1987",
            "reason": "Alasan-2001",
            "date": datetime(2026, 1, 5),
        }
        for amount in (-2.5, 1.25)
    ]
    scores = score(rows)
    explained = scores.explain("a")
    english, indonesian = explained.text("en"), explained.text("id")
    assert "Moderation ▲  -1.25 points" in english
    assert "Moderation (n = 2): sum of amount ÷ 100" in english
    assert "Koreksi ▲  -1.25 poin" in indonesian
    assert "Koreksi (n = 2): jumlah amount ÷ 100" in indonesian
    everything = [english, indonesian, scores.to_json(), str(scores.ledger_columns()), repr(scores)]
    broken = [{**each, "amount": 6} for each in rows]
    with pytest.raises(capaian.EvidenceError) as caught:
        score(broken)
    everything += [str(caught.value), repr(caught.value), str(caught.value.to_dict())]
    for secret in ("Rahasia", "Alasan"):
        assert not [each for each in everything if secret in each]


def in_duckdb(frame: pl.DataFrame) -> Any:
    connection = duckdb.connect()
    connection.register("given", frame.to_arrow())
    return connection.table("given")


ENGINES = {
    "records": pl.DataFrame.to_dicts,
    "polars": pl.DataFrame.lazy,
    "pandas": pl.DataFrame.to_pandas,
    "pyarrow": pl.DataFrame.to_arrow,
    "duckdb": in_duckdb,
}
SCHEMA = {
    "nip": pl.String, "amount": pl.Float64, "author": pl.String, "reason": pl.String,
    "date": pl.Datetime("us"),
}  # fmt: skip
TEXTS = st.sampled_from(["a", " b ", "\u200b"]) | st.sampled_from([None, "", " ", "\u2003"])
ROWS = st.lists(
    st.tuples(
        st.sampled_from("ab"), st.integers(-21, 21), st.just("x") | TEXTS, st.just("y") | TEXTS,
        st.just(datetime(2026, 1, 5)),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_every_engine_gives_the_sum_or_the_same_error(rows):
    """The sum of fractions where every row is sound; else every fault, counted alike."""
    frame = pl.DataFrame(
        [{**dict(zip(SCHEMA, each, strict=True)), "amount": each[1] / 4} for each in rows],
        schema=SCHEMA,
    )
    limits = {"total_least": -6, "total_most": 6}
    found = set()
    for kind in ENGINES.values():
        try:
            found.add(score([], kind(frame), **limits).to_json())
        except capaian.EvidenceError as error:
            found.add(tuple((each.code, each.values["rows"]) for each in error.findings))
    (outcome,) = found
    beyond = sum(abs(each[1]) > 20 for each in rows)
    empty = [sum(not (each[place] or "").strip(BLANKS) for each in rows) for place in (2, 3)]
    wrong = [("CPN-E33", beyond), ("CPN-E34", empty[0]), ("CPN-E34", empty[1])]
    if any(count for _, count in wrong):
        assert outcome == tuple(each for each in wrong if each[1])
        return
    for entry in score([], frame, **limits).to_dict()["scores"]:
        mine = [Fraction(each[1], 4) for each in rows if each[0] == entry["subject"]]
        part = entry["indicators"][0]
        assert part["n"] == len(mine)
        if abs(sum(mine)) > 6:
            assert (part["state"], part["numerator"]) == ("beyond_limit", None)
        else:
            assert Fraction(int(part["numerator"]), int(part["denominator"])) == sum(mine)


@pytest.mark.spark
def test_spark_tells_blank_texts_and_sums_as_the_others_do(spark):
    """White space of Unicode is blank there too; sound rows give the same document."""
    from spark_session import as_spark

    day = datetime(2026, 1, 5)
    sound = [("a", -2.5, "x", " y "), ("a", 1.25, "\u200b", "y"), ("b", 5.0, "x", "y")]
    empty = [("a", 1.0, text, "y") for text in (None, "", *BLANKS, BLANKS)]
    frames = [
        pl.DataFrame([dict(zip(SCHEMA, (*each, day), strict=True)) for each in rows], schema=SCHEMA)
        for rows in (sound, sound + empty)
    ]
    tables = [as_spark(spark, frame.to_arrow()) for frame in frames]
    found = pl.from_arrow(score([], tables[0]).ledger().toArrow()).sort("subject")
    wanted = score([], frames[0]).ledger_columns()
    for name in ("subject", "state", "numerator", "denominator", "n", "achievement"):
        assert found[name].to_list() == list(wanted[name])
    with pytest.raises(capaian.EvidenceError) as caught:
        score([], tables[1])
    assert [(each.code, each.values["rows"]) for each in caught.value.findings] == [
        ("CPN-E34", len(empty))
    ]


# --- options --------------------------------------------------------------------------------------

FAULTS = [
    pytest.param(
        ModerationOptions(least=5, most=-5),
        {"exposure": Exposure("posts", "days", full=240)},
        "  CPN-P60  indicators['x'].measure.no_rows: 'no_rows' is missing; type = \"moderation\""
        " needs it, and there is no default.\n"
        '           to fix: add it, as in: no_rows = "zero" | "missing".\n'
        "  CPN-P65  indicators['x'].measure.least: 'least' is 5.\n"
        "           to fix: give a value with least <= -5.\n"
        "  CPN-P68  indicators['x'].exposure: 'exposure' has no effect on an indicator of the type"
        " 'moderation' with this measure.\n"
        "           to fix: remove 'exposure'.",
        id="no no_rows, limits the wrong way round",
    ),
    pytest.param(
        ModerationOptions(**KMK, total_least="1.5", total_most=1, no_rows="zero"),
        {"minimum": 2, "pauses": Pauses("p", "c", ColumnRef("a"), ColumnRef("b"))},
        "  CPN-P65  indicators['x'].measure.total_least: 'total_least' is 1.5.\n"
        "           to fix: give a value with total_least <= 1.\n"
        "  CPN-P65  indicators['x'].measure.total_least: 'total_least' is 1.5.\n"
        "           to fix: give a value with total_least <= 0.\n"
        "  CPN-P69  indicators['x'].measure.no_rows: no_rows = \"zero\" gives a subject without"
        " rows the count 0, but minimum = 2 says that so few rows are too few to be measured.\n"
        "           to fix: remove 'minimum', or set no_rows = \"missing\".\n"
        "  CPN-P68  indicators['x'].pauses: 'pauses' has no effect on an indicator of the type"
        " 'moderation' with this measure.\n"
        "           to fix: remove 'pauses'.",
        id="zero decisions outside the total",
    ),
    pytest.param(
        ModerationOptions(least=-5, most=5, total_most=-1, no_rows="zero"),
        {"floor": Fraction(0), "cap": Fraction(-2)},
        "  CPN-P65  indicators['x'].measure.total_most: 'total_most' is -1.\n"
        "           to fix: give a value with total_most >= 0.\n"
        "  CPN-P58  indicators['x'].floor: the corrections may come to -5, and the achievement"
        " would be cut at floor = 0.\n"
        '           to fix: write floor = -5, or floor = "none"; without it, the scale\'s own limit'
        " holds.\n"
        "  CPN-P58  indicators['x'].cap: the corrections may come to -1, and the achievement would"
        " be cut at cap = -2.\n"
        '           to fix: write cap = -1, or cap = "none"; without it, the scale\'s own limit'
        " holds.",
        id="an achievement that would be cut",
    ),
]


@pytest.mark.parametrize(("options", "more", "text"), FAULTS)
def test_options_that_do_not_fit_are_refused_in_full(make, options, more, text):
    """All faults of an indicator's options at once, each with its place and its remedy."""
    with pytest.raises(PolicyError) as caught:
        make(options, **more)
    assert str(caught.value) == HEAD + text


def test_the_hook_returns_the_type():
    """A plugin like any stranger's: one record, found by its kind."""
    (record,) = capaian_indicator_types()
    assert (record.kind, record.options, record.build) == ("moderation", ModerationOptions, build)
    assert set(record.title) == {"en", "id"}
