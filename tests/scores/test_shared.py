"""One policy in many hands: threads, processes, pickles, call after call; the same bytes always."""

import pickle
import random
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import polars as pl
import pytest

import capaian
from capaian.policy import read_policy
from decisions import decided
from decisions import evidence as ratings
from posts_office import CLERK, HEAD, RULE, noon
from small_office import OFFICE, made_up_evidence

THREADS = 100


def evidence_of(number):
    """Evidence that is another for every number."""
    return made_up_evidence(tuple(f"{number:03d}{each}" for each in "abcd"), size=24 + number % 7)


def result(policy, evidence):
    """All that a result says, as bytes."""
    scores = capaian.score(policy, evidence, period="2026-01")
    said = [scores.explain(each).to_json() for each in scores.subjects]
    return scores.to_json() + "".join(said) + scores.text("id")


def frames(evidence):
    return {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in evidence.items()}


@pytest.mark.slow
@pytest.mark.parametrize("form", [dict, frames])
def test_a_hundred_threads_on_one_policy(form):
    """Each its own evidence, all at the same instant: as one after the other."""
    policy = read_policy(OFFICE)
    evidence = [form(evidence_of(number)) for number in range(THREADS)]
    alone = [result(read_policy(OFFICE), each) for each in evidence]
    start = threading.Barrier(THREADS)

    def run(number):
        start.wait()
        return result(policy, evidence[number])

    with ThreadPoolExecutor(THREADS) as pool:
        together = list(pool.map(run, range(THREADS)))
    assert together == alone


@pytest.mark.slow
def test_threads_on_policies_that_drop_out_of_what_is_kept():
    """More policies and cut-offs than are remembered, in every order."""
    policies = []
    for number in range(1, 91):
        document = {**OFFICE, "edition": str(number)}
        document["indicators"] = [dict(each) for each in OFFICE["indicators"]]
        document["indicators"][1]["normalise"] = {
            "method": "target", "target": number, "better": "higher",
        }  # fmt: skip
        policies.append(read_policy(document))
    evidence = made_up_evidence()
    alone = [result(each, evidence) for each in policies]

    def run(seed):
        order = list(range(len(policies)))
        random.Random(seed).shuffle(order)
        return all(result(policies[place], evidence) == alone[place] for place in order[:12])

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(run, range(8)))


def test_processes_that_are_handed_the_policy():
    """A spawned one, which shares nothing."""
    policy = read_policy(OFFICE)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found = [pool.submit(in_a_process, pickle.dumps(policy), number) for number in range(4)]
        assert [each.result() for each in found] == [
            result(policy, evidence_of(number)) for number in range(4)
        ]


def in_a_process(pickled, number):
    return result(pickle.loads(pickled), evidence_of(number))  # noqa: S301 - our own


def again(value):
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - our own


def office(form=dict):
    return capaian.score(read_policy(OFFICE), form(made_up_evidence()), period="2026-01")


def posts(folder):
    for name, document in (("clerk", CLERK), ("head", HEAD)):
        (folder / f"{name}.toml").write_text(
            capaian.policy.policy_toml(read_policy(document)), encoding="utf-8"
        )
    rule = RULE | {"assign": [{"post": "head", "policy": str(folder / "head.toml")},
                              {"policy": str(folder / "clerk.toml")}]}  # fmt: skip
    evidence = {
        "postings": [
            {"nip": "a", "post": "clerk", "from": "2026-03-01", "to": "2026-03-15"},
            {"nip": "a", "post": "head", "from": "2026-03-16", "to": None},
        ],
        "letters": [{"nip": "a", "on": noon(each)} for each in (3, 4, 20)],
        "cases": [{"nip": "a", "received": noon(3), "answered": noon(4)}],
    }
    return capaian.score(capaian.load_assignment(rule), evidence, period="2026-03")


def units():
    document = OFFICE | {"units": {"table": "units", "unit": "unit", "from": "people",
                                   "missing": "exclude",
                                   "membership": {"table": "members", "unit": "unit"}}}  # fmt: skip
    evidence = made_up_evidence() | {
        "units": [{"unit": "one"}],
        "members": [{"nip": each, "unit": "one"} for each in "abcd"],
    }
    return capaian.score_units(read_policy(document), evidence, period="2026-01")


@pytest.mark.parametrize("form", [dict, frames])
def test_scores_survive_pickling(form):
    """Every table, document and explanation."""
    scores = office(form)
    found = again(scores)
    assert found.to_json() == scores.to_json()
    assert found.columns() == scores.columns()
    assert found.ledger_columns() == scores.ledger_columns()
    assert found.explain("b") == scores.explain("b")
    assert type(found.to_native()) is type(scores.to_native())


def test_every_result_survives_pickling(tmp_path):
    """Of several periods, of posts, of units, by a decision table."""
    halves = ["2026-01-01/2026-01-14", "2026-01-15/2026-01-31"]
    several = capaian.score(read_policy(OFFICE), made_up_evidence(), period=halves)
    table = capaian.score(
        read_policy(decided()), ratings({"x": (11000, 9500, 8000)}), period="2026-01"
    )
    for scores in (several, posts(tmp_path), units(), table):
        assert again(scores).to_json() == scores.to_json()


def test_policies_periods_explanations_and_errors_survive_pickling():
    """As values: equal, with the same hash."""
    policy = read_policy(OFFICE)
    for value in (policy, capaian.read_period("2026-Q1"), office().explain("a"),
                  capaian.load_assignment(RULE), capaian.load_calendar("id/2024-2027")):  # fmt: skip
        assert again(value) == value
    assert hash(again(policy)) == hash(policy)
    with pytest.raises(capaian.EvidenceError) as caught:
        capaian.score(policy, {}, period="2026-01")
    error = again(caught.value)
    assert (type(error), str(error), error.findings) == (
        capaian.EvidenceError, str(caught.value), caught.value.findings,
    )  # fmt: skip


def test_nothing_is_left_behind_by_a_call_that_failed():
    """The next call gives what it would have given."""
    policy, evidence = read_policy(OFFICE), made_up_evidence()
    before = result(policy, evidence)
    for broken in ({}, {**evidence, "survey": []}, {**evidence, "survey": [{"nip": "a", "u1": 9}]}):
        with pytest.raises(capaian.EvidenceError):
            capaian.score(policy, broken, period="2026-01")
    assert result(policy, evidence) == before
