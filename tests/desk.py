"""A policy that uses every key, and the strategies that make others of it."""

import copy
from typing import Any

from hypothesis import strategies as st

DESK: dict[str, Any] = {
    "id": "city/front-desk",
    "edition": "2026",
    "title": {"en": "Front desk", "id": "Loket"},
    "in_force": {"from": "2026-01-01", "to": "2026-12-31"},
    "sources": [{"cite": "Decree 1/2026", "trust": "verified", "note": "made up"}],
    "scale": {"worst": 0, "best": 100, "floor": 0, "cap": 120},
    "missing": "exclude",
    "subject": "nip",
    "calendar": "id/2024-2027",
    "zone": "WIB",
    "weights": "relative",
    "rounding": [
        {"where": "measured", "digits": 4, "of": ["response"]},
        {"where": "achievement", "digits": 1, "mode": "half-even"},
        {"where": "node", "mode": "none"},
        {"where": "score", "digits": 2},
    ],
    "precedence": "first",
    "relative": True,
    "subjects": {
        "table": "staff",
        "label": "name",
        "unit": "office",
        "where": {"status": "active"},
        "facts": {"new_idea": "ide_baru"},
    },
    "targets": {
        "table": "goals",
        "subject": "officer",
        "indicator": "what",
        "period": "when",
        "value": "goal",
        "digits": 2,
    },
    "score": {
        "method": "arithmetic",
        "floor": 0,
        "cap": 110,
        "available": "50%",
        "title": "Score",
        "source": "article 3",
    },
    "nodes": [
        {
            "id": "service",
            "title": "Service",
            "weight": 2,
            "method": "geometric",
            "weights": "exact",
            "missing": "withhold",
            "floor": 1,
            "cap": "none",
            "available": 0.5,
            "source": "article 4",
        },
        {"id": "conduct", "parent": "score", "weight": 1},
    ],
    "indicators": [
        {
            "id": "response",
            "title": {"en": "Response"},
            "parent": "service",
            "weight": "60%",
            "type": "time-based",
            "table": "complaints",
            "subject": "officer",
            "columns": {
                "start": "received",
                "stop": {"column": "closed", "format": "%m/%d/%y %H:%M"},
            },
            "where": {
                "status": "done",
                "kind": ["a", 2, True],
                "reason": {"not": ["x"]},
                "closed": {"present": True},
                "channel": {"not": "phone", "present": True},
            },
            "measure": {"statistic": "share_within", "limit": "3 days", "share": 0.9},
            "normalise": [{"method": "target", "target": "90%"}, {"method": "round", "digits": 1}],
            "missing": "worst",
            "floor": "none",
            "cap": 110,
            "minimum": 5,
            "pauses": {
                "table": "pauses",
                "case": "case",
                "start": "from",
                "stop": {"column": "until"},
                "key": "number",
            },
            "source": "article 5",
        },
        {
            "id": "served",
            "parent": "service",
            "weight": "2/5",
            "type": "count-based",
            "table": "services",
            "measure": {"statistic": "count"},
            "normalise": {"method": "target", "target": 120},
            "exposure": {"table": "posts", "days": "days", "leave": "leave", "period": "month"},
            "accumulate": {"how": "rolling", "months": 3},
        },
        {
            "id": "asked",
            "parent": "conduct",
            "type": "survey-based",
            "table": "survey",
            "normalise": {"method": "identity"},
            "accumulate": "cumulative",
            "consolidate": {
                "every": "month",
                "by": "average",
                "of": "achievement",
                "cap": "before",
                "incomplete": "withhold",
            },
        },
    ],
    "bands": [
        {"id": "best", "title": {"en": "Best"}, "from": 110, "gate": "new_idea", "source": "6"},
        {"id": "good", "above": "90.5", "to": 120},
        {"id": "poor", "to": 90.5},
    ],
    "guidance": {
        "group": "unit",
        "title": {"en": "Spread", "id": "Sebaran"},
        "source": "circular 3",
        "labels": {
            "table": "offices",
            "unit": "office",
            "label": "rating",
            "known": ["excellent", "fair"],
        },
        "limits": [
            {"id": "best_max_10", "for": ["fair"], "bands": ["best"], "most": "10%", "source": "1"},
            {"id": "poor_min_60", "for": ["fair"], "bands": ["poor"], "least": 0.6},
            {"id": "some", "bands": ["good", "poor"], "least_count": 1},
            {"id": "few", "for": ["excellent"], "bands": ["poor"], "most_count": 3},
        ],
    },
}


def small(**changes: Any) -> dict[str, Any]:
    """Return the least policy there can be, with some keys changed."""
    document = {
        "id": "desk",
        "edition": "2026",
        "in_force": {"from": "2026-01-01"},
        "scale": {"worst": 0, "best": 100},
        "missing": "exclude",
        "subject": "nip",
        "rounding": [{"where": "score", "digits": 2}],
        "indicators": [indicator("answered")],
    }
    return copy.deepcopy(document | changes)


def indicator(name: str, **keys: Any) -> dict[str, Any]:
    """Return the least indicator there can be."""
    least = {"type": "count-based", "table": "complaints", "normalise": {"method": "identity"}}
    return {"id": name, **least, **keys}


NAMES = st.lists(
    st.from_regex(r"[a-z][a-z0-9_.-]{0,8}", fullmatch=True).filter(lambda each: each != "score"),
    min_size=2,
    max_size=9,
    unique=True,
)
WEIGHTS = st.fractions(min_value="1/1000", max_value=1000, max_denominator=1000)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Make sound policies of every shape of tree, with relative weights."""
    names = draw(NAMES)
    nodes: list[dict[str, Any]] = []
    indicators: list[dict[str, Any]] = []
    for name in names[: draw(st.integers(0, len(names) - 1))]:
        parent = draw(st.sampled_from(["", *(each["id"] for each in nodes)]))
        nodes.append({"id": name, "parent": parent, "weights": "relative"})
    for name in names[len(nodes) :]:
        parent = draw(st.sampled_from(["", *(each["id"] for each in nodes)]))
        indicators.append(indicator(name, parent=parent, subject=name))
    parents = {each["parent"] for each in [*nodes, *indicators]}
    while bare := [each for each in nodes if each["id"] not in parents]:
        nodes = [each for each in nodes if each not in bare]
        parents = {each["parent"] for each in [*nodes, *indicators]}
    for each in [*nodes, *indicators]:
        each["weight"] = str(draw(WEIGHTS))
        each["title"] = draw(st.none() | st.text(min_size=1))
    return small(nodes=nodes, indicators=indicators, weights="relative")


@st.composite
def shuffled(draw: st.DrawFn, value: Any, within: str = "") -> Any:
    """Make the same document in another order of keys, nodes and indicators."""
    if isinstance(value, dict):
        keys = draw(st.permutations(sorted(value)))
        return {key: draw(shuffled(value[key], key)) for key in keys}
    if isinstance(value, list):
        made = [draw(shuffled(each)) for each in value]
        return draw(st.permutations(made)) if within in {"nodes", "indicators"} else made
    return value
