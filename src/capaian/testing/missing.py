"""Group C, missing and bad input: a state or a coded error, never a number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from capaian.errors import CapaianError, catalogue
from capaian.explain.words import STATES
from capaian.plugin import ColumnNeed
from capaian.testing.outcome import Broken, Skipped
from capaian.testing.rig import SUBJECTS, Entry, Rig
from capaian.testing.sample import said
from capaian.testing.value import measured

Rows = list[dict[str, Any]]
BAD: Mapping[str, tuple[Any, ...]] = {
    "integer": (math.nan, math.inf, 1 / 3, True, "seven", "", [1]),
    "stamp": ("yesterday", "", 20260101, "2026-13-01", math.nan),
    "text": (1.5, math.nan, ["a"]),
    "boolean": ("perhaps", 2, math.nan, ""),
}
"""Values that are not of a column's kind."""


def no_rows(rig: Rig) -> None:
    """C01: a subject without any row has a state, not a value."""

    def proof(rows: Rows) -> None:
        entries = rig.entries(rows)
        for subject in set(SUBJECTS) - {row["subject"] for row in rows}:
            entry = entries[subject]
            if entry["state"] == "ok":
                raise Broken(f"no row at all is a value of {measured(entry)}", rows)

    rig.hunt(rig.evidence(subjects=["a"], most=3), proof, share=4)


def not_zero(rig: Rig) -> None:
    """C02: a missing number is not counted as zero."""
    roles = rig.nullable("integer")
    for role in roles:
        column = rig.columns[role]
        different: list[bool] = []

        def proof(rows: Rows, column: str = column, different: list[bool] = different) -> None:
            if any(different):
                return
            gaps = [{**row, column: None} for row in rows]
            zeros = [{**row, column: 0} for row in rows]
            try:
                without, zero = rig.entries(gaps)["a"], rig.entries(zeros)["a"]
            except CapaianError:
                different.append(True)  # zero is refused: it cannot be mistaken
                return
            different.append(_seen(without) != _seen(zero))

        rig.hunt(rig.rows(subjects=["a"], most=6, full=True, outside=False), proof)
        if not any(different):
            raise Broken(f"'{column}' left empty and '{column}' of 0 always give the same")


def _seen(entry: Entry) -> tuple[Any, ...]:
    return entry["state"], entry["numerator"], entry["denominator"], entry["n"]


def no_advantage(rig: Rig) -> None:
    """C03: rows that lack every value that may be lacking are worth no more than full ones."""
    roles = [need.role for need in rig.measure.columns if need.nullable and need.kind != "stamp"]
    if not roles:
        raise Skipped("no column but stamps may lack a value")
    empty: dict[str, Any] = {rig.columns[role]: None for role in roles}

    def proof(rows: Rows) -> None:
        gaps = [{**row, **empty} if row["subject"] == "a" else row for row in rows]
        with_values = rig.entries(rows)["a"]
        try:
            without = rig.entries(gaps)["a"]
        except CapaianError:
            return  # a row check refuses them: they are worth nothing
        if without["state"] != "ok" or with_values["state"] != "ok":
            return
        first, second = (Fraction(each["achievement"]) for each in (without, with_values))
        if first > second:
            raise Broken(f"worth {second}, and {first} with nothing in {', '.join(empty)}", rows)

    rig.hunt(rig.evidence(subjects=["a"], most=4, full=True), proof)


def refused(rig: Rig) -> None:
    """C04: what is not of a column's kind is refused with a code."""
    if not rig.measure.columns:
        raise Skipped("the measure reads no column")
    strategy = rig.rows(subjects=["a"], most=2, full=True, outside=False)
    pairs = [(need, value) for need in rig.measure.columns for value in _bad(need)]

    def proof(drawn: tuple[Rows, tuple[ColumnNeed, Any]]) -> None:
        rows, (need, value) = drawn
        changed = [{**rows[0], rig.columns[need.role]: value}, *rows[1:]]
        try:
            entry = rig.entries(changed)["a"]
        except CapaianError as error:
            if error.code not in catalogue():
                raise Broken(f"refused without a code: {said(error)}", changed) from None
            return
        raise Broken(f"{value!r} in '{need.role}' is counted: {entry['state']}", changed)

    for pair in pairs:
        rig.hunt(st.tuples(strategy, st.just(pair)), proof, share=len(pairs))


def _bad(need: ColumnNeed) -> list[Any]:
    bad = list(BAD[need.kind]) + ([] if need.nullable else [None])
    bad = [each for each in bad if each != "" or not need.nullable]
    return [*bad, "no such label"] if need.labels else bad


def known_states(rig: Rig) -> None:
    """C05: every state is one that explanations can name in both languages."""
    for rule in rig.measure.statuses:
        if rule.status == "ok" or rule.status not in STATES:
            known = ", ".join(sorted(STATES))
            raise Broken(f"'{rule.status}' has no words; those that have: {known}")


def full_row(rig: Rig) -> None:
    """C06: there is evidence of which the measure has a value at all."""
    found: list[bool] = []

    def proof(rows: Rows) -> None:
        found.append(any(each["state"] == "ok" for each in rig.entries(rows).values()))

    for least, most in ((8, 16), (1, 1)):  # one row is all that some rules allow
        some = rig.rows(subjects=["a"], full=True, outside=False, least=least, most=most)
        if not any(found):
            rig.hunt(some, proof)
    if not any(found):
        raise Broken(f"no value in {len(found)} tables, of eight accepted rows and more or of one")
