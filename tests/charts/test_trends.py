"""The trend: scores and cases are those of each period; open cases are never left out."""

from datetime import timedelta

import pytest

import capaian
from capaian import AnalysisError, EvidenceError, charts
from pictured import CASES, PEOPLE, by_month, captions, values
from small_office import OFFICE, made_up_evidence

BY = by_month()


def points(picture):
    """The scores drawn, by period."""
    return {row["period"]: row["score"] for row in values(picture, "score", "period")}


def bars(picture):
    """The cases drawn, by period and series."""
    return {(row["period"], row["series"]): row["count"] for row in values(picture, "series")}


def flows(scores, subject=None):
    """The cases of `response`, from the result's own document."""
    total = dict.fromkeys(("success", "closed", "open", "undetermined"), 0)
    for each in scores.to_dict()["scores"]:
        if subject in {None, each["subject"]}:
            part = next(p for p in each["indicators"] if p["id"] == "response")
            for name in total:
                total[name] += int(part["figures"].get(name, 0))
    return {
        "closed, limit kept": total["success"],
        "closed late": total["closed"] - total["success"],
        "open, past the limit": total["open"] - total["undetermined"],
        "open, not past the limit": total["undetermined"],
    }


def test_one_subject():
    """Its published scores; a period without one is marked, and no line goes through it."""
    picture = charts.trend(BY, subject=PEOPLE[4])
    expected = {each.period.label: each.results.score(each.row(PEOPLE[4]))
                for each in BY if PEOPLE[4] in each.subjects}  # fmt: skip
    assert points(picture) == expected
    assert set(expected) == {"2026-01", "2026-03"}
    lines = [
        layer
        for layer in picture.to_dict()["vconcat"][0]["layer"]
        if layer["mark"]["type"] == "line"
    ]
    assert [len(each["data"]["values"]) for each in lines] == [1, 1]
    crosses = [row for row in values(picture, "text") if row["text"] == "×"]
    assert [row["period"] for row in crosses] == ["2026-02", "2026-02"]
    assert "no score in that period" in captions(picture)


def test_the_middle_of_all():
    """Median and quartiles as NumPy has them, and how many have a score."""
    np = pytest.importorskip("numpy")
    picture = charts.trend(BY)
    rows = {row["period"]: row for row in values(picture, "low", "n")}
    for each in BY:
        known = [score for score in each.columns()["score"] if score is not None]
        row = rows[each.period.label]
        found = [row["low"], row["score"], row["high"]]
        assert found == pytest.approx(np.quantile(known, [0.25, 0.5, 0.75]), abs=1e-12)
        assert row["n"] == len(known)


@pytest.mark.parametrize("subject", [None, PEOPLE[0]])
def test_the_cases_are_those_of_the_ledger(subject):
    """All that were received are in the bar, the open ones as series of their own."""
    picture = charts.trend(BY, subject=subject)
    expected = {
        (each.period.label, name): count
        for each in BY
        for name, count in flows(each, subject).items()
        if count
    }
    assert bars(picture) == expected
    assert any("open" in name for _, name in expected)
    for row in values(picture, "open", "to"):
        still = [
            n
            for (period, name), n in expected.items()
            if period == row["period"] and "open" in name
        ]
        assert row["open"] == sum(still)
        assert row["text"] == f"{sum(still)} open"


def test_a_table_of_cases_alone():
    """Counts as given; the largest bar says how many are open."""
    picture = charts.trend(None, "id", cases=CASES)
    assert bars(picture)["2026-03", "terbuka, belum lewat batas"] == 9
    assert bars(picture)["2026-01", "selesai, tepat waktu"] == 20
    assert ("2026-02", "terbuka, lewat batas") not in bars(picture)
    said = [row["text"] for row in values(picture, "open")]
    assert said == 2 * ["1 terbuka", "1 terbuka", "11 terbuka"]  # below it a rim of paper
    assert "lewat batas waktunya sudah gagal" in captions(picture)
    no_limit = {"period": ["2026-01"], "closed": [20], "open": [3]}
    assert "batas waktunya" not in captions(charts.trend(None, "id", cases=no_limit))
    assert picture.title == "Kasus dari waktu ke waktu"
    assert picture.description.endswith(
        "2026-03: selesai, tepat waktu 18, selesai terlambat 4, terbuka, lewat batas 2, terbuka, "
        "belum lewat batas 9."
    )


def test_cases_without_a_limit_and_counts_that_are_not_known():
    """Closed and open; a period whose counts are not known has no bar, but a mark."""
    table = {"period": ["a", "b"], "closed": [4, None], "open": [1, 2]}
    picture = charts.trend(None, cases=table)
    assert bars(picture) == {("a", "closed"): 4, ("a", "open"): 1}
    assert [row["period"] for row in values(picture, "text") if row["text"] == "×"] == ["b"]


def test_many_periods():
    """Slanted labels, no numbers in the bars: they would cover each other."""
    count = 36
    table = {
        "period": [f"p{at:02}" for at in range(count)],
        "closed": [50] * count,
        "open": [9] * count,
    }
    picture = charts.trend(None, cases=table)
    assert not [row for row in values(picture, "text") if row["text"]] or not values(
        picture, "open"
    )
    axis = picture.to_dict()["vconcat"][0]["layer"][0]["encoding"]["x"]["axis"]
    assert axis["labelAngle"] == -45


def test_an_office_without_cases():
    """Nothing says how many are open: scores alone."""
    scores = list(BY)
    alone = capaian.score(
        OFFICE | {"indicators": [OFFICE["indicators"][2] | {"weight": 1}], "nodes": []},
        {"survey": [{"nip": "a", "date": __import__("datetime").date(2026, 1, 5),
                     "u1": 3, "u2": 3, "u3": 4}]},
        period=["2026-01"],
    )  # fmt: skip
    picture = charts.trend(alone)
    assert picture.title == "Scores over time"
    assert len(picture.to_dict()["vconcat"]) == 1
    assert charts.trend(scores).to_json() == charts.trend(BY).to_json()


def test_cases_without_a_limit_of_a_result():
    """A median has no limit: cases are closed or open."""
    measure = {"statistic": "median", "clock": "calendar", "unit": "hours"}
    first = OFFICE["indicators"][0] | {"measure": measure}
    first["normalise"] = {"method": "goalposts", "worst": 200, "best": 1}
    document = OFFICE | {"indicators": [first, *OFFICE["indicators"][1:]]}
    scores = capaian.score(document, made_up_evidence(), period="2026-01")
    received = made_up_evidence()["complaints"]
    still = sum(row["answered"] is None for row in received)
    expected = {("2026-01", "closed"): len(received) - still, ("2026-01", "open"): still}
    assert bars(charts.trend([scores])) == expected


def test_nobody_has_a_score():
    """In one period it is a gap; in all of them there is no picture."""
    evidence = made_up_evidence()
    strict = [OFFICE["indicators"][0], OFFICE["indicators"][1],
              OFFICE["indicators"][2] | {"missing": "withhold"}]  # fmt: skip
    document = OFFICE | {"indicators": strict}
    later = [row | {"date": row["date"] + timedelta(days=90)} for row in evidence["survey"]]
    known = capaian.score(document, evidence, period="2026-01")
    nobody = capaian.score(document, evidence | {"survey": later}, period="2026-01")
    picture = charts.trend([known, nobody])
    assert "no score in that period" in captions(picture)
    with pytest.raises(AnalysisError, match="CPN-M88  scores"):
        charts.trend([nobody])


def test_what_cannot_be_drawn():
    """A stranger, an indicator without cases, one period's scores, no open ones."""
    with pytest.raises(EvidenceError) as caught:
        charts.trend(BY, subject="198701")
    assert caught.value.code == "CPN-E54"
    assert "198701" not in str(caught.value)
    with pytest.raises(AnalysisError) as caught:
        charts.trend(BY, indicator="satisfaction")
    assert str(caught.value) == (
        "The picture cannot be drawn.\n"
        "  CPN-M90  indicator: this is not one of the choices.\n"
        "           to fix: use one of: response."
    )
    with pytest.raises(AnalysisError, match="CPN-X06  scores"):
        charts.trend(BY[0])
    with pytest.raises(AnalysisError, match="CPN-M88  scores"):
        charts.trend([])
    with pytest.raises(AnalysisError) as caught:
        charts.trend(None, cases={"period": ["a"], "met": [1], "failed": [0]})
    assert [each.values["name"] for each in caught.value.findings] == ["open_late", "undetermined"]
