"""Forms close upon one another: the expectation by simulation, and bursts that were put there."""

from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.quality.test_diagnose import DESK, PEOPLE, cases, evidence, forms, one, said
from capaian.analysis import diagnose_survey, survey_forms
from capaian.analysis.quality.bursts import close_acts
from capaian.analysis.quality.stamps import HOUR, MINUTE, SECOND
from capaian.policy import read_policy

OFFICE = 9 * 3600
"""Seconds after midnight at which the first forms come."""


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 7199)), min_size=1, max_size=40),
    st.integers(0, 600),
)
def test_close_acts_are_counted_by_hand(acts, within):
    """Law: a form follows another where its forerunner in the same hour is so near."""
    source = np.array([each[0] for each in acts])
    micro = np.array([each[1] for each in acts]) * SECOND
    found = close_acts(source, micro, within * SECOND)
    if found is None:  # one moment, or whole hours: how fine stamps are cannot be told
        assert len(set((micro[micro > 0]).tolist())) <= 1
        return
    count = 0
    for one_source in set(source.tolist()):
        for hour in (0, 1):
            at = sorted(second for s, second in acts if s == one_source and second // 3600 == hour)
            count += sum(b - a <= within for a, b in pairwise(at))
    assert found.follows.sum() == count
    assert ((found.chance >= 0) & (found.chance <= 1)).all()


@pytest.mark.parametrize(("m", "step", "within"), [(2, 1, 30), (12, 1, 30), (6, 60, 60), (9, 1, 0)])
def test_the_expectation_is_that_of_a_simulation(m, step, within):
    """m forms in an hour, in steps of seconds or minutes; and their count varies less than Poisson."""
    rng = np.random.default_rng(1)
    draws = 20_000
    when = rng.integers(0, 3600 // step, (draws, m)) * step + 3600 * np.arange(draws)[:, None]
    source = np.repeat(np.arange(draws), m)
    found = close_acts(source, when.ravel() * SECOND, within * SECOND)
    counts = np.bincount(source, weights=found.follows, minlength=draws)
    expected = found.expected / draws
    assert counts.mean() == pytest.approx(expected, abs=4 * counts.std() / np.sqrt(draws))
    assert counts.var() < 1.05 * expected + 4 * np.sqrt(expected / draws)


def test_fine_steps_are_the_law_of_uniform_spacings():
    micro = np.array([1, 40 * SECOND, 900 * SECOND, 2000 * SECOND])
    found = close_acts(np.zeros(4, dtype=np.int64), micro, MINUTE)
    assert found.expected == pytest.approx(3 - 3 * (1 - 1 / 60) ** 4, rel=1e-5)


def test_dates_say_nothing():
    assert close_acts(np.zeros(3, dtype=np.int64), np.arange(3) * 24 * HOUR, MINUTE) is None


def sent_forms(count=3000, seed=3):
    """Honest forms: at any second of six hours of sixty days, from ten devices."""
    rng = np.random.default_rng(seed)
    rows = forms(count)
    for at, row in enumerate(rows):
        second = int(rng.integers(0, 60)) * 86_400 + OFFICE + int(rng.integers(0, 6 * 3600))
        row["sent"] = datetime(2026, 1, 1) + timedelta(seconds=second)
        row["device"] = f"tablet {at % 10}"
    return rows


def surveyed(rows, **options):
    asked = {"sent": {"survey": "sent"}, "device": {"survey": "device"}, **options}
    return diagnose_survey(
        read_policy(DESK), evidence(cases(60), rows), period="2026-Q1", as_of="2026-07-01", **asked
    )


def test_honest_forms_are_no_burst():
    found = surveyed(sent_forms())
    assert one(found, "bursts").severity == "note"
    assert not any(found.people["flagged"])


def test_honest_forms_give_a_small_p_more_seldom_than_the_level_says():
    small = [one(surveyed(sent_forms(600, seed)), "bursts").p < 0.05 for seed in range(20, 40)]
    assert sum(small) <= 3


def test_forms_filled_in_one_after_the_other_are_seen():
    """Sixty forms about one person on one evening, one every fifteen seconds."""
    rows = sent_forms()
    mine = [row for row in rows if row["nip"] == "nip003"][:60]
    for at, row in enumerate(mine):
        row["sent"] = datetime(2026, 3, 2, 20) + timedelta(seconds=15 * at + at % 3)
        row["device"] = "phone"
    found = surveyed(rows)
    burst = one(found, "bursts")
    assert burst.severity == "warning"
    assert burst.low > 0
    assert len(burst.rows) == burst.observed
    flagged = [each["subject"] for each in found.people.rows() if each["flagged"]]
    assert flagged == ["nip003"]
    assert "within 30 seconds of another of the same device" in burst.text()
    assert "dalam 30 detik setelah formulir lain dari perangkat yang sama" in burst.text("id")
    assert not any(who in found.text() for who in PEOPLE)


def test_without_a_device_forms_about_one_subject_are_looked_at_together():
    found = one(surveyed(sent_forms(), device=None), "bursts")
    assert "of the same subject" in found.text()
    assert found.severity == "note"


def test_the_stamp_that_the_policy_reads_is_taken():
    dated = {**DESK["indicators"][1], "columns": {"date": "sent"}}
    policy = read_policy({**DESK, "indicators": [DESK["indicators"][0], dated]})
    tables = evidence(cases(60), sent_forms(300))
    found = diagnose_survey(policy, tables, period="2026-Q1", as_of="2026-07-01")
    assert len(found.of("bursts")) == 1


def test_forms_that_bear_a_date_alone_are_not_looked_at():
    rows = [{**row, "sent": row["sent"].replace(hour=0, minute=0, second=0)}
            for row in sent_forms(100)]  # fmt: skip
    found = surveyed(rows)
    assert not found.of("bursts")
    assert "no column says to the minute when its forms came in" in found.text()
    assert "bursts were not looked at" in surveyed(rows, sent=None).text()


def test_each_form_has_its_pace():
    """Seconds over the items answered; none where it began after it was sent, or no stamp is there."""
    rows = sent_forms(4)
    for row, seconds in zip(rows, (90, 45, -5, 9), strict=True):
        row["began"] = row["sent"] - timedelta(seconds=seconds)
    rows[1]["u1"] = rows[1]["u2"] = None
    rows[3]["began"] = None
    tables = evidence(cases(60), rows)
    when = {"period": "2026-Q1", "as_of": "2026-07-01"}
    stamps = {"began": {"survey": "began"}, "sent": {"survey": "sent"}}
    found = survey_forms(read_policy(DESK), tables, **when, **stamps)
    assert found["seconds_per_item"] == [10.0, pytest.approx(45 / 7), None, None]
    plain = survey_forms(read_policy(DESK), tables, **when)
    assert plain["seconds_per_item"] == [None] * 4


def test_errors_say_what_to_do():
    assert said(surveyed, forms(20), sent={"surveys": "sent"}) == (
        "The evidence cannot be diagnosed.\n"
        "  CPN-M51  sent: the policy reads no table 'surveys'. Did you mean 'survey'?\n"
        "           to fix: use one of: complaints, staff, survey."
    )
    assert said(surveyed, sent_forms(20), within=0) == (
        "The evidence cannot be diagnosed.\n"
        "  CPN-M45  within: 0 is not between 0 and 3600.\n"
        "           to fix: write it like this: within = 1800."
    )
