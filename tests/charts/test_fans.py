"""The fan: spreads are the table's own numbers, of weights that are unsure or of people."""

import pytest

from capaian import AnalysisError, charts
from pictured import captions, sensitivities, small_scores, stabilities, values

POLICY = small_scores().policy


def known(table):
    """Places of rows with a score, the highest first."""
    scores = table["score"]
    order = sorted(range(len(scores)), key=lambda at: (-(scores[at] or 0), at))
    return [at for at in order if scores[at] is not None]


def test_one_and_two_deviations_about_the_mean():
    """And the published score as it is."""
    table = sensitivities()
    picture = charts.weight_fan(table, policy=POLICY)
    found = {row["y"]: row for row in values(picture, "one_low")}
    assert len(found) == 11
    for at, row in zip(known(table), found.values(), strict=True):
        mean, sd = table["mean"][at], table["sd"][at]
        assert (row["score"], row["mean"], row["sd"]) == (table["score"][at], mean, sd)
        assert (row["one_low"], row["one_high"]) == (mean - sd, mean + sd)
        assert (row["from"], row["to"]) == (mean - 2 * sd, mean + 2 * sd)
        assert row["stays"] == table["p_band"][at]
    assert "Not shown: 1 without a score." in captions(picture)
    assert {row["at"] for row in values(picture, "at", "top")} == {60.0, 90.0}


def test_the_ends_of_participants():
    """From the lowest to the highest score by anybody's weights."""
    table = stabilities()
    picture = charts.weight_fan(table, "id")
    found = {row["y"]: row for row in values(picture, "one_low")}
    for at, row in zip(known(table), found.values(), strict=True):
        assert (row["from"], row["to"]) == (table["lowest"][at], table["highest"][at])
        assert row["stays"] == table["band_share"][at]
    assert "menurut bobot tiap peserta" in captions(picture)


def test_many_are_groups():
    """Said so."""
    assert "in 40 groups" in captions(charts.weight_fan(sensitivities(300)))


def test_what_is_missing():
    """Columns of either kind of table, all at once."""
    with pytest.raises(AnalysisError) as caught:
        charts.weight_fan({"score": [1], "mean": [1], "spread": [0], "p_band": [1]})
    assert [each.values["name"] for each in caught.value.findings] == [
        "band_share", "lowest", "highest",
    ]  # fmt: skip
    with pytest.raises(AnalysisError, match="there is no column 'sd'"):
        charts.weight_fan({"score": [1], "mean": [1]})
    with pytest.raises(AnalysisError, match="CPN-M88  sensitivity"):
        charts.weight_fan({"score": [None], "mean": [1], "sd": [1], "p_band": [1]})
