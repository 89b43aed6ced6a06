"""Groups J, K and L: normalisations, aggregations, and what is fitted to a cohort."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise, permutations
from typing import Any

import attrs
from hypothesis import strategies as st

from capaian.errors import CapaianError
from capaian.exact import cohort_of, read_number
from capaian.formula import Column, Node, walk
from capaian.plugin import TARGET, UNIT
from capaian.policy.options import plain_record
from capaian.testing.method_rig import COHORT, WEIGHTS, MethodRig, row_of
from capaian.testing.outcome import Broken, Skipped
from capaian.testing.refusals import sound
from capaian.testing.sample import said
from capaian.wire import structure

DIRECTIONS = ("higher", "lower", "nearest", "unknown")
EDGES = tuple(Fraction(each) for each in ("0", "1", "-1", "1e-9", "1e9", "-1e9"))
"""Values that are tried whatever the search draws."""
CLOSE = Fraction(1, 10**30)
"""How near contributions of an irrational method must come to the value."""


def builds(rig: MethodRig) -> None:
    """A01: the sample makes a formula and a plan."""
    tree: object = None
    try:
        tree = rig.build(rig.handed())
        if isinstance(tree, Node):
            rig.plan()
    except CapaianError as error:
        raise Broken(f"the sample is refused: {said(error)}") from None
    except Exception as error:
        raise Broken(f"it cannot be built: {said(error)}") from error
    if not isinstance(tree, Node):
        raise Broken(f"build returns a {type(tree).__name__}, not a formula")


def direction(rig: MethodRig) -> None:
    """J01: which way is better is one of the four words."""
    found = rig.record.direction(rig.options)
    if found not in DIRECTIONS:
        raise Broken(f"the direction '{found}' is none of {', '.join(DIRECTIONS)}")


def monotone(rig: MethodRig) -> None:
    """J02: a better value never becomes less, in the declared direction."""
    found = rig.record.direction(rig.options)
    if found not in {"higher", "lower"}:
        raise Skipped(f"the direction is '{found}'")
    tree = rig.tree()

    def proof(values: list[Fraction]) -> None:
        pairs = [(value, rig.worth(tree, value)) for value in sorted(values)]
        for (low, before), (high, after) in pairwise(pairs):
            if after < before if found == "higher" else after > before:
                raise Broken(f"'{found}' is better, yet {low} gives {before} and {high} {after}")

    rig.hunt(st.lists(rig.numbers(), min_size=2, max_size=12), proof)


def anchors(rig: MethodRig) -> None:
    """J03: the author's own anchors come out exactly."""
    if not rig.sample.anchors:
        raise Skipped("the sample has no anchors")
    for given, wanted in rig.sample.anchors.items():
        if rig.aggregates:
            parts = [read_number(each) for each in given]
            found, _ = rig.together(parts, [Fraction(1, len(parts))] * len(parts))
        else:
            found = rig.worth(rig.tree(), read_number(given))
        if found != read_number(wanted):
            raise Broken(f"{given} becomes {found}, not {wanted}")


def everywhere(rig: MethodRig) -> None:
    """J04: there is an achievement for every value: zero, negative, tiny, huge."""
    tree = rig.tree()

    def proof(value: Fraction) -> None:
        try:
            rig.worth(tree, value)
        except ZeroDivisionError:
            raise Broken(f"it divides by zero at {value}", str(value)) from None

    for value in EDGES:
        proof(value)
    rig.hunt(rig.numbers(), proof)


def only_the_value(rig: MethodRig) -> None:
    """J05: a formula reads the value and the subject's target, nothing else."""
    allowed = {Column("x"), TARGET, UNIT}
    strange = [each for each in walk(rig.tree(Column("x"))) if isinstance(each, Column)]
    names = [each.name for each in strange if each not in allowed]
    if names:
        raise Broken(f"it reads {', '.join(names)}, which nobody supplies")


def engines(rig: MethodRig) -> None:
    """F01: every engine gives the bits that records give, and those are the exact value."""

    def proof(values: list[Fraction]) -> None:
        rows = [row_of(f"s{place:02}", each) for place, each in enumerate(_threes(values))]
        plain = rig.score(rows)
        for engine in rig.engines:
            found = plain if engine == "records" else rig.score(rows, engine=engine)
            if found.to_json() != plain.to_json():
                raise Broken(f"{engine} gives another document", rows)
            if found.ledger_columns() != plain.ledger_columns():
                raise Broken(f"the ledger of {engine} differs in a last bit", rows)
        if not rig.aggregates:
            _true(rig, rows, plain)

    moderate = st.fractions(0, 200, max_denominator=1000)
    rig.hunt(st.lists(moderate, min_size=3, max_size=12), proof, share=3)


def _true(rig: MethodRig, rows: list[dict[str, Any]], scores: Any) -> None:
    tree = rig.tree()
    for row, entry in zip(rows, scores.to_dict()["scores"], strict=True):
        value = Fraction(row["top0"], row["bottom0"])
        given = entry["indicators"][0]["achievement"]
        if given is not None and Fraction(given) != rig.worth(tree, value):
            raise Broken(f"{value} is scored {given}, and is {rig.worth(tree, value)}")


def _threes(values: list[Fraction]) -> list[list[Fraction]]:
    return [[values[(at + step) % len(values)] for step in range(3)] for at in range(len(values))]


# ---- aggregations ------------------------------------------------------------------------------


def between(rig: MethodRig) -> None:
    """K01: the whole lies between the least and the greatest of its parts."""

    def proof(parts: list[Fraction]) -> None:
        value, _ = rig.together(parts, WEIGHTS)
        if not min(parts) - CLOSE <= value <= max(parts) + CLOSE:
            raise Broken(f"{_list(parts)} become {value}")

    lowest = rig.aggregation.lowest or Fraction(0)
    for each in (lowest, lowest + 60, lowest + 100):
        proof([each] * 3)
    rig.hunt(rig.parts(), proof)


def rises(rig: MethodRig) -> None:
    """K02: a better part never lowers the whole."""

    def proof(drawn: tuple[list[Fraction], int, Fraction]) -> None:
        parts, place, more = drawn
        better = [part + more if at == place else part for at, part in enumerate(parts)]
        before, after = (rig.together(each, WEIGHTS)[0] for each in (parts, better))
        if after < before - CLOSE:
            raise Broken(f"{_list(parts)} become {before}, and {_list(better)} {after}")

    more = st.fractions(Fraction(1, 100), 50, max_denominator=100)
    rig.hunt(st.tuples(rig.parts(), st.integers(0, 2), more), proof)


def contributions(rig: MethodRig) -> None:
    """K03: what the parts contribute is the whole; with a remainder, what they leave is said."""
    if rig.aggregation.remainder:
        rig.hunt(rig.parts(), lambda parts: _explained(rig, parts))
        return

    def proof(parts: list[Fraction]) -> None:
        value, multipliers = rig.together(parts, WEIGHTS)
        pairs = zip(parts, multipliers, strict=True)
        total = sum((part * multiplier for part, multiplier in pairs), Fraction(0))
        if abs(total - value) > CLOSE:
            raise Broken(f"the contributions of {_list(parts)} are {total}, the whole is {value}")

    rig.hunt(rig.parts(), proof)


def _explained(rig: MethodRig, parts: list[Fraction]) -> None:
    rows = [row_of("s", parts)]
    scores = rig.score(rows)
    for subject in scores.subjects:
        explanation = scores.explain(subject)
        if explanation.score is not None and explanation.total() != explanation.score:
            raise Broken(f"{explanation.total()} explains {explanation.score}", rows)


def order_of_parts(rig: MethodRig) -> None:
    """K04: in which order the parts stand changes nothing."""

    def proof(parts: list[Fraction]) -> None:
        pairs = list(zip(parts, WEIGHTS, strict=True))
        values = {
            rig.together([p for p, _ in each], [w for _, w in each])[0]
            for each in permutations(pairs)
        }
        if max(values) - min(values) > CLOSE:
            raise Broken(f"{_list(parts)} become {max(values)} or {min(values)}, by their order")

    rig.hunt(rig.parts(), proof, share=2)


def no_weight(rig: MethodRig) -> None:
    """K05: a part of weight 0 has no say."""
    half = [Fraction(1, 2), Fraction(1, 2), Fraction(0)]

    def proof(parts: list[Fraction]) -> None:
        with_it, _ = rig.together(parts, half)
        without, _ = rig.together(parts[:2], half[:2])
        if abs(with_it - without) > CLOSE:
            raise Broken(f"{_list(parts)} become {with_it}, without the last {without}")

    rig.hunt(rig.parts(), proof, share=2)


def from_the_lowest(rig: MethodRig) -> None:
    """K06: every part from the declared lowest on can be taken."""
    lowest = rig.aggregation.lowest
    if lowest is None:
        lowest = Fraction(-(10**6))
    for parts in ([lowest] * 3, [lowest, Fraction(100), Fraction(0)], [Fraction(0)] * 3):
        try:
            rig.together(parts, WEIGHTS)
        except (ArithmeticError, ValueError) as error:
            raise Broken(f"{_list(parts)}: {said(error)}") from None


def _list(parts: list[Fraction]) -> str:
    return ", ".join(map(str, parts))


# ---- cohorts -----------------------------------------------------------------------------------


def parameters(rig: MethodRig) -> None:
    """L01: what is fitted can be written into a policy and read back, the same."""
    made = rig.parameters
    if not isinstance(made, rig.record.parameters):
        raise Broken(f"fit returns a {type(made).__name__}, not a {rig.record.parameters.__name__}")
    for each in attrs.fields(type(made)):
        if isinstance(getattr(made, each.name), float):
            raise Broken(f"the parameter '{each.name}' is a float", made)
    again, findings = structure(plain_record(made), rig.record.parameters)
    if findings:
        raise Broken(f"the parameters cannot be read back: {findings[0].text()}", made)
    if again != made:
        raise Broken("the parameters are others when they are read back", f"{made}\n{again}")


def narrow_cohorts(rig: MethodRig) -> None:
    """L02: a cohort that cannot be fitted to is refused with a code."""
    for values in ([1, 1], [1, 2], [0, 0, 0], list(COHORT[:2])):
        cohort = cohort_of(Counter(map(Fraction, values)))
        try:
            made = rig.record.fit(rig.options, cohort)
            handed = {**rig.handed(), "parameters": made}
            rig.worth(rig.build(handed), Fraction(values[0]))
        except CapaianError as error:
            sound(error, f"a cohort of {values}")
        except Exception as error:  # noqa: BLE001 - whatever a stranger's code raises
            raise Broken(f"a cohort of {values}: {said(error)}") from None
