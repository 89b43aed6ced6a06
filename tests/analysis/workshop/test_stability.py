"""What disagreement does to scores and bands, through the engine itself."""

import numpy as np
import polars as pl
import pytest

import capaian
from analysis.cases import MEASUREMENT, assert_close
from capaian.analysis import label_stability, weights_workshop
from small_office import OFFICE, made_up_evidence

THREE = {
    "id": "three",
    "edition": "2026",
    "in_force": {"from": "2026-01-01"},
    "scale": {"worst": 0, "best": 100},
    "missing": "exclude",
    "subject": "nip",
    "rounding": [{"where": "score", "digits": 2}],
    "indicators": [
        {"id": name, "weight": "1/3", "type": "count-based", "table": name,
         "measure": {"statistic": "count", "no_rows": "zero"}, "normalise": {"method": "identity"}}
        for name in ("a", "b", "c")
    ],
    "bands": [{"id": "below", "below": 80}, {"id": "passed", "from": 80}],
}  # fmt: skip


def test_the_golden_case():
    """W09: utilities 80, 70 and 95 under four people's weights, against the cut of 80."""
    case = MEASUREMENT["W09"]
    tables = {
        name: [{"nip": "1"}] * int(value)
        for name, value in zip("abc", case["input"]["utilities"], strict=True)
    }
    policy = capaian.load_policy(THREE)
    answers = {
        str(at): dict(zip("abc", line, strict=True))
        for at, line in enumerate(case["input"]["weights"])
    }
    scores = capaian.score(policy, tables, period="2026-Q1")
    (found,) = label_stability(scores, weights_workshop(policy, answers, method="budget")).rows()
    assert scores.columns()["band"] == ["passed"]
    told = {
        "mean": found["mean"],
        "sd": found["spread"],
        "share_of_people_whose_weights_pass": found["band_share"],
    }
    expected = {name: value for name, value in case["expected"].items() if name in told}
    assert_close(told, expected, case["tolerance"])
    per_person = case["expected"]["score_per_person"]
    assert [found["lowest"], found["highest"]] == [min(per_person), max(per_person)]


@pytest.mark.parametrize("form", ["records", "polars"])
def test_it_is_the_engine_s_own_score(form):
    """Oracle: each participant's policy written out and scored from the evidence."""
    policy, tables = capaian.load_policy(OFFICE), made_up_evidence()
    if form == "polars":
        tables = {name: pl.DataFrame(rows) for name, rows in tables.items()}
    scores = capaian.score(policy, tables, period="2026-Q1", as_of="2026-04-01")
    answers = {"x": {"response": 90, "services": 10}, "y": {"response": 25, "services": 75}}
    workshop = weights_workshop(policy, answers, method="budget", parent="service")
    found = label_stability(scores, workshop)
    each = []
    for answer in answers.values():
        document = {**OFFICE, "indicators": [
            {**one, "weight": f"{answer[one['id']]}%"} if one["id"] in answer else one
            for one in OFFICE["indicators"]]}  # fmt: skip
        each.append(capaian.score(document, tables, period="2026-Q1", as_of="2026-04-01").columns())
    points = np.array([one["score"] for one in each])
    np.testing.assert_allclose(found["lowest"], points.min(axis=0))
    np.testing.assert_allclose(found["mean"], points.mean(axis=0))
    np.testing.assert_allclose(found["spread"], points.std(axis=0, ddof=1), rtol=1e-9)
    same = [[a == b for a, b in zip(one["band"], found["band"], strict=True)] for one in each]
    assert found["band_share"] == np.mean(same, axis=0).tolist()
    assert scores.columns()["score"] == found["score"]


def test_seven_of_seven_are_all():
    """A band that everybody's weights give has a share of exactly 1, however many there are."""
    policy = capaian.load_policy(THREE)
    tables = {name: [{"nip": "1"}] * 90 for name in "abc"}
    scores = capaian.score(policy, tables, period="2026-Q1")
    answers = {str(at): {"a": 10 + at, "b": 30, "c": 60 - at} for at in range(7)}
    found = label_stability(scores, weights_workshop(policy, answers, method="budget"))
    assert found["band_share"] == [1.0]
    assert found.notes == ("7 participants; 100% keep their band by the weights of each of them",)
