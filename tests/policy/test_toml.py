"""Policies as TOML: read back as they were, and fit to be read by people."""

import copy
import json
import tomllib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.policy import load_policy, policy_toml, read_policy, shipped_policies
from small_office import OFFICE

WHOLE = {
    **OFFICE,
    "id": "all/of-it",
    "precedence": "first",
    "calendar": "id/2024-2027",
    "closures": "closures.csv",
    "zone": "WITA",
    "subjects": {
        "table": "staff",
        "where": {"status of post": "active", "kind": ["a", 1, True], "x": {"not": ["y"]}},
        "facts": {"new_idea": "ide_baru"},
    },
    "nodes": [
        {"id": "service", "weight": "2/3", "cap": 110, "available": "60%", "source": "“7”\n\\"}
    ],
    "bands": [
        {"id": "high", "from": 90, "gate": "new_idea", "title": {"id": "Tinggi"}},
        {"id": "middle", "above": "59.995", "below": 95},
        {"id": "low", "to": "59.995"},
        {"id": "top", "from": 95},
    ],
}


def again(policy):
    """The policy that its TOML says."""
    return read_policy(tomllib.loads(policy_toml(policy), parse_float=Decimal))


def options(document):
    """Every kind of thing that an option may be."""
    document["indicators"][0]["exposure"] = {"table": "posts", "days": "days", "full": 62}
    document["indicators"][0]["pauses"] = {
        "table": "waits", "case": "case", "start": "from", "stop": {"column": "to", "format": "%d"},
    }  # fmt: skip
    document["indicators"][1]["normalise"] = [
        {"method": "piecewise", "points": [[0, 0], ["0.5", "1/3"], [120, 100]]},
        {"method": "lookup", "rows": [{"value": 1, "is": 0}], "otherwise": "2.50", "empty": ""},
        {"method": "identity", "odd key": {"a": {"b": []}}, "c": [], "yes": True, "none": [None]},
    ]
    return document


@pytest.mark.parametrize("name", shipped_policies())
def test_shipped_policies_read_back(name):
    """The rules that come with capaian."""
    policy = load_policy(name)
    assert again(policy) == policy


def test_a_policy_with_everything_in_it_reads_back():
    """Every key of the document, odd names, quotes, line ends, nested options."""
    document = options(copy.deepcopy(WHOLE))
    document["indicators"][1]["normalise"][2].pop("none")
    policy = read_policy(document)
    assert again(policy) == policy


@given(st.text(max_size=40))
def test_any_text_survives(text):
    """Control characters, quotes, backslashes, every script."""
    document = copy.deepcopy(OFFICE)
    document["sources"] = [{"cite": text, "trust": "derived", "note": f"{text}\x7f\x00\t"}]
    policy = read_policy(document)
    assert again(policy) == policy


def test_lists_are_broken_where_people_would_break_them():
    """Numbers run on in lines, tables stand one under another, nothing is wider than a page."""
    document = copy.deepcopy(OFFICE)
    document["relative"] = True
    document["sources"] *= 3
    document["indicators"][1]["normalise"] = {
        "method": "percentile",
        "better": "higher",
        "steps": 40,
        "fitted": {
            "period": "2026-Q1", "as_of": "2026-04-01T00:00:00", "n": 90, "left_out": {},
            "parameters": {"cuts": [f"{cut}.5" for cut in range(100, 140)]},
        },
    }  # fmt: skip
    policy = read_policy(document)
    text = policy_toml(policy)
    assert again(policy) == policy
    assert max(map(len, text.splitlines())) <= 96
    assert text.startswith('id = "desk"\nedition = "2026"\n')
    assert "in_force = { from = 2026-01-01, to = 2026-12-31 }\n" in text
    cuts = text[text.index("cuts = [") :]
    lines = cuts.splitlines()
    assert lines[0] == "cuts = ["
    assert (
        lines[1]
        == '    "100.5", "101.5", "102.5", "103.5", "104.5", "105.5", "106.5", "107.5", "108.5", "109.5",'
    )
    assert lines[5] == "]"
    sources = text[text.index("sources = [") :].splitlines()
    assert [each[:4] for each in sources[1:4]] == ["    "] * 3
    assert json.loads(json.dumps(tomllib.loads(text), default=str))["indicators"]
