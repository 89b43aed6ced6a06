"""`responsibility`: cases that change hands, against curves written out and statsmodels' late entry."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

from capaian.analysis import responsibility
from capaian.analysis.estimation.spells import without_anybody
from capaian.errors import AnalysisError

DAY, START, CUT = timedelta(days=1), datetime(2026, 1, 1), datetime(2026, 3, 1)


def spell(case, holder, begin, end, event=False):
    """Return a spell from one day to another; no end: still held."""
    return {
        "case": case,
        "holder": holder,
        "from": START + begin * DAY,
        "to": None if end is None else START + end * DAY,
        "event": event,
    }


def made(rows, limit=5, as_of=CUT, **more):
    return responsibility(rows, limit=limit, as_of=as_of, **more)


def passed(cases):
    """Return the spells of cases, each a list of (holder, days), the last closed or held."""
    rows = []
    for at, (stays, closed) in enumerate(cases):
        day = at % 7
        for place, (holder, days) in enumerate(stays):
            last = place == len(stays) - 1
            rows.append(spell(f"c{at}", holder, day, day + days, event=last and closed))
            day += days
    return rows


STAYS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 6)), min_size=1, max_size=3)
CASES = st.lists(st.tuples(STAYS, st.booleans()), min_size=1, max_size=14)


def ages(rows, holder):
    first = {}
    for row in rows:
        first[row["case"]] = min(row["from"], first.get(row["case"], row["from"]))
    return [
        ((row["from"] - first[row["case"]]) / DAY, (row["to"] - first[row["case"]]) / DAY,
         row["event"])
        for row in rows
        if row["holder"] == holder
    ]  # fmt: skip


@given(CASES, st.integers(1, 8))
def test_the_share_is_that_of_a_curve_with_late_entry(cases, limit):
    """Law: the product over ages of 1 - d/n, n the cases in this holder's hand; Greenwood's error."""
    rows = passed(cases)
    table = made(rows, limit)
    for line in table.rows():
        mine = ages(rows, line["holder"])
        s, g, alone = 1.0, 0.0, min(entry for entry, _, _ in mine)
        gap = alone >= limit
        for at in sorted({leave for _, leave, event in mine if event and leave <= limit}):
            n = sum(entry < at <= leave for entry, leave, _ in mine)
            d = sum(event and leave == at for _, leave, event in mine)
            # Closed all there was, while others came at that very age.
            gap |= n == d and any(entry < limit and leave > at for entry, leave, _ in mine)
            s *= 1 - d / n
            g += d / (n * (n - d)) if n > d else np.inf
        # Any instant before the limit with nobody, and somebody later: but for all being closed.
        for t in (t + 0.5 for t in range(limit) if t + 0.5 > alone):
            now = any(entry < t < leave for entry, leave, _ in mine)
            more = [entry for entry, _, _ in mine if entry > t]
            gap |= not now and bool(more) and not (s == 0 and min(more) >= limit)
        longest = max(leave for _, leave, _ in mine)
        ended = all(event for _, leave, event in mine if leave == longest)
        if gap:
            assert (line["within"], line["reason"]) == (None, "nobody_at_risk")
        elif longest < limit and not ended:
            assert (line["within"], line["status"]) == (None, "not_reached")
        else:
            assert line["within"] == pytest.approx(1 - s)
            assert line["low"] <= line["within"] + 1e-9
            assert line["high"] >= line["within"] - 1e-9
            assert line["low"] < line["high"]
            if 0 < s < 1:
                assert line["se"] == pytest.approx(s * np.sqrt(g))
        assert line["from_age"] == alone
        assert line["days_held"] == pytest.approx(sum(b - a for a, b, _ in mine))


def test_the_share_is_that_of_statsmodels():
    rng = np.random.Generator(np.random.PCG64(4))
    cases = [
        ([(str(rng.choice(list("ab"))), int(rng.integers(1, 9))) for _ in range(2)],
         bool(rng.random() < 0.8))
        for _ in range(150)
    ]  # fmt: skip
    rows = passed(cases)
    table = made(rows, 8)
    for line in table.rows():
        entry, leave, event = map(np.array, zip(*ages(rows, line["holder"]), strict=True))
        theirs = SurvfuncRight(leave, event, entry=entry)
        at = np.searchsorted(theirs.surv_times, 8, side="right") - 1
        assert line["within"] == pytest.approx(1 - theirs.surv_prob[at])
        assert line["se"] == pytest.approx(theirs.surv_prob_se[at])


def test_who_received_it_late_does_not_answer_for_what_was_before():
    """T05: b closes quickly what a has left lying; counted by last owner, b would be the slow one."""
    rows = []
    for at in range(20):
        rows += [spell(at, "a", 0, 9), spell(at, "b", 9, 11, event=True)]
        rows += [spell(100 + at, "b", 0, 2 + at % 3, event=True)]
        rows += [spell(200 + at, "a", 0, 9 if at % 2 else 3, event=True)]
    first, second = made(rows).rows()
    assert (first["holder"], first["spells"], first["passed_on"], first["closed"]) == (
        "a",
        40,
        20,
        20,
    )
    assert first["within"] == pytest.approx(10 / 40)
    assert second["within"] == 1
    assert second["reason"] is None
    assert made(rows, 10).rows()[1]["reason"] == "nobody_at_risk"  # 9 days old when it came


def test_time_in_hand_is_split():
    rows = [spell(1, "a", 0, 6), spell(1, "b", 6, 8, event=True), spell(2, "b", 50, None)]
    first, second = made(rows).rows()
    assert (first["days_held"], second["days_held"]) == (6, 2 + 9)
    assert first["share_of_time"] == pytest.approx(6 / 17)
    assert (second["closed"], second["open"], second["cases"]) == (1, 1, 2)
    assert second["closed_per_day"] == pytest.approx(1 / 11)
    assert second["rate_low"] == pytest.approx(stats.chi2.ppf(0.025, 2) / 2 / 11)
    assert second["rate_high"] == pytest.approx(stats.chi2.ppf(0.975, 4) / 2 / 11)
    assert first["closed_per_day"] == 0


def test_what_came_after_the_cut_off_was_not_known():
    rows = [spell(1, "a", 0, 6, event=True), spell(2, "b", 10, 12, event=True)]
    table = made(rows, as_of=START + 4 * DAY)
    first, second = table.rows()
    assert (first["open"], first["closed"], first["days_held"]) == (1, 0, 4)
    assert (first["status"], first["reason"]) == ("not_reached", "followed_too_short")
    assert (second["spells"], second["status"], second["reason"]) == (0, "too_few", "no_spell")
    assert second["from_age"] is None


def test_a_case_may_have_begun_before_anybody_held_it():
    rows = [spell(at, "a", 2, 4 + at, event=True) | {"began": START} for at in range(4)]
    table = made(rows, columns={"opened": "began"})
    assert table["from_age"] == [2]
    assert table["reason"] == ["from_age"]
    assert table["within"] == [0.5]  # closed at ages 4, 5, 6 and 7
    assert made(rows, columns={"opened": "began"}, inclusive=False)["within"] == [0.25]


@given(CASES)
def test_every_kind_of_table_gives_the_same(cases):
    rows = passed(cases)
    assert made(rows).rows() == made(pl.DataFrame(rows)).rows()


def test_where_nobody_is_at_risk():
    who, entry, leave = np.array([0, 0, 1, 1, 1]), np.array([0.0, 5, 0, 3, 3]), [3, 8, 3, 3, 9]
    age, later = without_anybody(who, entry, np.array(leave, dtype=float), 3)
    assert age.tolist() == [3, np.inf, np.inf]
    assert later.tolist() == [5, np.inf, np.inf]


def test_refusals():
    rows = [
        spell(1, "a", 3, 1), spell(2, "a", 0, None, event=True), spell(None, "a", 0, 1),
        spell(3, "a", 0, 1),
    ]  # fmt: skip
    with pytest.raises(AnalysisError) as caught:
        made(rows)
    assert str(caught.value) == (
        "Nothing was estimated.\n"
        "  CPN-M98  spells: 3 rows are no spells: case, holder, from or event is missing or cannot "
        "be read, 'to' lies before 'from', a case that was closed has no 'to', or a case began "
        "after 'from'.\n"
        "           to fix: correct them: a case that is still held has no 'to', and its event is "
        "false."
    )
    with pytest.raises(AnalysisError) as caught:
        made(rows[3:], columns={"holdr": "nip"})
    assert str(caught.value) == (
        "Nothing was estimated.\n"
        "  CPN-M99  columns['holdr']: 'holdr' is no column of spells. Did you mean 'holder'?\n"
        "           to fix: use one of: case, holder, from, to, event, opened."
    )
    for more in ({"limit": 0}, {"limit": float("inf")}):
        with pytest.raises(AnalysisError, match="CPN-M45"):
            made(rows[3:], **more)
    with pytest.raises(AnalysisError, match="CPN-M01"):
        made(rows[3:], level=95)
