"""The nodes of a policy, its methods and its named numbers, as they are meant."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from attrs import evolve

from capaian.indicator import ActiveTable, Fitted, Step, Text
from capaian.policy.document import NodeRule, Number
from capaian.policy.titles import same_text, title_of
from capaian.policy.tree import ACTIVE_DAYS, ROOT
from capaian.policy.written import Steps, WrittenNode, WrittenNumber, WrittenPolicy, limit_of
from capaian.wire import structure

SCORE: Final[Text] = {"en": "Score", "id": "Nilai"}


def root_of(written: WrittenPolicy) -> NodeRule:
    """Return the node whose score is the result."""
    root = written.score
    return NodeRule(
        id=ROOT,
        title=title_of(root.title, SCORE),
        method=root.method,
        weight=Fraction(1),
        missing=written.missing,
        floor=limit_of(root.floor),
        cap=limit_of(root.cap),
        available=root.available,
        source=root.source,
        formula=root.formula,
        convert=steps_of(root.convert),
        active=written.weights == ACTIVE_DAYS,
        options=root.options,
    )


def node_of(each: WrittenNode, written: WrittenPolicy, share: Fraction) -> NodeRule:
    """Return a node with its exact share of the node above."""
    return NodeRule(
        id=each.id,
        title=title_of(each.title, same_text(each.id)),
        method=each.method,
        weight=share,
        missing=each.missing or written.missing,
        parent=parent_of(each.parent),
        floor=limit_of(each.floor),
        cap=limit_of(each.cap),
        available=each.available,
        source=each.source,
        formula=each.formula,
        convert=steps_of(each.convert),
        active=each.weights == ACTIVE_DAYS,
        options=each.options,
    )


def parent_of(written: str) -> str:
    """Return the name of the node above; empty for the root."""
    return "" if written == ROOT else written


def active_of(written: WrittenPolicy) -> ActiveTable | None:
    """Return the table of active days, with its column of subjects."""
    table = written.active
    return table if table is None or table.subject else evolve(table, subject=written.subject)


def number_of(each: WrittenNumber) -> Number:
    """Return a named constant."""
    return Number(each.id, title_of(each.title, same_text(each.id)), each.value, each.source)


def steps_of(written: Steps) -> tuple[Step, ...]:
    """Return methods with their options, in order."""
    return tuple(map(_step, [written] if isinstance(written, Mapping) else written))


def _step(written: Mapping[str, Any]) -> Step:
    options = {key: value for key, value in written.items() if key not in {"method", "fitted"}}
    fitted, _ = structure(written["fitted"], Fitted) if "fitted" in written else (None, ())
    return Step(written["method"], options, fitted)
