"""Normalise: from the measured value to the achievement, as one formula."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from capaian.errors import CapaianError, Finding, PolicyError
from capaian.formula import Node, rounded
from capaian.plugin import Direction, Normalisation, RelativeNormalisation
from capaian.policy import Rounding, Scale

Steps: TypeAlias = Sequence[tuple[Normalisation, Any]]
"""Methods with their options, in the order in which they are applied."""


def achievement(
    steps: Steps,
    scale: Scale,
    x: Node,
    *,
    floor: Fraction | None = None,
    cap: Fraction | None = None,
    rounding: Rounding | None = None,
) -> Node:
    """Return the achievement as a formula over the measured value.

    Parameters
    ----------
    steps
        The methods with their options. Where there are none, the measured value is the achievement.
    scale
        The policy's scale.
    x
        The measured value.
    floor, cap
        Limits of the achievement, applied after the methods; `None` is no limit.
    rounding
        The policy's rounding of achievements, applied last; `None` is none.

    Raises
    ------
    PolicyError
        Options that do not fit their method: all faults of all steps, each at `normalise.<option>`,
        or `normalise[<step>].<option>` where there are several steps.
    """
    tree = x
    findings: list[Finding] = []
    for index, (method, options) in enumerate(steps):
        place = f"normalise[{index}]" if len(steps) > 1 else "normalise"
        try:
            tree = method.build(options, scale, tree)
        except CapaianError as error:
            findings += [_under(each, place) for each in error.findings]
    if findings:
        count = "1 option does" if len(findings) == 1 else f"{len(findings)} options do"
        raise PolicyError(f"{count} not fit the normalisation; nothing was scored.", findings)
    return held(tree, floor, cap, rounding)


def held(
    tree: Node, floor: Fraction | None, cap: Fraction | None, rounding: Rounding | None
) -> Node:
    """Return a formula within its limits, and rounded after that.

    Parameters
    ----------
    tree
        The formula.
    floor, cap
        Its limits; `None` is no limit.
    rounding
        The policy's rounding at this place; `None` is none.
    """
    limited = tree.clip(floor, cap)
    if rounding is None or rounding.mode == "none":
        return limited
    return rounded(limited, rounding.digits, rounding.mode)


def _under(finding: Finding, place: str) -> Finding:
    where = f"{place}.{finding.where}" if finding.where else place
    return Finding(finding.code, where, finding.values, finding.severity)


def fixed_to(method: RelativeNormalisation, parameters: Any) -> Normalisation:
    """Return a relative method as an ordinary one, with the parameters that it was fitted to."""
    return Normalisation(
        kind=method.kind,
        title=method.title,
        options=method.options,
        build=lambda options, scale, x: method.build(options, parameters, scale, x),
        direction=method.direction,
    )


def direction(steps: Steps) -> Direction:
    """Return which way of the measured value is better, after all the methods.

    Parameters
    ----------
    steps
        The methods with their options. Where there are none, more is better.
    """
    found: Direction = "higher"
    for method, options in steps:
        found = _after(found, method.direction(options))
    return found


def _after(before: Direction, now: Direction) -> Direction:
    """Return the direction of one method upon another."""
    if now == "higher" or before == "unknown":
        return before
    if now == "lower":
        turned: dict[Direction, Direction] = {"higher": "lower", "lower": "higher"}
        return turned.get(before, "unknown")
    if now == "nearest" and before != "nearest":
        return "nearest"
    return "unknown"
