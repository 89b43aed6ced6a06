"""Real requests and real answers: capaian against a few lines of plain Python.

Everything under "by hand" is written from the text of `policy.toml`, never from capaian's code, in
fractions throughout.
"""

import csv
import importlib.util
import json
import os
import subprocess
import sys
import tomllib
from bisect import bisect_left
from collections import Counter
from datetime import datetime, timedelta
from fractions import Fraction as F
from functools import cache
from pathlib import Path

import pytest

import capaian
from capaian.policy.read import read_policy

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "city_requests"
DATA = Path(os.environ.get("CAPAIAN_DATA", ROOT.parent / "shared" / "data"))
REQUESTS, SURVEY = DATA / "la311_requests_2020.csv", DATA / "bank_satisfaction_survey.csv"
FIRST, CUTOFF = datetime(2020, 1, 1), datetime(2020, 1, 20)
DAY = timedelta(days=1)

pytestmark = pytest.mark.skipif(
    not (REQUESTS.is_file() and SURVEY.is_file()) and not os.environ.get("CI"),
    reason="the public data is not at hand: set CAPAIAN_DATA to its folder",
)


# ---- by hand -------------------------------------------------------------------------------------


def stamp(text):
    # By naive wall time of the city, as everything here.
    return datetime.strptime(text, "%m/%d/%y %H:%M") if text else None  # noqa: DTZ007 - see above


@cache
def requests_of_crews():
    with REQUESTS.open(encoding="utf-8", newline="") as file:
        return [
            (
                row["assignto"],
                row["status"],
                row["requestsource"],
                stamp(row["createddate"]),
                stamp(row["closeddate"]),
            )
            for row in csv.DictReader(file)
        ]


def crews():
    return sorted({crew for crew, *_ in requests_of_crews() if crew})


def forms_of_crews():
    """Form i belongs to crew i modulo their number: the rule that prepare.py states."""
    known, forms = crews(), {}
    with SURVEY.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            forms.setdefault(known[number % len(known)], []).append(row)
    return forms


def share_in_time(rows):
    """Of the requests older than 3 days at the cut-off, those known to be closed in 3 days."""
    old = [(created, closed) for created, closed in rows if CUTOFF - created > 3 * DAY]
    kept = [
        1 for created, closed in old if closed and closed < CUTOFF and closed - created <= 3 * DAY
    ]
    return (F(len(kept), len(old)) if len(old) >= 10 else None), len(old)


def median_days(rows):
    """Kaplan and Meier: the first time at which at most half of the requests are still open."""
    ends = Counter(closed - created for created, closed in rows if closed and closed < CUTOFF)
    ages = sorted(CUTOFF - created for created, closed in rows if not closed or closed >= CUTOFF)
    left, ended = F(1), 0
    for time in sorted(ends):
        at_risk = len(rows) - ended - bisect_left(ages, time)
        left *= 1 - F(ends[time], at_risk)
        ended += ends[time]
        if left <= F(1, 2):
            return F(time // timedelta(microseconds=1), DAY // timedelta(microseconds=1)), len(rows)
    return None, len(rows)


def survey_values(forms):
    """Mean of four item means on 0 to 100, net promoter score, share of answers of 9 or 10."""
    if len(forms) < 7:
        return dict.fromkeys(("satisfaction", "recommend", "top-quality"), (None, len(forms)))
    count = len(forms)
    means = [F(sum(int(form[f"sat{i}"]) for form in forms), count) for i in (1, 2, 3, 4)]
    loyal = [int(form["loy1"]) for form in forms]
    quality = [int(form[f"qual{i}"]) for form in forms for i in (1, 2, 3, 4, 5)]
    net = sum(answer >= 9 for answer in loyal) - sum(answer <= 6 for answer in loyal)
    return {
        "satisfaction": (sum(means) / 4 * 10, count),
        "recommend": (F(100 * net, count), count),
        "top-quality": (F(sum(answer >= 9 for answer in quality), len(quality)), count),
    }


def measured():
    """Return, for every crew and indicator, the measured value (or none) and n."""
    everything, forms = requests_of_crews(), forms_of_crews()
    found = {}
    for crew in crews():
        own = [row for row in everything if row[0] == crew]
        counted = [row for row in own if row[1] != "Cancelled"]
        times = [(created, closed) for *_, created, closed in counted]
        finished = [
            1
            for _, status, _, _, closed in own
            if status == "Closed" and closed and closed < CUTOFF
        ]
        digital = sum(source in {"Mobile App", "Self Service"} for _, _, source, _, _ in counted)
        enough = len(counted) >= 10
        found[crew] = {
            "within-3-days": share_in_time(times),
            "median-days": median_days(times),
            "closed": (F(len(finished)), len(finished)),
            "digital": (F(digital, len(counted)) if enough else None, len(counted)),
            **survey_values(forms.get(crew, [])),
        }
    return found


def top_quality_points(share):
    if share < F("0.15"):
        return F(50)
    if share <= F("0.25"):
        return F(80)
    return F(100) if share < F("0.4") else F(120)


POINTS = {
    "within-3-days": lambda x: x / F("0.8") * 100,
    "median-days": lambda x: (10 - x) / (10 - 1) * 100,
    "closed": lambda x: x / 200 * 100,
    "digital": lambda x: x / F("0.4") * 100,
    "satisfaction": lambda x: (x - 30) / (80 - 30) * 100,
    "recommend": lambda x: (x + 100) / (50 + 100) * 100,
    "top-quality": top_quality_points,
}
TREE = {
    "speed": (F(45, 100), {"within-3-days": F(2, 3), "median-days": F(1, 3)}),
    "output": (F(20, 100), {"closed": F(1, 2), "digital": F(1, 2)}),
    "customers": (
        F(35, 100),
        {"satisfaction": F(1, 2), "recommend": F(1, 4), "top-quality": F(1, 4)},
    ),
}


def arithmetic(parts):
    return sum(w * x for w, x in parts) / sum(w for w, _ in parts)


def harmonic(parts):
    if any(x == 0 for _, x in parts):
        return F(0)
    return sum(w for w, _ in parts) / sum(w / x for w, x in parts)


def score_of(values):
    """Return a crew's achievements and its unrounded score, none where the rule withholds it."""
    points = {
        name: min(max(POINTS[name](x), F(0)), F(120))
        for name, (x, _) in values.items()
        if x is not None
    }
    nodes = {}
    for node, (weight, children) in TREE.items():
        parts = [(w, points[name]) for name, w in children.items() if name in points]
        if node == "speed":
            if "within-3-days" not in points:
                continue  # less than two thirds of the weight: no speed
            if "median-days" not in points:
                parts.append((children["median-days"], F(0)))  # counts as the worst
        if parts:
            nodes[node] = weight, (harmonic if node == "customers" else arithmetic)(parts)
    present = sum(weight for weight, _ in nodes.values())
    return points, (arithmetic(list(nodes.values())) if present >= F(60, 100) else None)


def half_up(score):
    """Round a score, which is never negative, to two decimals; a tie goes up."""
    return F((score * 100 + F(1, 2)).__floor__(), 100)


def band_of(score):
    return next(
        band for band, low in zip("ABCDE", (95, 80, 65, 50, 0), strict=True) if score >= low
    )


@pytest.fixture(scope="module")
def by_hand():
    return {crew: (values, *score_of(values)) for crew, values in measured().items()}


# ---- by capaian ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def prepare():
    spec = importlib.util.spec_from_file_location("city_requests_prepare", FOLDER / "prepare.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def evidence(prepare):
    return {"requests": str(REQUESTS), "survey": prepare.survey_rows(REQUESTS, SURVEY)}


@pytest.fixture(scope="module")
def scores(evidence):
    policy = capaian.load_policy(FOLDER / "policy.toml")
    return capaian.score(policy, evidence, period="2020-01", as_of="2020-01-20")


def rows_of(table):
    return table if isinstance(table, list) else table.to_dicts()


# ---- the hand's own figures, fixed, so that a slip of the hand is seen ---------------------------


def test_the_data_is_as_it_was(by_hand):
    everything = requests_of_crews()
    assert len(everything) == 10_000
    status = Counter(status for _, status, *_ in everything)
    assert status == {
        "Closed": 9723,
        "Cancelled": 244,
        "Open": 16,
        "Pending": 15,
        "Referred Out": 2,
    }
    assert sum(not crew for crew, *_ in everything) == 120
    assert sum(closed is None for *_, closed in everything) == 49
    assert len(by_hand) == 36
    assert all(closed is None or closed >= created for *_, created, closed in everything)


def test_some_figures_by_hand(by_hand):
    values, _, score = by_hand["NC"]
    assert values["within-3-days"][1] == values["median-days"][1] == 1566
    assert values["closed"][0] == 1448
    assert values["median-days"][0] == F(3) + F(13 * 60 + 22, 24 * 60)
    assert half_up(score) == F("78.90")
    assert by_hand["SGB"][0]["within-3-days"][0] == F(1)
    assert by_hand["CENTRAL"][0]["median-days"] == (None, 40)
    assert by_hand["WEST"][0]["within-3-days"] == (None, 9)
    assert Counter(len(form) for form in forms_of_crews().values()) == {7: 34, 6: 2}
    assert Counter(score is None for _, _, score in by_hand.values()) == {False: 24, True: 12}


# ---- one against the other -----------------------------------------------------------------------


def test_scores_and_bands_are_those_computed_by_hand(by_hand, scores):
    rows = {row["subject"]: row for row in rows_of(scores.to_native())}
    assert list(rows) == sorted(by_hand)
    for crew, (_, _, score) in by_hand.items():
        row = rows[crew]
        assert row["period"] == "2020-01"
        if score is None:
            assert (row["score"], row["band"]) == (None, None), crew
            assert row["status"] != "scored"
            continue
        assert F(repr(row["score"])) == half_up(score), crew
        assert row["band"] == band_of(half_up(score)), crew
        assert row["status"] == "scored"


def test_measured_values_and_achievements_are_those_computed_by_hand(by_hand, scores):
    ledger = {(row["subject"], row["indicator"]): row for row in rows_of(scores.ledger())}
    assert len(ledger) == 36 * 7
    for crew, (values, points, _) in by_hand.items():
        for name, (value, n) in values.items():
            row = ledger[crew, name]
            assert row["n"] == n, (crew, name)
            if value is None:
                assert row["numerator"] is None
                assert row["achievement"] is None
                continue
            assert F(row["numerator"], row["denominator"]) == value, (crew, name)
            assert row["achievement"] == pytest.approx(float(points[name]), rel=1e-14, abs=1e-12)


def test_contributions_add_up_to_the_unrounded_score(by_hand, scores):
    totals = Counter()
    for row in rows_of(scores.ledger()):
        totals[row["subject"]] += row["contribution"] or 0
    for crew, (_, _, score) in by_hand.items():
        if score is not None:
            assert totals[crew] == pytest.approx(float(score), rel=1e-13), crew


def test_the_explanation_is_exact(by_hand, scores):
    for crew, (_, _, score) in by_hand.items():
        explained = scores.explain(crew)
        assert explained.unrounded == score, crew
        if score is not None:
            parts = sum(part.contribution for part in explained.parts)
            assert parts + sum(each.amount for each in explained.adjustments) == half_up(score)


def test_every_state_that_real_data_has_occurs(scores):
    states = Counter((row["indicator"], row["state"]) for row in rows_of(scores.ledger()))
    assert states["median-days", "not_reached"] == 2
    assert states["median-days", "no_evidence"] == 3
    assert states["within-3-days", "too_few"] == 9
    assert states["satisfaction", "too_few"] == 2
    assert states["closed", "ok"] == 36


def test_requests_without_a_crew_are_told_of(scores):
    assert [each.code for each in scores.findings] == ["CPN-E55"]


def test_files_and_lists_of_dicts_give_the_same_document(scores, evidence, prepare, tmp_path):
    prepare.write(evidence["survey"], tmp_path / "survey.csv")
    policy = FOLDER / "policy.toml"
    files = {"requests": str(REQUESTS), "survey": str(tmp_path / "survey.csv")}
    again = capaian.score(policy, files, period="2020-01", as_of="2020-01-20")
    assert again.to_json() == scores.to_json()
    with REQUESTS.open(encoding="utf-8", newline="") as file:
        requests = [
            {name: value or None for name, value in row.items()} for row in csv.DictReader(file)
        ]
    plain = {"requests": requests[::-1], "survey": evidence["survey"][::-1]}
    assert (
        capaian.score(policy, plain, period="2020-01", as_of="2020-01-20").to_json()
        == scores.to_json()
    )


def test_answers_off_the_scale_are_refused(evidence):
    """The data set is said to run from 1 to 10; it has answers of 0."""
    document = tomllib.loads((FOLDER / "policy.toml").read_text(encoding="utf-8"))
    for indicator in document["indicators"]:
        if "lowest" in indicator["measure"]:
            indicator["measure"]["lowest"] = 1
    with pytest.raises(capaian.EvidenceError) as caught:
        capaian.score(read_policy(document), evidence, period="2020-01", as_of="2020-01-20")
    assert {each.code for each in caught.value.findings} == {"CPN-E32"}
    assert sum(each.values["rows"] for each in caught.value.findings) == 50


def test_closed_requests_without_a_date_must_be_left_out_by_name(evidence):
    """18 requests are closed and nobody wrote down when: a count by closing date has to say so."""
    document = tomllib.loads((FOLDER / "policy.toml").read_text(encoding="utf-8"))
    closed = next(each for each in document["indicators"] if each["id"] == "closed")
    del closed["where"]["closeddate"]
    with pytest.raises(capaian.EvidenceError) as caught:
        capaian.score(read_policy(document), evidence, period="2020-01", as_of="2020-01-20")
    assert {each.code for each in caught.value.findings} == {"CPN-E10"}


# ---- the preparation -----------------------------------------------------------------------------


def test_the_preparation_says_that_the_link_is_invented(prepare, tmp_path):
    out = tmp_path / "new" / "survey.csv"
    command = [sys.executable, FOLDER / "prepare.py"]
    command += ["--requests", REQUESTS, "--survey", SURVEY, "--out", out]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "INVENTED" in said
    assert "INVENTED" in out.with_name("survey.csv.txt").read_text(encoding="utf-8")
    assert sorted(path.name for path in out.parent.iterdir()) == ["survey.csv", "survey.csv.txt"]
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 250
    known = prepare.crews(REQUESTS)
    assert known == crews()
    assert [row["assignto"] for row in rows] == [known[i % 36] for i in range(250)]


def test_the_preparation_changes_no_answer(prepare):
    with SURVEY.open(encoding="utf-8", newline="") as file:
        before = [
            {k: v for k, v in row.items() if k not in {"", "gender"}}
            for row in csv.DictReader(file)
        ]
    after = [
        {k: str(v) for k, v in row.items() if k not in {"assignto", "respondent"}}
        for row in prepare.survey_rows(REQUESTS, SURVEY)
    ]
    assert json.dumps(after) == json.dumps(before)
