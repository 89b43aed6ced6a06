"""The edition in force on a day; documents, folders and shipped policies; no clock anywhere."""

import json
import os
from datetime import date, timedelta
from fractions import Fraction
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import capaian
from capaian.band import band_of
from capaian.errors import PeriodError, PolicyError
from capaian.exact import round_ratio
from capaian.policy import (
    edition_on,
    load_policy,
    policy_fingerprint,
    read_policy,
    shipped_policies,
    to_document,
)
from capaian.policy.editions import prove_editions
from desk import small

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with the folder `rules` in it."""
    monkeypatch.chdir(tmp_path)
    Path("rules").mkdir()
    return Path("rules")


def write(path, edition, first, last=None, **keys):
    force = {"from": first} if last is None else {"from": first, "to": last}
    path.write_text(json.dumps(small(edition=edition, in_force=force, **keys)), encoding="utf-8")


@pytest.fixture
def three(folder):
    """Three editions with a year in between of which nobody knows the rule."""
    write(folder / "a.json", "2022", "2022-01-01", "2022-12-31")
    write(folder / "b.json", "2024", "2024-01-01", "2025-12-31")
    write(folder / "c.json", "2026", "2026-01-01")
    return folder


def refused(kind, *arguments, **keywords):
    with pytest.raises(kind) as caught:
        load_policy(*arguments, **keywords)
    return str(caught.value)


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        ("2022-01-01", "2022"),
        ("2022-12-31", "2022"),
        ("2024-06-30", "2024"),
        (date(2025, 12, 31), "2024"),
        ("2026-01-01", "2026"),
        ("2099-01-01", "2026"),
    ],
)
def test_the_edition_in_force_on_a_day(three, day, edition):
    assert load_policy(three, on=day).edition == edition


@pytest.mark.parametrize(
    ("day", "nearest"),
    [
        ("2021-12-31", "'2022' 2022-01-01 – 2022-12-31"),
        ("2023-05-01", "'2022' 2022-01-01 – 2022-12-31; '2024' 2024-01-01 – 2025-12-31"),
    ],
)
def test_a_day_outside_every_edition_names_the_neighbours(three, day, nearest):
    assert refused(PeriodError, "rules", on=day) == (
        "The edition of the policy cannot be chosen.\n"
        f"  CPN-D05  on: no edition of 'desk' is in force on {day}; the nearest: {nearest}.\n"
        "           to fix: use a day inside an edition, or add the edition that was in force."
    )


def test_a_day_outside_a_single_document(folder):
    write(folder / "a.json", "2022", "2022-01-01", "2022-12-31")
    assert load_policy("rules/a.json").edition == "2022"
    assert load_policy("rules").edition == "2022"
    assert refused(PeriodError, "rules/a.json", on="2023-01-01") == (
        "The edition of the policy cannot be chosen.\n"
        "  CPN-D05  on: no edition of 'desk' is in force on 2023-01-01;"
        " the nearest: '2022' 2022-01-01 – 2022-12-31.\n"
        "           to fix: use a day inside an edition, or add the edition that was in force."
    )


def test_without_a_day_nothing_is_guessed(three):
    assert refused(PeriodError, "rules") == (
        "The edition of the policy cannot be chosen.\n"
        "  CPN-D06  on: 'desk' has 3 editions and no day is given:"
        " '2022' 2022-01-01 – 2022-12-31; '2024' 2024-01-01 – 2025-12-31; '2026' 2026-01-01 – ….\n"
        '           to fix: say for which day, as in on = "2026-06-30".'
    )


def test_a_day_that_is_none(three):
    assert refused(PeriodError, "rules", on="soon") == (
        "The date cannot be read.\n"
        "  CPN-D03  on: 'soon' is not a date.\n"
        "           to fix: write it as 2026-04-01 or 2026-04-01T07:30."
    )


def test_editions_that_contradict_one_another(folder):
    write(folder / "a.json", "2022", "2022-01-01")
    write(folder / "b.json", "2024", "2024-01-01", "2025-12-31")
    write(folder / "c.json", "2024", "2025-12-31")
    assert refused(PolicyError, "rules", on="2022-06-30") == (
        "The editions of the policy contradict one another.\n"
        "  CPN-P40  desk: two editions are in force on the same day:"
        " '2022' 2022-01-01 – …; '2024' 2024-01-01 – 2025-12-31.\n"
        "           to fix: end the earlier one on the day before the later one begins"
        " (in_force.to).\n"
        "  CPN-P40  desk: two editions are in force on the same day:"
        " '2024' 2024-01-01 – 2025-12-31; '2024' 2025-12-31 – ….\n"
        "           to fix: end the earlier one on the day before the later one begins"
        " (in_force.to).\n"
        "  CPN-P41  desk: 2 documents call themselves edition '2024'.\n"
        "           to fix: give each edition its own name."
    )


@given(st.lists(st.tuples(DAYS, st.integers(0, 900)), min_size=1, max_size=5), DAYS)
def test_against_brute_force_over_the_days(stretches, day):
    """Never two editions on one day; the one that is given is in force on that day."""
    editions = [
        read_policy(
            small(
                edition=str(index),
                in_force={"from": first, "to": first + timedelta(days=length)},
            )
        )
        for index, (first, length) in enumerate(stretches)
    ]
    on_day = [each for each in editions if each.first <= day <= each.last]
    seen = sorted(
        each.first + timedelta(days=step)
        for each in editions
        for step in range((each.last - each.first).days + 1)
    )
    if len(set(seen)) < len(seen):
        with pytest.raises(PolicyError) as caught:
            prove_editions(editions)
        assert caught.value.code == "CPN-P40"
        return
    prove_editions(editions)
    if on_day:
        assert [edition_on(editions, day)] == on_day
    else:
        with pytest.raises(PeriodError):
            edition_on(editions, day)


def test_several_policies_in_one_folder(three):
    write(three / "d.json", "1", "2026-01-01", id="field")
    write(three / "e.json", "1", "2026-01-01", id="city/field")
    assert refused(PolicyError, "rules", on="2026-06-30") == (
        "The policy cannot be chosen.\n"
        "  CPN-P42  'rules' holds several policies: city/field, desk, field.\n"
        "           to fix: name one of them, as in 'rules/city/field'."
    )
    assert load_policy("rules/desk", on="2024-06-30").edition == "2024"
    assert load_policy("rules/field").id == "field"
    assert load_policy(Path("rules", "city", "field")).id == "city/field"


def test_faults_of_another_policy_are_not_in_the_way(three):
    write(three / "d.json", "1", "2026-01-01", id="field", missing="guess")
    assert load_policy("rules/desk", on="2024-06-30").edition == "2024"
    assert refused(PolicyError, "rules/field") == (
        "1 problem in the policy 'rules/field'; nothing was read.\n"
        "  CPN-P05  d.json: missing: 'guess' is not one of the choices.\n"
        '           to fix: use one of: "exclude", "worst", "withhold", "refer".'
    )


def test_the_faults_of_all_documents_are_told_at_once(folder):
    write(folder / "a.json", "2022", "2022-01-01", "2022-12-31", missing="guess")
    write(folder / "b.json", "2023", "2023-01-01", colour="red", indicators=[])
    error = refused(PolicyError, "rules", on="2022-06-30")
    assert error.startswith("3 problems in the policy 'rules'; nothing was read.\n")
    assert "a.json: missing: 'guess'" in error
    assert "b.json: unknown key 'colour'" in error
    assert "b.json: indicators: the policy has no indicators." in error


def test_documents_that_cannot_be_parsed_are_told_at_once(folder):
    (folder / "a.json").write_text("{", encoding="utf-8")
    (folder / "b.toml").write_text("= 1", encoding="utf-8")
    assert refused(PolicyError, "rules", on="2022-06-30") == (
        "The policies in 'rules' cannot be read.\n"
        "  CPN-P07  a.json: it cannot be understood: expecting property name enclosed in double"
        " quotes (line 1, column 2).\n"
        "           to fix: correct the document at that place.\n"
        "  CPN-P07  b.toml: it cannot be understood: invalid statement (line 1, column 1).\n"
        "           to fix: correct the document at that place."
    )


def test_what_is_no_policy_is_passed_over(three):
    (three / "office.toml").write_text('id = "office"\nedition = "1"\n', encoding="utf-8")
    (three / "office.csv").write_text("date,hours\n", encoding="utf-8")
    (three / "deeper").mkdir()
    write(three / "deeper" / "a.json", "1", "2026-01-01", id="other")
    assert load_policy("rules", on="2026-06-30").edition == "2026"


def test_a_folder_without_policies(folder):
    assert refused(PolicyError, "rules") == (
        "The policy cannot be chosen.\n"
        "  CPN-P43  'rules' holds no policy.\n"
        "           to fix: give a folder with .toml or .json documents in it, not deeper."
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("skm/2071", " Did you mean 'skm/2017'?"),
        ("smk", " Did you mean 'skm'?"),
        ("rules/dask", " Did you mean 'rules/desk'?"),
        ("rules/a.jsn", " Did you mean 'rules/a.json'?"),
        ("rules/aa.json", " Did you mean 'rules/a.json'?"),
        ("nowhere/at/all", ""),
        ("", ""),
    ],
)
def test_a_name_that_is_not_found(three, name, hint):
    assert refused(PolicyError, name) == (
        "The policy cannot be read.\n"
        f"  CPN-P09  there is no document, folder, shipped policy or pack '{name}'.{hint}\n"
        "           to fix: give the path of a .toml or .json file, of a folder of them,"
        " a shipped policy (skm/2017) or one of `capaian packs`."
    )


@pytest.mark.parametrize("name", ["x" * 100_000, "y/" * 3000, "a\0b", "../" * 3000 + "x"])
def test_a_name_that_cannot_be_a_path(name):
    assert len(refused(PolicyError, name)) < 300


def test_a_folder_that_may_not_be_read(folder, monkeypatch):
    def refuse(_):
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert refused(PolicyError, "rules") == (
        "The policies in 'rules' cannot be read.\n"
        "  CPN-P10  it cannot be opened: Permission denied.\n"
        "           to fix: give a .toml or .json file, or a folder of them, that may be read."
    )


def test_the_folder_of_a_document_is_known(three):
    """So that a calendar that it names is found beside it."""
    assert load_policy("rules/c.json").folder == "rules"
    assert load_policy("rules", on="2026-06-30").folder == "rules"
    assert Path(load_policy("skm/2017").folder).parts[-2:] == ("policies", "skm")


# --- shipped --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped_policies())
def test_shipped_policies_are_sound_sourced_and_round_trip(name):
    policy = load_policy(name)
    assert name.partition("/")[0] == policy.id
    assert name.partition("/")[2] == policy.edition
    assert policy.sources
    again = read_policy(json.loads(json.dumps(to_document(policy))))
    assert policy_fingerprint(again) == policy_fingerprint(policy)


def test_skm_by_name_and_by_day():
    assert load_policy("skm", on="2026-06-30") == load_policy("skm/2017")
    assert refused(PeriodError, "skm", on="2016-06-30") == (
        "The edition of the policy cannot be chosen.\n"
        "  CPN-D05  on: no edition of 'skm' is in force on 2016-06-30;"
        " the nearest: '2017' 2017-01-01 – ….\n"
        "           to fix: use a day inside an edition, or add the edition that was in force."
    )


GOLDEN = json.loads(
    Path(__file__).parents[1].joinpath("golden", "skm_cases.json").read_text(encoding="utf-8")
)["cases"]
GRADES = [each for each in GOLDEN if each["rule"].endswith("skm-grade")]


@pytest.mark.parametrize("case", GRADES, ids=lambda case: case["id"])
def test_skm_grades_as_published(case):
    """The index is rounded half up to two decimals, then banded."""
    policy = load_policy("skm/2017")
    index = Fraction(str(case["input"]["ikm"]))
    step = policy.rounded("score")
    rounded = round_ratio(index, step.digits, step.mode)
    band = band_of(rounded, policy.bands, policy.precedence, {})
    assert band.id == case["expected"]["mutu"]


@pytest.mark.skipif(
    not entry_points(group="capaian", name="survey-based"), reason="capaian is not installed"
)
def test_skm_scores_the_worked_example():
    """29 respondents, sums 105 to 116: exactly 955 / 9 / 29 x 25 = 91.4751, grade A."""
    sums = [105, 101, 100, 116, 102, 105, 106, 105, 115]
    rows = [
        {"unit": "front desk"}
        | {f"u{item}": 3 + (row < total - 3 * 29) for item, total in enumerate(sums, start=1)}
        for row in range(29)
    ]
    scores = capaian.score("skm/2017", {"survey": rows}, period="2026")
    (row,) = scores.to_native()
    assert (row["score"], row["band"]) == (91.48, "A")
