"""The normalisation that holds a value against a target, by its sign and by what is better.

In the formulas, x is the value, T the target, and the scale runs from worst to best (0 and 100 in
most Indonesian rules, where 100 is the target met).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from attrs import frozen

from capaian.errors import Finding
from capaian.formula import Node, lit, number, when
from capaian.indicator import FromTable
from capaian.methods import own_targets
from capaian.methods.lines import Better, line, refuse_options, span
from capaian.plugin import Direction, Normalisation
from capaian.policy import Scale

Formula = Literal["ratio", "mirror", "inverse"]

_FITTING: dict[tuple[Better, bool], tuple[Formula, ...]] = {
    ("higher", True): ("ratio",),
    ("higher", False): ("mirror",),
    ("lower", True): ("mirror", "inverse"),
    ("lower", False): ("ratio", "mirror"),
}
"""By what is better and whether the target is above zero; the first is the default, except where
less is better than a target below zero: there the policy has to say which it means."""


@frozen
class TargetOptions:
    """Options of `target`.

    Attributes
    ----------
    target
        T, the value that earns the best of the scale; or `{ from = "targets" }`, each subject's own
        in the policy's table of targets. What follows then holds by the sign of each.
    better
        Whether more (`higher`) or less (`lower`) is better.
    formula
        `ratio`, worst + (best - worst) x / T; `mirror`, worst + (best - worst) (2 - x / T), that
        is (1 + (1 - R/T)) x 100 on 0..100; `inverse`, worst + (best - worst) T / x. Where empty:
        ratio where more is better than a target above zero, else mirror.
    worst
        W, for a target of 0 where less is better: worst + (best - worst) (W - x) / W.
    met
        The achievement given as soon as the target is met, in place of the formula.
    most
        For `inverse`: the most that it gives, also where x is 0; the scale's cap where empty.
    """

    target: Fraction | FromTable
    better: Better
    formula: Formula | None = None
    worst: Fraction | None = None
    met: Fraction | None = None
    most: Fraction | None = None


def target(options: TargetOptions, scale: Scale, x: Node) -> Node:
    """Return the ratio of a value to its target.

    Parameters
    ----------
    options
        Target, direction and formula.
    scale
        The scale on which the target met is the best.
    x
        The value.

    Raises
    ------
    PolicyError
        CPN-P80 to P87: no formula for this target, or an option that does nothing.

    Notes
    -----
    KMK 127/2026 pp. 67-70: R/T x 100 where more is better, (1 + (1 - R/T)) x 100 where less is and
    for targets below zero, (W - R)/W x 100 for a target of zero; conversion to 120 through `met`.
    PermenPANRB 8/2021: R/T x 100 (normal), (1 + (1 - R/T)) x 100 (khusus).
    """
    goal = options.target
    refuse_options("target", _target_faults(options, scale))
    if isinstance(goal, FromTable):
        made = own_targets.against(
            x,
            scale,
            options.better,
            options.formula,
            worst=options.worst,
            limit=_most(options, scale),
        )
        reached = own_targets.reached(x, options.better)
    else:
        made = _against(options, goal, scale, x)
        reached = x >= goal if options.better == "higher" else x <= goal
    return made if options.met is None else when(reached, options.met, made)


def _most(options: TargetOptions, scale: Scale) -> Fraction:
    most = scale.cap if options.most is None else options.most
    return scale.best if most is None else most


def _against(options: TargetOptions, goal: Fraction, scale: Scale, x: Node) -> Node:
    rise, zero = span(scale), Fraction(0)
    if goal == 0:
        worst = options.worst or Fraction(1)
        return line(x, worst, scale.worst, -rise, worst)
    formula = options.formula or _FITTING[options.better, goal > 0][0]
    if formula == "ratio":
        return line(x, zero, scale.worst, rise, goal)
    if formula == "mirror":
        return line(x, zero, scale.worst + 2 * rise, -rise, goal)
    limit = _most(options, scale)
    share = lit(rise * goal, f"({number(rise)} × {number(goal)})") / x
    # Where x is above 0 the lower limit changes nothing, but it bounds the error of the float64.
    held = share.clip(0, limit - scale.worst)
    return when(x <= 0, limit, held if scale.worst == 0 else lit(scale.worst) + held)


def _target_faults(options: TargetOptions, scale: Scale) -> list[Finding]:
    found = _formula_faults(options, scale)
    zero = isinstance(options.target, FromTable) or options.target == 0
    if options.worst is not None and not (zero and options.better == "lower"):
        purpose = 'a target of 0 with better = "lower"'
        found.append(Finding("CPN-P85", "worst", {"key": "worst", "purpose": purpose}))
    if options.most is not None and options.formula != "inverse":
        purpose = 'formula = "inverse"'
        found.append(Finding("CPN-P85", "most", {"key": "most", "purpose": purpose}))
    for key, value in (("met", options.met), ("most", options.most)):
        if value is not None and value < scale.best:
            values = {"key": key, "value": number(value), "best": number(scale.best)}
            found.append(Finding("CPN-P87", key, values))
    return found


def _formula_faults(options: TargetOptions, scale: Scale) -> list[Finding]:
    goal, better, formula = options.target, options.better, options.formula
    if isinstance(goal, FromTable):
        return _own_faults(options, scale)
    if goal == 0:
        return _zero_faults(options)
    if goal < 0 and better == "lower" and formula is None:
        return [Finding("CPN-P84", "formula", {"target": number(goal)})]
    fitting = _FITTING[better, goal > 0]
    if formula is not None and formula not in fitting:
        values = {
            "formula": formula,
            "better": better,
            "target": number(goal),
            "known": ", ".join(fitting),
        }
        return [Finding("CPN-P83", "formula", values)]
    return _unlimited(options, scale)


def _unlimited(options: TargetOptions, scale: Scale) -> list[Finding]:
    if options.formula == "inverse" and options.most is None and scale.cap is None:
        return [Finding("CPN-P86", "most", {})]
    return []


def _own_faults(options: TargetOptions, scale: Scale) -> list[Finding]:
    """Return what is wrong whatever the targets in the table are."""
    found = _unlimited(options, scale)
    if options.formula == "inverse" and options.better == "higher":
        values = {
            "formula": "inverse",
            "better": "higher",
            "target": "the table",
            "known": "ratio, mirror",
        }
        found.append(Finding("CPN-P83", "formula", values))
    if options.worst is not None and options.worst <= 0:
        found.append(Finding("CPN-P81", "worst", {"worst": number(options.worst)}))
    return found


def _zero_faults(options: TargetOptions) -> list[Finding]:
    if options.better == "higher":
        return [Finding("CPN-P80", "target", {})]
    found = []
    if options.formula is not None:
        values = {"key": "formula", "purpose": "targets other than 0"}
        found.append(Finding("CPN-P85", "formula", values))
    if options.worst is None or options.worst <= 0:
        given = "-" if options.worst is None else number(options.worst)
        found.append(Finding("CPN-P81", "worst", {"worst": given}))
    return found


def _target_direction(options: TargetOptions) -> Direction:
    """Return which way the achievement grows; the mirror formula grows over targets below zero."""
    if options.formula != "mirror" or options.better == "higher":
        return options.better
    if isinstance(options.target, FromTable):
        return "unknown"
    return "higher" if options.target < 0 else "lower"


def _own_targets(options: TargetOptions) -> Node | None:
    """Return which targets of the table there is a formula for."""
    if not isinstance(options.target, FromTable):
        return None
    zero = options.worst is not None
    return own_targets.usable(options.better, options.formula, zero=zero)


TARGET = Normalisation(
    "target",
    {"en": "ratio to the target", "id": "rasio terhadap target"},
    TargetOptions,
    target,
    _target_direction,
    _own_targets,
)
