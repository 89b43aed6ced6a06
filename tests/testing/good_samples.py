"""Plugins without a fault: the built-in ones and a few small ones, each with an example of its use."""

from capaian.methods import aggregations, relative
from capaian.testing import Case, MethodSample, PackSample, Sample
from testing.mutants import good, pairs, shelf

_VISITS = (Case(({"visits": 1}, {"visits": 3}, {"visits": 1}), "2/3"), Case((), "too_few"))
LOOKUP = {
    "rows": [
        {"below": 1, "value": 0},
        {"from": 1, "below": 2, "value": 60},
        {"from": 2, "value": 100},
    ]
}
TIME = {"normalise": {"method": "goalposts", "worst": 0, "best": "100%"}}
COUNT = {"normalise": {"method": "target", "target": 6, "better": "higher"}}
LEVELS = ["below", "meets", "above"]
SURVEY = {"lowest": 1, "highest": 4, "items": ["u1", "u2"]}


def time_based(**measure):
    return Sample("time-based", {"measure": {"clock": "calendar", **measure}})


INDICATORS = {
    "time, mature": Sample(
        "time-based",
        TIME
        | {
            "measure": {
                "statistic": "share_within",
                "clock": "calendar",
                "limit": "3 days",
                "basis": "mature",
            }
        },
    ),
    "time, working": Sample(
        "time-based",
        {"measure": {"statistic": "mean", "clock": "working_hours", "open_cases": "age"}},
        calendar="id/2024-2027",
    ),
    "time, median": time_based(statistic="median"),
    "count, dated": Sample(
        "count-based",
        COUNT
        | {"columns": {"date": "day"}, "measure": {"statistic": "count", "no_rows": "missing"}},
    ),
    "count, share": Sample(
        "count-based",
        {"columns": {"outcome": "outcome"}, "measure": {"statistic": "share", "success": ["done"]}},
    ),
    "survey, ikm": Sample(
        "survey-based", {"columns": {"date": "day"}, "measure": {"statistic": "ikm", **SURVEY}}
    ),
    "rating, only": Sample(
        "rating-based",
        {"measure": {"statistic": "only", "levels": LEVELS}},
        cases=(
            Case(({"rating": "meets"},), 2),
            Case(({"rating": "meets"}, {"rating": "meets"}), "several"),
        ),
    ),
    "rating, last": Sample(
        "rating-based",
        {
            "columns": {"date": "day"},
            "measure": {"statistic": "last", "levels": LEVELS, "values": ["1/2", 1, "1.75"]},
        },
    ),
    "rating, mean": Sample(
        "rating-based", {"minimum": 2, "measure": {"statistic": "mean", "levels": LEVELS}}
    ),
    "moderation": Sample(
        "moderation",
        {
            "columns": {"amount": {"column": "correction", "digits": 2}, "date": "day"},
            "measure": {
                "least": -5,
                "most": 5,
                "total_least": -5,
                "total_most": 5,
                "no_rows": "missing",
            },
        },
    ),
    "visits": Sample(good, {"type": "good-visits", "minimum": 2}, cases=_VISITS),
    "rating": Sample(good, {"type": "good-rating"}),
    "cases": Sample(good, {"type": "good-cases"}),
    "pair": Sample(pairs, {"type": "good-pair"}),
    "owned": Sample(good, {"type": "owner/good"}),
}
METHODS = {
    "goalposts": MethodSample(
        "goalposts", {"worst": "50%", "best": "100%"}, anchors={"50%": 0, "75%": 50, 1: 100}
    ),
    "identity": MethodSample("identity", anchors={"3/7": "3/7"}),
    "target": MethodSample(
        "target", {"target": "90%", "better": "higher"}, anchors={"90%": 100, "45%": 50}
    ),
    "target, lower": MethodSample("target", {"target": 4, "better": "lower"}, anchors={4: 100}),
    "target, own": MethodSample("target", {"target": {"from": "targets"}, "better": "higher"}),
    "range": MethodSample("range", {"low": 1, "high": 2, "better": "lower"}, anchors={2: 100}),
    "nearest": MethodSample("nearest", {"target": 2}, anchors={2: 100, 4: 0}),
    "piecewise": MethodSample(
        "piecewise", {"points": [[0, 0], [90, 100], [100, 120]]}, anchors={45: 50, 95: 110}
    ),
    "lookup": MethodSample("lookup", LOOKUP, anchors={"1/2": 0, 1: 60, 5: 100}),
    "round": MethodSample("round", {"digits": 1}, anchors={"1/20": "1/10"}),
    "times": MethodSample("times", {"by": "1.05"}, anchors={80: 84, 0: 0}),
    "min-max": MethodSample("min-max", {"better": "lower"}, anchors={6: 0, "1/3": 100}),
    "z-score": MethodSample(
        "z-score", {"better": "higher", "deviation": "sample", "centre": 50, "spread": 10}
    ),
    "rank": MethodSample("rank", {"better": "higher", "ties": "average", "gives": "share"}),
    "percentile": MethodSample("percentile", {"better": "lower"}),
    "reference": MethodSample(
        "reference",
        {"to": "best", "gives": "ratio", "better": "higher"},
        anchors={6: 100, 3: 50},
        plugins=(relative,),
    ),
    "reference, lower": MethodSample(
        "reference",
        {"to": "length", "gives": "ratio", "better": "lower", "most": 150},
        plugins=(relative,),
    ),
    "mean-band": MethodSample(
        "mean-band",
        {"band": "20%", "above": 100, "within": 60, "below": 0},
        anchors={1: 0, 6: 100},
        plugins=(relative,),
    ),
    "distance-to-target": MethodSample(
        "distance-to-target",
        {"target": "1/6", "better": "lower"},
        anchors={6: 0, "1/6": 100},
        plugins=(relative,),
    ),
    "good-mark": MethodSample(
        good, {"at_least": "3/4"}, kind="good-mark", anchors={"3/4": 100, "2/3": 0}
    ),
    "good-mean": MethodSample(good, kind="good-mean", anchors={(50, 100): 75}),
    "good-held": MethodSample(good, kind="good-held", anchors={(50, 100): 75, (0, 100): 30}),
    "arithmetic": MethodSample("arithmetic", anchors={(50, 100): 75}),
    "geometric": MethodSample("geometric", anchors={(25, 100): 50}),
    "harmonic": MethodSample("harmonic", anchors={(50, 100): "200/3"}),
    "minimum": MethodSample("minimum", anchors={(50, 100): 50}),
    "power-mean": MethodSample(
        "power-mean", {"power": "1/2"}, anchors={(2, 8): "4.5"}, plugins=(aggregations,)
    ),
    "power-mean, below 0": MethodSample(
        "power-mean", {"power": -2}, anchors={("1/7", 1): "1/5"}, plugins=(aggregations,)
    ),
    "ordered": MethodSample(
        "ordered",
        {"weights_by_order": [0, "1/2", "1/2"]},
        anchors={(1, 2, 9): "1.5"},
        plugins=(aggregations,),
    ),
}

OWN_PACKS = (
    *("abroad", "allowance", "asn-2022", "capaian", "complaints", "credit", "kemenkeu-2026"),
    *("panrb-8-2021", "pp-30-2019", "pp-46-2011", "sakip", "skm"),
)
"""The packs that come with capaian, by their ids."""
PACKS = {
    "good-pack": PackSample(shelf, kind="good-pack"),
    **{name: PackSample(name) for name in OWN_PACKS},
}
