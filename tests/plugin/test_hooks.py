"""The hooks' worked examples, as their pages show them, against figures by hand and the kit."""

import pytest

import capaian
from capaian.errors import EvidenceError
from capaian.policy import read_policy
from capaian.testing import (
    Case,
    MethodSample,
    PackSample,
    Profile,
    Sample,
    check_indicator,
    check_method,
    check_pack,
)
from plugin import capaian_indicator_types, capaian_methods, capaian_packs, longest_gap

KIT = {"edition": "2026.1", "on_fail": "collect", "profile": Profile(examples=5)}
SERVICES = ["birth", "death", "moving", "permit"]
BREADTH = {"measure": {"services": SERVICES}, "columns": {"service": "what"}, "minimum": 2}
GIVEN = [{"what": what} for what in ("birth", "permit", "birth")]


def policy(table, *normalise, **keys):
    """The least policy there can be with one indicator."""
    goalposts = {"method": "goalposts", "worst": 0, "best": "100%"}
    indicator = {"id": "x", "table": "rows", "normalise": list(normalise) or goalposts, **table}
    return read_policy(
        {
            "id": "desk", "edition": "1", "in_force": {"from": "2026-01-01"}, "subject": "who",
            "scale": {"worst": 0, "best": 100}, "missing": "withhold",
            "rounding": [{"where": "score", "digits": 1}], "indicators": [indicator], **keys,
        }
    )  # fmt: skip


def test_capaian_indicator_types():
    """Two of four services are half; one row is too few; a service that is not on offer is refused."""
    own = [capaian_indicator_types]
    breadth = policy({"type": "breadth", **BREADTH})
    rows = [{"who": "a", **row} for row in GIVEN] + [{"who": "b", "what": "death"}]
    scores = capaian.score(breadth, {"rows": rows}, period="2026", plugins=own)
    assert scores.columns()["score"] == [50.0, None]
    assert scores.provenance["x"]["breadth"].distribution == "(given)"
    with pytest.raises(EvidenceError) as caught:
        capaian.score(breadth, {"rows": [{"who": "a", "what": "tax"}]}, period="2026", plugins=own)
    assert caught.value.code == "CPN-E18"
    cases = [Case(GIVEN, "1/2"), Case(GIVEN[:1], "too_few")]
    passes(check_indicator(Sample(*own, BREADTH, cases=cases), **KIT))


def passes(report):
    """Nothing failed, and most applied."""
    assert report.failures == []
    assert report.counts()["passed"] > len(report) / 2


def test_capaian_methods():
    """From three quarters on a score is full; so it is from the cohort's median on."""
    own = [capaian_indicator_types, capaian_methods]
    breadth = {"type": "breadth", **BREADTH}
    rows = [{"who": "a", "what": what} for what in SERVICES[:3]]
    rows += [{"who": "b", **row} for row in GIVEN]
    rows += [{"who": "c", "what": "birth"}] * 2
    marked = policy(breadth, {"method": "pass-mark", "at_least": "3/4"})
    scores = capaian.score(marked, {"rows": rows}, period="2026", plugins=own)
    assert scores.columns()["score"] == [100.0, 0.0, 0.0]
    relative = policy(breadth, {"method": "above-median"}, relative=True)
    fitted = capaian.fit(relative, {"rows": rows}, period="2026", plugins=own)
    assert dict(fitted.indicators[0].normalise[0].fitted.parameters) == {"median": "0.5"}
    scores = capaian.score(fitted, {"rows": rows}, period="2026", plugins=own)
    assert scores.columns()["score"] == [100.0, 100.0, 0.0]
    mark = MethodSample(
        capaian_methods, {"at_least": "3/4"}, kind="pass-mark", anchors={"3/4": 100, "2/3": 0}
    )
    passes(check_method(mark, **KIT))
    passes(check_method(MethodSample(capaian_methods, kind="above-median"), **KIT))


def test_capaian_packs():
    """Its rule is run exactly, refuses what it cannot take, and is listed with its trust."""
    found = capaian.run_cases("district", plugins=[capaian_packs])
    assert (found.passed, len(found.results)) == (4, 4)
    listed = capaian.list_packs([capaian_packs])[-1]
    assert (listed.name, listed.status, listed.trust) == (
        "district", "available", ("unconfirmed",),
    )  # fmt: skip
    passes(check_pack(PackSample(capaian_packs), **KIT))


@pytest.mark.parametrize("engine", ["records", "polars", "duckdb"])
def test_functions_say_what_no_formula_can(engine):
    """The longest of two gaps is 12 days on every engine; one visit has none."""
    import duckdb
    import polars as pl

    rows = [
        {"who": who, "at": f"2026-0{at}"}
        for who, at in (("a", "2-17"), ("a", "1-30"), ("a", "2-05"), ("b", "3-01"))
    ]
    frame = pl.DataFrame(rows).with_columns(pl.col("at").str.to_date())
    given = {"records": frame.to_dicts(), "polars": frame, "duckdb": duckdb.from_arrow(frame.to_arrow())}  # fmt: skip
    gaps = policy({"type": "longest-gap"}, {"method": "goalposts", "worst": 24, "best": 0})
    scores = capaian.score(gaps, {"rows": given[engine]}, period="2026", plugins=[longest_gap])
    assert scores.columns()["score"] == [50.0, None]


def test_functions_pass_the_kit():
    """Both of the pair, on every kind of table, in any order."""
    rows = [{"at": f"2026-01-{day}"} for day in ("30", "02", "05")]
    sample = Sample(longest_gap, {"columns": {"at": "at"}}, cases=[Case(rows, 25)])
    passes(check_indicator(sample, **KIT))
