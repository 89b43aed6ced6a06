"""Rows that stand for people: their order, their names, and groups of neighbours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian import EvidenceError
from capaian.charts.canvas import legend_columns
from capaian.charts.ground import Ground
from capaian.charts.people import (
    FEWEST,
    MOST,
    between,
    gathered,
    marked,
    mean,
    names_of,
    order_of,
    place_of,
    share,
)

SUBJECTS = ["a", "b", None, "d"]


def test_order():
    """The highest first, those without last; those alike as they stood."""
    assert order_of([2.0, None, 3.0, 2.0, None]) == [2, 0, 3, 1, 4]


@given(st.integers(0, 400), st.integers(0, 30))
def test_groups_have_everybody_once(known, unknown):
    """Few stand alone; of many none does, and those without a score are one group."""
    order = list(range(known + unknown))
    groups = gathered(order, known)
    assert [each for group in groups for each in group] == order
    assert len(groups) <= MOST
    if len(order) <= MOST:
        assert all(len(each) == 1 for each in groups)
    else:
        scored = groups[:-1] if unknown else groups
        assert min(len(each) for each in scored) >= min(FEWEST, known) if scored else not known
        assert not unknown or groups[-1] == order[known:]


def test_names():
    """Numbers in the picture's order, identifiers when asked for, or other names."""
    order = [3, 0, 2, 1]
    assert names_of(SUBJECTS, order, "number", "en") == ["1", "2", "3", "4"]
    assert names_of(SUBJECTS, order, "subject", "en") == ["d", "a", "–", "b"]
    assert names_of(SUBJECTS, order, {"a": "Ani"}, "en") == ["1", "Ani", "3", "4"]
    assert names_of(SUBJECTS, [3, 0], "number", "en", counted=[0, 1, 3]) == ["3", "1"]
    assert names_of(SUBJECTS, [3, 0], {"a": "Ani"}, "en", counted=[0, 1, 3]) == ["3", "Ani"]
    assert marked(["1", "2"], [[3], [0, 1]], 1) == ["1", "► 2"]
    assert marked(["1"], [[3]], None) == ["1"]


def test_whoever_is_marked():
    """By identifier; a stranger is not repeated in the message."""
    assert place_of(SUBJECTS, "d") == 3
    assert place_of(SUBJECTS, None) is None
    with pytest.raises(EvidenceError) as caught:
        place_of(SUBJECTS, "198701")
    assert str(caught.value) == (
        "The picture cannot be drawn.\n"
        "  CPN-E54  highlight: there is no such subject among the 4 that were scored.\n"
        "           to fix: look at scores.subjects for the identifiers; they are text."
    )


def test_small_words():
    """Means, spans and shares of what there is."""
    assert mean([1.0, None, 2.0]) == 1.5
    assert mean([None]) is None
    assert between([1.0, None, 2.5], [0, 1, 2], "en") == "1.00 – 2.50"
    assert between([None], [0], "id") == "tanpa nilai"
    assert share(0.125) == "12\u00a0%"
    assert share(None) == "–"
    assert share(6 / 7 + 1 / 7 - 2**-52) == "100\u00a0%"
    assert [share(each) for each in (0, 0.004, 0.996, 1)] == [
        "0\u00a0%", "< 1\u00a0%", "> 99\u00a0%", "100\u00a0%",
    ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 100)), min_size=1, max_size=12))
def test_names_beside_points_cover_nothing_where_there_is_room(places):
    """Each name is written once, alone or before the name of a point that is near."""
    rows = [{"size": float(x), "value": y / 100, "text": f"n{at}"}
            for at, (x, y) in enumerate(places)]  # fmt: skip
    found = Ground(rows, 0.5, (560, 340)).placed(rows)
    said = [name for each in found for name in each["text"].split(", ")]
    assert sorted(said) == sorted(each["text"] for each in rows)


def test_entries_of_a_legend_side_by_side():
    """As many as there is room for, at least one."""
    assert legend_columns(["low", "middle", "high"], 400) == 3
    assert legend_columns(["a name of some length", "another of such a length"], 200) == 1


def test_groups_of_neighbours_are_called_by_their_scores():
    """From the lowest to the highest; one number where both are written alike."""
    scores = [70.0, 70.001, 80.0, None]
    assert between(scores, [0, 1, 2], "en") == "70.00 – 80.00"
    assert between(scores, [0, 1], "en") == "70.00"
    assert between(scores, [3], "en") == "no score"
