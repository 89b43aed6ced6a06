"""What the diagnoses find in real service requests, of which nobody made anything up."""

import csv
from collections import Counter

import pytest

from capaian.analysis import diagnose
from examples.test_city_requests import FOLDER, REQUESTS, pytestmark

__all__ = ["pytestmark"]


@pytest.fixture(scope="module")
def found():
    """The requests of January 2020, without the survey."""
    recorded = {"requests": {"column": "updateddate", "format": "%m/%d/%y %H:%M"}}
    return diagnose(
        FOLDER / "policy.toml", {"requests": REQUESTS}, period="2020-01", as_of="2020-01-20",
        recorded=recorded,
    )  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    with REQUESTS.open(newline="") as stream:
        return list(csv.DictReader(stream))


def minutes(rows, column):
    return Counter(int(each[column].split(":")[1]) % 5 == 0 for each in rows if each[column])


def test_closing_minutes_are_round_and_opening_minutes_are_not(found, rows):
    """Three closings in ten end in 0 or 5, counted by hand too; openings are one in five."""
    share = {each.values["role"]: each.observed / each.n for each in found.of("digits")}
    for role, column in (("start", "createddate"), ("stop", "closeddate")):
        counted = minutes(rows, column)
        assert share[role] == pytest.approx(counted[True] / counted.total(), abs=0.005)
    assert 0.29 < share["stop"] < 0.32
    assert 0.19 < share["start"] < 0.22
    assert {each.values["role"]: each.severity for each in found.of("digits")} == {
        "start": "note",
        "stop": "warning",
    }


def test_no_request_is_closed_before_it_was_opened(found):
    [order] = found.of("order")
    assert (order.observed, order.severity) == (0, "note")


def test_each_stamp_is_looked_at_once_though_three_indicators_read_it(found):
    assert len(found.of("same_instant")) == 1
    assert len(found.of("digits")) == 2


def test_requests_alike_but_for_their_number_are_those_counted_by_hand(found, rows):
    [alike] = found.of("duplicates")
    distinct = {tuple(value for name, value in each.items() if name != "srnumber") for each in rows}
    assert alike.observed == len(rows) - len(distinct)
    assert alike.values["aside"] == "srnumber"
