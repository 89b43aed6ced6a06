"""The funnel plot: points and limits are the table's own numbers."""

import pytest

from capaian import AnalysisError, charts
from pictured import PEOPLE, captions, funnels, values

TABLE = funnels()
KINDS = {"inside": "inside", "below_95": "outside 95 %", "below_99.8": "outside 99.8 %"}


def test_the_points_are_the_table():
    """Size, value and place of each."""
    found = values(charts.funnel_plot(TABLE, target=0.85), "place")
    expected = [
        {"size": size, "value": value, "place": KINDS[position]}
        for size, value, position in zip(
            TABLE["size"], TABLE["value"], TABLE["position"], strict=True
        )
    ]
    assert found == expected
    assert {each["place"] for each in found} == {*KINDS.values()}


def test_the_lines_are_the_limits_and_the_target():
    """Four limits by size, and the target."""
    lines = [layer["data"]["values"] for layer in charts.funnel_plot(TABLE, target=0.85).to_dict()["layer"]
             if layer["mark"]["type"] == "line"]  # fmt: skip
    by_size = sorted(zip(TABLE["size"], range(12), strict=True))
    for line, name in zip(lines, ("low_95", "high_95", "low_99.8", "high_99.8"), strict=False):
        assert [(row["size"], row["value"]) for row in line] == [
            (size, TABLE[name][at]) for size, at in by_size
        ]
    assert {row["value"] for row in lines[4]} == {0.85}
    assert len(lines) == 5


def test_only_those_outside_are_named():
    """By number, from the smallest; by name when asked for; one that is marked wherever it is."""
    outside = [at for at, each in enumerate(TABLE["position"]) if each != "inside"]
    order = sorted(range(12), key=lambda at: TABLE["size"][at])
    picture = charts.funnel_plot(TABLE, target=0.85)
    named = {row["text"] for row in values(picture, "text", "size")}
    assert named == {str(order.index(at) + 1) for at in outside}
    assert "Numbers go by size" in captions(picture)
    table = TABLE | {"name": [f"p{at}" for at in range(12)]}
    picture = charts.funnel_plot(table, target=0.85, label="subject", highlight="p0")
    named = {row["text"] for row in values(picture, "text", "size")}
    assert named == {f"p{at}" for at in outside} | {"► p0"}


def test_many_inside_are_cells():
    """Everybody is counted once; of more than twenty outside none is named."""
    table = funnels(400)
    picture = charts.funnel_plot(table, target=0.85)
    cells = values(picture, "count")
    outside = sum(each != "inside" for each in table["position"])
    assert outside > 20
    assert sum(each["count"] for each in cells) == 400 - outside
    assert len(values(picture, "place")) == outside
    assert not values(picture, "text", "size")
    most = max(each["count"] for each in cells)
    assert f"{400 - outside} inside the limits are shown by shade, from 1 (lightest) to {most}" in (
        captions(picture)
    )


def test_very_many_outside_are_points_for_those_near_each_other():
    """Of 4,000 some 800 are outside: fewer points than that, each within the table's ends."""
    table = funnels(4000)
    outside = [at for at, each in enumerate(table["position"]) if each != "inside"]
    assert len(outside) > 400
    picture = charts.funnel_plot(table, target=0.85, highlight=table["name"][outside[0]])
    found = values(picture, "place")
    assert len(found) < len(outside) / 2
    low, high = (end(table["value"][at] for at in outside) for end in (min, max))
    assert all(low <= each["value"] <= high for each in found)
    assert "one point stands for all that are near each other" in captions(picture)
    assert len(values(picture, "text", "size")) == 2  # the name, and its halo


def test_counts_and_a_value_that_is_missing():
    """Not in percent; a row without a value is no point."""
    table = {name: [*column] for name, column in TABLE.items()}
    table["value"][0] = None
    picture = charts.funnel_plot(table, "id", target=0.85, percent=False)
    assert len(values(picture, "place")) == 11
    assert "0.85" in picture.description
    assert "%" not in str(picture.to_dict()["layer"][0]["encoding"]["y"]["axis"])


def test_what_cannot_be_drawn():
    """A target that is none, a size below nothing, nobody with a value."""
    with pytest.raises(AnalysisError, match="CPN-M91  target"):
        charts.funnel_plot(TABLE, target="85%")
    with pytest.raises(AnalysisError, match="CPN-M91  size"):
        charts.funnel_plot(TABLE | {"size": [-1] * 12}, target=0.85)
    with pytest.raises(AnalysisError, match="CPN-M88  funnel"):
        charts.funnel_plot(TABLE | {"value": [None] * 12}, target=0.85)


def test_all_of_one_size():
    """Lines are short but there, cells are within the plot, and one name stands for those alike."""
    table = {name: [column[3]] * 45 for name, column in TABLE.items()}
    table["name"] = [str(at) for at in range(45)]
    table["size"] = [4] * 45
    table["position"] = ["below_95"] * 5 + ["inside"] * 40
    picture = charts.funnel_plot(table, target=0.85, highlight="2")
    document = picture.to_dict()
    lines = [each["data"]["values"] for each in document["layer"] if each["mark"]["type"] == "line"]
    assert [[row["size"] for row in line] for line in lines] == 5 * [[3.76, 4.24]]
    shared = document["layer"][0]["encoding"]["x"]
    (cell,) = values(picture, "count")
    assert 0 < cell["size"] < 4 < cell["size_to"] < shared["scale"]["domain"][1]
    assert shared["axis"]["values"] == [0, 1, 2, 3, 4]  # no half of a case
    named = values(picture, "text", "size")
    assert {each["text"] for each in named} == {"► 3, 1, 2 +2"}


def test_names_that_have_no_room_stand_together():
    """Rather than over a point: in the corner of the plot, where sizes are small."""
    rows = [(20 * x, 0.03 * y) for x in range(1, 5) for y in range(4)] + [(1600, 0.9)]
    table = {
        "name": [str(at) for at in range(17)],
        "size": [size for size, _ in rows],
        "value": [value for _, value in rows],
        "position": ["below_99.8"] * 16 + ["inside"],
    } | {name: [0.5] * 17 for name in ("low_95", "high_95", "low_99.8", "high_99.8")}
    named = values(charts.funnel_plot(table, target=0.8), "text", "size")
    found = {int(number) for each in named for number in each["text"].split(", ")}
    assert found == {*range(1, 17)}
    assert any(", " in each["text"] for each in named)


def test_long_names_stand_below():
    """By number at the point, by name below: beside it they would cover points and each other."""
    names = {name: f"Raden Ajeng Siti Nurhaliza {at}" for at, name in enumerate(TABLE["name"])}
    picture = charts.funnel_plot(TABLE, target=0.85, label=names, highlight=PEOPLE[3])
    outside = [at for at, each in enumerate(TABLE["position"]) if each != "inside"]
    order = sorted(range(12), key=lambda at: TABLE["size"][at])
    numbers = {at: order.index(at) + 1 for at in {*outside, 3}}
    named = {row["text"] for row in values(picture, "text", "size")}
    assert named == {f"► {n}" if at == 3 else str(n) for at, n in numbers.items()}
    said = captions(picture)
    assert all(f"{n}: Raden Ajeng Siti Nurhaliza {at}" in said for at, n in numbers.items())
    assert "who they are is not shown" not in said
