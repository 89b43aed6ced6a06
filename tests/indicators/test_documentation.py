"""The reference of the indicator types: its examples build, its tables name every option."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from attrs import fields_dict

from capaian.indicator import Exposure
from capaian.indicators import (
    count_based,
    moderation,
    rating_based,
    survey_based,
    time_based,
)

PAGE = (Path(__file__).parents[2] / "docs/reference/indicator-types.md").read_text("utf-8")
TYPES = {
    record.kind: record
    for module in (time_based, count_based, survey_based, rating_based, moderation)
    for record in module.capaian_indicator_types()
}
EXAMPLES = [
    each
    for block in re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for each in tomllib.loads(block)["indicators"]
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_every_example_builds_and_reads_the_columns_it_maps(indicator, example):
    """An example that a reader copies is accepted, and maps only roles that the type knows."""
    record = TYPES[example["type"]]
    more = {"minimum": example.get("minimum", 1)}
    if "exposure" in example:
        more["exposure"] = Exposure(**example["exposure"])
    declared = indicator(example["type"], example.get("columns"), **more)
    measure = record.build(record.options(**example["measure"]), declared)
    assert set(declared.columns) <= {need.role for need in measure.columns}


@pytest.mark.parametrize("kind", TYPES)
def test_every_option_stands_in_the_table_of_its_type(kind):
    """Nothing that a policy can say is left out of the reference."""
    chapter = PAGE.split(f"## `{kind}`")[1].split("\n## ")[0]
    named = {
        name
        for line in chapter.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`(\w+)`", line.split("|")[1])
    }
    assert set(fields_dict(TYPES[kind].options)) <= named


def test_there_is_an_example_of_every_type():
    """Five types, each with an example."""
    assert {example["type"] for example in EXAMPLES} == set(TYPES)
