"""User code that must type-check as it stands; it is never run."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import capaian
from capaian.errors import Finding
from capaian.formula import Node, agg, col, days, elapsed
from capaian.indicator import Indicator
from capaian.plugin import (
    Cohort,
    ColumnNeed,
    IndicatorType,
    Measure,
    Method,
    Pack,
    RelativeNormalisation,
    Rule,
    Source,
    hookimpl,
)
from capaian.policy import Scale
from capaian.record import chain

policy: capaian.Policy = capaian.load_policy(Path("policy.toml"), on="2026-06-30")
scores: capaian.Scores = capaian.score(policy, {"complaints": []}, period="2026-Q1")
why: capaian.Explanation = scores.explain("9999")
total: Fraction = why.total()
fitted: capaian.Policy = capaian.fit(policy, {"work": []}, period="2026-Q1", edition="2026-b")
found: list[Finding] = capaian.check(policy, {}, period="2026", as_of="2027-01-01")
document: str = scores.to_json()
said: list[Finding] = scores.guidance({"labels": []})
record: capaian.Record = scores.record("9999", made_at="2026-04-02")
records: list[str] = [each.content_hash for each in scores.records()]
verified: capaian.Verification = capaian.verify(Path("record.json"), {"complaints": []})
override = capaian.Override(author="head", reason="it was wrong", date="2026-05-04", score="88.5")
history: capaian.History = chain(capaian.read_record(record.to_json())).apply(override)
answer: str = record.text("id", reader="auditor")
changes: capaian.PolicyDiff = capaian.compare_policies(policy, "skm/2017")

rule: capaian.Assignment = capaian.load_assignment(Path("posts.toml"))
posts: capaian.PostingScores = capaian.score(rule, {"postings": []}, period="2026-Q1")
because: capaian.PostingExplanation = posts.explain("9999")
units: capaian.UnitScores = capaian.score_units(policy, {"units": []}, period="2026-Q1")
many: capaian.ScoresByPeriod = capaian.score(policy, {}, period=["2026-01", "2026-02"])
parts: capaian.ScoresByPeriod = capaian.score(
    policy, {}, period=capaian.read_period("2026-Q1").split("month")
)
february: capaian.Scores = many["2026-02"]
labels: list[str] = [each.period.label for each in many]

try:
    capaian.load_calendar("id/2024-2027")
except capaian.CalendarError as error:
    lines: list[str] = [finding.text("id") for finding in error.findings]


cases: capaian.CaseResults = capaian.run_cases(Path("cases.json"))
failed: int = cases.failed
packs: list[capaian.ListedPack] = capaian.list_packs()
tables: dict[str, Path] = capaian.load_evidence("capaian/contoh")
asked: dict[str, Any] = capaian.read_object(b"{}")
sent: dict[str, Any] = capaian.read_evidence(capaian.load_policy("policy.toml"), asked)


class Options:
    """Options of the plugin below."""

    limit: int = 3


def build(options: Options, indicator: Indicator) -> Measure:
    """Return the share of rows that took at most `limit` days."""
    took = elapsed(col("start"), col("stop"))
    return Measure(
        columns=(ColumnNeed("start", "stamp"), ColumnNeed("stop", "stamp")),
        value=agg.count(took <= days(options.limit)) / agg.count(),
        n=agg.count(),
        dated="start",
    )


@hookimpl
def capaian_indicator_types() -> list[IndicatorType]:
    """Return the one type."""
    return [IndicatorType("quick", {"en": "Quick", "id": "Cepat"}, Options, build)]


class Found:
    """What the method below is fitted to."""

    def __init__(self, middle: Fraction) -> None:
        self.middle = middle


def find(options: Options, cohort: Cohort) -> Found:
    """Return the cohort's median."""
    return Found(cohort.at([options.limit])[0])


def above(options: Options, parameters: Found, scale: Scale, x: Node) -> Node:
    """Return how far a value lies above it."""
    return (x - parameters.middle) * options.limit + scale.worst


@hookimpl
def capaian_methods() -> list[Method]:
    """Return the one method."""
    title = {"en": "Above", "id": "Di atas"}
    return [RelativeNormalisation("above", title, Options, Found, find, above, lambda _: "higher")]


def graded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the grade of a rating."""
    return {"grade": None if values["rating"] is None else "good"}


@hookimpl
def capaian_packs() -> list[Pack]:
    """Return the one pack."""
    source = Source("a decree", "verified")
    rule = Rule("city/grade", {"en": "Grade", "id": "Nilai"}, source, graded)
    return [Pack("city", {"en": "City", "id": "Kota"}, (source,), rules=(rule,))]
