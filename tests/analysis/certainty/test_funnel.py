"""Funnels: who is outside, by unit or by person."""

import numpy as np
import pytest

from analysis.certainty.marks import policy
from capaian import score
from capaian.analysis import funnel
from capaian.analysis.funnels import funnel_limits
from capaian.errors import AnalysisError

SHARE = {
    "id": "kept",
    "weight": 1,
    "type": "count-based",
    "table": "cases",
    "columns": {"outcome": "outcome"},
    "measure": {"statistic": "share", "success": ["yes"]},
    "normalise": {"method": "target", "target": "90%", "better": "higher"},
}
COUNT = {
    "id": "done",
    "weight": 1,
    "type": "count-based",
    "table": "cases",
    "measure": {"statistic": "count", "no_rows": "zero"},
    "normalise": {"method": "target", "target": 10, "better": "higher"},
}


def made():
    """Unit by unit: 18 of 20, 9 of 20, 40 of 40 were kept, by two people each."""
    staff, cases = [], []
    for unit, yes, of in (("a", 18, 20), ("b", 9, 20), ("c", 40, 40)):
        staff += [{"nip": f"{unit}{at}", "unit": unit} for at in range(2)]
        cases += [
            {"nip": f"{unit}{at % 2}", "outcome": "yes" if at < yes else "no"} for at in range(of)
        ]
    halves = [{**SHARE, "weight": "0.5"}, {**COUNT, "weight": "0.5"}]
    rule = policy(halves, subjects={"table": "staff", "unit": "unit"})
    return score(rule, {"staff": staff, "cases": cases}, period="2026-Q1", as_of="2026-04-01")


def test_units_are_held_against_the_limits_of_their_size():
    found = funnel(made(), "kept", target=0.85, by="unit", spread="none")
    assert found["name"] == ["a", "b", "c"]
    assert found["size"] == [20, 20, 40]
    assert found["value"] == pytest.approx([0.9, 0.45, 1])
    assert found["position"] == ["inside", "below_99.8", "above_99.8"]
    low, high = funnel_limits("binomial", 0.85, np.array([20.0]), 0.95)
    assert (found["low_95"][0], found["high_95"][0]) == (low[0], high[0])


def test_between_variance_widens_the_limits():
    plain = funnel(made(), "kept", target=0.85, by="unit", spread="none")
    for spread in ("multiplicative", "additive"):
        wide = funnel(made(), "kept", target=0.85, by="unit", spread=spread)
        assert np.less_equal(wide["low_95"], plain["low_95"]).all()
        assert wide.notes[0].endswith(f"limits: {spread}.")


def test_counts_are_held_against_a_rate():
    """One target for each person; a unit's is that of its people."""
    found = funnel(made(), "done", target=10, kind="poisson", by="unit", spread="none")
    assert found["size"] == [2, 2, 2]
    assert found["value"] == [10, 10, 20]
    assert found["position"] == ["inside", "inside", "above_99.8"]
    assert len(funnel(made(), "done", target=10, kind="poisson")) == 6


def test_an_indicator_that_is_no_share_is_refused():
    with pytest.raises(AnalysisError) as refused:
        funnel(made(), "done", target=0.85)
    assert refused.value.text() == (
        "'indicator' cannot be used; nothing was computed.\n"
        "  CPN-M22  indicator: 'done' is not known here.\n"
        "           to fix: use one of: kept."
    )
    with pytest.raises(AnalysisError, match="CPN-M20  target"):
        funnel(made(), "kept", target=85)
