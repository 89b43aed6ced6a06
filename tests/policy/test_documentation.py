"""The policy reference: it names every key with its default, and its examples are sound."""

import re
import tomllib
from pathlib import Path

import attrs
import pytest

from capaian.indicator import ActiveTable, ColumnRef, Consolidate, Exposure, TargetTable
from capaian.policy import read_policy, shipped_policies
from capaian.policy import written as document
from capaian.policy.document import Source
from capaian.policy.guidance import GroupLabels
from desk import small

PAGE = (Path(__file__).parents[2] / "docs/reference/policy.md").read_text("utf-8")
EXAMPLES = [
    tomllib.loads(block)
    for block in re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
]
CHAPTERS = {
    "## The document": document.WrittenPolicy,
    "### `in_force`": document.WrittenForce,
    "### `sources`": Source,
    "### `scale`": document.WrittenScale,
    "### `rounding`": document.WrittenRounding,
    "### `score`": document.WrittenScore,
    "### `nodes`": document.WrittenNode,
    "### `numbers`": document.WrittenNumber,
    "## `indicators`": document.WrittenIndicator,
    "### `columns`": ColumnRef,
    "### `where`": document.WrittenTest,
    "### `exposure`": Exposure,
    "### `pauses`": document.WrittenPauses,
    "### `accumulate`": document.WrittenAccumulate,
    "### `consolidate`": Consolidate,
    "## `targets`": TargetTable,
    "## `active`": ActiveTable,
    "## `subjects`": document.WrittenRoster,
    "## `units`": document.WrittenUnits,
    "### `membership`": document.WrittenMembership,
    "## `bands`": document.WrittenBand,
    "## `decision`": document.WrittenDecision,
    "### `ratings`": document.WrittenRating,
    "### `levels`": document.WrittenLevel,
    "### `cells`": document.WrittenCell,
    "## `guidance`": document.WrittenGuidance,
    "### `limits`": document.WrittenLimit,
    "### `labels`": GroupLabels,
}


def rows(chapter):
    """Return the keys of a chapter's first table, each with its default."""
    text = PAGE.split(f"\n{chapter}\n")[1].split("\n#")[0]
    found = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            keys, _, default, meaning = (cell.strip() for cell in line.strip("|").split(" | "))
            assert meaning
            found |= dict.fromkeys(re.findall(r"`(\w+)`", keys), default)
    return found


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_key_stands_in_its_table_and_no_other(chapter):
    fields = attrs.fields(CHAPTERS[chapter])
    assert set(rows(chapter)) == {each.name.removesuffix("_") for each in fields}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_what_is_required_is_said_to_be(chapter):
    found = rows(chapter)
    for each in attrs.fields(CHAPTERS[chapter]):
        if each.default is attrs.NOTHING:
            assert found[each.name.removesuffix("_")].startswith("required")


@pytest.mark.parametrize("example", EXAMPLES, ids=", ".join)
def test_every_example_is_sound(example):
    """Alone, where it is a whole policy; else as a part of the least policy there can be."""
    whole = "id" in example
    assert read_policy(example if whole else small(**example))


def test_there_is_a_whole_example():
    assert sum("id" in example for example in EXAMPLES) == 1


def test_every_shipped_policy_is_listed():
    assert re.findall(r"^\| `(\S+/\S+)` \|", PAGE, re.MULTILINE) == list(shipped_policies())
