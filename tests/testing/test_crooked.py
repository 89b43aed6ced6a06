"""What no plugin can do to today's engine is done by an engine that is not sound."""

import re

import pytest
from attrs import evolve

from capaian.errors import EvidenceError
from capaian.testing import Profile, Sample
from capaian.testing.run import run_check, set_up
from capaian.testing.scoring import scored
from testing.mutants import good
from testing.mutants.roll import CROOKED

QUICK = Profile(examples=12, engines=("records", "polars"), probe=False)


class Turned:
    """Scores of which some numbers are turned into others."""

    def __init__(self, scores, turn):
        self.scores = scores
        self.turn = turn

    def __getattr__(self, name):
        return getattr(self.scores, name)

    def to_dict(self):
        document = self.scores.to_dict()
        for each in document["scores"]:
            self.turn(each["indicators"][0])
        return document

    def to_json(self):
        return str(self.to_dict())

    def ledger_columns(self):
        ledger = self.scores.ledger_columns()
        return {**ledger, "n": [each + 1 for each in ledger["n"]]}

    def explain(self, subject):
        explanation = self.scores.explain(subject)
        parts = [
            evolve(each, contribution=each.contribution + 1, formula={"en": each.formula["en"]},
                   measured=None if each.measured is None else each.measured + 1)
            for each in explanation.parts
        ]  # fmt: skip
        return evolve(explanation, parts=tuple(parts))


def more(entry):
    entry["n"] += 1


def on_frames(plan, tables, period, as_of):
    """Frames get one observation more."""
    scores = scored(plan, tables, period, as_of)
    return scores if isinstance(tables["rows"], list) else Turned(scores, more)


def alone(plan, tables, period, as_of):
    """Who is alone gets one observation more."""
    scores = scored(plan, tables, period, as_of)
    return Turned(scores, more) if len(tables["roster"]) == 1 else scores


def by_order(plan, tables, period, as_of):
    """The subject of the first row gets one observation more."""
    first = tables["rows"][0]["subject"] if isinstance(tables["rows"], list) else "a"
    scores = scored(plan, tables, period, as_of)

    class Odd(Turned):
        def to_dict(self):
            document = self.scores.to_dict()
            for each in document["scores"]:
                each["indicators"][0]["n"] += each["subject"] == first
            return document

    return Odd(scores, None)


def by_company(plan, tables, period, as_of):
    """Everybody's number depends on how many rows there are."""
    scores = scored(plan, tables, period, as_of)

    def turn(entry):
        entry["n"] += len(tables["rows"])

    return Turned(scores, turn)


def many(plan, tables, period, as_of):
    """In a large table one is counted twice."""
    scores = scored(plan, tables, period, as_of)
    large = not isinstance(tables["rows"], list) or len(tables["rows"]) > 1000
    return Turned(scores, more) if large else scores


def by_date(plan, tables, period, as_of):
    """In February one more is counted."""
    scores = scored(plan, tables, period, as_of)
    return Turned(scores, more) if period.first.month == 2 else scores


def changing(plan, tables, period, as_of):
    """The rows are sorted where they lie."""
    scores = scored(plan, tables, period, as_of)
    tables["rows"].clear()
    return scores


def lenient(plan, tables, period, as_of):
    """What is refused is scored without the rows that are wrong."""
    try:
        return scored(plan, tables, period, as_of)
    except EvidenceError:
        row = {"subject": "a", "day": "2026-01-05", "stop": None}
        return scored(plan, {**tables, "rows": [row]}, period, as_of)


def untrue(plan, tables, period, as_of):
    """Explanations are of another score."""
    return Turned(scored(plan, tables, period, as_of), lambda entry: None)


SCORERS = {
    "C04": lenient, "D06": by_date, "E03": changing, "F02": alone,
    "F04": by_company, "F05": many, "G01": untrue, "G02": untrue, "G03": untrue, "G04": untrue,
}  # fmt: skip


@pytest.mark.parametrize("check", SCORERS)
def test_an_engine_that_is_not_sound_is_caught(check):
    """By the check that promises otherwise, for that reason."""
    setting = set_up(Sample(good, {"type": "good-cases"}), QUICK)
    crooked = evolve(setting, rig=evolve(setting.rig, scorer=SCORERS[check]))
    assert run_check(setting, check, "2026.1", {}).status == "passed"
    found = run_check(crooked, check, "2026.1", {})
    assert found.status == "failed"
    assert re.search(CROOKED[check][1], found.reason), found.text()


def test_the_roll_names_them_all():
    assert set(SCORERS) == set(CROOKED)
