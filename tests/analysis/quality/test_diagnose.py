"""`diagnose` and `diagnose_survey` on evidence of which it is known what was done to it."""

import json
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

import capaian
from analysis.matrices import matrix
from capaian.analysis import diagnose, diagnose_survey, survey_forms
from capaian.analysis.quality.checks import Look
from capaian.analysis.quality.limits import score_bunching
from capaian.errors import AnalysisError
from capaian.policy import read_policy

DESK = {
    "id": "desk",
    "edition": "2026",
    "title": {"en": "Desk", "id": "Loket"},
    "in_force": {"from": "2026-01-01", "to": "2026-12-31"},
    "sources": [{"cite": "made up for tests", "trust": "derived"}],
    "scale": {"worst": 0, "best": 100, "cap": 120},
    "missing": "exclude",
    "subject": "nip",
    "calendar": "id/2024-2027",
    "rounding": [{"where": "score", "digits": 2, "mode": "half-up"}],
    "subjects": {"table": "staff", "subject": "nip", "unit": "unit"},
    "indicators": [
        {
            "id": "response",
            "weight": "1/2",
            "type": "time-based",
            "table": "complaints",
            "columns": {"start": "received", "stop": "answered"},
            "where": {"status": {"not": ["cancelled"]}},
            "measure": {
                "statistic": "share_within",
                "clock": "calendar",
                "limit": "14 days",
                "basis": "mature",
            },
            "normalise": {"method": "target", "target": "90%", "better": "higher"},
        },
        {
            "id": "satisfaction",
            "weight": "1/2",
            "type": "survey-based",
            "table": "survey",
            "measure": {
                "statistic": "ikm",
                "items": [f"u{at}" for at in range(1, 10)],
                "lowest": 1,
                "highest": 4,
            },
            "normalise": {"method": "goalposts", "worst": 25, "best": 100},
        },
    ],
    "bands": [
        {"id": "low", "below": 60},
        {"id": "middle", "from": 60, "below": 90},
        {"id": "high", "from": 90},
    ],
}
LOOK = Look(0, 1, 1, None, 0.95, 0.1, 7, None)
PEOPLE = [f"nip{at:03}" for at in range(40)]
STAFF = [{"nip": who, "unit": f"unit {at % 4}"} for at, who in enumerate(PEOPLE)]


def cases(count=6000, seed=1):
    """Honest cases: received at any second of the quarter, times of a smooth law."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, 60 * 86_400, count)
    taken = (rng.weibull(1.6, count) * 12 * 86_400).astype(int) + 1
    who = rng.integers(0, len(PEOPLE), count)
    zero = datetime(2026, 1, 1)
    return [
        {
            "nip": PEOPLE[who[at]],
            "case": f"c{at}",
            "received": zero + timedelta(seconds=int(start[at])),
            "answered": zero + timedelta(seconds=int(start[at] + taken[at])),
            "recorded": zero + timedelta(seconds=int(start[at] + taken[at]) + 60),
            "status": "done",
        }
        for at in range(count)
    ]


def forms(count=2000, seed=2):
    rng = np.random.default_rng(seed)
    latent = 0.6 * rng.normal(size=(count, 1)) + 0.8 * rng.normal(size=(count, 9))
    answers = np.searchsorted([-1.6, -1.0, 0.0], latent) + 1
    who = rng.integers(0, len(PEOPLE), count)
    return [
        {
            "nip": PEOPLE[who[at]],
            **{f"u{item + 1}": int(each) for item, each in enumerate(answers[at])},
        }
        for at in range(count)
    ]


def evidence(complaints, survey=None, form="records"):
    tables = {"complaints": complaints, "staff": STAFF, "survey": survey or forms()}
    if form == "polars":
        return {name: pl.DataFrame(rows) for name, rows in tables.items()}
    return tables


def looked(complaints, **options):
    tables = evidence(complaints, form=options.pop("form", "records"))
    asked = {"as_of": "2026-07-01", "recorded": {"complaints": "recorded"}, **options}
    return diagnose(read_policy(DESK), tables, period="2026-Q1", **asked)


def one(found, check):
    [diagnosis] = found.of(check)
    return diagnosis


@pytest.fixture(scope="module")
def honest():
    return looked(cases(), announced="2026-02-01")


def test_honest_evidence_has_no_error_and_no_warning(honest):
    """Among some ten tests at once, with their false discoveries controlled."""
    assert [each.check for each in honest if each.severity != "note"] == []
    assert not any(honest.people["flagged"])
    assert one(honest, "off_hours").observed > 0  # at any second: day and night


def test_every_look_says_its_power_where_it_tests(honest):
    for each in honest:
        if not np.isnan(each.p):
            assert 0 <= each.power <= 1, each.check
            assert "probability of" in each.text()


def test_plain_records_and_whole_columns_say_the_same(honest):
    """Law: the engine does not matter."""
    other = looked(cases(), form="polars", announced="2026-02-01")
    assert json.dumps(other.to_dict()) == json.dumps(honest.to_dict())
    assert isinstance(other.table.to_native(), pl.DataFrame)


def test_no_text_names_anybody(honest):
    """Neither language, nor the document; people are in a table of their own."""
    for text in (honest.text("en"), honest.text("id"), json.dumps(honest.to_dict()), repr(honest)):
        assert not any(who in text for who in PEOPLE)
    assert "These are questions, not findings against anybody." in honest.text()
    assert "Ini pertanyaan, bukan temuan terhadap siapa pun." in honest.text("id")
    assert set(honest.people["subject"]) == set(PEOPLE)
    assert set(honest.units["unit"]) == {f"unit {at}" for at in range(4)}


def test_stamps_in_an_impossible_order_are_errors_with_their_rows():
    rows = cases(400)
    for at in (3, 70):
        rows[at]["answered"] = rows[at]["received"] - timedelta(hours=1)
    rows[5]["recorded"] = rows[5]["answered"] - timedelta(days=2)
    found = looked(rows)
    order = one(found, "order")
    assert (order.severity, order.rows.tolist(), order.table) == ("error", [3, 70], "complaints")
    assert found[0].severity == "error"
    assert order.text() == ("2 of 400 rows stop before they start. Such a row cannot be right.")
    assert one(found, "recorded_before").rows.tolist() == [5]


def test_late_recording_and_stamps_after_the_cut_off_are_notes():
    rows = cases(400)
    rows[9]["recorded"] = rows[9]["answered"] + timedelta(days=40)
    rows[11]["answered"] = datetime(2026, 8, 1)
    rows[11]["recorded"] = datetime(2026, 8, 1, 1)
    found = looked(rows)
    assert one(found, "late_recording").rows.tolist() == [9]
    assert one(found, "after_cutoff").rows.tolist() == [11]
    assert {one(found, each).severity for each in ("late_recording", "after_cutoff")} == {"note"}


def moved(rows, who=PEOPLE, part=2):
    """Move every second case of some people from the two days after the limit into the last."""
    day = timedelta(days=1)
    for at, row in enumerate(rows):
        taken = row["answered"] - row["received"]
        if row["nip"] in who and 14 * day < taken < 16 * day and at % part == 0:
            row["answered"] = row["received"] + 13 * day + (taken - 14 * day) / 2
            row["recorded"] = row["answered"] + timedelta(minutes=1)
    return rows


def test_cases_moved_inside_the_limit_are_seen():
    found = one(looked(moved(cases(20_000))), "bunching")
    assert found.severity == "warning"
    assert found.low > 0
    assert found.values["missing"] > 0
    assert found.values["p_density"] < 0.001
    assert found.values["limit"] == "14 days"
    assert "up to the limit of 14 days" in found.text()
    assert "sampai batas 14 days" in found.text("id")


def test_a_seed_gives_the_bootstrap_interval():
    plain, drawn = (one(looked(cases(), seed=each), "bunching") for each in (None, 5))
    assert plain.excess == drawn.excess
    assert (plain.low, plain.high) != (drawn.low, drawn.high)


def test_whole_days_take_their_days():
    rows = [
        {**row, "received": day, "answered": day + timedelta(days=int(taken.days))}
        for row in cases()
        for day in [row["received"].replace(hour=0, minute=0, second=0)]
        for taken in [row["answered"] - row["received"]]
    ]
    found = looked(rows)
    assert "p_density" not in one(found, "bunching").values
    assert found.of("digits") == found.of("same_instant") == found.of("off_hours") == ()


def test_typed_minutes_are_seen_and_their_unit_comes_before_them():
    rows = cases()
    for row in rows:
        if row["nip"] < "nip004":
            stop = row["answered"]
            row["answered"] = stop.replace(minute=stop.minute // 5 * 5)
    found = looked(rows)
    stop = next(each for each in found.of("digits") if each.values["role"] == "stop")
    assert stop.severity == "warning"
    flagged = [each["subject"] for each in found.people.rows() if each["flagged"]]
    assert flagged == PEOPLE[:4]
    assert list(found.units.columns)[:3] == ["check", "place", "unit"]


def test_people_of_a_flagged_unit_are_held_against_their_unit():
    """A whole unit types its minutes: the unit is flagged, and nobody in it is named for it."""
    rows = cases()
    for row in rows:
        if int(row["nip"][3:]) % 4 == 1:
            row["answered"] = row["answered"].replace(minute=row["answered"].minute // 5 * 5)
    found = looked(rows)
    units = {each["unit"] for each in found.units.rows() if each["flagged"]}
    assert units == {"unit 1"}
    assert not any(found.people["flagged"])
    assert sum(found.people["unit_flagged"]) == 10
    assert "1 of 4 units are flagged" in found.text()
    assert "People of a flagged unit are held against what their whole unit shows." in found.text()


def test_a_rush_at_the_end_is_held_against_working_time():
    rows = cases()
    for row in rows[::3]:
        row["answered"] = datetime(2026, 3, 30, 9) + timedelta(seconds=len(row["case"]) * 97)
    found = one(looked(rows), "last_minute")
    assert found.severity == "warning"
    assert found.values["exposure"] == "working time"
    assert "menurut jam kerja" in found.text("id")


def test_acts_entered_together_are_seen():
    rows = cases()
    for row in rows[::10]:
        row["answered"] = row["answered"].replace(minute=0, second=0)
    assert one(looked(rows), "same_instant").severity == "warning"


def test_rows_that_are_alike_but_for_their_number_are_counted():
    rows = cases(300)
    rows += [{**rows[7], "case": "again"}]
    found = next(each for each in looked(rows).of("duplicates") if each.place == "complaints")
    assert found.rows.tolist() == [300]
    assert found.values["aside"] == "case"
    assert found.values["loosely"] == 1


@pytest.mark.parametrize("form", ["records", "polars"])
def test_rows_that_differ_in_spaces_and_capitals_are_told_beside(form):
    rows = [{**row, "told": f"Jalan rusak {at // 2}"} for at, row in enumerate(cases(300))]
    rows += [{**rows[7], "case": "again", "told": " jalan\n RUSAK, 3."}]
    found = next(
        each for each in looked(rows, form=form).of("duplicates") if each.place == "complaints"
    )
    assert (found.observed, found.values["loosely"]) == (0, 1)
    assert "1 are where capitals, spaces and punctuation are left aside" in found.text()
    assert "1 bila huruf besar, spasi, dan tanda baca diabaikan" in found.text("id")


def test_what_the_rule_leaves_out_is_screened():
    rows = cases()
    for row in rows:
        if row["nip"] == "nip007":
            row["status"] = "cancelled"
    found = looked(rows)
    assert one(found, "left_out").observed == sum(row["nip"] == "nip007" for row in rows)
    flagged = {each["subject"] for each in found.people.rows() if each["flagged"]}
    assert flagged == {"nip007"}


def test_times_that_change_after_an_announcement_are_seen():
    rows = cases()
    for row in rows:
        if row["received"] >= datetime(2026, 2, 1):
            row["answered"] = row["received"] + (row["answered"] - row["received"]) / 2
    found = one(looked(rows, announced="2026-02-01"), "shape")
    assert found.severity == "warning"
    assert found.power > 0.9


def test_scores_tell_of_their_limits_too():
    scores = capaian.score(
        read_policy(DESK), evidence(cases()), period="2026-Q1", as_of="2026-07-01"
    )
    found = diagnose(scores)
    assert {each.check for each in found} >= {"bunching", "order", "duplicates"}
    assert not found.of("score_bunching")
    assert "fewer than 100 scores" in found.text()
    assert "backdating was not looked at" in found.text()


def test_a_hundred_scores_are_looked_at_around_the_limits_of_their_bands():
    """Those of 150 people: at each limit just above it, and exactly at it."""
    rows, answers = cases(1500), forms(1500)
    staff = [{"nip": f"p{at:03}", "unit": f"unit {at % 5}"} for at in range(150)]
    for at, (row, form) in enumerate(zip(rows, answers, strict=True)):
        row["nip"] = form["nip"] = staff[at % 150]["nip"]
    tables = {"complaints": rows, "survey": answers, "staff": staff}
    scores = capaian.score(read_policy(DESK), tables, period="2026-Q1", as_of="2026-07-01")
    found = diagnose(scores)
    assert {each.place for each in found.of("score_heaping")} <= {"middle", "high"}
    assert found.of("score_bunching")
    assert found.of("score_heaping")
    assert {each.severity for each in found.of("score_heaping")} == {"note"}


def test_scores_lifted_over_a_limit_are_seen():
    """A thousand scores, of which those one point below 60 got the point that they lacked."""
    score = np.random.default_rng(3).normal(62, 12, 5000)
    honest = list(score_bunching(matrix(score), {"middle": 60.0}, LOOK))
    score[(score >= 59) & (score < 60)] = 60.0
    [found] = score_bunching(matrix(score), {"middle": 60.0}, LOOK)
    assert honest[0].p > 0.05
    assert found.p < 1e-6
    assert found.values["exactly"] > 100
    assert found.values["missing"] > 50


# ---- forms ---------------------------------------------------------------------------------------


def surveyed(rows, form="records"):
    return diagnose_survey(
        read_policy(DESK), evidence(cases(60), rows, form), period="2026-Q1", as_of="2026-07-01"
    )


def test_honest_forms_are_no_warning_though_many_have_one_answer_throughout():
    found = surveyed(forms(20_000))
    assert [each.severity for each in found] == ["note", "note"]
    straight = one(found, "straight")
    assert straight.observed > 100
    assert straight.observed > 3 * straight.values["independent"]  # what others would flag
    assert straight.expected == pytest.approx(straight.observed, rel=0.15)
    assert not any(found.people["flagged"])


def test_forms_filled_in_by_one_hand_are_seen():
    rows = forms(4000)
    for at, row in enumerate(rows):
        if row["nip"] == "nip003" and at % 2:
            row |= {f"u{item}": 3 for item in range(1, 10)}
    found = surveyed(rows)
    assert one(found, "straight").severity == "warning"
    assert one(found, "identical").severity == "warning"
    assert [each["subject"] for each in found.people.rows() if each["flagged"]] == ["nip003"]
    assert json.dumps(surveyed(rows, "polars").to_dict()) == json.dumps(found.to_dict())


def test_incomplete_forms_are_counted_apart():
    rows = forms(500)
    rows[0]["u1"] = None
    assert "1 incomplete forms were not counted" in surveyed(rows).text()
    assert "1 formulir tidak lengkap" in surveyed(rows).text("id")


def test_each_form_has_its_run_and_its_spread():
    rows = [{"nip": "nip000", **{f"u{item}": 4 for item in range(1, 10)}} for _ in range(3)]
    found = survey_forms(
        read_policy(DESK), evidence(cases(60), rows), period="2026-Q1", as_of="2026-07-01"
    )
    assert found["long_string"] == [9] * 3
    assert found["irv"] == [0.0] * 3


# ---- errors --------------------------------------------------------------------------------------


def said(call, *args, **options):
    with pytest.raises(AnalysisError) as error:
        call(*args, **options)
    return str(error.value)


def test_errors_say_what_to_do():
    policy = read_policy(DESK)
    assert said(diagnose, policy, {}, period="2026-Q1") == (
        "The evidence cannot be diagnosed.\n"
        "  CPN-M49  evidence: the evidence is not at hand.\n"
        "           to fix: give the tables as evidence."
    )
    assert said(diagnose, policy, evidence(cases(40))) == (
        "The evidence cannot be diagnosed.\n"
        "  CPN-M45  period: nothing is not a period.\n"
        '           to fix: write it like this: period = "2026-Q1".'
    )
    assert said(looked, cases(40), recorded={"complaint": "recorded"}) == (
        "The evidence cannot be diagnosed.\n"
        "  CPN-M51  recorded: the policy reads no table 'complaint'. Did you mean 'complaints'?\n"
        "           to fix: use one of: complaints, staff, survey."
    )
    alone = {**DESK, "indicators": [{**DESK["indicators"][0], "weight": 1}]}
    assert said(diagnose_survey, read_policy(alone), evidence(cases(40)), period="2026-Q1") == (
        "The evidence cannot be diagnosed.\n"
        "  CPN-M50  the policy has no indicator that this looks at (survey-based, with three items "
        "or more).\n"
        "           to fix: give a policy that has one."
    )
