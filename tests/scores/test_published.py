"""Published tables: counts, shares and means of units, in both languages, on every engine."""

from collections import Counter
from fractions import Fraction

import pandas as pd
import polars as pl
import pytest

import capaian
from capaian.errors import EvidenceError
from capaian.policy import read_policy
from unit_office import scored


def test_what_is_shown_is_true(snapshot):
    """Every count and mean that is shown, against the scores themselves."""
    scores = scored()
    found = scores.published(least=3)
    columns = scores.columns()
    homes = [scores.units.get(each) for each in scores.subjects]
    counts = Counter(zip(homes, columns["band"], strict=True))
    for group in found.groups:
        mine = [row for row, home in enumerate(homes) if home == group.unit]
        assert group.count in {None, len(mine)}
        for band, count in group.bands.items():
            assert count in {None, counts[group.unit, None if band == "no_band" else band]}
        points = [Fraction(str(columns["score"][row])) for row in mine]
        assert group.mean in {None, round(sum(points) / len(points), 2)}
    assert found.total.count == 30
    assert any(None in group.bands.values() for group in found.groups)
    snapshot("published_en.txt", found.text())
    snapshot("published_id.txt", found.text("id"))


def test_every_engine_publishes_the_same():
    """Records, Polars, pandas; the table comes as what the evidence was."""
    made = [scored(frame).published() for frame in (list, pl.DataFrame, pd.DataFrame)]
    assert len({each.to_json() for each in made}) == 1
    assert [type(each.to_native()) for each in made] == [list, pl.DataFrame, pd.DataFrame]


def test_columns_and_document():
    """What is left out is `None`, also as a share; numbers are exact text in the document."""
    found = scored().published(by=None, least=2)
    assert found.groups == ()
    columns = found.columns()
    assert columns["group"] == ["all"]
    assert columns["count"] == [30]
    assert columns["share:high"] == [columns["count:high"][0] / 30]
    document = found.to_dict()
    assert document["total"]["shares"]["high"] == str(found.total.share("high"))
    assert document["total"]["mean"] == "84.99"
    hidden = scored().published(by=None, least=29)
    assert hidden.total.share("high") is None
    assert hidden.hidden == 3
    assert repr(found).startswith("<Published>\n")
    assert "<pre>" in found._repr_html_()


def test_a_mean_is_not_shown_of_few_nor_where_it_follows():
    """D has 6, `no unit` 1: with D's the mean of the one would follow from that of all."""
    found = scored().published(least=3)
    without = [group.unit for group in found.groups if group.mean is None]
    assert without == ["D", None]
    alone = scored().published(by=None, least=31)
    assert alone.total.mean is None
    assert alone.total.count is None


def test_bands_of_a_score_that_nobody_has(office, evidence):
    """Withheld: a column of nobody's band, a table without means."""
    office["indicators"][2]["missing"] = "withhold"
    evidence["survey"] = evidence["survey"][:1]
    found = capaian.score(read_policy(office), evidence, period="2026-01").published(least=2)
    assert set(found.total.bands) == {"low", "middle", "high", "no_band"}
    assert found.total.mean is None


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            {"least": 1},
            (
                "  CPN-Y02  least: 1 is no whole number from 2 on.\n"
                "           to fix: give the least count that may be shown, such as 5."
            ),
        ),
        (
            {"least": True},
            (
                "  CPN-Y02  least: True is no whole number from 2 on.\n"
                "           to fix: give the least count that may be shown, such as 5."
            ),
        ),
        (
            {"by": "units"},
            (
                "  CPN-Y03  by: a table by 'units' is not known. Did you mean 'unit'?\n"
                '           to fix: use by="unit", or by=None for all together.'
            ),
        ),
    ],
)
def test_what_cannot_be_published_is_refused(given, text):
    with pytest.raises(EvidenceError) as caught:
        scored().published(**given)
    assert str(caught.value) == f"Nothing was published.\n{text}"


def test_nobody_is_published_as_such():
    scores = scored()
    empty = capaian.Scores(
        plan=scores.plan, period=scores.period, as_of=scores.as_of, subjects=[], labels={},
        units={}, facts={}, results=type(scores.results)(scores.results.line, []),
        origin="records",
    )  # fmt: skip
    with pytest.raises(EvidenceError) as caught:
        empty.published()
    assert str(caught.value).splitlines()[1] == "  CPN-Y04  nobody was scored."
