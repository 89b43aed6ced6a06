"""Requests are proved when they are made; results serve lists and arrays alike."""

from datetime import datetime

import numpy as np
import pytest
from attrs import exceptions

from capaian.columns import (
    LARGEST,
    Filter,
    Reading,
    Reduced,
    Request,
    Roster,
    RosterReading,
    open_table,
    read_roster,
)
from capaian.formula import Moment, agg, col
from spark_session import settled

MOMENT = Moment(datetime(2026, 4, 1), datetime(2026, 1, 1), datetime(2026, 4, 1))
TREES = (agg.count(), agg.sum(col("x")), agg.max(col("x")), agg.median(col("x")))


def plain():
    rows = [(2, 5, 4, None), (1, 0, None, 7)]
    return Reduced(["a", "c"], TREES, rows=3, unattributed=1, plain=rows)


def whole():
    columns = [[2, 1], [5, 0], [4, None], [None, 7]]
    wholes = [
        (np.array([each or 0 for each in one]), np.array([each is not None for each in one]))
        for one in columns
    ]
    return Reduced(["a", "c"], TREES, rows=3, unattributed=1, wholes=wholes)


@pytest.fixture(params=[plain, whole])
def reduced(request):
    """The same result from records and from frames."""
    return request.param()


# ---- what is asked -----------------------------------------------------------------------------


def test_a_reading_has_a_kind_that_can_be_read():
    """A ratio is no column."""
    with pytest.raises(ValueError, match="kind"):
        Reading("x", "x", "ratio")


@pytest.mark.parametrize("digits", [-1, 19])
def test_a_reading_keeps_as_many_decimals_as_fit(digits):
    """From 0 to 18: more would not fit 64 bits."""
    with pytest.raises(ValueError, match="digits"):
        Reading("x", "x", "integer", digits=digits)


def test_a_request_knows_its_dated_role_and_zone():
    """A role that nothing plays, a zone that Indonesia does not have."""
    with pytest.raises(ValueError, match="no reading plays the role 'start' that dates a row"):
        Request("who", (Reading("x", "x", "integer"),), (), TREES, MOMENT, dated="start")
    with pytest.raises(ValueError, match="zone"):
        Request("who", (), (), (), MOMENT, zone="UTC")


def test_what_is_asked_is_frozen():
    """Records of what is asked are never changed in place."""
    reading = Reading("x", "x", "text", labels=("a", "b"))
    assert hash(reading) == hash(Reading("x", "x", "text", labels=("a", "b")))
    with pytest.raises(exceptions.FrozenInstanceError):
        reading.column = "y"


# ---- what comes back ---------------------------------------------------------------------------


def test_columns_as_lists(reduced):
    """One value per subject, `None` where it is unknown."""
    assert [reduced.column(index) for index in range(4)] == [[2, 1], [5, 0], [4, None], [None, 7]]


def test_columns_as_arrays(reduced):
    """int64 with a mask; what is unknown is 0."""
    values, known = reduced.array(2)
    assert (values.dtype, known.dtype) == (np.int64, np.bool_)
    assert (values.tolist(), known.tolist()) == ([4, 0], [True, False])


def test_totals_do_not_wrap(reduced):
    """The sum over subjects is exact, also beyond 64 bits."""
    assert [reduced.total(index) for index in range(4)] == [3, 5, 4, 7]
    large = Reduced(["a", "b"], TREES[:1], wholes=[(np.array([LARGEST] * 2), np.array([True] * 2))])
    assert large.total(0) == 2 * LARGEST


def test_what_no_rows_are_worth(reduced):
    """Counts, sums and distinct counts of nothing are 0; the rest is unknown."""
    assert [reduced.zero_where_absent(index) for index in range(4)] == [True, True, False, False]


def test_alignment_to_other_subjects(reduced):
    """In another order, with subjects that have no rows, without subjects that are not asked for."""
    others = ["c", "b", "a"]
    assert reduced.aligned(0, others, absent=0, whole=False) == [1, 0, 2]
    assert reduced.aligned(2, others, absent=None, whole=False) == [None, None, 4]
    values, known = reduced.aligned(0, others, absent=0, whole=True)
    assert (values.tolist(), known.tolist()) == ([1, 0, 2], [True, True, True])
    values, known = reduced.aligned(2, others, absent=None, whole=True)
    assert (values.tolist(), known.tolist()) == ([0, 0, 4], [False, False, True])
    values, known = reduced.aligned(1, ["a", "c"], absent=0, whole=True)
    assert (values.tolist(), known.tolist()) == ([5, 0], [True, True])


def test_a_result_without_subjects():
    """Nothing was in scope: every column is empty, and aligns all the same."""
    for empty in (Reduced(statistics=TREES), Reduced(statistics=TREES, plain=[])):
        assert empty.column(0) == []
        assert empty.array(0)[0].tolist() == []
        assert empty.total(0) == 0
        values, known = empty.aligned(0, ["a"], absent=0, whole=True)
        assert (values.tolist(), known.tolist()) == ([0], [True])


# ---- the roster --------------------------------------------------------------------------------

STAFF = {
    "nip": ["3", "1", "2", "9"],
    "name": ["Siti", None, "Adi", "Budi"],
    "head": [True, False, None, False],
    "post": ["front", "front", "front", "field"],
}
ROSTER = RosterReading(
    "nip",
    (Reading("label", "name", "text", True), Reading("fact:head", "head", "boolean", True)),
    (Filter("post", one_of=("front",)),),
)


def who(table, reading):
    return settled(read_roster(table, reading))


def test_a_roster_is_read_in_order(frame):
    """Who passes the conditions, by the text of the subject."""
    read = who(open_table(frame(STAFF), "staff"), ROSTER)
    assert isinstance(read, Roster)
    assert list(read.subjects) == ["1", "2", "3"]
    columns = {role: list(values) for role, values in read.columns.items()}
    assert columns == {"label": [None, "Adi", "Siti"], "fact:head": [False, None, True]}


def test_a_roster_names_each_subject_once(frame, said):
    """A subject twice, one without a name, a fact that is no answer: all at once."""
    staff = {**STAFF, "nip": ["1", "1", None, "9"], "head": ["yes", "no", None, "no"]}
    read = who(open_table(frame(staff), "staff"), ROSTER)
    assert said(read) == [
        "CPN-E10 staff.nip: 1 of 4 rows have no value.",
        "CPN-E11 staff.head: 2 of 4 rows hold text where boolean is wanted.",
        "CPN-E20 staff.nip: 1 of 4 rows name a subject that stands in the list already.",
    ]
    assert not read.subjects


def test_numbers_on_a_roster_are_text(frame):
    """A subject that is a number is named by its digits, as everywhere."""
    read = who(open_table(frame({"nip": [10, 9]}), "staff"), RosterReading("nip"))
    assert list(read.subjects) == ["10", "9"]


def test_a_roster_without_its_columns(frame, said):
    """What is missing is named with what it may have been."""
    read = who(open_table(frame({"nipp": ["1"], "name": ["x"]}), "staff"), ROSTER)
    assert said(read) == [
        "CPN-E09 staff: there is no column 'nip'. Did you mean 'nipp'?",
        "CPN-E09 staff: there is no column 'head'.",
        "CPN-E09 staff: there is no column 'post'.",
    ]
