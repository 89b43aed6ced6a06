"""Group B, value: bounded, exact, monotone, with observations behind it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from capaian.exact import read_number
from capaian.testing.outcome import Broken, Skipped
from capaian.testing.rig import FULL, Entry, Rig

Rows = list[dict[str, Any]]


def measured(entry: Entry) -> Fraction | None:
    """Return a subject's measured value; `None` where there is none."""
    if entry["numerator"] is None:
        return None
    return Fraction(int(entry["numerator"]), int(entry["denominator"]))


def bounded(rig: Rig) -> None:
    """B01: the value lies within what the measure says it cannot pass."""
    least, most = rig.measure.least, rig.measure.most

    def proof(rows: Rows) -> None:
        for entry in rig.entries(rows).values():
            value = measured(entry)
            if value is not None and least is not None and value < least:
                raise Broken(f"the value {value} is under its least, {least}", rows)
            if value is not None and most is not None and value > most:
                raise Broken(f"the value {value} is over its most, {most}", rows)

    rig.hunt(rig.evidence(), proof)


def exact(rig: Rig) -> None:
    """B02: value, n and figures are integers or ratios of integers, n not below zero."""

    def proof(rows: Rows) -> None:
        for entry in rig.entries(rows).values():
            if type(entry["n"]) is not int:
                raise Broken(f"'n' is {entry['n']!r}, not an integer", rows)
            for name, number in entry["figures"].items():
                if not number.removeprefix("-").isdecimal():  # a document has them as text
                    raise Broken(f"'{name}' is {number}, not an integer", rows)
            if entry["n"] < 0:
                raise Broken(f"n is {entry['n']}", rows)
            if entry["state"] == "ok" and measured(entry) is None:
                raise Broken("the state is 'ok' and there is no value", rows)

    rig.hunt(rig.evidence(), proof)


def observed(rig: Rig) -> None:
    """B03: whoever has rows and a value has observations."""

    def proof(rows: Rows) -> None:
        entries = rig.entries(rows)
        for subject in {row["subject"] for row in rows}:
            entry = entries[subject]
            if entry["state"] == "ok" and entry["n"] == 0 and measured(entry) != 0:
                raise Broken(f"a value of {measured(entry)} with n = 0", rows)

    rig.hunt(rig.evidence(), proof)


def monotone(rig: Rig) -> None:
    """B04: a better value is never worth less, in the direction that the methods declare."""
    direction = rig.plan().indicators["x"].direction
    if direction not in {"higher", "lower"}:
        raise Skipped(f"the direction of the methods is '{direction}'")

    def proof(rows: Rows) -> None:
        pairs = [
            (value, Fraction(entry["achievement"]))
            for entry in rig.entries(rows).values()
            if (value := measured(entry)) is not None
        ]
        for (low, before), (high, after) in pairwise(sorted(pairs)):
            worse = after < before if direction == "higher" else after > before
            if worse:
                raise Broken(f"{low} is worth {before} and {high} is worth {after}", rows)

    rig.hunt(rig.evidence(most=24), proof, share=2)


def minimum(rig: Rig) -> None:
    """B05: fewer observations than the policy's minimum are no value."""
    least = 4
    try:
        rig.plan(minimum=least)
    except Exception as error:  # noqa: BLE001 - whatever a stranger's code raises
        raise Skipped(f"a minimum of {least} is refused: {type(error).__name__}") from None

    def proof(rows: Rows) -> None:
        many, some = rig.entries(rows, minimum=least), rig.entries(rows, minimum=1)
        for subject, entry in many.items():
            if entry["state"] == "ok" and entry["n"] < least:
                raise Broken(f"a value from n = {entry['n']} where {least} are the minimum", rows)
            if some[subject]["state"] == "ok" and entry["n"] >= least and entry["state"] != "ok":
                raise Broken(f"n = {entry['n']} is no value where {least} are the minimum", rows)

    for count in (least - 1, least, least + 1):
        rows = rig.rows(subjects=["a"], least=count, most=count, outside=False, full=True)
        rig.hunt(rows, proof, share=4)
    rig.hunt(rig.evidence(subjects=["a", "b"], least=2, most=14), proof, share=2)


def cases(rig: Rig) -> None:
    """B06: the author's own examples come out as they say."""
    if not rig.sample.cases:
        raise Skipped("the sample has no cases")
    others = rig.example()[-1:]
    for case in rig.sample.cases:
        rows = [{"subject": "a", **row} for row in case.rows] + others
        entry = rig.entries(rows)["a"]
        value = measured(entry)
        expected = _number(case.expected)
        found = entry["state"] if expected is None or value is None else value
        if found != (case.expected if expected is None else expected):
            raise Broken(f"expected {case.expected}, found {found}", rows)


def _number(expected: str | int | Fraction) -> Fraction | None:
    try:
        return read_number(expected)
    except ValueError:
        return None


def names(rig: Rig) -> None:
    """B07: a value does not hang on the names of subjects."""

    def proof(rows: Rows) -> None:
        renamed: Mapping[str, str] = {"a": "d", "b": "c", "c": "b", "d": "a", FULL: FULL}
        turned = [{**row, "subject": renamed[row["subject"]]} for row in rows]
        before, after = rig.entries(rows), rig.entries(turned)
        for old, new in renamed.items():
            if before[old] != after[new]:
                raise Broken("a subject of another name gets another result", rows)

    if rig.sample.tables:
        raise Skipped("the sample has tables of its own, in which subjects have names")
    rig.hunt(rig.evidence(), proof, share=4)
