"""The engine's own methods as functions of a rule: the same trees, run on exact numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from capaian.errors import CapaianError
from capaian.exact import Program, run_paired
from capaian.formula import Node, lit
from capaian.plugin import Aggregation, Normalisation, ParametricAggregation
from capaian.policy import Scale
from capaian.registry import Plugins, build_registry
from capaian.rules.document import Curve
from capaian.wire import structure

SCALE = Scale(Fraction(0), Fraction(100), None, None)
"""Where the method needs one: 100 is the target met. A rule sets its own limits."""


def methods_of(kinds: Iterable[str]) -> dict[str, Callable[..., Any]]:
    """Return the methods of these kinds as functions, by kind with `_` for `-`.

    A normalisation takes a number and its options by name; an aggregation takes a list of numbers
    and, where they are not equal, one of weights, which are rescaled to add up to 1, and options by
    name where it has any. What is not
    known, or what a method refuses, gives `None` and so no number.
    """
    registry, _ = build_registry(kinds, Plugins(none=True))
    made: dict[str, Callable[..., Any]] = {}
    for kind in kinds:
        record = registry.find(kind, (Normalisation, Aggregation, ParametricAggregation))
        if isinstance(record, Normalisation):
            made[kind.replace("-", "_")] = _normalisation(record)
        elif isinstance(record, Aggregation | ParametricAggregation):
            made[kind.replace("-", "_")] = _aggregation(record)
    return made


def _normalisation(method: Normalisation) -> Callable[..., Any]:
    def apply(x: Fraction | None, **options: Any) -> Fraction | None:
        given = {key: each for key, each in options.items() if each is not None}
        if x is None:
            return None
        made, faults = structure(given, method.options)
        if faults:
            raise TypeError(method.kind)
        try:
            tree = method.build(made, SCALE, lit(x))
        except CapaianError:
            return None  # such as a target of 0: the method says that it is not defined
        return run(tree)

    return apply


def _aggregation(method: Aggregation | ParametricAggregation) -> Callable[..., Any]:
    def apply(
        parts: tuple[Fraction, ...], weights: tuple[Fraction, ...] = (), **options: Any
    ) -> Fraction | None:
        if not parts or None in parts or None in weights:
            return None
        given = weights or tuple(Fraction(1) for _ in parts)
        whole = sum(given, Fraction(0))
        if len(given) != len(parts) or whole <= 0:
            raise TypeError(method.kind)
        shares = [Fraction(each) / whole for each in given]
        return run(_meant(method, options).value([lit(each) for each in parts], shares))

    return apply


def _meant(method: Aggregation | ParametricAggregation, options: Mapping[str, Any]) -> Aggregation:
    """Return the aggregation that is meant by options, which must fit."""
    if isinstance(method, Aggregation):
        if options:
            raise TypeError(method.kind)
        return method
    made, faults = structure(dict(options), method.options)
    if faults:
        raise TypeError(method.kind)
    return method.make(made)


def curve_of(curve: Curve, piecewise: Normalisation) -> Callable[..., Any]:
    """Return a curve as a function of one number."""
    options: Mapping[str, Any] = {
        "points": curve.points,
        "at_jump": curve.at_jump,
        "outside": curve.outside,
    }
    apply = _normalisation(piecewise)

    def along(x: Fraction | None) -> Fraction | None:
        made: Fraction | None = apply(x, **options)
        return made

    return along


def run(tree: Node) -> Fraction:
    """Return what a tree without inputs gives, exactly."""
    return run_paired(Program((("y", tree),)), {})["y"][1]
