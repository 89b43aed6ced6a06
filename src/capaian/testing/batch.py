"""Group F, engines and batches: the same bits from every table, order and selection of rows."""

from __future__ import annotations

import time
from typing import Any

from hypothesis import strategies as st

from capaian.scores import Scores, score
from capaian.testing.outcome import Broken, Skipped
from capaian.testing.rig import FULL, SUBJECTS, Rig

Rows = list[dict[str, Any]]
MANY = 3_000
"""Rows of the large table."""
SECONDS = 10
"""How long the large table may take, on each engine."""


def engines(rig: Rig) -> None:
    """F01: every engine gives the bits that records give."""
    others = [each for each in rig.engines if each != "records"]
    if not others:
        raise Skipped("no dataframe library is at hand")

    period = rig.period.label

    def proof(rows: Rows) -> None:
        plain = rig.score(rows)
        usual = score(rig.policy(), rig.tables(rows), period=period, plugins=rig.found.extra)
        if usual.to_json() != plain.to_json():
            raise Broken(f"`capaian.score` differs: {_difference(plain, usual)}", rows)
        for engine in others:
            found = rig.score(rows, engine=engine)
            if found.to_json() != plain.to_json():
                raise Broken(f"{engine} differs: {_difference(plain, found)}", rows)
            if found.ledger_columns() != plain.ledger_columns():
                raise Broken(f"the ledger of {engine} differs in a last bit", rows)

    rig.hunt(rig.evidence(least=12, most=36), proof, share=6)


def _difference(plain: Any, found: Any) -> str:
    for one, other in zip(plain.to_dict()["scores"], found.to_dict()["scores"], strict=False):
        mine, theirs = one["indicators"][0], other["indicators"][0]
        for key in mine:
            if mine[key] != theirs[key]:
                return f"{key} is {theirs[key]}, of records {mine[key]}"
    return "the documents are not of the same subjects"


def one_by_one(rig: Rig) -> None:
    """F02: subjects scored one by one get what they get together."""

    def proof(rows: Rows) -> None:
        together = rig.entries(rows)
        for subject in {row["subject"] for row in rows}:
            mine = [row for row in rows if row["subject"] == subject]
            if rig.entries(mine, subjects=[subject])[subject] != together[subject]:
                raise Broken("a subject alone gets another result than among others", rows)

    rig.hunt(rig.evidence(), proof, share=2)


def order(rig: Rig) -> None:
    """F03: the order of rows changes nothing, on any engine."""
    last = rig.engines[-1]

    def proof(drawn: tuple[Rows, Rows]) -> None:
        rows, turned = drawn
        if rig.entries(rows) != rig.entries(turned):
            raise Broken("the same rows in another order give another result", turned)
        if rig.entries(rows) != rig.entries(turned, engine=last):
            raise Broken(f"another order gives another result on {last}", turned)

    pairs = rig.evidence().flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows)))
    rig.hunt(pairs, proof, share=6)


def selection(rig: Rig) -> None:
    """F04: who else has evidence changes nobody's result."""

    def proof(rows: Rows) -> None:
        together = rig.entries(rows)
        others = [row for row in rows if row["subject"] != "a"]
        without = rig.entries(others)
        for subject in (*SUBJECTS[1:], FULL):
            if together[subject] != without[subject]:
                raise Broken("without the rows of one subject another's result changes", rows)

    rig.hunt(rig.evidence(), proof, share=2)


def many(rig: Rig) -> None:
    """F05: a table of thousands of rows gives on every engine what records give, in time."""
    rows = rig.example()
    times = MANY // len(rows) + 1
    table = [{**row, "subject": f"{row['subject']}{turn}"} for turn in range(times) for row in rows]
    who = sorted({row["subject"] for row in table})
    if rig.sample.tables:
        raise Skipped("the sample has tables of its own, in which subjects have names")
    small = _by_subject(rig.score(rows))
    for engine in dict.fromkeys(("records", rig.engines[-1])):
        begun = time.perf_counter()
        found = _by_subject(rig.score(table, engine=engine, subjects=who))
        seconds = time.perf_counter() - begun
        if any(found[subject] != small[subject[0]] for subject in who):
            raise Broken(f"among {len(table)} rows on {engine} a result differs")
        if seconds > SECONDS:
            raise Broken(f"{len(table)} rows took {seconds:.1f} s on {engine}")


def _by_subject(scores: Scores) -> dict[str, tuple[Any, ...]]:
    """Return the ledger's row of each subject."""
    ledger = scores.ledger_columns()
    kept = [ledger[name] for name in ("state", "numerator", "denominator", "n", "achievement")]
    return dict(zip(ledger["subject"], zip(*kept, strict=True), strict=True))
