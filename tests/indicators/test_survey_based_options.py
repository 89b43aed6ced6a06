"""Survey-based indicators: the whole text of every fault of the options."""

from __future__ import annotations

from typing import Any

import pytest

from capaian.errors import PolicyError
from capaian.indicator import ColumnRef, Exposure, Pauses
from capaian.indicators.survey_based import SurveyOptions, build, capaian_indicator_types
from capaian.plugin import Measure

HEAD = "The indicator 'x' cannot be measured as it is written.\n"


def survey(statistic: str, items: Any = ("a", "b"), scale: tuple[int, int] = (1, 4), **more: Any):
    """Return the options of a survey."""
    return SurveyOptions(items, scale[0], scale[1], statistic, **more)


@pytest.fixture(scope="module")
def make(indicator):
    """Return the function that builds the measure of some options."""

    def function(options: SurveyOptions, columns: Any = None, **more: Any) -> Measure:
        return build(options, indicator("survey-based", columns, **more))

    return function


# --- options --------------------------------------------------------------------------------------


def p61(key: str, statistic: str, wanted: str) -> str:
    """Return the lines of a key without effect."""
    return (
        f"  CPN-P61  indicators['x'].measure.{key}: '{key}' has no effect beside statistic ="
        f' "{statistic}".\n'
        f"           to fix: remove it; it goes with {wanted}."
    )


def p65(key: str, given_: Any, wanted: str) -> str:
    """Return the lines of a number outside its range."""
    return (
        f"  CPN-P65  indicators['x'].measure.{key}: '{key}' is {given_}.\n"
        f"           to fix: give a value with {wanted}."
    )


def p60(key: str, statistic: str, wanted: str) -> str:
    """Return the lines of a key that is needed."""
    return (
        f"  CPN-P60  indicators['x'].measure.{key}: '{key}' is missing; statistic ="
        f' "{statistic}" needs it, and there is no default.\n'
        f"           to fix: add it, as in: {key} = {wanted}."
    )


def p68(key: str) -> str:
    """Return the lines of a table that the type passes over."""
    return (
        f"  CPN-P68  indicators['x'].{key}: '{key}' has no effect on an indicator of the type"
        f" 'survey-based' with this measure.\n           to fix: remove '{key}'."
    )


FAULTS = [
    pytest.param(
        survey("top_box", ()),
        {},
        [p60("items", "top_box", '["u1", "u2"]'), p60("top", "top_box", "4")],
        id="no items, no top",
    ),
    pytest.param(
        survey("ikm", ("a", "a", "date")),
        {},
        [
            f"  CPN-P70  indicators['x'].measure.items: the name '{name}' stands for more than one"
            " column.\n           to fix: name each item once; 'date' is taken by the stamp of the"
            " form."
            for name in ("a", "date")
        ],
        id="an item twice, and one called date",
    ),
    pytest.param(
        survey("mean_of_items", scale=(4, 1)),
        {},
        [p65("lowest", 4, "lowest < 1")],
        id="a scale upside down",
    ),
    pytest.param(
        survey("ikm", scale=(1, 5), rescale="to_100", top=3),
        {},
        [
            p61("top", "ikm", 'statistic = "top_box"'),
            p61("rescale", "ikm", 'statistic = "mean_of_items"'),
            (
                "  CPN-P71  indicators['x'].measure.highest: the IKM is defined on answers 1 to 4,"
                ' not 1 to 5.\n           to fix: use statistic = "mean_of_items" with rescale ='
                ' "to_100".'
            ),
        ],
        id="the IKM on another scale",
    ),
    pytest.param(
        survey("ikm", weight="0.6"),
        {},
        [p65("weight", "3/5", "0 < weight <= 1/2")],
        id="weights that exceed one",
    ),
    pytest.param(
        survey("mean_of_items", weight=1, bound="lower", answered="most"),
        {
            "exposure": Exposure("p", "d"),
            "pauses": Pauses("p", "c", ColumnRef("a"), ColumnRef("b")),
        },
        [
            p61("weight", "mean_of_items", 'statistic = "ikm"'),
            p61("bound", "mean_of_items", 'statistic = "top_box"'),
            p65("weight", 1, "0 < weight <= 1/2"),
            p65("answered", "most", '1 <= answered <= 2 | "half" | "all"'),
            p68("exposure"),
            p68("pauses"),
        ],
        id="what a mean passes over",
    ),
    pytest.param(
        survey("top_box", top=5, answered=3),
        {},
        [
            p65("top", 5, "1 < top <= 4"),
            p65("answered", 3, '1 <= answered <= 2 | "half" | "all"'),
        ],
        id="a top off the scale",
    ),
    pytest.param(
        survey("net_promoter", scale=(0, 10), promoters_from=0, detractors_to=11),
        {},
        [
            (
                "  CPN-P72  indicators['x'].measure.items: a net promoter score is of one question,"
                " not 2.\n           to fix: name one item, or make an indicator of each."
            ),
            p65("promoters_from", 0, "0 < promoters_from <= 10"),
            p65("detractors_to", 11, "0 <= detractors_to < 0"),
        ],
        id="a net promoter score of two items, ends crossed",
    ),
    pytest.param(
        survey("net_promoter", ("q",), (0, 10)),
        {},
        [
            p60("promoters_from", "net_promoter", "10"),
            p60("detractors_to", "net_promoter", "0"),
        ],
        id="a net promoter score without ends",
    ),
]


@pytest.mark.parametrize(("options", "more", "lines"), FAULTS)
def test_options_that_do_not_fit_are_refused_in_full(make, options, more, lines):
    """All faults of an indicator's options at once, each with its place and its remedy."""
    with pytest.raises(PolicyError) as caught:
        make(options, **more)
    assert str(caught.value) == HEAD + "\n".join(lines)


def test_the_hook_returns_the_type():
    """A plugin like any stranger's: one record, found by its kind."""
    (record,) = capaian_indicator_types()
    assert (record.kind, record.options, record.build) == ("survey-based", SurveyOptions, build)
    assert set(record.title) == {"en", "id"}
