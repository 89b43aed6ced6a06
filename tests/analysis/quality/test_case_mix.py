"""Kinds of cases, and hand-overs, of which it is known what was done to them."""

import json
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from analysis.quality.test_diagnose import DESK, PEOPLE, cases, evidence, forms, one, said
from capaian.analysis import case_mix, diagnose_case_mix
from capaian.errors import AnalysisError
from capaian.policy import read_policy
from capaian.workcalendar import load_calendar

EASY = {"complaints": {"easy": {"category": ["question", "status"]}}}
CALENDAR = load_calendar("id/2024-2027")
MIDDLE = datetime(2026, 2, 15)


def mixed(count=6000, seed=4):
    """Honest cases: three in ten are easy, of any person and on any day."""
    rng = np.random.default_rng(seed)
    rows = cases(count)
    easy = rng.random(count) < 0.3
    for at, row in enumerate(rows):
        row["category"] = ("question", "status")[at % 2] if easy[at] else "hard"
        row["received"] += timedelta(days=at % 30)
        row["answered"] += timedelta(days=at % 30)
        row["received"] = min(row["received"], row["answered"])
    return rows


def looked(rows, call=diagnose_case_mix, form="records", **options):
    asked = {"period": "2026-Q1", "as_of": "2026-07-01", **options}
    return call(read_policy(DESK), evidence(rows, form=form), **asked)


@pytest.fixture(scope="module")
def honest():
    return mixed()


def test_a_share_that_does_not_change_is_no_warning(honest):
    found = one(looked(honest, kinds=EASY), "kind_share")
    assert found.severity == "note"
    assert found.observed == sum(
        row["category"] != "hard" and row["received"] >= MIDDLE for row in honest
    )
    assert found.power > 0.99
    assert found.values["p_trend"] > 0.05
    assert not any(looked(honest, kinds=EASY).people["flagged"])


def test_honest_mixes_give_a_small_p_more_seldom_than_the_level_says():
    p = [one(looked(mixed(1500, seed), kinds=EASY), "kind_share").p for seed in range(30, 50)]
    assert sum(each < 0.05 for each in p) <= 3


def relabelled(rows, who, part=0.5, seed=5):
    rng = np.random.default_rng(seed)
    for row in rows:
        if row["nip"] in who and row["received"] >= MIDDLE and rng.random() < part:
            row["category"] = "question"
    return rows


def test_cases_put_down_as_easy_later_on_are_seen_and_their_unit_before_their_people():
    """Everybody in one unit: the unit is flagged, and no person in it beside the others."""
    unit = {each for at, each in enumerate(PEOPLE) if at % 4 == 2}
    found = looked(relabelled(mixed(), unit), kinds=EASY)
    seen = one(found, "kind_share")
    assert seen.severity == "warning"
    assert seen.low > 0
    assert seen.values["p_trend"] < 0.001
    assert [each["unit"] for each in found.units.rows() if each["flagged"]] == ["unit 2"]
    assert not any(found.people["flagged"])
    assert "cases are of the kind 'easy'" in seen.text()
    assert "termasuk jenis 'easy'" in seen.text("id")
    assert not any(who in found.text() for who in PEOPLE)


def test_one_person_who_does_what_the_unit_does_not_is_flagged():
    found = looked(relabelled(mixed(), {"nip006"}, 0.9), kinds=EASY)
    assert [each["subject"] for each in found.people.rows() if each["flagged"]] == ["nip006"]


def test_whoever_has_easy_cases_all_the_time_is_no_finding():
    rows = mixed()
    for row in rows:
        if row["nip"] == "nip001":
            row["category"] = "question"
    assert not any(looked(rows, kinds=EASY).people["flagged"])


def test_kinds_are_named_as_conditions_of_a_policy_are(honest):
    """One value, several, none of some, or any; all conditions must hold; the engine is no matter."""
    kinds = {
        "complaints": {
            "one": {"category": "hard"},
            "others": {"category": {"not": ["question", "status"]}},
            "any": {"category": {"present": True}},
            "both": {"category": "hard", "status": "cancelled"},
        }
    }
    found = looked(honest, kinds=kinds)
    counted = {each.values["kind"]: each.observed for each in found}
    assert counted["one"] == counted["others"]
    assert counted["any"] == found[0].n
    assert counted["both"] == 0
    frames = looked(honest, kinds=kinds, form="polars")
    assert json.dumps(frames.to_dict()) == json.dumps(found.to_dict())
    assert {each.place for each in found} == {f"{name} (complaints)" for name in counted}


def test_shares_over_time_stand_in_their_funnel(honest):
    found = looked(honest, case_mix, kinds=EASY)
    assert found["part"] == [1, 2, 3, 4, 5, 6]
    assert found["first"][0] == "2026-01-01"
    assert sum(found["n"]) == sum(row["received"] < datetime(2026, 4, 1) for row in honest)
    for row in found.rows():
        assert row["share"] == row["observed"] / row["n"]
        assert row["low_99.8"] < row["low_95"] < row["high_95"] < row["high_99.8"]
        inside = row["low_95"] <= row["share"] <= row["high_95"]
        assert inside == (row["position"] == "inside")
    assert found.notes == (
        "easy (complaints): 0 of 6 lie outside the 95 % limits; about 0.3 would by chance.",
    )
    late = looked(relabelled(mixed(), PEOPLE), case_mix, kinds=EASY)
    assert late["position"][0].startswith("below")
    assert late["position"][-1].startswith("above")


def test_units_stand_in_a_funnel_that_their_own_differences_widen(honest):
    found = looked(honest, case_mix, kinds=EASY, by="unit")
    assert found["unit"] == [f"unit {at}" for at in range(4)]
    assert found["position"] == ["inside"] * 4
    homes = {who: f"team {at}" for at, who in enumerate(PEOPLE)}
    given = looked(honest, case_mix, kinds=EASY, by="unit", units=homes, form="polars")
    assert isinstance(given.to_native(), pl.DataFrame)
    assert len(given) == 40
    uneven = mixed()
    for row in uneven:
        if int(row["nip"][3:]) % 2:
            row["category"] = "hard"
    wide = looked(uneven, case_mix, kinds=EASY, by="unit")
    assert wide["position"] == ["inside"] * 4


def test_a_kind_of_all_cases_or_none_has_nobody_outside(honest):
    kinds = {"complaints": {"all": {"category": {"present": True}}, "none": {"category": "x"}}}
    found = looked(honest, case_mix, kinds=kinds)
    assert found["position"] == ["inside"] * 12
    assert found["high_95"] == [1.0] * 6 + [0.0] * 6


# ---- hand-overs ----------------------------------------------------------------------------------


def handing(count=20_000, seed=6):
    """Honest hand-overs: one case in ten, at any age, of whoever has it."""
    rng = np.random.default_rng(seed)
    rows = cases(count)
    for at, row in enumerate(rows):
        taken = row["answered"] - row["received"]
        away = rng.random() < 0.1
        row["moved"] = row["received"] + taken * float(rng.random()) if away else None
        row["giver"] = PEOPLE[at % len(PEOPLE)] if away else None
    return rows


MOVED = {"complaints": {"column": "moved", "by": "giver"}}


def test_honest_hand_overs_are_no_warning():
    found = one(looked(handing(), transferred=MOVED), "handed_over")
    assert found.severity == "note"
    assert found.values["limit"] == "14 days"


def test_honest_hand_overs_give_a_small_p_more_seldom_than_the_level_says():
    p = [
        one(looked(handing(1500, seed), transferred=MOVED), "handed_over").p
        for seed in range(60, 75)
    ]
    assert sum(each < 0.05 for each in p) <= 2


def test_cases_handed_over_just_before_their_limit_are_seen():
    """Some people hand over on the last day what would have missed the limit."""
    rows, day = handing(), timedelta(days=1)
    for row in rows:
        late = row["answered"] - row["received"] > 14 * day
        if late and row["nip"] < "nip010" and row["moved"] is None:
            row["moved"] = row["received"] + 13.5 * day
            row["giver"] = row["nip"]
    found = looked(rows, transferred=MOVED)
    seen = one(found, "handed_over")
    assert seen.severity == "warning"
    assert seen.low > 0
    flagged = {each["subject"] for each in found.people.rows() if each["flagged"]}
    assert flagged == set(PEOPLE[:10])
    assert "handed over were so in the last day up to the limit of 14 days" in seen.text()
    assert "dilimpahkan" in seen.text("id")
    assert set(seen.rows) <= {at for at, row in enumerate(rows) if row["moved"]}


def test_hand_overs_count_on_the_clock_of_their_limit_and_before_the_end_of_their_case():
    """By working days: as many as plain counting says; those after the case was closed do not."""
    measure = {**DESK["indicators"][0]["measure"], "clock": "working_days", "limit": "8 days"}
    first = {**DESK["indicators"][0], "measure": measure}
    policy = read_policy({**DESK, "indicators": [first, DESK["indicators"][1]]})
    rows = handing(4000)
    for row in rows[::10]:
        row["moved"], row["giver"] = row["answered"] + timedelta(days=1), row["nip"]
    found = diagnose_case_mix(
        policy, evidence(rows), period="2026-Q1", as_of="2026-07-01", transferred=MOVED
    )
    seen = one(found, "handed_over")
    before = [row for row in rows if row["moved"] and row["moved"] <= row["answered"]]
    assert seen.n == len(before)
    days = [CALENDAR.work_days(row["received"], row["moved"]) for row in before]
    assert seen.observed == days.count(8)


def test_a_limit_that_no_case_reaches_has_no_hand_overs_before_it():
    measure = {**DESK["indicators"][0]["measure"], "limit": "200 days"}
    first = {**DESK["indicators"][0], "measure": measure}
    policy = read_policy({**DESK, "indicators": [first, DESK["indicators"][1]]})
    found = diagnose_case_mix(
        policy, evidence(handing(400)), period="2026-Q1", as_of="2026-07-01", transferred=MOVED
    )
    assert len(found) == 0


def test_without_a_giver_nobody_is_screened():
    found = looked(handing(4000), transferred={"complaints": "moved"})
    assert len(found.people) == 0
    assert "no column says who handed a case over" in found.text()


def test_what_cannot_be_looked_at_is_said():
    rows = mixed(300)
    found = looked(rows, kinds=EASY, as_of="2026-01-20")
    assert one(found, "kind_share").n < 300
    first = [row for row in rows if row["received"] < datetime(2026, 1, 30)]
    early = looked(first, kinds=EASY)
    assert "one half of the period has no cases" in early.text()
    dated = {**DESK["indicators"][0]}
    dated["measure"] = {**dated["measure"], "limit": "2.5 days"}
    policy = read_policy({**DESK, "indicators": [dated, DESK["indicators"][1]]})
    whole = diagnose_case_mix(
        policy, evidence(handing(300)), period="2026-Q1", as_of="2026-07-01", transferred=MOVED
    )
    assert "no limit in whole units; hand-overs were not looked at" in whole.text()


# ---- errors --------------------------------------------------------------------------------------


def test_errors_say_what_to_do():
    rows = mixed(40)
    assert said(looked, rows) == (
        "The evidence cannot be diagnosed.\n"
        "  CPN-N12  there is nothing to look at: neither kinds of cases nor hand-overs are named.\n"
        "           to fix: name kinds, transferred, or both."
    )
    assert said(looked, rows, kinds={"complaint": {}}) == (
        "The evidence cannot be diagnosed.\n"
        "  CPN-M51  kinds: the policy reads no table 'complaint'. Did you mean 'complaints'?\n"
        "           to fix: use one of: complaints, staff, survey."
    )
    both = {"complaints": {"easy": {"category": {"more": 3}}}, "survey": {"x": {"u1": 4}}}
    assert said(looked, rows, kinds=both) == (
        "The evidence cannot be diagnosed.\n"
        "  CPN-N10  kinds.complaints.easy: this does not say which rows are of the kind.\n"
        '           to fix: write it like this: kinds = {"complaints": {"easy": {"category": '
        '["question"]}}}.\n'
        "  CPN-N11  kinds.survey: the policy reads no stamps of the table 'survey': when its rows "
        "came in is not known.\n"
        "           to fix: name a table whose dates the policy reads."
    )
    assert said(looked, rows, case_mix, kinds=EASY, parts=1) == (
        "The evidence cannot be diagnosed.\n"
        "  CPN-M45  parts: 1 is not a whole number from 2 on.\n"
        "           to fix: write it like this: parts = 6."
    )
    assert said(looked, rows, case_mix, kinds=EASY, by="person") == (
        "The evidence cannot be diagnosed.\n"
        "  CPN-M47  by: 'person' is not one of the choices.\n"
        "           to fix: use one of: part, unit."
    )
    alone = read_policy({name: each for name, each in DESK.items() if name != "subjects"})
    options = {"period": "2026-Q1", "kinds": EASY, "by": "unit"}
    assert said(case_mix, alone, evidence(rows), **options).startswith(
        "Units cannot be compared.\n  CPN-M46  by:"
    )


@pytest.mark.parametrize(
    "conditions",
    [{}, None, "category", {"category": {}}, {"category": []}, {"category": 1.5},
     {"category": {"present": "yes"}}, {"category": {"not": [None]}}],
)  # fmt: skip
def test_a_kind_that_says_no_rows_is_refused(conditions):
    with pytest.raises(AnalysisError) as error:
        looked(mixed(20), kinds={"complaints": {"easy": conditions}})
    assert [each.code for each in error.value.findings] == ["CPN-N10"]


def test_forms_are_no_cases():
    """A table that the policy dates may have kinds, whatever it holds."""
    dated = {**DESK["indicators"][1], "columns": {"date": "sent"}}
    policy = read_policy({**DESK, "indicators": [DESK["indicators"][0], dated]})
    rows = [
        {**row, "sent": datetime(2026, 1, 1) + timedelta(days=at % 90), "way": "web"}
        for at, row in enumerate(forms(200))
    ]
    found = diagnose_case_mix(
        policy,
        evidence(cases(40), rows),
        period="2026-Q1",
        as_of="2026-07-01",
        kinds={"survey": {"web": {"way": "web"}}},
    )
    assert one(found, "kind_share").n == 90
