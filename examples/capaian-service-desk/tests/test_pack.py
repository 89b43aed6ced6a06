"""What this pack promises, tried on the installed distribution."""

import csv
from datetime import datetime, timedelta
from fractions import Fraction
from importlib.resources import files

from capaian_service_desk.limits import HOURS

import capaian

OWN = files("capaian_service_desk")
TABLES = {name: OWN / "evidence" / f"{name}.csv" for name in ("tickets", "answers")}
CUT_OFF = datetime(2025, 4, 1)


def rows(name: str, agent: str) -> list[dict[str, str]]:
    """Return an agent's rows of a table."""
    with TABLES[name].open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["agent"] == agent]


def between(value: Fraction, worst: Fraction, best: Fraction) -> Fraction:
    """Return 0 at the worst, 100 at the best, and nothing beyond."""
    return max(Fraction(0), min(Fraction(100), 100 * (value - worst) / (best - worst)))


def by_hand(agent: str) -> Fraction:
    """Return a score worked out from the text of the policy, in plain Python."""
    shares = []
    for priority, hours in HOURS.items():
        limit = timedelta(hours=hours)
        old = [
            row
            for row in rows("tickets", agent)
            if row["priority"] == priority
            and CUT_OFF - datetime.fromisoformat(row["opened"]) > limit
        ]
        met = [
            row
            for row in old
            if row["answered"]
            and datetime.fromisoformat(row["answered"]) - datetime.fromisoformat(row["opened"])
            <= limit
        ]
        shares.append(between(Fraction(len(met), len(old)), Fraction(1, 2), Fraction(1)))
    closed = [row for row in rows("tickets", agent) if row["closed"]]
    again = Fraction(sum(row["reopened"] != "0" for row in closed), len(closed))
    given = [int(row["satisfied"]) for row in rows("answers", agent) if row["satisfied"]]
    happy = Fraction(sum(each > 3 for each in given), len(given))
    total = (
        Fraction(50, 100) * sum(shares) / 2
        + Fraction(30, 100) * between(again, Fraction(20, 100), Fraction(0))
        + Fraction(20, 100) * 100 * happy
    )
    return Fraction((total * 20 + 1) // 2, 10)


def test_the_pack_is_installed() -> None:
    """With its policy and its indicator type."""
    (found,) = (each for each in capaian.list_packs() if each.name == "service-desk")
    assert found.status == "available"
    kinds = {each.name for each in capaian.list_plugins() if each.status == "available"}
    assert {"service-desk", "reopened-share"} <= kinds


def test_all_cases_pass() -> None:
    """None fails, and none is of a rule that the pack forgot."""
    found = capaian.run_cases(OWN / "cases.json")
    assert found.passed == len(found.results), found.text()
    assert found.passed > 0


def test_every_agent_has_the_score_that_is_worked_out_by_hand() -> None:
    """Three agents, a month, files as they would be exported."""
    scores = capaian.score("service-desk/2025", TABLES, period="2025-03")
    found = {
        row["subject"]: (row["score"], row["band"]) for row in scores.to_native().rows(named=True)
    }
    assert found == {
        agent: (float(score), "steady" if score >= 80 else "watch")
        for agent, score in ((each, by_hand(each)) for each in ("ana", "budi", "citra"))
    }
    assert {band for _, band in found.values()} == {"steady", "watch"}


def test_the_rule_and_the_policy_have_the_same_limits() -> None:
    """One is for callers, the other scores; they may not drift apart."""
    policy = capaian.load_policy("service-desk/2025")
    limits = {each.id: each.measure.get("limit") for each in policy.indicators}
    assert {name: f"{hours} hours" for name, hours in HOURS.items()} == {
        name: limits[name] for name in HOURS
    }
