"""Documents made into records: strictly, and with every fault at once.

It is as strict as an auditor would be: text is never taken for a number of rows, nor 1 for true.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, TypeVar, Union, cast, get_args, get_origin

import attrs

from capaian.errors import CapaianError, Finding, did_you_mean
from capaian.exact import read_number
from capaian.wire.kinds import fields_of, inners_of, is_mapping, key_of, kinds_of, shape, shape_of
from capaian.wire.said import Words, below, given, list_of, mark, quoted, short, words_of

Made = TypeVar("Made")
HINTED = 100
"""Of how many unknown keys it is asked which was meant: of more, none was meant."""
EXPONENT = 400
"""A number with more digits than this before or after its point is a slip."""

_FAULTY: Final = object()


def structure(data: object, cls: type[Made], where: str = "") -> tuple[Made | None, list[Finding]]:
    r"""Make a frozen attrs record of plain values, or find everything that is wrong with them.

    Parameters
    ----------
    data
        A mapping, as JSON or TOML give it.
    cls
        The class. Its fields may be `str`, `int`, `bool`, `float`, `Fraction`, `date`, `Any`,
        `Literal[...]`, another attrs class, `tuple[X, ...]` or `tuple[X, Y]`, `Mapping[str, X]` or
        `dict[str, X]`, and unions of these. A field whose name ends in an underscore has the key
        without it (`from_` is read from `from`).
    where
        The place of the data in the document, in front of every path.

    Returns
    -------
    record, findings
        The record, or `None` where there is a finding: unknown keys (CPN-P01), missing keys (P02),
        values of the wrong kind (P04), choices that are not known (P05), and what the class's own
        converters and validators refuse (P06).

    Examples
    --------
    >>> from capaian.indicator import ColumnRef
    >>> structure({"column": "closed"}, ColumnRef)
    (ColumnRef(column='closed', format='', digits=0), [])
    >>> made, findings = structure({"colum": "closed"}, ColumnRef, "columns.stop")
    >>> print(*(finding.line() for finding in findings), sep="\n")
      CPN-P01  columns.stop: unknown key 'colum'. Did you mean 'column'?
               to fix: remove it, or use one of: column, format, digits.
      CPN-P02  columns.stop: 'column' is missing.
               to fix: add 'column' (text).
    """
    reader = _Reader()
    made = reader.record(data, cls, where)
    return (None if reader.findings else cast("Made", made)), reader.findings


def sound_parts(
    data: object, cls: type[Any], where: str = ""
) -> tuple[dict[str, Any], list[Finding]]:
    """Return what is sound in a document that may have faults elsewhere, with all its faults.

    Parameters
    ----------
    data, cls, where
        As for `structure`.

    Returns
    -------
    parts, findings
        By field, the values that could be made, defaults among them. A part that has nothing worse
        than an unknown key is sound, so that what it says can still be proved.
    """
    reader = _Reader()
    return reader.parts(data, cls, where), reader.findings


def sound_items(data: object, cls: type[Made]) -> tuple[Made, ...]:
    """Return the records that can be made of a list's items, without those that cannot.

    Parameters
    ----------
    data
        A list of mappings; anything else has no items.
    cls
        The class of the records.
    """
    items = data if isinstance(data, list | tuple) else ()
    made = [_Reader().record(each, cls, "") for each in items if isinstance(each, Mapping)]
    return tuple(each for each in made if each is not _FAULTY)


class _Reader:
    """Makes values of plain ones and collects the faults."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.strangers = 0

    def read(self, data: object, kind: Any, where: str) -> Any:
        origin = get_origin(kind)
        if kind is Any:
            return data
        if attrs.has(kind):
            return self.record(data, kind, where)
        if origin in {Union, types.UnionType}:
            return self.union(data, get_args(kind), where)
        if origin is Literal:
            return self.choice(data, kind, where)
        if origin is tuple:
            return self.items(data, kind, where)
        if is_mapping(kind):
            return self.mapping(data, kind, where)
        made = _scalar(data, kind)
        return self.unfit(data, kind, where) if made is _FAULTY else made

    def unfit(
        self, data: object, kind: Any, where: str, hint: str = "", found: Words | None = None
    ) -> object:
        wanted, found = words_of(kind), found or given(data)
        values = {
            "given": found.en,
            "given_id": found.id,
            "wanted": wanted.en,
            "wanted_id": wanted.id,
            "example": wanted.example,
            "hint": hint,
        }
        self.findings.append(Finding("CPN-P04", where, values))
        return _FAULTY

    def record(self, data: object, cls: type[Any], where: str) -> Any:
        parts = self.parts(data, cls, where)
        if any(each.name not in parts for each in fields_of(cls)):
            return _FAULTY
        try:
            return cls(**{str(each.alias): parts[each.name] for each in fields_of(cls)})
        except CapaianError as error:
            self.findings += [
                Finding(each.code, below(where, each.where), each.values, each.severity)
                for each in error.findings
            ]
        except (TypeError, ValueError) as error:
            self.findings.append(Finding("CPN-P06", where, {"reason": str(error)}))
        return _FAULTY

    def parts(self, data: object, cls: type[Any], where: str) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            self.unfit(data, cls, where)
            return {}
        known = {key_of(each): each for each in fields_of(cls)}
        for key in data:
            if key not in known:
                self.strangers += 1
                likely = known if self.strangers <= HINTED else ()
                values = {
                    "key": short(str(key)),
                    "hint": did_you_mean(str(key), likely),
                    "known": ", ".join(known) or "-",
                }
                self.findings.append(Finding("CPN-P01", where, values))
        made: dict[str, Any] = {}
        kinds = kinds_of(cls)
        for key, each in known.items():
            kind = kinds[each.name]
            if key in data:
                made[each.name] = self.read(data[key], kind, below(where, key))
            elif each.default is attrs.NOTHING:
                wanted = words_of(kind)
                values = {"key": key, "wanted": wanted.en, "wanted_id": wanted.id}
                self.findings.append(Finding("CPN-P02", where, values))
                made[each.name] = _FAULTY
            else:
                made[each.name] = _default(each)
        return {name: value for name, value in made.items() if value is not _FAULTY}

    def choice(self, data: object, kind: Any, where: str) -> object:
        choices = get_args(kind)
        for each in choices:
            if type(each) is type(data) and each == data:
                return each
        if not isinstance(data, str):
            return self.unfit(data, kind, where)
        texts = [each for each in choices if isinstance(each, str)]
        values = {
            "given": given(data).en,
            "hint": did_you_mean(data, texts),
            "known": ", ".join(map(quoted, choices)),
        }
        self.findings.append(Finding("CPN-P05", where, values))
        return _FAULTY

    def items(self, data: object, kind: Any, where: str) -> object:
        if not isinstance(data, list | tuple):
            return self.unfit(data, kind, where)
        inners = inners_of(kind, len(data))
        if inners is None:
            return self.unfit(data, kind, where, found=list_of(len(data)))
        made = [
            self.read(each, inner, f"{where}[{mark(each, index)}]")
            for index, (each, inner) in enumerate(zip(data, inners, strict=True))
        ]
        return _FAULTY if any(each is _FAULTY for each in made) else tuple(made)

    def mapping(self, data: object, kind: Any, where: str) -> object:
        if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
            return self.unfit(data, kind, where)
        inner = get_args(kind)[1]
        made = {key: self.read(each, inner, below(where, key)) for key, each in data.items()}
        return _FAULTY if any(each is _FAULTY for each in made.values()) else made

    def union(self, data: object, kinds: tuple[Any, ...], where: str) -> object:
        if types.NoneType in kinds:
            if data is None:
                return None
            kinds = tuple(each for each in kinds if each is not types.NoneType)
            if len(kinds) == 1:
                return self.read(data, kinds[0], where)
        fitting = [each for each in kinds if each is Any or shape_of(each) == shape(data)]
        if len(fitting) == 1 and shape(data) != "scalar":
            return self.read(data, fitting[0], where)
        tried: list[list[Finding]] = []
        for each in fitting:
            reader = _Reader()
            made = reader.read(data, each, where)
            if not reader.findings:
                return made
            tried.append(reader.findings)
        if tried and shape(data) != "scalar":
            fewest: list[Finding] = min(tried, key=len)
            self.findings += fewest
            return _FAULTY
        choices = [word for each in kinds if get_origin(each) is Literal for word in get_args(each)]
        texts = [each for each in choices if isinstance(each, str)]
        hint = did_you_mean(data, texts) if isinstance(data, str) else ""
        return self.unfit(data, Union[kinds], where, hint)  # noqa: UP007 - made when it runs


def _scalar(data: object, kind: Any) -> object:
    if kind in {str, bool}:
        return data if isinstance(data, kind) else _FAULTY
    if kind is date:
        return _date(data)
    if kind not in {int, float, Fraction}:
        raise TypeError(f"capaian.wire makes no {kind!r} of plain values")
    exact = None if kind is int and isinstance(data, str) else exact_number(data)
    if exact is None:
        return _FAULTY
    if kind is int:
        return exact.numerator if exact.denominator == 1 else _FAULTY
    try:
        return float(exact) if kind is float else exact
    except OverflowError:
        return _FAULTY


def exact_number(data: object) -> Fraction | None:
    """Return the exact number that a plain value stands for, or `None` where it is none.

    Text may be a decimal, a fraction or a percentage, as `read_number` has it. A number with more
    than 400 digits before or after its point is none either: it is a slip, and slow to work with.
    """
    if isinstance(data, Decimal) and data.is_finite() and not _reasonable(data):
        return None
    if not isinstance(data, int | float | Decimal | Fraction | str):
        return None
    try:
        return read_number(data)
    except ValueError:
        return None


def _reasonable(data: Decimal) -> bool:
    return abs(data.adjusted()) <= EXPONENT and abs(int(data.as_tuple().exponent)) <= EXPONENT


def _date(data: object) -> object:
    if isinstance(data, str):
        try:
            return date.fromisoformat(data)
        except ValueError:
            return _FAULTY
    return data if isinstance(data, date) and not isinstance(data, datetime) else _FAULTY


def _default(field: attrs.Attribute[Any]) -> object:
    made: Any = field.default
    return made.factory() if hasattr(made, "factory") else made
