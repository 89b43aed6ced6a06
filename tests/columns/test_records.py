"""How evidence is read: which rows count, what a value may be, what is said where it is not.

Every rule is shown on plain records and, by the `frame` fixture, on every other kind of table.
"""

import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pytest

from capaian.columns import Filter, PauseReading, Reading, open_table
from capaian.errors import FormulaError
from capaian.formula import OneOf, agg, as_of, col, elapsed, lit, paused, period_end, when
from capaian.formula.python import PAUSES

HOUR = 3_600_000_000
X = col("x")


def values(reduced):
    return {
        subject: tuple(reduced.column(index)[row] for index in range(len(reduced.statistics)))
        for row, subject in enumerate(reduced.subjects)
    }


# ---- which rows count --------------------------------------------------------------------------


def test_subjects_are_in_order_of_their_text(frame, ask):
    """By code points, not as numbers, not by any locale."""
    reduced = ask(frame({"who": ["b", "a", "é", "Z", "10", "9", "a"]}))
    assert list(reduced.subjects) == ["10", "9", "Z", "a", "b", "é"]
    assert reduced.column(0) == [1, 1, 1, 2, 1, 1]


def test_rows_without_a_subject_are_left_out_and_counted(frame, ask):
    """A missing subject, or an empty one."""
    reduced = ask(frame({"who": ["a", None, "", "a"]}))
    assert (list(reduced.subjects), reduced.unattributed, reduced.rows) == (["a"], 2, 2)


def test_a_subject_that_is_a_number_is_named_by_its_digits(frame, ask):
    """An integer, also a large one; never with a point."""
    reduced = ask(frame({"who": [198701012010011001, 7, -7]}))
    assert list(reduced.subjects) == ["-7", "198701012010011001", "7"]


def test_a_whole_float_is_a_subject_and_a_fraction_is_not(frame, ask, said):
    """pandas writes integers with gaps as floats; two large ones could be one and the same."""
    reduced = ask(frame({"who": [3.0, 12.0, None]}, {"who": pl.Float64}))
    assert (list(reduced.subjects), reduced.unattributed) == (["12", "3"], 1)
    reduced = ask(frame({"who": [3.5, 198701012010011001.0, 1.0]}, {"who": pl.Float64}))
    assert said(reduced) == [
        (
            "CPN-E21 complaints.who: 2 of 3 rows name a subject or case with a number that has decimals "
            "or is too large to be exact."
        )
    ]


def test_decimals_and_categories_are_subjects_too(engine, ask):
    """A whole decimal number, a category."""
    schema = {"who": pl.Decimal(20, 2)}
    assert list(ask(engine({"who": [Decimal(7), Decimal(-12)]}, schema)).subjects) == ["-12", "7"]
    reduced = ask(engine({"who": ["b", "a"]}, {"who": pl.Categorical}))
    assert list(reduced.subjects) == ["a", "b"]


def test_a_subject_of_another_kind(frame, ask, said):
    """A date does not name anybody."""
    reduced = ask(frame({"who": [date(2026, 1, 1), None]}))
    assert said(reduced) == ["CPN-E11 complaints.who: 1 of 2 rows hold stamp where text is wanted."]


FILTERED = {
    "who": list("aaaaaa"),
    "status": ["Closed", "Open", "Cancelled", None, "Open", ""],
    "grade": [1, 2, 3, None, 5, 1],
    "paid": [True, False, None, True, False, True],
    "id": [1, 2, 3, 4, 5, 6],
}


@pytest.mark.parametrize(
    ("rules", "left"),
    [
        ([Filter("status", one_of=("Open", "Closed"))], [1, 2, 5]),
        ([Filter("status", none_of=("Open",))], [1, 3, 4, 6]),
        ([Filter("status", present=True)], [1, 2, 3, 5]),
        ([Filter("status", present=False)], [4, 6]),
        ([Filter("status", one_of=("Open",)), Filter("grade", one_of=(5, 1))], [5]),
        ([Filter("grade", none_of=(1, 5))], [2, 3, 4]),
        ([Filter("grade", one_of=(2, 3), none_of=(3,))], [2]),
        ([Filter("paid", one_of=(True,))], [1, 4, 6]),
        ([Filter("paid", none_of=(True,))], [2, 3, 5]),
        ([Filter("status", one_of=("Closed", "Nobody's"))], [1]),
    ],
)
def test_filters(frame, ask, reads, rules, left):
    """A row without a value matches nothing, so `one_of` drops it and `none_of` keeps it."""
    chosen = (agg.sum(col("id")), agg.count())
    reduced = ask(frame(FILTERED), [reads.integer("id")], chosen, filters=rules)
    assert values(reduced) == {"a": (sum(left), len(left))}


def test_a_filter_on_integers_by_their_text(ask, table_of):
    """Text is compared as text: an integer by its digits."""
    for kind, make in table_of.items():
        if kind == "pandas":
            continue  # its integers with gaps are floats
        reduced = ask(make(pl.DataFrame(FILTERED)), filters=[Filter("grade", one_of=("5", "05"))])
        assert values(reduced) == {"a": (1,)}


def test_a_filter_that_cannot_be_compared(frame, ask, said):
    """Text with numbers, answers with text: the figures, and what to do."""
    rules = [Filter("status", one_of=(1,)), Filter("paid", none_of=("yes",))]
    reduced = ask(frame(FILTERED), filters=rules)
    assert said(reduced) == [
        (
            "CPN-E25 complaints.status: a condition compares the column with integer, and 4 of 6 rows "
            "hold text."
        ),
        (
            "CPN-E25 complaints.paid: a condition compares the column with text, and 5 of 6 rows hold "
            "boolean."
        ),
    ]
    assert not reduced.subjects


def test_scope_is_from_the_start_up_to_the_end_or_the_cut_off(frame, ask, reads):
    """The first instant is inside, the end and the cut-off are not; the earlier of them rules."""
    edge = timedelta(microseconds=1)
    start, end, cut = datetime(2026, 1, 1), datetime(2026, 4, 1), datetime(2026, 2, 1)
    stamps = [start - edge, start, cut - edge, cut, end - edge, end, None]
    native = frame({"who": list("abcdefg"), "t": stamps})
    reading = reads.stamp("t", nullable=True)
    assert list(ask(native, [reading], dated="t").subjects) == ["b", "c", "d", "e"]
    assert list(ask(native, [reading], dated="t", as_of=cut).subjects) == ["b", "c"]
    assert list(ask(native, [reading]).subjects) == list("abcdefg")


def test_only_rows_in_scope_are_judged(frame, ask, reads, said):
    """A wrong value outside the period, without a subject or behind a filter is nobody's concern."""
    table = {
        "who": ["a", "a", None, "a"],
        "t": [
            datetime(2026, 1, 5),
            datetime(2025, 1, 5),
            datetime(2026, 1, 5),
            datetime(2026, 1, 6),
        ],
        "label": ["good", "odd", "odd", "odd"],
        "kept": [1, 1, 1, 0],
    }
    readings = [reads.stamp("t"), reads.text("label", labels=("good",))]
    rules = [Filter("kept", one_of=(1,))]
    assert values(ask(frame(table), readings, dated="t", filters=rules)) == {"a": (1,)}
    assert said(ask(frame(table), readings, dated="t")) == [
        "CPN-E18 complaints.label: 1 of 4 rows hold a label other than 'good'."
    ]


def test_the_stamp_that_dates_a_row_is_judged_in_every_row_with_a_subject(frame, ask, reads, said):
    """Without it nobody knows whether the row belongs to the period."""
    table = {"who": ["a", "a", None], "t": ["2026-01-05", None, None], "n": [1, 2, 3]}
    reduced = ask(frame(table), [reads.integer("n"), reads.stamp("t")], dated="t")
    assert said(reduced) == ["CPN-E10 complaints.t: 1 of 3 rows have no value."]


def test_nothing_in_scope(frame, ask, reads):
    """No rows, no subjects; no fault either."""
    native = frame({"who": ["a"], "t": [datetime(2020, 1, 1)], "x": [1]})
    trees = (agg.count(), agg.sum(X), agg.median(X))
    reduced = ask(native, [reads.stamp("t"), reads.integer("x")], trees, dated="t")
    assert (list(reduced.subjects), reduced.rows, reduced.findings) == ([], 0, ())
    assert [reduced.column(index) for index in range(3)] == [[], [], []]


# ---- columns -----------------------------------------------------------------------------------


def test_missing_columns_are_named_all_at_once(frame, ask, reads):
    """Subject, readings, filters: each with what it may have been, and what there is."""
    reduced = ask(
        frame({"pegawai": ["a"], "received": [datetime(2026, 1, 1)]}),
        [reads.stamp("recieved"), reads.integer("units")],
        subject="pegawa",
        filters=[Filter("status", present=True)],
    )
    assert [each.line() for each in reduced.findings] == [
        f"  CPN-E09  complaints: there is no column '{name}'.{hint}\n"
        "           to fix: name one of the table's columns: pegawai, received."
        for name, hint in (
            ("pegawa", " Did you mean 'pegawai'?"),
            ("recieved", " Did you mean 'received'?"),
            ("units", ""),
            ("status", ""),
        )
    ]


def test_all_faults_of_a_table_at_once(frame, ask, reads, said):
    """Every column is judged; one row may have several faults."""
    table = {
        "who": ["a", "a", "b"],
        "t": ["2026-01-05", "yesterday", "2026-02-30"],
        "grade": ["good", "bad", "good"],
        "flag": [None, True, True],
        "units": ["1", "2", "3"],
    }
    readings = [
        reads.stamp("t"),
        reads.text("grade", labels=("good", "fair")),
        reads.boolean("flag"),
        reads.integer("units"),
    ]
    assert said(ask(frame(table), readings)) == [
        (
            "CPN-E16 complaints.t: 2 of 3 rows hold text that is not a date or time written as "
            "2026-03-31 16:30."
        ),
        "CPN-E18 complaints.grade: 1 of 3 rows hold a label other than 'good', 'fair'.",
        "CPN-E10 complaints.flag: 1 of 3 rows have no value.",
        "CPN-E11 complaints.units: 3 of 3 rows hold text where integer is wanted.",
    ]


def test_findings_speak_indonesian(frame, ask, reads):
    """The same figures, without separators that would read as a decimal comma."""
    reduced = ask(frame({"who": ["a"] * 1200, "x": ["?"] * 1200}), [reads.integer("x")])
    [finding] = reduced.findings
    assert finding.text("en") == "1,200 of 1,200 rows hold text where integer is wanted."
    assert finding.text("id") == "1200 dari 1200 baris berisi text, padahal diperlukan integer."
    assert finding.remedy("id") == "ubah jenis kolom itu, atau petakan peran ke kolom lain."


# ---- integers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "digits", "read"),
    [
        ([1, 2, -3], 0, [1, 2, -3]),
        ([12.0, -0.0, 2.0**62], 0, [12, 0, 2**62]),
        ([12.5, 0.1 + 0.2, -1.005], 3, [12500, 300, -1005]),
        ([1234567890.12, 0.07, 1e-9], 2, [123456789012, 7, 0]),
        ([5, 0, -5], 4, [50000, 0, -50000]),
    ],
)
def test_numbers_become_integers(frame, ask, reads, given, digits, read):
    """Whole, or whole in units of their last decimal, as nearly as a float can say it."""
    native = frame({"who": ["a", "b", "c"], "x": given})
    reduced = ask(native, [reads.integer("x", digits=digits)], [agg.sum(X)])
    assert reduced.column(0) == read


def test_decimal_numbers_are_exact(frame, ask, reads, said):
    """Not to within anything: 0.001 too much is a decimal too many."""
    amounts = [Decimal("12.50"), Decimal("-7.000"), Decimal("90071992547409.93")]
    schema = {"x": pl.Decimal(20, 3)}
    native = frame({"who": ["a", "b", "c"], "x": amounts}, schema)
    assert ask(native, [reads.integer("x", digits=2)], [agg.sum(X)]).column(0) == [
        1250, -700, 9007199254740993,
    ]  # fmt: skip
    assert said(ask(native, [reads.integer("x", digits=1)])) == [
        "CPN-E14 complaints.x: 1 of 3 rows hold a number with more than 1 decimals."
    ]


def test_numbers_that_are_no_integers(engine, ask, reads, said):
    """Not whole, NaN, infinite, beyond 64 bits: each with its own code, all at once."""
    odd = [2.5, float("nan"), float("inf"), 1e30, 1.0, None]
    native = engine({"who": ["a"] * 6, "x": odd}, {"x": pl.Float64})
    expected = [
        "CPN-E10 complaints.x: {0} of 6 rows have no value.",
        "CPN-E12 complaints.x: 1 of 6 rows hold NaN, which is neither a number nor missing.",
        "CPN-E13 complaints.x: 1 of 6 rows hold an infinite number.",
        "CPN-E14 complaints.x: 1 of 6 rows hold a number with more than 0 decimals.",
        (
            "CPN-E15 complaints.x: 1 of 6 rows hold a number beyond ±9,223,372,036,854,775,807 "
            "(decimals kept: 0)."
        ),
    ]
    if engine.kind == "pandas":  # there, NaN is how a missing value is written
        expected = [expected[0].format(2), *expected[2:]]
    assert said(ask(native, [reads.integer("x")])) == [each.format(1) for each in expected]


def test_nan_in_records_is_not_a_missing_value(ask, reads, said):
    """A float that is not a number is refused in any column of plain records."""
    nan = float("nan")
    rows = [{"who": "a", "x": nan, "t": nan, "label": nan, "flag": nan, "w": nan}]
    readings = [reads.integer("x"), reads.stamp("t"), reads.text("label"), reads.boolean("flag")]
    assert [each.code for each in ask(rows, readings).findings] == ["CPN-E12"] * 4
    assert [each.code for each in ask(rows, subject="w").findings] == ["CPN-E12"]


def test_large_numbers_are_refused_not_wrapped(frame, ask, reads, said):
    """An unsigned 64-bit column, digits that push an amount past 64 bits."""
    native = frame({"who": ["a", "b"], "x": [2**63, 1]}, {"x": pl.UInt64})
    refused = "CPN-E15 complaints.x: 1 of 2 rows hold a number beyond ±9,223,372,036,854,775,807 "
    assert said(ask(native, [reads.integer("x")])) == [refused + "(decimals kept: 0)."]
    native = frame({"who": ["a", "b"], "x": [2**62, 1]})
    assert said(ask(native, [reads.integer("x", digits=1)])) == [refused + "(decimals kept: 1)."]


def test_booleans_are_not_integers(frame, ask, reads, said):
    """An answer is not a number, also where an engine would count it as one."""
    reduced = ask(frame({"who": ["a", "a"], "x": [True, False]}), [reads.integer("x")])
    assert said(reduced) == [
        "CPN-E11 complaints.x: 2 of 2 rows hold boolean where integer is wanted."
    ]


# ---- text and answers --------------------------------------------------------------------------


def test_text_is_text_categories_and_the_digits_of_integers(engine, ask, reads):
    """What names something may be held in any of these ways."""
    chosen = [agg.distinct(X), agg.count(OneOf(X, ("1", "b")))]
    for given, dtype in ((["1", "b"], pl.String), (["1", "b"], pl.Categorical), ([1, 2], pl.Int16)):
        native = engine({"who": ["a", "a"], "x": given}, {"x": dtype})
        counted = 2 if dtype != pl.Int16 else 1
        assert values(ask(native, [reads.text("x")], chosen)) == {"a": (2, counted)}


def test_an_unknown_label_is_counted_never_shown(frame, ask, reads):
    """The label may be anything that a person typed."""
    native = frame({"who": ["a"] * 3, "x": ["baik", "Siti, 0812-3456", None]})
    reduced = ask(native, [reads.text("x", labels=("baik", "buruk"), nullable=True)])
    [finding] = reduced.findings
    assert finding.line() == (
        "  CPN-E18  complaints.x: 1 of 3 rows hold a label other than 'baik', 'buruk'.\n"
        "           to fix: correct the labels, or leave those rows out with a condition in the policy."
    )


def test_floats_are_not_text(frame, ask, reads, said):
    """1.0 may have been 1, or not."""
    reduced = ask(frame({"who": ["a"], "x": [1.0]}), [reads.text("x")])
    assert said(reduced) == ["CPN-E11 complaints.x: 1 of 1 rows hold float where text is wanted."]


@pytest.mark.parametrize("given", [[True, False, None], [1, 0, None], [1.0, 0.0, None]])
def test_answers_are_true_and_false_or_one_and_zero(frame, ask, reads, given):
    """As engines and spreadsheets hold them."""
    native = frame({"who": ["a"] * 3, "x": given})
    counts = [agg.count(X), agg.count(~X), agg.count(X.present())]
    assert values(ask(native, [reads.boolean("x", nullable=True)], counts)) == {"a": (1, 1, 2)}


@pytest.mark.parametrize(
    ("given", "found"), [([2, 1], "integer"), ([0.5, 1.0], "float"), (["true", "x"], "text")]
)
def test_what_is_no_answer(frame, ask, reads, said, given, found):
    """Any other number; text, where the table is not all text."""
    reduced = ask(frame({"who": ["a", "a"], "x": given}), [reads.boolean("x")])
    count = 2 if found == "text" else 1
    assert said(reduced) == [
        f"CPN-E11 complaints.x: {count} of 2 rows hold {found} where boolean is wanted."
    ]


def test_empty_text_is_missing(frame, ask, reads, said):
    """In every kind of column: it says nothing."""
    native = frame({"who": ["a", "a"], "x": ["", "b"], "t": ["", "2026-01-01"]})
    readings = [reads.text("x", nullable=True), reads.stamp("t", nullable=True)]
    counts = [agg.count(X.present()), agg.count(col("t").present())]
    assert values(ask(native, readings, counts)) == {"a": (1, 1)}
    assert said(ask(native, [reads.text("x")])) == [
        "CPN-E10 complaints.x: 1 of 2 rows have no value."
    ]


# ---- stamps ------------------------------------------------------------------------------------


def since(stamp, reading, native, ask, **more):
    """Microseconds from an instant to the value of the only row."""
    tree = agg.sum(elapsed(as_of(), col("t")))
    reduced = ask(native, [reading], [tree], as_of=stamp, **more)
    assert reduced.findings == ()
    return reduced.column(0)[0]


@pytest.mark.parametrize(
    ("written", "form", "stamp"),
    [
        ("2026-03-09", "", datetime(2026, 3, 9)),
        ("2026-03-09T07:30", "", datetime(2026, 3, 9, 7, 30)),
        ("2026-03-09 07:30:15.123456789", "", datetime(2026, 3, 9, 7, 30, 15, 123456)),
        ("1/2/20 8:43", "%m/%d/%y %H:%M", datetime(2020, 1, 2, 8, 43)),
        ("01/02/20 08:43", "%m/%d/%y %H:%M", datetime(2020, 1, 2, 8, 43)),
        ("12/31/99 23:59", "%m/%d/%y %H:%M", datetime(1999, 12, 31, 23, 59)),
        ("31-12-2026", "%d-%m-%Y", datetime(2026, 12, 31)),
        ("20260309 073015.5", "%Y%m%d %H%M%S.%f", datetime(2026, 3, 9, 7, 30, 15, 500_000)),
        ("9 Mei 2026, pukul 12:05 AM", "%d %B %Y, pukul %I:%M %p", datetime(2026, 5, 9, 0, 5)),
        ("9 AUG 2026 12:05 pm", "%d %b %Y %I:%M %p", datetime(2026, 8, 9, 12, 5)),
        ("29/2/2024", "%d/%m/%Y", datetime(2024, 2, 29)),
        ("100% 1/1/2026", "100%% %d/%m/%Y", datetime(2026, 1, 1)),
    ],
)
def test_stamps_written_as_text(frame, ask, reads, written, form, stamp):
    """ISO 8601, or a format; single digits are read as well as padded ones, on every engine."""
    native = frame({"who": ["a"], "t": [written]})
    assert since(stamp, reads.stamp("t", format=form), native, ask) == 0


def test_a_stamp_in_an_unknown_form(frame, ask, reads, said):
    """How many, which form was expected; not what stands there."""
    native = frame({"who": ["a"] * 3, "t": ["1/2/20 8:43", "2020-01-02 08:43", "13/1/20 0:00"]})
    form = "%m/%d/%y %H:%M"
    assert said(ask(native, [reads.stamp("t", format=form)])) == [
        (
            "CPN-E16 complaints.t: 2 of 3 rows hold text that is not a date or time written as "
            "'%m/%d/%y %H:%M'."
        )
    ]


@pytest.mark.parametrize(
    ("form", "part", "state"),
    [
        ("%d/%m", "%Y", "missing"),
        ("%H:%M", "%Y", "missing"),
        ("%Y-%m-%d %Q", "%Q", "unknown or repeated"),
        ("%Y-%m-%d %d", "%d", "unknown or repeated"),
        ("%Y-%m-%d %I:%M", "%p", "missing"),
        ("%Y-%m-%d %H:%M %p", "%I", "missing"),
        ("%Y-%m-%d %", "%", "unknown or repeated"),
    ],
)
def test_a_format_that_cannot_be_used(frame, ask, reads, form, part, state):
    """Said once per column, whatever its values are."""
    native = frame({"who": ["a"], "t": [datetime(2026, 1, 1)]})
    [finding] = ask(native, [reads.stamp("t", format=form)]).findings
    assert finding.line() == (
        f"  CPN-E27  complaints.t: the format '{form}' cannot be used: '{part}' is {state}.\n"
        "           to fix: name year, month and day, with %Y %y %m %b %B %d %H %I %p %M %S %f %z."
    )


@pytest.mark.parametrize(("zone", "hour"), [("WIB", 7), ("WITA", 8), ("WIT", 9)])
def test_stamps_with_a_zone_become_the_offices_wall_time(frame, ask, reads, zone, hour):
    """Converted once, at the door; text with an offset likewise, and text without is local."""
    moment = datetime(2026, 3, 9, 20, 30, tzinfo=UTC)
    local = datetime(2026, 3, 9, 20, 30) + timedelta(hours=hour)
    native = frame({"who": ["a"], "t": [moment]}, {"t": pl.Datetime("us", "UTC")})
    assert since(local, reads.stamp("t"), native, ask, zone=zone) == 0
    for written in ("2026-03-09T20:30Z", "2026-03-10 03:30+07", "2026-03-09 17:00:00-0330"):
        native = frame({"who": ["a"], "t": [written]})
        assert since(local, reads.stamp("t"), native, ask, zone=zone) == 0
    native = frame({"who": ["a"], "t": [local.isoformat()]})
    assert since(local, reads.stamp("t"), native, ask, zone=zone) == 0


def test_a_zone_without_an_office(frame, ask, reads):
    """Nobody can say which day it was."""
    native = frame(
        {"who": ["a", "b"], "t": [datetime(2026, 3, 9, tzinfo=UTC), None]},
        {"t": pl.Datetime("us", "Asia/Jakarta")},
    )
    [finding] = ask(native, [reads.stamp("t", nullable=True)]).findings
    assert finding.line() == (
        "  CPN-E17  complaints.t: 1 of 2 rows hold a time with a time zone, and the office's zone is "
        "not known.\n"
        '           to fix: set zone = "WIB", "WITA" or "WIT" in the policy.'
    )


def test_dates_are_midnights(frame, ask, reads):
    """A date without a time is its first instant."""
    native = frame({"who": ["a"], "t": [date(2026, 3, 9)]})
    assert since(datetime(2026, 3, 9, 1), reads.stamp("t"), native, ask) == -HOUR


def test_numbers_are_not_stamps(frame, ask, reads, said):
    """Whether seconds or days of which era cannot be known."""
    reduced = ask(frame({"who": ["a"], "t": [20260309]}), [reads.stamp("t")])
    assert said(reduced) == [
        "CPN-E11 complaints.t: 1 of 1 rows hold integer where stamp is wanted."
    ]


# ---- scalars in records ------------------------------------------------------------------------


class Grade(StrEnum):
    GOOD = "baik"


def test_scalars_of_other_libraries_in_records(ask, reads):
    """NumPy's and pandas' scalars, enumerations, UUIDs: read as what they stand for."""
    name = uuid.UUID(int=7)
    rows = [
        {
            "who": name,
            "n": np.int32(4),
            "f": np.float64(2.0),
            "b": np.bool_(True),
            "g": Grade.GOOD,
            "t": pd.Timestamp("2026-03-09 07:30"),
            "s": np.datetime64("2026-03-09T07:30", "ns"),
            "z": datetime(2026, 3, 9, 9, 30, tzinfo=timezone(timedelta(hours=9))),
        },
        {"who": name, "n": pd.NA, "t": pd.NaT, "s": np.datetime64("NaT", "ns")},
    ]
    nullable = {"nullable": True}
    readings = [
        *(reads.integer(each, **nullable) for each in "nf"),
        reads.boolean("b", **nullable),
        reads.text("g", labels=("baik",), **nullable),
        *(reads.stamp(each, **nullable) for each in "tsz"),
    ]
    wanted = [agg.sum(col("n")), agg.sum(col("f")), agg.count(col("b")), agg.distinct(col("g"))]
    wanted += [agg.sum(elapsed(as_of(), col(each))) for each in "tsz"]
    reduced = ask(rows, readings, wanted, as_of=datetime(2026, 3, 9, 7, 30), zone="WIB")
    assert values(reduced) == {str(name): (4, 2, 1, 1, 0, 0, 0)}


def test_decimals_in_records(ask, reads, said):
    """Python's own decimals, with every oddity they know."""
    odd = ["1E+3", "1E+200", "NaN", "-Infinity", "0.5", "-0.00"]
    rows = [{"who": "a", "x": Decimal(each)} for each in odd]
    assert [each.code for each in ask(rows, [reads.integer("x")]).findings] == [
        "CPN-E12", "CPN-E13", "CPN-E14", "CPN-E15",
    ]  # fmt: skip
    reduced = ask([rows[0], rows[5]], [reads.integer("x")], [agg.sum(X)])
    assert reduced.column(0) == [1000]
    assert [each.code for each in ask(rows, subject="x").findings] == [
        "CPN-E12",
        "CPN-E13",
        "CPN-E21",
    ]


def test_anything_else_in_records_is_refused_by_its_sort(ask, reads, said):
    """Lists, objects: counted, never shown."""
    rows = [{"who": "a", "x": ["secret"]}, {"who": "a", "x": 1}, {"who": "a", "x": "12"}]
    assert said(ask(rows, [reads.integer("x")], name="t")) == [
        "CPN-E11 t.x: 2 of 3 rows hold other, text where integer is wanted."
    ]


# ---- pauses ------------------------------------------------------------------------------------


def pauses_of(frame, rows, *, nullable=True):
    schema = {"case": pl.String, "from": pl.Datetime("us"), "to": pl.Datetime("us")}
    columns = {name: [row[place] for row in rows] for place, name in enumerate(schema)}
    table = open_table(frame(columns, schema), "pauses")
    stop = Reading("stop", "to", "stamp", nullable=nullable)
    return PauseReading(table, "case", Reading("start", "from", "stamp"), stop, "id")


CASES = {
    "who": ["a", "a", "b"],
    "id": [1, 2, None],
    "t": [datetime(2026, 3, 2, 8), datetime(2026, 3, 3, 8), datetime(2026, 3, 2, 8)],
    "u": [datetime(2026, 3, 4, 8), None, datetime(2026, 3, 4, 8)],
}


def stood(clock="calendar"):
    return agg.sum(paused(col("t"), when(col("u").present(), col("u"), as_of()), clock))


def test_pauses_are_merged_clipped_and_summed(frame, ask, reads):
    """Overlaps count once; before the start and after the end nothing; no end: up to the cut-off."""
    pauses = pauses_of(
        frame,
        [
            ("1", datetime(2026, 3, 1), datetime(2026, 3, 2, 9)),
            ("1", datetime(2026, 3, 2, 8, 30), datetime(2026, 3, 2, 10)),
            ("1", datetime(2026, 3, 4, 7), datetime(2026, 3, 9)),
            ("2", datetime(2026, 3, 3, 20), None),
            ("3", datetime(2026, 3, 2), datetime(2026, 3, 9)),
        ],
    )
    readings = [reads.stamp("t"), reads.stamp("u", nullable=True)]
    trees = [stood(), stood("working_hours"), stood("working_days")]
    reduced = ask(frame(CASES), readings, trees, pauses=pauses, as_of=datetime(2026, 3, 4, 9))
    # Case 1: 8:00 to 10:00 and 7:00 to 8:00; case 2: from Tuesday 20:00 to Wednesday 9:00.
    assert values(reduced) == {
        "a": (16 * HOUR, 4 * HOUR, 1),
        "b": (0, 0, 0),
    }


def test_what_is_wrong_with_pauses(frame, ask, reads, said):
    """Their own table is judged too: ends before starts, what is missing."""
    rows = [
        ("1", datetime(2026, 3, 3), datetime(2026, 3, 2)),
        (None, datetime(2026, 3, 3), datetime(2026, 3, 4)),
        ("1", None, datetime(2026, 3, 4)),
        ("1", datetime(2026, 3, 3), None),
    ]
    pauses = pauses_of(frame, rows, nullable=False)
    readings = [reads.stamp("t"), reads.stamp("u", nullable=True)]
    assert said(ask(frame(CASES), readings, [stood()], pauses=pauses)) == [
        "CPN-E10 pauses.case: 1 of 4 rows have no value.",
        "CPN-E10 pauses.from: 1 of 4 rows have no value.",
        "CPN-E10 pauses.to: 1 of 4 rows have no value.",
        "CPN-E26 pauses.from, to: 1 of 4 pauses end before they start.",
    ]


def test_columns_of_pauses_that_are_missing(frame, ask, reads, said):
    """In either table."""
    pauses = pauses_of(frame, [("1", datetime(2026, 3, 3), None)])
    other = PauseReading(pauses.table, "kasus", pauses.start, pauses.stop, "id")
    readings = [reads.stamp("t"), reads.stamp("u", nullable=True)]
    assert said(ask(frame(CASES), readings, [stood()], pauses=other)) == [
        "CPN-E09 pauses: there is no column 'kasus'."
    ]
    other = PauseReading(pauses.table, "case", pauses.start, pauses.stop, "ids")
    assert said(ask(frame(CASES), readings, [stood()], pauses=other)) == [
        "CPN-E09 complaints: there is no column 'ids'. Did you mean 'id'?"
    ]


def test_without_pauses_nothing_is_paused(frame, ask, reads):
    """A formula may ask for pauses that a policy does not record."""
    readings = [reads.stamp("t"), reads.stamp("u", nullable=True)]
    trees = [stood(), stood("working_hours")]
    reduced = ask(frame(CASES), readings, trees, as_of=datetime(2026, 3, 20))
    assert values(reduced) == {"a": (0, 0), "b": (0, 0)}


def test_pauses_may_be_of_another_kind_than_cases(ask, reads, table_of):
    """Records beside a frame, a frame beside records."""
    rows = [("1", datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 10))]
    readings = [reads.stamp("t"), reads.stamp("u", nullable=True)]
    for cases, others in (("records", "duckdb"), ("duckdb", "polars"), ("polars", "records")):

        def make(columns, schema, kind=others):
            return table_of[kind](pl.DataFrame(columns, schema=schema))

        native = table_of[cases](pl.DataFrame(CASES))
        reduced = ask(native, readings, [stood()], pauses=pauses_of(make, rows))
        assert reduced.column(0) == [HOUR, 0]


# ---- formulas ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tree", "tag"),
    [
        (agg.sum(X) + 1, "arithmetic"),
        (agg.count(X / 2 > 1), "/"),
        (X, "column"),
    ],
)
def test_formulas_that_rows_cannot_answer(frame, ask, reads, tree, tag):
    """Refused before any row is read, in the same words on every path."""
    with pytest.raises(FormulaError) as caught:
        ask(frame({"who": ["a"], "x": [1]}), [reads.integer("x")], [tree])
    assert str(caught.value) == (
        "The formula cannot be used.\n"
        f"  CPN-F03  {tag}: '{tag}' cannot stand here.\n"
        "           to fix: use the nodes that capaian.formula documents for this place."
    )


def test_working_time_needs_a_calendar(frame, reads):
    """Said before any row is read."""
    from capaian.columns import Request, reduce_table
    from capaian.formula import Moment

    moment = Moment(datetime(2026, 4, 1), datetime(2026, 1, 1), datetime(2026, 4, 1))
    tree = agg.sum(elapsed(col("t"), period_end(), "working_hours"))
    request = Request("who", (reads.stamp("t"),), (), (tree,), moment)
    with pytest.raises(FormulaError) as caught:
        reduce_table(open_table(frame({"who": ["a"], "t": [date(2026, 3, 2)]}), "t"), request)
    assert caught.value.code == "CPN-F07"


def test_a_program_is_compiled_once(ask, reads):
    """Known by identity: the same trees with other readings are another program."""
    from capaian.columns import records

    trees = (agg.sum(X * lit(3)),)
    rows = [{"who": "a", "x": 2}, {"who": None, "x": 2}]  # not clean: for the general way
    records._programs.clear()
    for _ in range(3):
        ask(rows, [reads.integer("x")], trees)
    assert len(records._programs) == 1
    ask(rows, [reads.integer("x", nullable=True)], trees)
    assert len(records._programs) == 2
    for number in range(300):
        ask(rows, [reads.integer("x")], (agg.sum(X * lit(number)),))
    assert len(records._programs) == 256


def test_pauses_have_a_role_of_their_own():
    """The name under which the plain printer finds a row's pauses."""
    assert PAUSES == "pauses"


def test_zones_are_those_of_indonesia():
    """Fixed offsets, no summer time: as the time zone database has them."""
    from capaian.columns import ZONES

    places = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
    for zone, hours in ZONES.items():
        for month in (1, 7):
            offset = datetime(2026, month, 1, tzinfo=ZoneInfo(places[zone])).utcoffset()
            assert offset == timedelta(hours=hours)
