"""Rank intervals: bars from the best to the worst rank of the table."""

import pytest

from capaian import AnalysisError, charts
from pictured import PEOPLE, captions, ranks, values

TABLE = ranks()
NAMES = ("rank_low", "rank_high", "expected_rank")


def test_the_bars_are_the_ranks():
    """Rows by expected rank; who has none is counted, not drawn."""
    picture = charts.rank_intervals(TABLE)
    found = values(picture, *NAMES, "from")
    order = sorted((at for at, each in enumerate(TABLE["expected_rank"]) if each is not None),
                   key=lambda at: (TABLE["expected_rank"][at], at))  # fmt: skip
    assert [[row[name] for name in NAMES] for row in found] == [
        [TABLE[name][at] for name in NAMES] for at in order
    ]
    assert [(row["from"], row["to"]) for row in found] == [
        (TABLE["rank_low"][at] - 0.4, TABLE["rank_high"][at] + 0.4) for at in order
    ]
    assert "Not shown: 1 without a rank." in captions(picture)
    said = [row["text"] for row in values(picture, "text")]
    assert said[0] == f"{TABLE['rank_low'][order[0]]} – {TABLE['rank_high'][order[0]]:.0f}"


def test_a_row_has_the_number_that_it_has_in_the_other_pictures():
    """By score, whatever the order of expected ranks, and whoever has no rank."""
    table = {name: [*column[:4]] for name, column in TABLE.items()}
    table["score"] = [70, 90, 80, 60]
    table["expected_rank"] = [1.5, 2.0, None, 3.0]
    picture = charts.rank_intervals(table)
    assert [row["name"] for row in values(picture, "name", "y") if len(row) == 2] == ["3", "1", "4"]
    axis = next(each["encoding"]["x"]["axis"] for each in picture.to_dict()["layer"]
                if each["mark"]["type"] == "rect")  # fmt: skip
    assert all(each == int(each) for each in axis["values"])


def test_many_are_groups():
    """The mean of each group's ends."""
    table = ranks(200)
    picture = charts.rank_intervals(table)
    assert len(values(picture, *NAMES, "from")) == 40
    assert "in 40 groups of neighbours" in captions(picture)


def test_names_and_the_marked_row():
    """As in the other pictures."""
    picture = charts.rank_intervals(TABLE, label={PEOPLE[0]: "Ani"}, highlight=PEOPLE[0])
    assert "► Ani" in [row["name"] for row in values(picture, "name")]


def test_several_groups_are_not_one_order():
    """Ranks of different units do not belong in one picture."""
    with pytest.raises(AnalysisError) as caught:
        charts.rank_intervals(TABLE | {"group": ["a", "b"] * 6})
    assert str(caught.value) == (
        "The picture cannot be drawn.\n"
        "  CPN-M90  ranks.group: this is not one of the choices.\n"
        "           to fix: use one of: one group alone."
    )
    assert charts.rank_intervals(TABLE | {"group": ["a"] * 12})


def test_nobody_has_a_rank():
    """Then there is no picture."""
    with pytest.raises(AnalysisError, match="CPN-M88  ranks"):
        charts.rank_intervals(TABLE | {"expected_rank": [None] * 12})
    with pytest.raises(AnalysisError, match="CPN-M91  rank_low: 12 values"):
        charts.rank_intervals(TABLE | {"rank_low": [0] * 12})
