"""The printed tail of a subject: states, observations, every step, bands behind gates."""

import importlib

from hypothesis import given, settings
from hypothesis import strategies as st

import capaian
from capaian.exact import run_paired
from capaian.formula import agg
from capaian.measure import OK, Known, states
from capaian.policy import read_policy
from capaian.scores import make_plan
from capaian.scores.ledger import LEDGER, observations
from capaian.scores.plain import PlainResults
from capaian.scores.printed import PlainTail, plain_tail
from small_office import OFFICE, made_up_evidence

PLAN = make_plan(read_policy(OFFICE))
NAMES = tuple(name for each in PLAN.indicators.values() for name in each.statistics.names)
ROWS = st.tuples(*[st.none() | st.integers(0, 9)] * len(NAMES))


def ledger_of(plan, results):
    """The ledger, one subject after another, of `run_paired` alone."""
    ledger = {name: [] for name in LEDGER}
    for row in range(len(results)):
        for values in ledger_rows(plan, results, row):
            for name, value in zip(LEDGER, values, strict=True):
                ledger[name].append(value)
    return ledger


def ledger_rows(plan, results, row):
    """A subject's rows of it, one per indicator in canonical order."""
    tail, exact = results.tail(row), results.exact(row)
    given = results.given(row)
    rows = []
    for name, planned in plan.indicators.items():
        part = tail.parts[name]
        measured = exact[part.measured][1] if part.measured else None
        rows.append(
            (
                name,
                planned.indicator.parent or "score",
                results.state(name, row),
                part.decision or None,
                None if measured is None else measured.numerator,
                None if measured is None else measured.denominator,
                observations(planned, given),
                planned.measure.unit,
                exact[part.measured][0] if part.measured else None,
                exact[part.achievement][0] if part.achievement else None,
                float(part.weight),
                exact[part.contribution][0] if part.contribution else None,
            )
        )
    return rows


@given(ROWS)
def test_printed_states_are_the_first_that_hold(row):
    """Also where a statistic is not known at all."""
    given_ = dict(zip(NAMES, row, strict=True))
    present = {name: value is not None for name, value in given_.items()}
    known = Known({name: value or 0 for name, value in given_.items()}, present)
    expected = tuple(
        next((state for state, holds in states(each.statistics, known) if holds), OK)
        for each in PLAN.indicators.values()
    )
    assert plain_tail(PLAN, NAMES).states(row) == expected


@given(ROWS)
def test_printed_observations_are_those_of_the_formula(row):
    """An observation that is not known is none."""
    given_ = {name: value for name, value in zip(NAMES, row, strict=True) if value is not None}
    expected = tuple(observations(each, given_) for each in PLAN.indicators.values())
    assert plain_tail(PLAN, NAMES).counts(row) == expected


@settings(deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=4))
def test_every_step_and_the_ledger_are_those_of_the_walked_program(rows):
    """Bits of each value, and the whole ledger."""
    results = PlainResults(plain_tail(PLAN, NAMES), rows)
    assert results.ledger() == ledger_of(PLAN, results)
    for index in range(len(rows)):
        program = results.tail(index).program
        truth = run_paired(program, results.given(index))
        assert {name: results.value(name, index) for name in program.names} == {
            name: truth[name][0] for name in program.names
        }
        assert results.value("no such step", index) is None


def test_a_number_of_observations_may_be_any_formula():
    """One that the printer does not know is walked: here, a quotient."""
    office = read_policy(OFFICE | {"id": "halved"})
    plan = make_plan(office, [Halved])
    evidence = made_up_evidence()
    scores = capaian.score(office, evidence, period="2026-01", plugins=[Halved])
    ledger = {(row["subject"], row["indicator"]): row["n"] for row in scores.ledger()}
    whole = capaian.score(read_policy(OFFICE), evidence, period="2026-01")
    for row in whole.ledger():
        n = row["n"] // 2 if row["indicator"] == "services" else row["n"]
        assert ledger[row["subject"], row["indicator"]] == n
    assert plan.indicators["services"].statistics.n != agg.count()


class Halved:
    """The type `count-based`, with half as many observations."""

    __name__ = "halved"

    @staticmethod
    @importlib.import_module("capaian.plugin").hookimpl
    def capaian_indicator_types():
        from attrs import evolve

        from capaian.indicators import count_based

        (record,) = count_based.capaian_indicator_types()
        return [
            evolve(
                record,
                build=lambda *given: evolve(record.build(*given), n=agg.count() / 2),
            )
        ]


def test_a_tail_is_printed_once_for_a_plan_and_its_names():
    """And anew for another order of the same names."""
    assert plain_tail(PLAN, NAMES) is plain_tail(PLAN, NAMES)
    assert plain_tail(PLAN, NAMES[::-1]) is not plain_tail(PLAN, NAMES)
    assert isinstance(plain_tail(PLAN, NAMES), PlainTail)


def test_gates_are_asked_for_each_subject():
    """Two subjects of the same score, of whom one alone has the fact behind the gate."""
    office = OFFICE | {
        "subjects": {"table": "staff", "subject": "nip", "facts": {"praised": "praised"}},
        "precedence": "first",
        "bands": [{"id": "star", "from": 0, "gate": "praised"}, {"id": "plain", "from": 0}],
    }
    evidence = made_up_evidence()
    twin = {
        name: [row | {"nip": who} for who in ("a", "b") for row in rows if row["nip"] == "a"]
        for name, rows in evidence.items()
    }
    twin["staff"] = [{"nip": "a", "praised": True}, {"nip": "b", "praised": None}]
    scores = capaian.score(read_policy(office), twin, period="2026-01")
    rows = scores.to_native()
    assert rows[0]["score"] == rows[1]["score"]
    assert [row["band"] for row in rows] == ["star", "plain"]
