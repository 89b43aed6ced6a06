"""The transition matrix: counts are the table's own."""

import pytest
from attrs import frozen

from capaian import AnalysisError, charts
from pictured import MOVES, captions, small_scores, values

BANDS = MOVES["band"]


def cells(picture):
    """Each cell once, by the band before and after."""
    found = {(row["top"], row["from"]): row for row in values(picture, "way", "count", "low")}
    tops = sorted({top for top, _ in found}, reverse=True)
    return {(BANDS[tops.index(top)], BANDS[at]): row for (top, at), row in found.items()}


def test_the_counts_are_the_table():
    """From the row's band to the column's, with the share of the row; the highest band on top."""
    found = cells(charts.transition_matrix(MOVES))
    assert len(found) == 9
    for (before, after), row in found.items():
        count = MOVES[after][BANDS.index(before)]
        assert row["count"] == count
        whole = [MOVES[each][BANDS.index(before)] for each in BANDS]
        expected = None if None in whole else count / sum(whole)
        assert row["share"] == expected
    assert found["low", "middle"]["way"] == "up"
    assert found["middle", "low"]["text"] == "1 ▼"
    assert found["middle", "high"]["text"] == "6 ▲"
    assert found["low", "high"]["text"] == "0"


def test_a_count_that_is_not_shown_is_striped():
    """It is neither 0 nor empty, and the shares of its row would tell it: there are none."""
    picture = charts.transition_matrix(MOVES)
    hidden = cells(picture)["high", "middle"]
    assert (hidden["count"], hidden["text"]) == (None, "")
    assert cells(picture)["high", "high"]["below"] == ""
    assert "a count that is not shown" in captions(picture)
    shown = charts.transition_matrix(MOVES | {"middle": [1, 9, 0]})
    assert "a count that is not shown" not in captions(shown)


def test_titles_of_the_policy_and_what_is_told():
    """Of a comparison its own table is drawn; how many move is told in words."""

    @frozen
    class Comparison:
        transition: dict

    policy = small_scores().policy
    picture = charts.transition_matrix(Comparison(MOVES), "id", policy=policy, about="2026")
    assert picture.description == (
        "Tabel predikat sebelum dan sesudah untuk 40: 32 tetap, 7 naik, 1 turun."
    )
    assert picture.to_dict()["title"]["subtitle"] == ["2026 · Loket 2026"]


def test_what_cannot_be_drawn():
    """A band without its column, counts below nothing."""
    with pytest.raises(AnalysisError, match="there is no column 'high'"):
        charts.transition_matrix({"band": ["low", "high"], "low": [1, 1]})
    with pytest.raises(AnalysisError, match="CPN-M91  low"):
        charts.transition_matrix({"band": ["low"], "low": [-1]})
