"""When rows were recorded, by simulation of honest records."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from analysis.quality.test_diagnose import PEOPLE, cases, looked, one
from capaian.analysis.quality.entries import chance_of_window
from capaian.analysis.quality.stamps import DAY


def late_records(rows, part=5, seed=11):
    """Every fifth row is recorded up to 40 days late, whenever it happened."""
    rng = np.random.default_rng(seed)
    for at, row in enumerate(rows):
        if at % part == 0:
            row["recorded"] = row["answered"] + timedelta(days=float(rng.exponential(15)))
    return rows


def test_the_chance_is_counted_by_hand():
    prompt = np.array([1, 2, 3, 5, 8]) * DAY
    found = chance_of_window(np.array([2 * DAY, 9 * DAY]), prompt, (4 * DAY, 6 * DAY), 7 * DAY)
    assert found[0] == 2 / 3  # before day 5 there are 1, 2 and 3; recorded on days 4 and 5: 2 and 3
    assert np.isnan(found[1])  # nothing that is 9 days old can be seen yet


def test_honest_late_rows_come_in_at_the_end_as_often_as_expected():
    """The work ramps up and the records are cut off: neither makes an excess."""
    rng = np.random.default_rng(12)
    p_small = 0
    for _ in range(60):
        done = (90 * np.sqrt(rng.random(3000)) * DAY).astype(np.int64)
        lag = (rng.exponential(12, 3000) * DAY).astype(np.int64)
        seen = done + lag < 95 * DAY
        late = seen & (lag > 7 * DAY)
        window = 81 * DAY, 95 * DAY
        chance = chance_of_window(lag[late], done[seen & ~late], window, 95 * DAY)
        made = (done + lag)[late]
        hit = (made >= window[0]) & (made < window[1])
        z = (hit.sum() - chance.sum()) / np.sqrt((chance * (1 - chance)).sum())
        p_small += z > 1.645
    assert p_small <= 8


def test_honest_late_records_are_no_warning():
    found = one(looked(late_records(cases())), "recorded_at_end")
    assert found.severity == "note"
    assert found.n > 500
    assert 0.9 < found.observed / found.expected < 1.1
    assert found.power > 0.9


def test_rows_brought_in_at_the_end_are_seen_and_their_text_accuses_nobody():
    rows = late_records(cases())
    for at, row in enumerate(rows):
        if row["nip"] < "nip003" and row["answered"] < datetime(2026, 3, 10):
            row["recorded"] = datetime(2026, 3, 30, 9) + timedelta(seconds=at)
    found = looked(rows)
    end = one(found, "recorded_at_end")
    assert end.severity == "warning"
    flagged = {
        each["subject"]
        for each in found.people.rows()
        if each["flagged"] and each["check"] == "recorded_at_end"
    }
    assert flagged == set(PEOPLE[:3])
    assert end.text().endswith(
        "Who brings the books up to date before they close looks like this too. Half as many again "
        "would have been seen with a probability of 100%."
    )


def test_rows_of_one_person_recorded_in_one_go_are_seen():
    rows = cases()
    for row in rows:
        if row["nip"] == "nip009":
            row["recorded"] = row["answered"].replace(hour=23, minute=0, second=0)
    found = one(looked(rows), "recorded_together")
    assert found.severity == "warning"
    assert {rows[at]["nip"] for at in found.rows} == {"nip009"}


def test_a_period_that_is_not_over_has_no_end():
    assert not looked(cases(300), as_of="2026-03-20").of("recorded_at_end")


def test_without_late_rows_nothing_is_said():
    assert not looked(cases(300)).of("recorded_at_end")


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_title_is_said(language):
    assert one(looked(late_records(cases(600))), "recorded_at_end").title(language)
