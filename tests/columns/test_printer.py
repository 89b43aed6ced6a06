"""Every node, printed for Polars and DuckDB: the value that plain Python gives, row by row."""

from datetime import datetime
from fractions import Fraction

import narwhals.stable.v2 as nw
import polars as pl
import pytest

from capaian.columns.limits import Sizes, guards, instants_of, microseconds
from capaian.columns.printer import Printer, clocked_stamps, varies
from capaian.errors import FormulaError
from capaian.formula import (
    Aggregate,
    Column,
    Instant,
    Literal_,
    Logic,
    Moment,
    Not,
    OneOf,
    Present,
    agg,
    as_of,
    col,
    compile_statistics,
    elapsed,
    greatest,
    least,
    lit,
    paused,
    period_end,
    period_start,
    rounded,
    when,
)

MOMENT = Moment(datetime(2026, 3, 10, 12), datetime(2026, 3, 1), datetime(2026, 4, 1))
NINE, TEN = datetime(2026, 3, 9, 7, 30), datetime(2026, 3, 10)
A, B, P, Q, T, U, S, E = (col(name) for name in ("a", "b", "p", "q", "t", "u", "s", "e"))
COLUMNS = {
    "a": [1, -2, 3, None, 5],
    "b": [2, 2, None, None, 5],
    "p": [True, False, None, True, False],
    "q": [None, None, None, False, True],
    "t": ["x", "y", None, "X", ""],
    "u": ["\u00a0 \t\u3000", " a ", None, "\u200b", ""],
    "s": [NINE, TEN, None, NINE, TEN],
    "e": [TEN, NINE, TEN, None, TEN],
}
KINDS = {
    "a": "integer",
    "b": "integer",
    "p": "boolean",
    "q": "boolean",
    "t": "text",
    "u": "text",
    "s": "stamp",
    "e": "stamp",
}
SCHEMA = {
    "a": pl.Int64, "b": pl.Int64, "p": pl.Boolean, "q": pl.Boolean, "t": pl.String, "u": pl.String,
    "s": pl.Int64, "e": pl.Int64,
}  # fmt: skip


def printer(**more):
    return Printer({name: name for name in KINDS}, KINDS, MOMENT, **more)


@pytest.fixture(params=["polars", "duckdb"])
def engine_rows(request, table_of):
    """Evaluate row formulas in an engine: one list per formula."""
    numbered = {
        name: [microseconds(each) if isinstance(each, datetime) else each for each in values]
        for name, values in COLUMNS.items()
    }
    table = pl.DataFrame(numbered, schema=SCHEMA).with_row_index("row")
    frame = nw.from_native(table_of[request.param](table)).lazy()

    def evaluate(*trees, by=None):
        use = by or printer()
        made = {f"v{place}": use.row(tree).expr for place, tree in enumerate(trees)}
        found = frame.with_columns(**made).collect(backend="polars").to_native().sort("row")
        return [found[name].to_list() for name in made]

    return evaluate


def plain_rows(tree):
    """Evaluate a row formula in plain Python; a boolean is told by counting it and its opposite."""
    names = list(COLUMNS)
    found = []
    for row in zip(*COLUMNS.values(), strict=True):
        known, true = compile_statistics(
            [Aggregate("count", Present(tree)), Aggregate("count", tree)], names, {}
        )([row], MOMENT)
        found.append(bool(true) if known else None)
    return found


BOOLEANS = [
    A < B, A <= B, A > B, A >= B, A.equals(B), ~A.equals(B),
    T.equals("x"), T < "y", S < E, as_of() >= S, S.equals(E),
    P.equals(Q), P < Q, lit(False) <= P,
    lit(Fraction(5, 2)) >= A, A * lit(Fraction(1, 2)) > B - lit(Fraction(7, 3)),
    P & Q, P | Q, ~P, ~(P & Q), P & lit(True), P | lit(False), lit(True) | Q,
    Present(A), Present(T), Present(S), Present(P & Q), Present(lit(1)),
    U.blank(), ~U.blank(), T.blank(), U.present() & ~U.blank(),
    OneOf(A, (1, 3)), OneOf(A, ()), OneOf(A, (Fraction(3), Fraction(1, 2), "x")),
    OneOf(A * lit(Fraction(1, 2)), (Fraction(1, 2), 1)),
    OneOf(T, ("x", "X", 3)), OneOf(P, (True,)), OneOf(P, (0,)), OneOf(S, (1,)),
    OneOf(A, (10**30, 1)),
    when(P, A > B, Q), when(Q, lit(True), lit(False)), when(lit(True), P, Q),
    Logic("and", Not(P), Not(Q)), Logic("or", A > B, T.equals("y")),
]  # fmt: skip


@pytest.mark.parametrize("tree", BOOLEANS, ids=lambda tree: str(BOOLEANS.index(tree)))
def test_conditions(engine_rows, tree):
    """Comparisons, three-valued logic, membership, choice: true, false or unknown in each row."""
    assert engine_rows(tree) == [plain_rows(tree)]


def test_numbers(engine_rows):
    """Arithmetic, choice and extremes of integers; unknown wherever a part is."""
    trees = [
        A + B, A - B, A * B, A * A - lit(1), least(A, B), greatest(A, B, lit(2)),
        when(P, A, B), when(P, A, lit(0)), when(Q, lit(1), lit(2)), lit(7), A.clip(0, 2),
    ]  # fmt: skip
    assert engine_rows(*trees) == [
        [3, 0, None, None, 10],
        [-1, -4, None, None, 0],
        [2, -4, None, None, 25],
        [0, 3, 8, None, 24],
        [1, -2, None, None, 5],
        [2, 2, None, None, 5],
        [1, 2, None, None, 5],
        [1, 0, 0, None, 0],
        [2, 2, 2, 2, 1],
        [7] * 5,
        [1, 0, 2, None, 2],
    ]


def test_ratios_are_numerators_over_a_fixed_denominator(engine_rows):
    """Nothing is divided: both sides come to one denominator."""
    half = lit(Fraction(1, 2))
    for tree, below in (
        (A * half, 2),
        (A * half + lit(Fraction(1, 3)), 6),
        (when(P, A, half), 2),
        (least(A, half), 2),
    ):
        assert printer().row(tree).below == below
    assert engine_rows(A * half + lit(Fraction(1, 3))) == [[5, -4, 11, None, 17]]


def test_text_and_stamps(engine_rows):
    """Chosen like numbers; instants are what the call fixes."""
    trees = [when(P, T, lit("?")), when(Present(S), S, period_start()), as_of(), period_end()]
    first = microseconds(MOMENT.start)
    assert engine_rows(*trees) == [
        ["x", "?", "?", "X", "?"],
        [microseconds(NINE), microseconds(TEN), first, microseconds(NINE), microseconds(TEN)],
        [microseconds(MOMENT.as_of)] * 5,
        [microseconds(MOMENT.end)] * 5,
    ]


def test_elapsed_time(engine_rows):
    """By the calendar's seconds, or as the difference of what a working clock has counted."""
    hours = 3_600_000_000
    assert engine_rows(elapsed(S, E)) == [[16.5 * hours, -16.5 * hours, None, None, 0]]
    assert engine_rows(elapsed(S, E, "dates")) == [[1, -1, None, None, 0]]
    counts = {("working_days", S): nw.col("a"), ("working_days", as_of()): nw.lit(10, nw.Int64)}
    by = printer(counts=counts)
    end = when(P, as_of(), S)
    found = engine_rows(elapsed(S, end, "working_days"), by=by)
    assert found == [[9, 0, 0, None, 0]]


def test_a_text_of_white_space_alone_is_blank(engine_rows):
    """White space as Unicode has it, on every engine the same; a zero-width space is none."""
    assert engine_rows(U.blank()) == [[True, False, None, False, True]]


def test_dates_are_told_apart_at_midnight(table_of):
    """Before 1970 and at the ends of what a stamp can be, as Python counts them."""
    stamps = [datetime.min, datetime(1969, 12, 31, 23, 59, 59, 999_999), datetime(1970, 1, 1)]
    stamps += [datetime(2024, 2, 29, 23, 59), datetime.max]
    table = pl.DataFrame({"row": range(5), "s": list(map(microseconds, stamps))})
    since = Printer({"s": "s"}, {"s": "stamp"}, MOMENT).row(elapsed(period_start(), S, "dates"))
    for engine in ("polars", "duckdb"):
        frame = nw.from_native(table_of[engine](table)).lazy().with_columns(since=since.expr)
        found = frame.collect(backend="polars").to_native().sort("row")["since"].to_list()
        assert found == [each.toordinal() - MOMENT.start.toordinal() for each in stamps]


def test_what_has_been_made_is_not_made_again(engine_rows):
    """Pauses, and lengths of time that several statistics use, are columns already."""
    span, pause = elapsed(S, E), paused(S, E)
    by = printer(made={span: nw.col("a"), pause: nw.col("b")})
    assert engine_rows(span - pause, by=by) == [[-1, -4, None, None, 0]]


def test_fixed_names_stand_for_stamps(engine_rows):
    """The ends of a calendar, for example."""
    by = printer(fixed={"opens": microseconds(TEN)})
    assert engine_rows(Column("opens") > S, by=by) == [[True, False, None, True, False]]


def test_equal_literals_of_different_kinds_stay_apart(engine_rows):
    """Python holds 1 and True for equal; engines do not."""
    assert engine_rows(when(P, lit(1), lit(0)), when(P, lit(True), lit(False))) == [
        [1, 0, 0, 1, 0],
        [True, False, False, True, False],
    ]


@pytest.mark.parametrize("tree", [A / B, rounded(A, 1), agg.sum(A), paused(S, E)])
def test_what_no_row_can_answer(tree):
    """Division, rounding, statistics; and pauses that have not been made."""
    with pytest.raises((FormulaError, KeyError)) as caught:
        printer().row(tree)
    assert isinstance(caught.value, KeyError) or caught.value.code == "CPN-F03"


def test_what_varies_from_row_to_row():
    """What does not is made a column first, so that it counts once per row."""
    assert varies(A + lit(1))
    assert varies(paused(as_of(), as_of()))
    assert not varies(elapsed(period_start(), as_of()) > lit(3))


def test_the_stamps_that_working_clocks_read():
    """Through every choice, each once; a column and an instant of one name stay apart."""
    end = when(P, Column("start"), Instant("start"))
    trees = [
        agg.sum(elapsed(S, end, "working_days")),
        agg.max(elapsed(S, E)),
        agg.count(elapsed(S, end, "working_days") > lit(1)),
    ]
    assert clocked_stamps(trees) == [
        ("working_days", S),
        ("working_days", Column("start")),
        ("working_days", Instant("start")),
    ]


def test_guards_watch_working_time():
    """One per measurement, with the columns that it reads."""
    trees = [
        agg.sum(elapsed(S, when(Present(E), E, as_of()), "working_hours")),
        agg.sum(elapsed(S, E)),
    ]
    [guard] = guards(trees)
    assert guard.roles == ("s", "e")


def test_sizes_bound_every_row():
    """By the corners of products, over common denominators; the first that passes is named."""
    spans = {"a": (-5, 3), "b": (2, 7)}
    cases = [
        (A + B, (-3, 10, 1)),
        (A - B, (-12, 1, 1)),
        (A * B, (-35, 21, 1)),
        (A * lit(Fraction(1, 2)) + B, (-1, 17, 2)),
        (least(A, B), (-5, 3, 1)),
        (greatest(A, B, lit(4)), (4, 7, 1)),
        (when(A > B, A, lit(Fraction(1, 3))), (-15, 9, 3)),
        (agg.sum(A), (-5, 3, 1)),
        (agg.count(A > B), (0, 0, 1)),
        (agg.count(), (0, 0, 1)),
        (agg.median(B), (2, 7, 1)),
        (elapsed(period_start(), period_end(), "dates"), (31, 31, 1)),
        (elapsed(period_start(), period_end(), "working_days"), (0, 31 * 86_400_000_000, 1)),
        (paused(as_of(), period_start()), (0, 0, 1)),
        (Literal_("x"), (0, 0, 1)),
    ]
    for tree, expected in cases:
        sizes = Sizes(spans, instants_of(MOMENT))
        size = sizes.of(tree)
        assert (size.low, size.high, size.below) == expected
        assert sizes.past is None
    sizes = Sizes({"a": (0, 2**32)}, instants_of(MOMENT))
    sizes.of(A * A > B)
    assert sizes.past == A * A
