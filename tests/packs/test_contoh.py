"""The example office: its scores by hand, the same on every table, and small enough to read."""

from fractions import Fraction

import polars as pl
import pytest

import capaian
from capaian.packs import contoh
from held import KINDS, held
from pack_rules import all_cases, apply

F = Fraction
PLUGINS = [contoh]
AS_OF = "2026-04-02"
# In time of those past the limit (5 working days), services of target, answers by item.
RESPONSE = {"P-01": F(5, 5), "P-02": F(4, 5), "P-03": F(4, 5), "P-04": F(3, 6), "P-06": F(2, 3)}
SERVICES = {"P-01": F(64, 60), "P-02": F(50, 60), "P-03": F(36, 40), "P-04": F(28, 40), "P-05": F(86, 90), "P-06": F(18, 60)}  # fmt: skip
BANDS = {"P-01": "sangat_baik", "P-02": "baik", "P-03": "baik", "P-04": "kurang", "P-05": "baik", "P-06": "kurang"}  # fmt: skip


@pytest.fixture(scope="module")
def policy():
    return capaian.load_policy("capaian/contoh", plugins=PLUGINS)


@pytest.fixture(scope="module")
def tables():
    """The evidence as frames with types, as a reader of CSV files would have it."""
    files = capaian.load_evidence("capaian/contoh", plugins=PLUGINS)
    return {name: pl.read_csv(file, try_parse_dates=True) for name, file in files.items()}


def satisfaction(survey, person):
    """The mean of items on 0 to 100 over the target of 80; none under five forms."""
    mine = survey.filter(pl.col("person") == person)
    if mine.height < 5:
        return None
    means = [F(mine[item].sum(), mine[item].count()) for item in ("procedure", "time", "conduct")]
    return (sum(means) / 3 - 1) / 3 * 100 / 80 * 100


def by_hand(tables):
    """Each person's achievements, and their score in fractions, half up to two decimals."""
    found = {}
    for person in sorted(SERVICES):
        parts = [
            (40, RESPONSE.get(person) and RESPONSE[person] / F(80, 100) * 100),
            (35, SERVICES[person] * 100),
            (25, satisfaction(tables["survey"], person)),
        ]
        known = [(weight, min(part, F(120))) for weight, part in parts if part is not None]
        score = sum(w * x for w, x in known) / sum(w for w, _ in known)
        found[person] = ([x for _, x in parts], F(int(score * 100 + F(1, 2)), 100))
    return found


def test_every_case_of_the_pack_passes():
    found = all_cases(contoh)
    assert found.passed == len(found.results) > 10, found.text()


def test_the_evidence_is_small_enough_to_read(tables):
    rows = {name: table.height for name, table in tables.items()}
    assert rows == {"complaints": 25, "services": 32, "staff": 6, "survey": 30, "targets": 6}
    assert set(tables["staff"]["person"]) == set(SERVICES)


@pytest.mark.parametrize("kind", ["files", *KINDS])
def test_scores_are_those_by_hand_on_every_table(kind, policy, tables):
    """From the files themselves, and from every kind of table made of them."""
    if kind == "files":
        evidence = capaian.load_evidence("capaian/contoh", plugins=PLUGINS)
    else:
        evidence = {
            name: held(table.to_dicts(), kind, table.schema) for name, table in tables.items()
        }
    scores = capaian.score(policy, evidence, period="2026-Q1", as_of=AS_OF)
    columns = scores.columns()
    for person, score, band in zip(
        columns["subject"], columns["score"], columns["band"], strict=True
    ):
        assert score == float(by_hand(tables)[person][1])
        assert band == BANDS[person]
    assert columns["subject"] == sorted(SERVICES)


def test_the_document_is_the_same_from_files_and_from_records(policy, tables):
    files = capaian.load_evidence("capaian/contoh", plugins=PLUGINS)
    records = {name: table.to_dicts() for name, table in tables.items()}
    made = [
        capaian.score(policy, each, period="2026-Q1", as_of=AS_OF).columns()
        for each in (files, records)
    ]
    assert made[0] == made[1]


def test_the_rule_says_of_the_achievements_what_the_policy_does(tables):
    for person, (parts, score) in by_hand(tables).items():
        given = dict(zip(("response", "services", "satisfaction"), parts, strict=True))
        assert apply(contoh, "capaian/score", **given) == {"score": score, "band": BANDS[person]}


def test_it_shows_what_it_is_said_to_show(policy):
    """Exactly 90; a deadline behind eight days off; an open case that failed; one that waits."""
    evidence = capaian.load_evidence("capaian/contoh", plugins=PLUGINS)
    scores = capaian.score(policy, evidence, period="2026-Q1", as_of=AS_OF)
    rows = {(each["subject"], each["indicator"]): each for each in scores.ledger().to_dicts()}
    assert dict(zip(scores.columns()["subject"], scores.columns()["score"], strict=True))["P-02"] == 90  # fmt: skip
    waiting = rows["P-03", "response"]
    assert (waiting["n"], waiting["state"]) == (5, "ok")
    assert rows["P-04", "response"]["n"] == 6
    assert rows["P-05", "response"]["state"] == rows["P-05", "satisfaction"]["state"]
    assert rows["P-05", "response"]["state"] == "no_evidence"
    assert rows["P-06", "satisfaction"]["state"] == "too_few"


def test_what_it_says_about_itself_is_in_both_languages():
    (pack,) = contoh.capaian_packs()
    text = (pack.evidence.parent / "README.md").read_text(encoding="utf-8")
    assert "## Bahasa Indonesia" in text
    assert "## English" in text
