"""One policy, its plugins and its scores, handed over to other processes.

    python hands.py fork|spawn|forkserver records|frames

Prints how many results were computed elsewhere, and whether each is as it is here.
"""

from __future__ import annotations

import pickle
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import capaian
from capaian.policy import read_policy
from small_office import OFFICE, made_up_evidence

JOBS = 12


def evidence_of(number: int, form: str) -> dict[str, Any]:
    """Return evidence that is another for every number."""
    evidence = made_up_evidence(tuple(f"{number:03d}{each}" for each in "abcd"), size=24 + number)
    if form == "records":
        return evidence
    import polars as pl

    return {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in evidence.items()}


def result(policy: capaian.Policy, plugins: capaian.Plugins, number: int, form: str) -> str:
    """Return all that a result says."""
    scores = capaian.score(policy, evidence_of(number, form), period="2026-01", plugins=plugins)
    said = [scores.explain(each).to_json() for each in scores.subjects]
    records = [each.to_json() for each in scores.records()]
    return "".join([scores.to_json(), *said, *records, scores.text("id")])


def elsewhere(given: bytes, number: int, form: str) -> tuple[str, bytes]:
    """Return a result, and the scores themselves."""
    policy, plugins = pickle.loads(given)  # noqa: S301 - our own
    scores = capaian.score(policy, evidence_of(number, form), period="2026-01", plugins=plugins)
    return result(policy, plugins, number, form), pickle.dumps(scores)


def main() -> None:
    """Compute elsewhere, then here, and compare."""
    method, form = sys.argv[1:]
    policy, plugins = read_policy(OFFICE), capaian.Plugins.read("strict allow=", "here")
    given = pickle.dumps((policy, plugins))
    if form == "records":  # what was computed before the processes are made, and may be kept
        result(policy, plugins, 0, form)
    with ProcessPoolExecutor(2, mp_context=get_context(method)) as pool:
        begun = [pool.submit(elsewhere, given, number, form) for number in range(JOBS)]
        found = [each.result() for each in begun]
    same = 0
    for number, (said, pickled) in enumerate(found):
        scores = pickle.loads(pickled)  # noqa: S301 - our own
        here = result(policy, plugins, number, form)
        same += said == here and here.startswith(scores.to_json())
    sys.stdout.write(f"{len(found)} {same}\n")


if __name__ == "__main__":
    main()
