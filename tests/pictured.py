"""What pictures are drawn of in the tests: a small office, and tables as analyses give them."""

import copy
import random
from datetime import date, timedelta
from math import erf, sqrt

import capaian
from capaian import charts
from capaian.analysis import Table
from capaian.policy import read_policy
from small_office import OFFICE, made_up_evidence

BANDS = ("low", "middle", "high")
EDGES = (60, 90)
LANGUAGES = ("en", "id")
PEOPLE = [f"19870000200001{at:04}" for at in range(12)]
"""Identifiers as they look: none of them may be in a picture that was not asked for names."""


def small_scores(**changes):
    """Scores of the small office; some of its people have no value somewhere."""
    document = copy.deepcopy(OFFICE) | changes
    evidence = made_up_evidence(subjects=PEOPLE[:5])
    evidence["survey"] = [row for row in evidence["survey"] if row["nip"] != PEOPLE[1]]
    return capaian.score(read_policy(document), evidence, period="2026-01")


def score_of(at):
    """A score without chance, between 45 and 105; of one in twelve there is none."""
    return None if at % 12 == 11 else 45 + (at * 37 % 61)


def subjects(count):
    """As many identifiers as wanted."""
    return PEOPLE[:count] if count <= len(PEOPLE) else [f"1987{at:014}" for at in range(count)]


def band_of(score):
    """The band of a score."""
    return None if score is None else BANDS[sum(score >= edge for edge in EDGES)]


def chances(count=12, error=6):
    """As `band_probability` gives them."""
    scores = [score_of(at) for at in range(count)]
    below = [[None if s is None else _below((edge - s) / error) for s in scores] for edge in EDGES]
    low, high = below[0], [None if each is None else 1 - each for each in below[1]]
    middle = [None if a is None else 1 - a - b for a, b in zip(low, high, strict=True)]
    columns = {"p_low": low, "p_middle": middle, "p_high": high}
    given = [band_of(each) for each in scores]
    sure = [None if band is None else columns[f"p_{band}"][at] for at, band in enumerate(given)]
    people = {"subject": subjects(count), "score": scores, "band": given}
    return Table("Probability of each band", people | columns | {"probability": sure})


def _below(z):
    return (1 + erf(z / sqrt(2))) / 2


def funnels(count=12, target=0.85):
    """As `funnel` gives them: some outside the limits."""
    dice = random.Random(1)
    rows = []
    for at, name in enumerate(subjects(count)):
        size = 8 + at * 13 % 90
        value = sum(dice.random() < (0.6 if at % 5 == 3 else target) for _ in range(size)) / size
        row = {"name": name, "size": size, "value": value, "position": "inside"}
        for level, z in (("95", 1.96), ("99.8", 3.09)):
            reach = z * sqrt(target * (1 - target) / size)
            low, high = max(0.0, target - reach), min(1.0, target + reach)
            row |= {f"low_{level}": low, f"high_{level}": high}
            if value < low:
                row["position"] = f"below_{level}"
        rows.append(row)
    return {name: [row[name] for row in rows] for name in rows[0]}


def ranks(count=12):
    """As `rank_interval` gives them; the last one without a score has none."""
    scores = [score_of(at) for at in range(count)]
    known = [each for each in scores if each is not None]
    columns = {"subject": subjects(count), "score": scores}
    middle = [None if s is None else 1.0 + sum(o > s for o in known) for s in scores]
    columns["rank_low"] = [None if m is None else max(1, m - 2) for m in middle]
    columns["rank_high"] = [None if m is None else min(len(known), m + 3) for m in middle]
    return columns | {"expected_rank": middle}


def sensitivities(count=12):
    """As `weight_sensitivity` gives them."""
    scores = [score_of(at) for at in range(count)]
    return {
        "subject": subjects(count),
        "score": scores,
        "mean": [None if s is None else s - 0.25 for s in scores],
        "sd": [None if s is None else 0.5 + at % 4 for at, s in enumerate(scores)],
        "p_band": [None if s is None else 0.5 + at % 5 / 10 for at, s in enumerate(scores)],
    }


def stabilities(count=12):
    """As `label_stability` gives them."""
    found = sensitivities(count)
    scores = found["score"]
    return {
        "subject": found["subject"],
        "score": scores,
        "mean": found["mean"],
        "spread": found["sd"],
        "lowest": [None if s is None else s - 4 for s in scores],
        "highest": [None if s is None else s + 3 for s in scores],
        "band_share": found["p_band"],
    }


MOVES = {"band": list(BANDS), "low": [2, 1, 0], "middle": [1, 9, None], "high": [0, 6, 21]}
"""As `compare_scores` gives it: a row for each band before, a column for each after."""
CASES = {
    "period": ["2026-01", "2026-02", "2026-03"],
    "met": [20, 24, 18],
    "failed": [3, 2, 4],
    "open_late": [1, 0, 2],
    "undetermined": [0, 1, 9],
}


def by_month():
    """Scores of the small office in three months; one of its people has none in the second."""
    evidence = made_up_evidence(subjects=PEOPLE[:5])
    later = {name: list(rows) for name, rows in evidence.items()}
    for months, who in ((1, PEOPLE[:4]), (2, PEOPLE[:5])):
        for name, rows in evidence.items():
            later[name] += [_shifted(row, 30 * months) for row in rows if row["nip"] in who]
    periods = ["2026-01", "2026-02", "2026-03"]
    return capaian.score(read_policy(copy.deepcopy(OFFICE)), later, period=periods)


def _shifted(row, days):
    return {
        name: value + timedelta(days=days) if isinstance(value, date) else value
        for name, value in row.items()
    }


def pictures(language):
    """One picture of each kind, by name."""
    scores = small_scores()
    policy = scores.policy
    return {
        "waterfall": charts.waterfall(scores.explain(PEOPLE[1]), language, label=""),
        "band_strip": charts.band_strip(chances(), language, policy=policy),
        "funnel_plot": charts.funnel_plot(funnels(), language, target=0.85, about="2026-01"),
        "rank_intervals": charts.rank_intervals(ranks(), language),
        "weight_fan": charts.weight_fan(sensitivities(), language, policy=policy),
        "transition_matrix": charts.transition_matrix(MOVES, language, policy=policy),
        "team_heat_map": charts.team_heat_map(scores, language),
        "trend": charts.trend(by_month(), language),
    }


def values(picture, *columns):
    """Rows of all layers of a picture that have these columns, in order."""
    document = picture.to_dict()
    panels = document.get("vconcat", [document])
    layers = [layer for panel in panels for layer in panel["layer"]]
    rows = [row for layer in layers for row in layer["data"]["values"]]
    return [row for row in rows if all(column in row for column in columns)]


def captions(picture):
    """What stands below a picture, and above it."""
    document = picture.to_dict()
    panels = document.get("vconcat", [document])
    said = [layer["mark"]["text"] for panel in panels for layer in panel["layer"]
            if isinstance(layer["mark"].get("text"), list)]  # fmt: skip
    return " ".join(" ".join(each) for each in said)
