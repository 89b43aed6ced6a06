"""What a rule is given: plain JSON values, each proved to be what its rule can take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from capaian.errors import did_you_mean
from capaian.formula import number
from capaian.rules.document import Input
from capaian.wire import exact_number, short
from capaian.workcalendar.hours import MINUTE, parse_clock

_ONE: Mapping[str, str] = {
    "numbers": "number", "labels": "label", "booleans": "boolean", "records": "record"
}  # fmt: skip
"""Kinds of lists, with what each item is."""
_ENDS = 2
"""A line has two ends, and a jump two values."""
_SAID = {
    "number": "a number",
    "label": "a label",
    "boolean": "true or false",
    "date": "a date such as 2026-03-16",
    "time": "a time of day such as 07:30",
    "text": "text",
    "record": "a table",
}


def taken(values: Mapping[str, Any], inputs: Mapping[str, Input]) -> dict[str, Any]:
    """Return the inputs by name: numbers exact, lists as tuples, `None` for what is left out.

    Raises
    ------
    ValueError
        What cannot be taken, all of it, in the names and limits of the input and nothing else.
    """
    faults: list[str] = []
    made = _record(values, inputs, "", faults)
    if faults:
        raise ValueError("; ".join(faults))
    return made


def _record(
    values: Mapping[str, Any], inputs: Mapping[str, Input], place: str, faults: list[str]
) -> dict[str, Any]:
    for key in values:
        if key not in inputs:
            known = ", ".join(inputs)
            hint = _hint(str(key), inputs)
            faults.append(f"'{place}{short(str(key))}' is not known; there is {known}{hint}")
    return {name: _given(values, name, each, place, faults) for name, each in inputs.items()}


def _given(
    values: Mapping[str, Any], name: str, wanted: Input, place: str, faults: list[str]
) -> Any:
    given = values.get(name)
    where = f"{place}{name}"
    if given is None:
        if not wanted.optional:
            faults.append(f"'{where}' is missing")
        return None
    if wanted.kind == "points":
        return _points(given, where, faults)
    if wanted.kind not in _ONE:
        return _single(given, wanted.kind, wanted, where, faults)
    if not isinstance(given, list | tuple):
        faults.append(f"'{where}' is not a list")
        return None
    if len(given) < wanted.fewest:
        faults.append(f"'{where}' has {len(given)} items; {wanted.fewest} is the least")
    return tuple(
        None
        if each is None and wanted.nullable
        else _single(each, _ONE[wanted.kind], wanted, f"{where}[{index}]", faults)
        for index, each in enumerate(given)
    )


def _single(given: Any, kind: str, wanted: Input, where: str, faults: list[str]) -> Any:
    if kind == "record" and isinstance(given, Mapping):
        return _record(given, wanted.fields, f"{where}.", faults)
    if kind == "number" and not isinstance(given, bool):
        exact = exact_number(given)
        if exact is not None:
            faults += [f"'{where}' is not {each}" for each in _beyond(exact, wanted)]
            return exact
    if kind == "label" and isinstance(given, str):
        if wanted.of and given not in wanted.of:
            known = ", ".join(wanted.of)
            faults.append(f"'{where}' is none of {known}{_hint(given, wanted.of)}")
        return given
    if kind == "boolean" and isinstance(given, bool):
        return given
    if kind == "time" and isinstance(given, str):
        moment = parse_clock(given)
        if moment is not None:
            return Fraction(moment, MINUTE)
    if isinstance(given, str) and (kind == "text" or (kind == "date" and _is_date(given))):
        return given
    faults.append(f"'{where}' is not {_SAID[kind]}")
    return None


def _points(given: Any, where: str, faults: list[str]) -> Any:
    """Return pairs of numbers, in order of the first: what the method `piecewise` can take."""
    pairs = given if isinstance(given, list | tuple) else ()
    made = [_pair(each) for each in pairs]
    sound = tuple(each for each in made if each is not None)
    if not made or len(sound) < len(made):
        faults.append(f"'{where}' is not a list of pairs of numbers")
        return None
    firsts = [x for x, _ in sound]
    if len(set(firsts)) < _ENDS or any(firsts.count(x) > _ENDS for x in firsts):
        faults.append(f"'{where}' has not two points at least, or one number more than twice")
    elif firsts != sorted(firsts):
        faults.append(f"'{where}' is not in order of the first number of each pair")
    return sound


def _pair(given: Any) -> tuple[Fraction, Fraction] | None:
    made = [exact_number(each) for each in given] if isinstance(given, list | tuple) else []
    match made:
        case [Fraction() as x, Fraction() as y]:
            return x, y
        case _:
            return None


def _is_date(given: str) -> bool:
    try:
        date.fromisoformat(given)
    except ValueError:
        return False
    return True


def _beyond(value: Fraction, wanted: Input) -> Iterator[str]:
    """Say the limits that a number does not keep."""
    if wanted.least is not None and value < wanted.least:
        yield f"{number(wanted.least)} or more"
    if wanted.above is not None and value <= wanted.above:
        yield f"more than {number(wanted.above)}"
    if wanted.most is not None and value > wanted.most:
        yield f"{number(wanted.most)} or less"
    if wanted.below is not None and value >= wanted.below:
        yield f"less than {number(wanted.below)}"


def _hint(given: str, known: Iterable[str]) -> str:
    found = did_you_mean(given, known).strip()
    return f" ({found[0].lower()}{found[1:]})" if found else ""
