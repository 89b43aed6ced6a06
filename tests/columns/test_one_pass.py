"""Clean records are read in one pass for all requests, and give what the general way gives."""

import importlib
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from capaian.columns import (
    Attribution,
    Filter,
    PauseReading,
    Reading,
    Request,
    Table,
    open_table,
    print_pass,
    reduce_all,
    reduce_together,
)
from capaian.columns.records import reduce_records
from capaian.formula import (
    Aggregate,
    Compare,
    Extreme,
    Instant,
    Logic,
    Moment,
    Not,
    Survival,
    When,
    agg,
    as_of,
    col,
    elapsed,
    lit,
    paused,
    when,
)
from capaian.workcalendar import Week, build_calendar

one_pass = importlib.import_module("capaian.columns.one_pass")

WEEK = Week(
    {
        "monday-thursday": [("07:30", "12:00"), ("13:00", "16:00")],
        "friday": [("07:30", "11:30"), ("13:00", "16:30")],
    }
)
CALENDAR = build_calendar(
    id="test", edition="1", first=date(2026, 3, 2), last=date(2026, 3, 22), week=WEEK
)
DENSE = CALENDAR.dense()
FIRST = datetime(2026, 3, 2)
HOUR = 3_600_000_000


def moment(first=0, last=14, cut=18):
    """A window in days after the calendar's first."""
    return Moment(
        as_of=FIRST + timedelta(days=cut, hours=9),
        start=FIRST + timedelta(days=first),
        end=FIRST + timedelta(days=last),
        work_time=CALENDAR.work_time,
        work_days=CALENDAR.work_days,
    )


READINGS = {
    "start": Reading("start", "received", "stamp"),
    "stop": Reading("stop", "responded", "stamp", nullable=True),
    "amount": Reading("amount", "units", "integer"),
    "rating": Reading("rating", "rating", "integer", nullable=True),
    "sort": Reading("sort", "sort", "text", nullable=True, labels=("a", "b")),
    "note": Reading("note", "note", "text", nullable=True),
    "paid": Reading("paid", "paid", "boolean", nullable=True),
}
CLOCKS = st.sampled_from(["calendar", "working_hours", "working_days", "dates"])


@st.composite
def times(draw):
    """Lengths of time that a row may have."""
    ends = [col("start"), col("stop"), as_of(), Instant("start")]
    return elapsed(draw(st.sampled_from(ends)), draw(st.sampled_from(ends)), draw(CLOCKS))


@st.composite
def numbers(draw, depth=2):
    """Integer formulas over a row."""
    kind = draw(st.integers(0, 8)) if depth else draw(st.integers(6, 8))
    below = numbers(depth - 1)
    match kind:
        case 0:
            return draw(below) + draw(below)
        case 1:
            return draw(below) - draw(below)
        case 2:
            return Extreme(draw(st.sampled_from(["min", "max"])), (draw(below), draw(below)))
        case 3 | 4:
            return When(draw(conditions(depth - 1)), draw(below), draw(below))
        case 5 | 6:
            return draw(times())
        case 7:
            return lit(draw(st.sampled_from([0, 1, 2, HOUR])))
        case _:
            return col(draw(st.sampled_from(["amount", "rating"])))


@st.composite
def conditions(draw, depth=2):
    """Conditions on a row."""
    kind = draw(st.integers(0, 9)) if depth else draw(st.integers(4, 9))
    below = conditions(depth - 1)
    match kind:
        case 0 | 1:
            return Logic(draw(st.sampled_from(["and", "or"])), draw(below), draw(below))
        case 2:
            return Not(draw(below))
        case 3:
            return Compare(draw(SIGNS), draw(numbers(depth - 1)), draw(numbers(depth - 1)))
        case 4 | 5:
            return Compare(draw(SIGNS), draw(times()), lit(draw(st.sampled_from(LIMITS))))
        case 6:
            return col("stop").present() & (col("stop") < as_of())
        case 7:
            return col(draw(st.sampled_from(list(READINGS)))).present()
        case 8:
            return col("rating").one_of(3, 4)
        case _:
            return draw(
                st.sampled_from([col("sort").equals("a"), col("paid"), col("note").blank()])
            )


SIGNS = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
LIMITS = [0, 1, 2, 5, 16 * HOUR, 72 * HOUR]


@st.composite
def statistics(draw):
    """One statistic of a subject's rows."""
    kind = draw(st.integers(0, 6))
    match kind:
        case 0:
            return agg.count()
        case 1 | 2:
            return agg.count(draw(conditions()))
        case 3:
            return agg.sum(draw(numbers()))
        case 4:
            return Aggregate(draw(st.sampled_from(["min", "max"])), draw(numbers()))
        case 5:
            values = [col("sort"), col("rating"), draw(numbers(1))]
            return agg.distinct(draw(st.sampled_from(values)))
        case _:
            op = draw(st.sampled_from(["within", "quantile", "area"]))
            at = Fraction(1, 2) if op == "quantile" else Fraction(72 * HOUR)
            return Survival(op, draw(times()), draw(conditions(1)), at)


FILTERS = [
    Filter("rating", present=True),
    Filter("rating", present=False),
    Filter("sort", one_of=("a",)),
    Filter("sort", none_of=("a",)),
    Filter("status", one_of=("open", "new")),
    Filter("units", none_of=(0, 1)),
    Filter("paid", one_of=(True,)),
]
MOMENTS = [moment(), moment(7, 14), moment(0, 14, 5)]


@st.composite
def requests(draw):
    """One request of the table, as an indicator makes it."""
    return Request(
        subject="who",
        readings=tuple(READINGS.values()),
        filters=tuple(draw(st.lists(st.sampled_from(FILTERS), max_size=2, unique=True))),
        statistics=tuple(draw(st.lists(statistics(), min_size=1, max_size=4))),
        moment=draw(st.sampled_from(MOMENTS)),
        calendar=DENSE,
        dated=draw(st.sampled_from(["start", "start", ""])),
        zone="WIB",
    )


STAMPS = st.integers(0, 19 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
STAMPS |= st.integers(0, 19 * 24 * 3_600_000_000).map(
    lambda micro: FIRST + timedelta(microseconds=micro)
)
CLEAN = {
    "who": st.sampled_from(["x", "y"]),
    "received": STAMPS,
    "responded": st.none() | STAMPS,
    "units": st.integers(-3, 9),
    "rating": st.none() | st.integers(1, 4),
    "sort": st.sampled_from([None, "a", "b"]),
    "note": st.sampled_from([None, " ", "\u00a0\n", " a "]),
    "paid": st.sampled_from([None, True, False]),
    "status": st.sampled_from([None, "open", "new", "old"]),
}
ROWS = st.lists(st.fixed_dictionaries(CLEAN), min_size=1, max_size=12)
PLUS_7 = timezone(timedelta(hours=7))
DIRTY = {
    "who": [None, "", 7, 7.0, True, 7.5],
    "received": [
        None, "2026-03-05 09:30", "2026-03-05T02:30:00Z", "soon", date(2026, 3, 4), 3,
        datetime(2026, 3, 5, 2, tzinfo=UTC), datetime(2026, 3, 5, 2, tzinfo=PLUS_7),
        datetime(2025, 3, 5), datetime(2026, 4, 5),
    ],
    "responded": [
        "", "2026-03-09", datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 5, 1), date(2026, 3, 3),
        datetime(2020, 1, 1), "never",
    ],
    "units": [None, True, 1.0, 1.5, Decimal(2), "3", 2**31, 2**40, 2**63 - 1, 2**63, float("nan")],
    "rating": [False, 2.0, 2.5, "", 2**62, float("inf")],
    "sort": ["c", "", 5, 1.5],
    "paid": [1, 0, "yes", 2, 0.0],
    "status": ["", 4, 4.5],
}  # fmt: skip


@st.composite
def dirty_rows(draw):
    """Rows of which a few values are not what is wanted, or not of the wanted type."""
    rows = draw(ROWS)
    for _ in range(draw(st.integers(1, 2))):
        row = draw(st.sampled_from(rows))
        column = draw(st.sampled_from(list(DIRTY)))
        row[column] = draw(st.sampled_from(DIRTY[column]))
    if draw(st.integers(0, 9)) == 0:
        del draw(st.sampled_from(rows))["rating"]
    return rows


def by_subject(reduced, statistics):
    """What is found of a subject, with nothing where it has no rows."""
    nothing = tuple(
        0 if isinstance(each, Aggregate) and each.op in {"count", "sum", "distinct"} else None
        for each in statistics
    )
    found = dict(zip(reduced.subjects, reduced.plain, strict=True))
    return {subject: found.get(subject, nothing) for subject in ("x", "y", "7")}


def assert_same(together, table, asked):
    """The pass found what each request finds by itself."""
    for one, request in zip(together, asked, strict=True):
        alone = reduce_records(table, request)
        assert not alone.findings
        assert by_subject(one, request.statistics) == by_subject(alone, request.statistics)
        assert set(alone.subjects) <= set(one.subjects)
        assert (one.rows, one.unattributed) == (alone.rows, alone.unattributed)


LAWS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@LAWS
@given(ROWS, st.lists(requests(), min_size=1, max_size=3))
def test_one_pass_over_clean_rows_finds_what_each_request_finds(rows, asked):
    """Every node, filter, window and clock; a subject appears if any request counts a row of it."""
    table = open_table(rows, "events")
    together = reduce_together(table, asked)
    if together is None:
        assert print_pass(asked) is None  # working time between chosen stamps and the like
        return
    assert_same(together, table, asked)
    alone = [set(reduce_records(table, each).subjects) for each in asked]
    assert set(together[0].subjects) == set().union(*alone)
    assert all(each.subjects is together[0].subjects for each in together)


@LAWS
@given(dirty_rows(), st.lists(requests(), min_size=1, max_size=2))
def test_one_pass_over_dirty_rows_finds_the_same_or_gives_up(rows, asked):
    """It never answers where the general way has something to say."""
    table = open_table(rows, "events")
    together = reduce_together(table, asked)
    if together is not None:
        assert_same(together, table, asked)


def request(*trees, **more):
    """A request for some statistics of the made-up events."""
    given = {
        "subject": "who",
        "readings": tuple(READINGS.values()),
        "filters": (),
        "statistics": trees or (agg.count(), agg.sum(col("amount"))),
        "moment": moment(),
        "calendar": DENSE,
        "dated": "start",
        "zone": "WIB",
    }
    return Request(**(given | more))


WORKED = agg.sum(elapsed(col("start"), col("stop"), "working_hours"))


def row(**changes):
    """One clean row, with some values changed."""
    clean = {
        "who": "x",
        "received": datetime(2026, 3, 3, 8, 15),
        "responded": datetime(2026, 3, 4, 14),
        "units": 3,
        "rating": 4,
        "sort": "a",
        "note": "a",
        "paid": True,
        "status": "open",
    }
    return clean | changes


def passed(rows, *asked):
    """Whether the one pass answered."""
    table = Table("events", "records", (), native=rows)
    return reduce_together(table, asked or [request(WORKED)]) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"units": 4},
        {"responded": None, "rating": None, "sort": None, "paid": None, "status": None},
        {"received": "2026-03-03T08:15", "units": 3.0, "paid": 1},
        {"received": datetime(2026, 3, 3, 1, 15, tzinfo=UTC)},
        {"units": 2**63 - 1},
        {"who": 198701012010011001},
    ],
)
def test_the_pass_answers(changes):
    """Clean rows, gaps where they may be, values that only have to be read."""
    assert passed([row(**changes), row(**changes)])


@pytest.mark.parametrize(
    "changes",
    [
        {"who": None},
        {"who": ""},
        {"who": 7.5},
        {"who": True},
        {"received": None},
        {"received": "soon"},
        {"received": datetime(2026, 3, 3, 8, 15, tzinfo=UTC), "responded": "soon"},
        {"responded": datetime(2026, 3, 23)},
        {"responded": datetime(2026, 3, 1)},
        {"units": None},
        {"units": True},
        {"units": 1.5},
        {"units": 2**63},
        {"rating": float("nan")},
        {"sort": "c"},
        {"paid": "yes"},
        {"rating": 2**31 + 1},
    ],
)
def test_the_pass_gives_up(changes):
    """A fault in a row, or a value that only the general way can weigh."""
    asked = [request(WORKED, agg.sum(col("rating") * col("rating")))]
    assert passed([row()], *asked)
    assert not passed([row(), row() | changes], *asked)


def test_rows_of_another_type_are_for_the_general_way():
    """A dictionary that fills gaps by itself, a row that is none, a column without a name."""

    class Other(dict):
        pass

    strange = row() | {5: "a column whose name is no text"}
    assert not passed([row(), strange])
    assert not passed([Other(row())])
    assert not passed([row(), "a text"])


def test_a_row_may_lack_a_column_that_may_lack_a_value():
    """It is then a missing value, as in the general way; a column that no row has is a fault."""

    def without(*names):
        return {name: value for name, value in row().items() if name not in names}

    asked = [request(agg.count(col("rating").present()), agg.count())]
    table = open_table([row(), without("rating", "paid")], "events")
    assert_same(reduce_together(table, asked), table, asked)
    assert not passed([without("rating"), without("rating")])
    assert not passed([row(), without("units")])
    assert not passed([row(), without("who")])


def test_requests_that_do_not_fit_are_for_the_general_way():
    """Pauses, attribution, another subject or zone, nodes that need more than a row."""
    pauses = PauseReading(
        open_table([{"case": "1"}], "pauses"),
        "case",
        Reading("start", "from", "stamp"),
        Reading("stop", "to", "stamp", nullable=True),
        "case",
    )
    attribution = Attribution(("x",), ("k",), (None,), (None,))
    good = request()
    for asked in (
        [request(agg.sum(paused(col("start"), col("stop"))))],
        [request(pauses=pauses)],
        [request(attribution=attribution)],
        [good, request(subject="status")],
        [good, request(zone="WITA")],
        [request(WORKED, calendar=None)],
        [request(agg.sum(elapsed(when(col("paid"), col("start"), col("stop")), as_of(),
                                 "working_hours")))],
        [request(agg.sum(col("amount") * 2**62))],
        [request(filters=(Filter("status", one_of=("a", 1)),))],
        [request(filters=(Filter("status", present=True),))],
        [request(readings=(Reading("start", "received", "stamp", format="%q"),))],
        [request(agg.sum(sum([col("rating")] * 300, lit(0))))],
    ):  # fmt: skip
        assert print_pass(asked) is None
    assert print_pass([good]) is not None
    other = evolve(DENSE, first=DENSE.first + 1)
    assert not passed([row()], request(WORKED), request(WORKED, calendar=other))


def test_instants_outside_the_calendar_are_for_the_general_way():
    """It alone says that the cut-off lies outside."""
    late = request(agg.sum(elapsed(col("start"), as_of(), "working_days")), moment=moment(cut=40))
    assert print_pass([late]) is not None
    assert not passed([row()], late)


def test_instants_before_the_calendar_are_for_the_general_way_too():
    """Nothing is counted from the calendar's other end."""
    early = request(agg.sum(elapsed(Instant("start"), col("start"), "working_hours")),
                    moment=moment(-3))  # fmt: skip
    assert not passed([row()], early)


def test_instants_of_an_unusual_size_are_for_the_general_way():
    """Formulas that could pass 64 bits are proved for usual stamps only."""
    tree = agg.sum(elapsed(col("start"), as_of()) * 2)
    far = evolve(moment(), as_of=datetime(2300, 1, 1))
    assert passed([row()], request(tree))
    assert not passed([row()], request(tree, moment=far))


def test_a_sum_beyond_64_bits_is_for_the_general_way():
    """It is a finding there: no engine could hold it."""
    asked = [request(agg.sum(col("amount")))]
    rows = [row(units=2**63 - 1), row(units=1)]
    assert passed(rows[:1], *asked)
    assert not passed(rows, *asked)
    (found,) = reduce_all(open_table(rows, "events"), asked)
    assert [each.code for each in found.findings] == ["CPN-E23"]


def test_a_number_and_its_digits_name_one_subject_in_the_general_way_only():
    """7 and "7" are one person; the pass, which sees two, gives up."""
    assert passed([row(who=7), row(who=7)])
    assert passed([row(who="7"), row(who="8")])
    assert not passed([row(who=7), row(who="7")])


@pytest.mark.parametrize(
    "tree",
    [
        agg.distinct(col("amount") <= 2),
        agg.distinct(col("rating").present() & (col("amount") <= 2)),
        agg.sum(elapsed(col("start"), col("stop"))),
        agg.max(elapsed(col("start"), col("stop"), "dates")),
        agg.count(elapsed(col("start"), as_of(), "dates") <= 2),
        agg.count(~col("note").blank()),
        agg.count(elapsed(col("start"), col("stop")) <= 2**62),
        agg.count(elapsed(col("start"), as_of()) <= lit(Fraction(10**11, 3))),
        Aggregate("max", elapsed(col("start"), as_of(), "working_days")),
        agg.sum(when(col("paid"), elapsed(col("start"), col("stop")), 0)),
    ],
)
def test_less_common_formulas(tree):
    """Answers as values, limits beyond all time, fractions, times as such."""
    rows = [row(), row(units=1, rating=None), row(responded=None), row(paid=False, units=2)]
    table = open_table(rows, "events")
    assert_same(reduce_together(table, [request(tree)]), table, [request(tree)])


def test_a_time_among_many_gaps_is_for_the_general_way():
    """More gaps than branches tell apart, and a time that only some rows have: no stale value."""
    items = [f"u{index}" for index in range(6)]
    answers = lit(0)
    for item in items:
        answers = answers + when(col(item).present(), 1, 0)
    readings = tuple(Reading(each, each, "integer", nullable=True) for each in items)
    late = (answers >= 3) & (elapsed(col("start"), col("stop"), "working_hours") > 5)
    asked = [request(agg.count(late), readings=(*READINGS.values(), *readings))]
    assert print_pass(asked) is None
    rows = [row(**dict.fromkeys(items, 1)), row(responded=None, **dict.fromkeys(items, 1))]
    (found,) = reduce_all(open_table(rows, "events"), asked)
    assert found.plain == [(1,)]


def test_more_branches_than_pay_are_not_printed(monkeypatch):
    """The general way takes formulas that would make the loop very long."""
    branches = importlib.import_module("capaian.columns.branches")
    monkeypatch.setattr(branches, "LONGEST", 20)
    assert print_pass([request(WORKED, agg.count(col("stop") < as_of()),
                               agg.count(col("paid")))]) is None  # fmt: skip


def test_a_count_that_must_be_zero_gives_up_where_it_is_not():
    """A check of rows is then a question, not a counter."""
    asked = [request(agg.count(), agg.count(col("stop") < col("start")))]
    loop = print_pass(asked, [1]).bind(asked)
    assert loop.run([row()])["x"][0] == (1, 0)
    assert loop.run([row(), row(responded=datetime(2026, 3, 2))]) is None


def test_a_pass_is_printed_once(monkeypatch):
    """The same statistics again: the same loop, whatever the window is."""
    monkeypatch.setattr(one_pass, "_passes", type(one_pass._passes)())
    trees = (agg.count(), agg.sum(col("amount")))
    first = print_pass([request(statistics=trees)])
    assert print_pass([request(statistics=trees, moment=moment(1, 3))]) is first
    assert print_pass([request(statistics=(*trees,))]) is not first
    assert print_pass([request(statistics=trees), request(statistics=trees)]) is not first


def test_what_does_not_fit_is_tried_once(monkeypatch):
    """A table whose formulas cannot be printed as one loop costs nothing the next time."""
    monkeypatch.setattr(one_pass, "_passes", type(one_pass._passes)())
    asked = [request(agg.sum(col("amount") * 2**62))]
    assert print_pass(asked) is None
    monkeypatch.setattr(one_pass, "source_of", None)
    assert print_pass(asked) is None


def test_many_answers_that_may_be_missing_are_read_in_one_pass():
    """A form of twelve questions: more gaps than branches can tell apart."""
    items = [f"u{index}" for index in range(12)]
    readings = tuple(Reading(each, each, "integer", nullable=True) for each in items)
    answers = lit(0)
    for item in items:
        answers = answers + when(col(item).present(), 1, 0)
    trees = (
        agg.count(answers >= 6),
        *(agg.sum(when(answers >= 6, col(item), 0)) for item in items),
    )
    asked = [request(*trees, readings=readings, dated="")]
    rows = [
        {"who": "x"} | {item: None if (i * j) % 5 == 1 else j % 4 for j, item in enumerate(items)}
        for i in range(9)
    ]
    table = open_table(rows, "forms")
    assert_same(reduce_together(table, asked), table, asked)


def test_a_row_without_a_date_is_a_fault_wherever_the_filters_let_it_pass():
    """Outside every window because nothing dates it: it is not passed over."""
    asked = [request(agg.count(), filters=(Filter("rating", present=False),))]
    rows = [row(rating=None), row(rating=None, received=None)]
    assert not passed(rows, *asked)
    (found,) = reduce_all(open_table(rows, "events"), asked)
    assert [each.code for each in found.findings] == ["CPN-E10"]


def test_every_fault_is_worded_by_the_general_way():
    """`reduce_all` says of dirty rows what each request says by itself."""
    asked = [request(WORKED), request(agg.count(), filters=(Filter("rating", present=True),))]
    table = open_table([row(), row(units=None), row(responded=datetime(2027, 1, 1))], "events")
    found = reduce_all(table, asked)
    assert [each.findings for each in found] == [reduce_records(table, r).findings for r in asked]
    assert {each.code for one in found for each in one.findings} == {"CPN-E10"}
