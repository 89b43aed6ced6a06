"""From evidence to band: the laws of the engine, on every kind of table."""

import json
import random
from fractions import Fraction

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

import capaian
from capaian.errors import EvidenceError, PeriodError, PolicyError
from capaian.policy import read_policy

ENGINES = {
    "records": lambda rows: rows,
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "polars-lazy": lambda rows: pl.DataFrame(rows).lazy(),
    "pyarrow": lambda rows: pl.DataFrame(rows).to_arrow(),
    "duckdb": lambda rows: duckdb.from_arrow(pl.DataFrame(rows).to_arrow()),
}


def score(office, evidence, **changes):
    """Score the made-up office's January."""
    given = {"period": "2026-01", "as_of": "2026-02-01", **changes}
    return capaian.score(read_policy(office), evidence, **given)


def on(engine, evidence):
    """The evidence as the tables of one library."""
    return {name: ENGINES[engine](rows) for name, rows in evidence.items()}


def by_hand(rows, nip):
    """The measured values of one subject in a few independent lines."""
    from datetime import datetime, timedelta

    as_of, limit = datetime(2026, 2, 1), timedelta(days=3)
    mine = [row for row in rows["complaints"] if row["nip"] == nip]
    mature = [row for row in mine if as_of - row["received"] > limit]
    in_time = [r for r in mature if r["answered"] and r["answered"] - r["received"] <= limit]
    forms = [row for row in rows["survey"] if row["nip"] == nip]
    means = []
    for item in ("u1", "u2", "u3"):
        answers = [form[item] for form in forms if form[item] is not None]
        means.append(Fraction(sum(answers), len(answers)))
    services = sum(row["nip"] == nip for row in rows["services"])
    return {
        "response": Fraction(len(in_time), len(mature)),
        "services": Fraction(services),
        "satisfaction": 25 * sum(means) / 3,
    }


def score_by_hand(measured):
    """The policy's arithmetic in fractions, written from its text."""
    response = min(measured["response"] * 100 / Fraction(9, 10), 120)
    services = min(measured["services"] * 100 / 7, 120)
    service = min((response + services) / 2, 110)
    satisfaction = min(max((measured["satisfaction"] - 25) * 100 / 75, 0), 120)
    return service * Fraction(2, 3) + satisfaction / 3


def half_up(value):
    """Two decimals, ties away from zero, in integers."""
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)


def test_every_score_equals_the_arithmetic_of_the_policy(office, evidence):
    """An independent few lines of fractions give the same measured values, scores and bands."""
    scores = score(office, evidence)
    assert scores.subjects == ("a", "b", "c", "d")
    ledger = {(row["subject"], row["indicator"]): row for row in scores.ledger()}
    for row in scores.to_native():
        if row["status"] != "scored":
            continue
        measured = by_hand(evidence, row["subject"])
        for name, value in measured.items():
            found = ledger[row["subject"], name]
            assert Fraction(found["numerator"], found["denominator"]) == value
        exact = half_up(score_by_hand(measured))
        assert row["score"] == float(exact)
        assert row["band"] == ("low" if exact < 60 else "middle" if exact < 90 else "high")


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_the_document_is_the_same_bytes_on_every_engine(office, evidence, engine):
    """Same evidence, same JSON, byte for byte, whatever library holds it."""
    assert score(office, on(engine, evidence)).to_json() == score(office, evidence).to_json()


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_the_order_of_rows_changes_no_bit(office, evidence, engine):
    """Shuffled rows, shuffled declarations: the same bytes, and twice the same."""
    shuffled = {name: random.Random(7).sample(rows, len(rows)) for name, rows in evidence.items()}
    office["indicators"].reverse()
    again = score(office, on(engine, shuffled)).to_json()
    office["indicators"].reverse()
    assert again == score(office, evidence).to_json()


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_results_come_back_as_the_kind_of_table_that_came_in(office, evidence, engine):
    """A pandas user gets pandas, a list of dicts gets a list of dicts."""
    tables = on(engine, evidence)
    scores = score(office, tables)
    expected = type(tables["complaints"])
    assert isinstance(scores.to_native(), expected)
    assert isinstance(scores.ledger(), expected)


def test_evidence_may_mix_kinds(office, evidence):
    """A dataframe for one table, dicts for another: the same bytes again."""
    mixed = {
        "complaints": pd.DataFrame(evidence["complaints"]),
        "services": evidence["services"],
        "survey": duckdb.from_arrow(pl.DataFrame(evidence["survey"]).to_arrow()),
    }
    assert score(office, mixed).to_json() == score(office, evidence).to_json()


def test_a_subject_alone_gets_the_score_it_gets_among_many(office, evidence):
    """Batch equals one by one, to the bit."""
    together = score(office, on("polars", evidence)).ledger_columns()
    for nip in "abcd":
        alone = {
            name: pl.DataFrame([row for row in rows if row["nip"] == nip])
            for name, rows in evidence.items()
        }
        if any(frame.is_empty() for frame in alone.values()):
            continue
        columns = score(office, alone).ledger_columns()
        for name, values in columns.items():
            same = [
                value
                for subject, value in zip(together["subject"], together[name], strict=True)
                if subject == nip
            ]
            assert values == same


@pytest.mark.parametrize("engine", ["records", "polars"])
def test_contributions_add_up_exactly(office, evidence, engine):
    """Contributions and adjustments are the score; contributions and limits what is unrounded."""
    scores = score(office, on(engine, evidence))
    for subject in scores.subjects:
        explanation = scores.explain(subject)
        assert explanation.total() == explanation.score
        before = sum(part.contribution for part in explanation.parts)
        before += sum(
            each.amount
            for each in explanation.adjustments
            if (each.node, each.reason) != ("score", "rounding")
        )
        assert before == explanation.unrounded


@pytest.mark.parametrize("method", ["arithmetic", "geometric", "harmonic", "minimum"])
@pytest.mark.parametrize("engine", ["records", "polars"])
def test_contributions_add_up_for_every_aggregation(office, evidence, method, engine):
    """Also where the root is a geometric mean over an arithmetic one with a cap."""
    office["score"] = {"method": method}
    for indicator in office["indicators"]:
        indicator["floor"] = 1
    scores = score(office, on(engine, evidence))
    for subject in scores.subjects:
        explanation = scores.explain(subject)
        assert explanation.total() == explanation.score
    assert score(office, evidence).to_json() == scores.to_json()


def test_missing_is_excluded_and_said(office, evidence):
    """Without survey rows the other weights are rescaled exactly, and the ledger says so."""
    evidence["survey"] = [row for row in evidence["survey"] if row["nip"] != "a"]
    scores = score(office, evidence)
    rows = {row["indicator"]: row for row in scores.ledger() if row["subject"] == "a"}
    assert rows["satisfaction"]["state"] == "no_evidence"
    assert rows["satisfaction"]["decision"] == "exclude"
    assert rows["satisfaction"]["measured"] is None
    assert rows["satisfaction"]["contribution"] is None
    assert [rows[name]["weight"] for name in ("response", "services")] == [0.5, 0.5]
    assert scores.explain("a").total() == scores.explain("a").score


def test_missing_can_count_as_the_worst(office, evidence):
    """Only because the policy says so; the weight stays."""
    office["missing"] = "worst"
    evidence["survey"] = [row for row in evidence["survey"] if row["nip"] != "a"]
    rows = {row["indicator"]: row for row in score(office, evidence).ledger()}
    assert rows["satisfaction"]["weight"] > 0
    part = next(p for p in score(office, evidence).explain("a").parts if p.id == "satisfaction")
    assert (part.decision, part.contribution, part.weight) == ("worst", 0, Fraction(1, 3))


@pytest.mark.parametrize(("rule", "status"), [("withhold", "withheld"), ("refer", "referred")])
@pytest.mark.parametrize("engine", ["records", "polars"])
def test_missing_can_stop_the_score(office, evidence, rule, status, engine):
    """No score, no band, and a status that says why; others are scored."""
    office["indicators"][2]["missing"] = rule
    evidence["survey"] = [row for row in evidence["survey"] if row["nip"] != "a"]
    scores = score(office, on(engine, evidence))
    columns = scores.columns()
    assert (columns["score"][0], columns["band"][0], columns["status"][0]) == (None, None, status)
    assert columns["status"][1] == "scored"
    assert scores.explain("a").score is None


def test_no_evidence_is_not_zero_evidence(office, evidence):
    """Taking a subject's only bad table away never equals leaving zeros there."""
    for row in evidence["survey"]:
        if row["nip"] == "a":
            row.update(u1=1, u2=1, u3=1)
    zero = score(office, evidence).columns()["score"][0]
    evidence["survey"] = [row for row in evidence["survey"] if row["nip"] != "a"]
    assert score(office, evidence).columns()["score"][0] != zero


def test_evidence_after_the_cut_off_is_not_known_yet(office, evidence):
    """A score as of the 20th does not change when later rows and later answers are taken away."""
    from datetime import datetime

    cut = datetime(2026, 1, 20)
    early = {
        "complaints": [
            {
                **row,
                "answered": row["answered"] if row["answered"] and row["answered"] < cut else None,
            }
            for row in evidence["complaints"]
            if row["received"] < cut
        ],
        **{name: [r for r in evidence[name] if r["date"] < cut] for name in ("services", "survey")},
    }
    later = score(office, evidence, as_of="2026-01-20")
    assert later.to_json() == score(office, early, as_of="2026-01-20").to_json()


def test_an_exact_tie_is_rounded_up_on_every_engine(office):
    """A measured 89.995 is published as 90.00 and gets the band that begins there."""
    office["nodes"] = []
    office["indicators"] = [
        {
            "id": "done",
            "weight": 1,
            "type": "count-based",
            "table": "work",
            "columns": {"numerator": "done", "denominator": "due"},
            "measure": {"statistic": "ratio"},
            "normalise": {"method": "target", "target": 1, "better": "higher"},
        }
    ]
    rows = [
        {"nip": "x", "done": 17_999, "due": 20_000},
        {"nip": "y", "done": 17_998, "due": 20_000},
    ]
    for engine in ENGINES:
        columns = score(office, on(engine, {"work": rows})).columns()
        assert columns["score"] == [90.0, 89.99]
        assert columns["band"] == ["high", "middle"]


def test_an_unrounded_score_is_the_nearest_float(office, evidence):
    """mode = "none": the float64 nearest to the fraction, the same from records and frames."""
    office["rounding"] = [{"where": "score", "digits": 0, "mode": "none"}]
    for engine in ("records", "polars"):
        scores = score(office, on(engine, evidence))
        for subject, value in zip(scores.subjects, scores.columns()["score"], strict=True):
            assert value == float(scores.explain(subject).unrounded)


def test_the_document_is_json_with_identifiers_and_numbers_as_text(office, evidence):
    """An 18-digit identifier and an exact ratio survive every reader."""
    for rows in evidence.values():
        for row in rows:
            row["nip"] = f"99990101202601100{ord(row['nip']) - 96}"
    document = json.loads(score(office, evidence).to_json())
    first = document["scores"][0]
    assert first["subject"] == "999901012026011001"
    assert isinstance(first["score"], str)
    assert Fraction(first["unrounded"]) > 0
    assert document["policy"]["id"] == "desk"
    assert set(document["plugins"]) == {
        "arithmetic", "count-based", "goalposts", "survey-based", "target", "time-based",
    }  # fmt: skip


def test_levers_reach_the_next_band(office, evidence):
    """What an explanation says would be enough is enough, and one step less is not."""
    scores = score(office, evidence)
    for subject in scores.subjects:
        explanation = scores.explain(subject)
        measured = {part.id: part.measured for part in explanation.parts}
        for lever in explanation.levers:
            if lever.measured is None or None in measured.values():
                continue
            grain = scores.plan.indicators[lever.id].measure.grain
            reached = half_up(score_by_hand({**measured, lever.id: lever.measured}))
            before = half_up(score_by_hand({**measured, lever.id: lever.measured - grain}))
            edge = 90 if explanation.next_band == "high" else 60
            assert before < edge <= reached


def refused(kind, call, *given, **named):
    """The whole text of the error."""
    with pytest.raises(kind) as caught:
        call(*given, **named)
    return str(caught.value)


def test_a_missing_table_is_named_with_a_suggestion(office, evidence):
    """All missing tables at once."""
    evidence["complaint"] = evidence.pop("complaints")
    del evidence["survey"]
    assert refused(EvidenceError, score, office, evidence) == (
        "2 problems in the evidence; nothing was scored.\n"
        "  CPN-E50  complaints: the policy reads a table 'complaints', which is not given. "
        "Did you mean 'complaint'?\n"
        "           to fix: give it under that name. Given: complaint, services.\n"
        "  CPN-E50  survey: the policy reads a table 'survey', which is not given.\n"
        "           to fix: give it under that name. Given: complaint, services."
    )


def test_a_period_outside_the_policy_is_refused(office, evidence):
    """A rule is not applied to a time when it was not in force."""
    assert refused(PeriodError, score, office, evidence, period="2025-12") == (
        "Nothing was scored.\n"
        "  CPN-D10  the period 2025-12 is not within 2026-01-01 to 2026-12-31, when 'desk' edition "
        "2026 is in force.\n"
        "           to fix: choose a period inside, or load the edition that was in force then."
    )


def test_an_unknown_type_is_refused_with_its_place(office, evidence):
    """The policy's own place, and a suggestion."""
    office["indicators"][0]["type"] = "time-base"
    text = refused(PolicyError, score, office, evidence)
    assert text.startswith(
        "1 problem in the policy 'desk'; nothing was scored.\n"
        "  CPN-G01  indicators['response'].type: nothing installed brings the kind 'time-base'. "
        "Did you mean 'time-based'?"
    )


def test_options_of_types_and_methods_are_checked_together(office, evidence):
    """Unknown keys, missing keys and bad values of several plugins in one error."""
    office["indicators"][0]["measure"]["limt"] = "3 days"
    office["indicators"][1]["normalise"] = {"method": "target", "target": 0, "better": "higher"}
    office["indicators"][2]["measure"]["highest"] = 0
    with pytest.raises(PolicyError) as caught:
        score(office, evidence)
    places = sorted(finding.where for finding in caught.value.findings)
    assert places == [
        "indicators['response'].measure",
        "indicators['satisfaction'].measure.lowest",
        "indicators['services'].normalise.target",
    ]


def test_an_answer_off_the_scale_is_refused(office, evidence):
    """A 5 on a scale of 1 to 4 stops everything; the row's content is not repeated."""
    evidence["survey"][3]["u2"] = 5
    text = refused(EvidenceError, score, office, evidence)
    assert text.startswith("1 problem in the evidence; nothing was scored.\n  CPN-E")
    assert "u2" in text
    assert "1" in text
    assert "4" in text


def test_an_answer_before_the_question_is_refused(office, evidence):
    """Response before receipt."""
    row = evidence["complaints"][1]
    row["answered"], row["received"] = row["received"], row["answered"]
    text = refused(EvidenceError, score, office, evidence)
    assert "CPN-E30" in text


def test_a_subject_that_was_not_scored_is_not_repeated(office, evidence):
    """The message counts; it does not print an identifier."""
    scores = score(office, evidence)
    assert refused(EvidenceError, scores.explain, "999901012026011001") == (
        "There is nothing to explain.\n"
        "  CPN-E54  there is no such subject among the 4 that were scored.\n"
        "           to fix: look at scores.subjects for the identifiers; they are text."
    )


def test_check_returns_everything_and_scores_nothing(office, evidence):
    """Findings of the policy or of the evidence, worst first, without raising."""
    evidence["extra"] = []
    assert [
        each.code for each in capaian.check(read_policy(office), evidence, period="2026-01")
    ] == ["CPN-E51"]
    del evidence["survey"]
    found = capaian.check(read_policy(office), evidence, period="2026-01")
    assert "CPN-E50" in [each.code for each in found]


def test_progress_is_told(office, evidence):
    """One call per indicator and one for the scoring."""
    told = []
    score(office, evidence, progress=lambda *each: told.append(each))
    assert told == [
        ("complaints", 0, 3),
        ("survey", 1, 3),
        ("services", 2, 3),
        ("scoring", 3, 3),
    ]


def test_an_office_closes_on_a_day_of_its_own(office, tmp_path):
    """A day in the office's own file is no working day, and the calendar's fingerprint says so."""
    office["calendar"] = "id/2024-2027"
    office["nodes"] = []
    office["indicators"] = [
        {
            **office["indicators"][0],
            "parent": "",
            "weight": 1,
            "measure": {
                "statistic": "mean",
                "clock": "working_days",
                "open_cases": "refuse",
            },
            "normalise": {"method": "target", "target": 2, "better": "lower"},
        }
    ]
    del office["indicators"][0]["parent"]
    (tmp_path / "closures.csv").write_text("date,reason\n2026-01-06,Flood\n", encoding="utf-8")
    rows = [{"nip": "a", "received": "2026-01-05 09:00", "answered": "2026-01-08 09:00"}]
    measured, fingerprints = [], []
    for closures in ("", "closures.csv"):
        if closures:
            office["closures"] = closures
        (tmp_path / "office.json").write_text(json.dumps(office), encoding="utf-8")
        scores = capaian.score(tmp_path / "office.json", {"complaints": rows}, period="2026-01")
        measured.append(scores.ledger()[0]["numerator"])
        fingerprints.append(json.loads(scores.to_json())["policy"]["calendar"])
    assert measured == [3, 2]
    assert fingerprints[0] != fingerprints[1]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("largest", [100, 30_000, 2**31 - 1, 2**40])
def test_scores_do_not_change_with_the_memory_of_the_evidence(order, largest):
    """Arrays under a frame that are overwritten after the call: scores, ledger and reasons stay."""
    policy = read_policy(
        {
            "id": "desk", "edition": "2026", "in_force": {"from": "2026-01-01"},
            "scale": {"worst": 0, "best": 100}, "missing": "exclude", "subject": "nip",
            "rounding": [{"where": "score", "digits": 2}],
            "indicators": [{
                "id": "pages", "weight": 100, "type": "count-based", "table": "work",
                "columns": {"amount": "pages"}, "measure": {"statistic": "sum", "no_rows": "zero"},
                "normalise": {"method": "target", "target": largest, "better": "higher"},
            }],
        }
    )  # fmt: skip
    names, pages = np.array([10, 20, 30])[::order].copy(), np.array([1, largest - 1, largest])
    evidence = {"work": pl.DataFrame({"nip": names, "pages": pages})}
    scores = capaian.score(policy, evidence, period="2026-Q1")
    same = capaian.score(policy, {"work": evidence["work"].to_dicts()}, period="2026-Q1")
    names[:], pages[:] = 99, 0
    assert scores.columns() == same.columns()
    assert scores.ledger_columns() == same.ledger_columns()
    assert scores.to_json() == same.to_json()
    assert scores.explain("20").text() == same.explain("20").text()
