"""The strip of probabilities: bars that are the table's own numbers."""

import pytest

from capaian import AnalysisError, charts
from pictured import BANDS, PEOPLE, captions, chances, small_scores, values

TABLE = chances()
POLICY = small_scores().policy


def rows(picture):
    """The parts of bars, from the uppermost row down."""
    parts = {(each["y"], each["from"]): each for each in values(picture, "band", "p")}
    found = list(parts.values())
    return {y: [each for each in found if each["y"] == y] for y in sorted({e["y"] for e in found})}


def test_the_parts_are_the_probabilities():
    """Of everybody, the highest score first; they fill the row from 0 to 1."""
    found = rows(charts.band_strip(TABLE))
    order = sorted((at for at, s in enumerate(TABLE["score"]) if s is not None),
                   key=lambda at: -TABLE["score"][at])  # fmt: skip
    assert len(found) == len(order) == 11
    for at, parts in zip(order, found.values(), strict=True):
        expected = [TABLE[f"p_{band}"][at] for band in BANDS]
        assert [each["p"] for each in parts] == [each for each in expected if each]
        assert parts[0]["from"] == 0
        assert parts[-1]["to"] == pytest.approx(1)
        assert sum(bool(each["text"]) for each in parts) <= len(BANDS)


def test_who_has_no_probabilities_is_striped():
    """No bar of any band, and a word in the caption; one without a score is counted there."""
    table = {name: TABLE[name] for name in TABLE.columns}
    for name in ("p_low", "p_middle", "p_high", "probability"):
        table[name] = [None, *TABLE[name][1:]]
    picture = charts.band_strip(table)
    assert len({row["y"] for row in values(picture, "name")}) == 11
    assert "Not shown: 1 without a score." in captions(picture)
    striped = [layer for layer in picture.to_dict()["layer"]
               if isinstance(layer["mark"].get("fill"), dict)]  # fmt: skip
    assert len(striped) == len(striped[0]["data"]["values"]) == 1
    assert "not known" in captions(picture)
    full = {name: TABLE[name][:11] for name in TABLE.columns}
    assert "not known" not in captions(charts.band_strip(full))
    assert "Not shown" not in captions(charts.band_strip(full))


def test_the_probability_of_the_band_that_was_given():
    """Beside the row as a whole percentage; from the bands' columns where it has none of its own."""
    columns = {name: TABLE[name] for name in TABLE.columns}
    alone = {name: each for name, each in columns.items() if name != "probability"}
    assert charts.band_strip(alone).to_json() == charts.band_strip(columns).to_json()
    said = [
        row["text"] for row in values(charts.band_strip(TABLE), "text") if set(row) == {"text", "y"}
    ]
    assert len(said) == 11
    best = max(range(11), key=lambda at: TABLE["score"][at])
    assert said[0] == f"{100 * TABLE['probability'][best]:.0f}\u00a0%"


def test_bands_stand_from_the_lowest_up():
    """By the policy, whatever the order of columns; no band comes first of all."""
    names = ("score", "band", "p_high", "p_none", "p_low", "p_middle")
    table = dict(zip(names, ([70], [None], [0.25], [0.25], [0.25], [0.25]), strict=True))
    parts = next(iter(rows(charts.band_strip(table, policy=POLICY)).values()))
    assert [each["band"] for each in parts] == ["no band", "low", "middle", "high"]


def test_many_are_groups_of_neighbours():
    """250 in 40 rows: the mean of each, said so, and the marked one's group is marked."""
    table = chances(250)
    picture = charts.band_strip(table, highlight=table["subject"][3])
    found = rows(picture)
    scored = sum(each is not None for each in table["score"])
    assert len(found) == 40
    assert f"{scored} rows in 40 groups of neighbours by score" in captions(picture)
    assert f"Not shown: {250 - scored} without a score." in captions(picture)
    order = sorted((at for at, s in enumerate(table["score"]) if s is not None),
                   key=lambda at: (-table["score"][at], at))  # fmt: skip
    first = order[: round(len(order) / 40)]
    mean = sum(table["p_high"][at] for at in first) / len(first)
    assert next(iter(found.values()))[-1]["p"] == pytest.approx(mean, abs=1e-15)
    assert sum("►" in row["name"] for row in values(picture, "name")) == 1


def test_names_when_asked_for():
    """Identifiers, or other names; the marked row has its sign."""
    picture = charts.band_strip(TABLE, label="subject", highlight=PEOPLE[2])
    names = {row["name"] for row in values(picture, "name")}
    assert names == {*PEOPLE[:11]} - {PEOPLE[2]} | {f"► {PEOPLE[2]}"}  # the last has no score
    assert "who they are is not shown" not in captions(picture)


def test_long_names_leave_few_numbers_on_the_axis():
    """So that none is written over the next."""

    def ticks(name):
        picture = charts.band_strip(TABLE, label=dict.fromkeys(PEOPLE, name))
        layers = picture.to_dict()["layer"]
        return next(each["encoding"]["x"]["axis"]["tickCount"] for each in layers
                    if each["mark"]["type"] == "rect")  # fmt: skip

    assert ticks("Ani") == 5
    assert ticks("Raden Ajeng Siti Nurhaliza Kusumawardani Prawirodirdjo, S.Kom., M.Si.") == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"p_low": [1.2] * 12}, "CPN-M91"),
        ({"p_low": ["x"] * 12}, "CPN-M91"),
        ({"score": [None] * 11 + ["x"]}, "CPN-M91"),
    ],
)
def test_what_is_no_probability(change, code):
    """Numbers beyond 0 to 1, and words."""
    columns = {name: TABLE[name] for name in TABLE.columns} | change
    with pytest.raises(AnalysisError) as caught:
        charts.band_strip(columns)
    assert caught.value.code == code


def test_no_bands_at_all():
    """The columns that are missing are named as they would be."""
    with pytest.raises(AnalysisError, match="there is no column 'p_<band>'"):
        charts.band_strip({"score": [1], "band": ["a"]})
    with pytest.raises(AnalysisError, match="CPN-X06  policy: this cannot be of the type str"):
        charts.band_strip(TABLE, policy="desk")
