"""Bad input: the whole text of each error, from the evidence and from the policy."""

import json
import math

import polars as pl
import pytest

import capaian
from capaian.errors import EvidenceError, PeriodError, PolicyError
from capaian.policy import read_policy
from visits import ENGINES


def said(office, evidence):
    """The error that scoring January raises, as text."""
    with pytest.raises((EvidenceError, PolicyError)) as caught:
        capaian.score(read_policy(office), evidence, period="2026-01")
    return str(caught.value)


def of_evidence(*lines):
    """The text of an error with one finding in the evidence."""
    return "\n".join(["1 problem in the evidence; nothing was scored.", *lines])


def of_policy(*lines):
    """The text of an error with one finding in the policy document."""
    return "\n".join(["1 problem in the policy 'desk'; nothing was read.", *lines])


def test_a_missing_column(office, evidence):
    """Named, with the one that was probably meant."""
    for row in evidence["survey"]:
        row["U2"] = row.pop("u2")
    assert said(office, evidence) == of_evidence(
        "  CPN-E09  survey: there is no column 'u2'. Did you mean 'U2'?",
        "           to fix: name one of the table's columns: nip, date, u1, u3, U2.",
    )


@pytest.mark.parametrize("frame", [list, pl.DataFrame])
def test_a_wrong_type(office, evidence, frame):
    """Words where answers belong: counted, not repeated."""
    for index, row in enumerate(evidence["survey"]):
        row["u1"] = "good" if index in {2, 4} else None if frame is list else "bad"
    rows = "2 of 40" if frame is list else "40 of 40"
    assert said(office, {**evidence, "survey": frame(evidence["survey"])}) == of_evidence(
        f"  CPN-E11  survey.u1: {rows} rows hold text where integer is wanted.",
        "           to fix: convert the column, or map the role to another one.",
    )


@pytest.mark.parametrize("frame", [list, lambda rows: pl.DataFrame(rows, strict=False)])
@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (
            math.nan,
            (
                "  CPN-E12  survey.u1: 1 of 40 rows hold NaN, which is neither a number nor missing.",
                "           to fix: leave the value empty where it is missing.",
            ),
        ),
        (
            math.inf,
            (
                "  CPN-E13  survey.u1: 1 of 40 rows hold an infinite number.",
                "           to fix: correct the numbers; the cause is often a division by zero.",
            ),
        ),
    ],
)
def test_not_a_number_and_infinity(office, evidence, frame, value, lines):
    """Neither becomes missing, zero or a score."""
    evidence["survey"] = [{**row, "u1": float(row["u1"] or 1)} for row in evidence["survey"]]
    evidence["survey"][2]["u1"] = value
    assert said(office, {**evidence, "survey": frame(evidence["survey"])}) == of_evidence(*lines)


@pytest.mark.parametrize("frame", [list, pl.DataFrame])
def test_an_answer_off_the_scale(office, evidence, frame):
    """A 5 on a scale of 1 to 4."""
    evidence["survey"][3]["u2"] = 5
    assert said(office, {**evidence, "survey": frame(evidence["survey"])}) == of_evidence(
        "  CPN-E32  survey (indicators['satisfaction']): 'u2' is off the answer scale 1 to 4 in "
        "1 of 40 rows.",
        "           to fix: correct the answers, or the scale ('lowest', 'highest'); leave the cell "
        "empty where nobody answered.",
    )


@pytest.mark.parametrize("frame", [list, pl.DataFrame])
def test_a_response_before_its_receipt(office, evidence, frame):
    """Named by the user's own columns."""
    row = evidence["complaints"][1]
    row["answered"], row["received"] = row["received"], row["answered"]
    tables = {**evidence, "complaints": frame(evidence["complaints"])}
    assert said(office, tables) == of_evidence(
        "  CPN-E30  complaints (indicators['response']): 'answered' comes before 'received' in "
        "1 of 40 rows.",
        "           to fix: correct the stamps, or leave those rows out with a condition under "
        "'where'.",
    )


def test_a_subject_twice_on_the_roster(office, evidence):
    """Counted; the identifier is not repeated."""
    office["subjects"] = {"table": "staff", "subject": "nip"}
    evidence["staff"] = [{"nip": "a"}, {"nip": "a"}, {"nip": "b"}]
    assert said(office, evidence) == of_evidence(
        "  CPN-E20  staff.nip: 1 of 3 rows name a subject that stands in the list already.",
        "           to fix: keep one row per subject.",
    )


@pytest.mark.parametrize("empty", [[], pl.DataFrame({"nip": [], "date": []})])
def test_an_empty_table(office, evidence, empty):
    """Nothing is not a table of zeros."""
    assert said(office, {**evidence, "survey": empty}) == of_evidence(
        "  CPN-E04  survey: the table has no rows.",
        "           to fix: see whether the query is right; where there truly was nothing, give rows "
        "of other periods too: they are not counted.",
    )


def test_a_row_without_its_date(office, evidence):
    """It cannot be placed in a period, so it is not guessed into one."""
    evidence["services"][2]["date"] = None
    assert said(office, evidence) == of_evidence(
        "  CPN-E10  services.date: 1 of 26 rows have no value.",
        "           to fix: fill them in, or leave those rows out with a condition in the policy.",
    )


def test_a_large_file_that_does_not_exist(office, evidence):
    """Found out before anything is read."""
    evidence["survey"] = "national/survey_2026_2GB.parquet"
    assert said(office, evidence) == of_evidence(
        "  CPN-E01  survey: there is no file 'national/survey_2026_2GB.parquet'.",
        "           to fix: correct the path.",
    )


def test_nobody_has_evidence(office, evidence):
    """A period without rows is not a list of zeros."""
    with pytest.raises(EvidenceError) as caught:
        capaian.score(read_policy(office), evidence, period="2026-11")
    assert str(caught.value) == (
        "There is nothing to score.\n"
        "  CPN-E56  no subject has any evidence in the period 2026-11-01 to 2026-11-30.\n"
        "           to fix: check the period, the date columns and the rows that the policy leaves "
        "out."
    )


def test_weights_that_add_up_to_95(office, evidence):
    """By how much, in the unit that the user wrote."""
    office["nodes"][0]["weight"], office["indicators"][2]["weight"] = "60%", "35%"
    assert said(office, evidence) == of_policy(
        "  CPN-P03  score: the weights of 'score' add up to 95%, not 100% (5% short).",
        '           to fix: correct one of them, or set weights = "relative" to rescale them.',
    )


def test_a_gap_between_bands(office, evidence):
    """Every score that would have no band is named."""
    office["bands"][1]["from"] = 61
    assert said(office, evidence) == of_policy(
        "  CPN-P32  bands: there is no band from 60 to 60.99 ('low' x < 60; 'middle' 61 ≤ x < 90).",
        "           to fix: let the bands meet (from and to are inside, above and below are not), "
        "over 0 ≤ x ≤ 120.",
    )


def test_an_unknown_key(office, evidence):
    """With the one that was meant, and all that are known."""
    office["indicators"][0]["tabel"] = "x"
    assert said(office, evidence) == of_policy(
        "  CPN-P01  indicators['response']: unknown key 'tabel'. Did you mean 'table'?",
        "           to fix: remove it, or use one of: id, type, table, normalise, title, parent, "
        "weight, quality, subject, columns, where, measure, missing, floor, cap, minimum, exposure, "
        "pauses, accumulate, consolidate, source.",
    )


def test_a_date_outside_every_edition(office, tmp_path):
    """The neighbours are named."""
    for year in ("2024", "2025"):
        office["edition"] = year
        office["in_force"] = {"from": f"{year}-01-01", "to": f"{year}-12-31"}
        (tmp_path / f"{year}.json").write_text(json.dumps(office), encoding="utf-8")
    with pytest.raises(PeriodError) as caught:
        capaian.load_policy(tmp_path, on="2026-06-30")
    assert str(caught.value) == (
        "The edition of the policy cannot be chosen.\n"
        "  CPN-D05  on: no edition of 'desk' is in force on 2026-06-30; the nearest: "
        "'2025' 2025-01-01 – 2025-12-31.\n"
        "           to fix: use a day inside an edition, or add the edition that was in force."
    )


def test_all_faults_at_once_and_at_most_ten_of_them_shown(office, evidence):
    """Twelve missing columns: ten in full, the rest counted."""
    office["indicators"][2]["measure"]["items"] = [f"q{index}" for index in range(12)]
    text = said(office, evidence)
    assert text.startswith("12 problems in the evidence; nothing was scored.\n")
    assert text.count("CPN-E09") == 10
    assert text.endswith("\n  … and 2 more")


def test_no_message_repeats_content(office, evidence):
    """Identifiers and answers stay out of the text and of the error's state."""
    name = "Budi Rahasia 999901012026011001"
    for row in evidence["survey"]:
        row["nip"] = name
        row["u1"] = "jawaban rahasia"
    with pytest.raises(EvidenceError) as caught:
        capaian.score(read_policy(office), evidence, period="2026-01")
    everything = f"{caught.value} {caught.value!r} {caught.value.to_dict()} {caught.value.args}"
    assert "rahasia" not in everything.lower()
    assert "999901012026011001" not in everything


def test_a_table_of_other_periods_only_is_none_in_this_one(office, evidence):
    """What the remedy of CPN-E04 says: asked, none; the missing rule decides, on every engine."""
    other = [{**row, "date": "2025-11-03"} for row in evidence["survey"]]
    found = []
    for engine in ENGINES.values():
        tables = {name: engine(rows) for name, rows in {**evidence, "survey": other}.items()}
        scores = capaian.score(read_policy(office), tables, period="2026-01")
        ledger = scores.ledger_columns()
        states = [
            state
            for name, state in zip(ledger["indicator"], ledger["state"], strict=True)
            if name == "satisfaction"
        ]
        assert states
        assert "ok" not in states
        found.append(scores.to_json())
    assert len(set(found)) == 1
