"""How far cases reach: cells and edges of tables that no case has met, and cases that meet them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from fractions import Fraction
from typing import Any

from attrs import frozen

from capaian.cases.run import REFUSED, call_rule, files_of
from capaian.cases.written import Case, Cases, read_cases
from capaian.discreet import discreet
from capaian.errors import Finding, Language, PluginError
from capaian.formula import number
from capaian.registry import Plugins, plugins_of
from capaian.rules import DataRule, Lookup, Regulation
from capaian.rules.boundaries import boundary_inputs, missed
from capaian.shelf import FoundPack, find_pack
from capaian.wire import short

TOLERANCE = 1e-9
"""Of generated cases whose numbers do not end."""
_WORDS = {
    "en": ("row {row}", "edge {edge}", "{met} of {all} rows and edges are met", "no tables"),
    "id": ("baris {row}", "batas {edge}", "{met} dari {all} baris dan batas teruji", "tanpa tabel"),
}


@frozen
class Missed:
    """A row or an edge of a table that no case has met.

    Attributes
    ----------
    regulation, table
        Where it is.
    row
        The position of the row; `None` for an edge.
    said
        The row as it is written, or the edge.
    """

    regulation: str
    table: str
    row: int | None
    said: str

    def text(self, language: Language = "en") -> str:
        """Return it in a line."""
        row, edge, _, _ = _WORDS[language]
        place = f"{short(self.regulation)}  {short(self.table)}"
        said = edge.format(edge=self.said)
        if self.row is not None:
            said = f"{row.format(row=self.row)}  {self.said}"
        return f"{place}  {said}"


@frozen
class CaseCoverage:
    """How far the cases of a file reach into the tables of the regulations that they name.

    Attributes
    ----------
    missed
        What no case has met, in the order of the regulations and their tables.
    total
        How many rows and edges there are.
    """

    missed: tuple[Missed, ...]
    total: int

    def text(self, language: Language = "en") -> str:
        """Return a line for each row and edge that is not met, and the counts."""
        _, _, counts, none = _WORDS[language]
        met = self.total - len(self.missed)
        last = counts.format(met=met, all=self.total) if self.total else none
        return "\n".join([*(each.text(language) for each in self.missed), last])

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "total": self.total,
            "met": self.total - len(self.missed),
            "missed": [
                {
                    "regulation": each.regulation,
                    "table": each.table,
                    "row": each.row,
                    "said": each.said,
                }
                for each in self.missed
            ],
        }

    def __str__(self) -> str:
        return self.text()


@discreet
def cover_cases(source: Cases, *, plugins: Plugins | Iterable[object] = ()) -> CaseCoverage:
    """Return how far cases reach: which cells and edges of tables none of them has met.

    Parameters
    ----------
    source, plugins
        As for `run_cases`.

    Returns
    -------
    CaseCoverage
        Of the regulations that are data and that the cases name. An edge is met by a case that
        looks up that very number.

    Raises
    ------
    CaseError, PluginError
        As `run_cases`.
    """
    switches = plugins_of(plugins)
    cases = [case for each in files_of(source, switches) for case in read_cases(each)]
    packs = _packs(cases, switches)
    looked: dict[str, list[Lookup]] = {}
    for case in cases:
        rule = _rule(packs, case.rule)
        if rule is not None:
            looked.setdefault(rule.regulation.id, []).extend(_lookups(rule, case.input))
    regulations = [each for pack in packs for each in pack.documents if each.id in looked]
    found = [
        each for regulation in regulations for each in _missed(regulation, looked[regulation.id])
    ]
    return CaseCoverage(tuple(found), sum(map(_total, regulations)))


@discreet
def boundary_cases(pack: str, *, plugins: Plugins | Iterable[object] = ()) -> list[dict[str, Any]]:
    """Return cases at every edge and in every cell of the tables that a pack's rules ask directly.

    Parameters
    ----------
    pack
        The id of a pack. For each rule its first case that is not refused says what the inputs are
        that no table asks for.
    plugins
        As for `run_cases`.

    Returns
    -------
    list of dict
        Cases as a file holds them, under `cases`: ids `<rule>#<count>`, exact numbers, and what
        the rule gives today, for a person to read and to keep.

    Raises
    ------
    CaseError, PluginError
        As `run_cases`.
    """
    switches = plugins_of(plugins)
    cases = [case for each in files_of(pack, switches) for case in read_cases(each)]
    packs = _packs(cases, switches)
    first: dict[str, Case] = {}
    for case in cases:
        if not case.refused:
            first.setdefault(case.rule, case)
    made: list[dict[str, Any]] = []
    for name, case in first.items():
        rule = _rule(packs, name)
        if rule is None:
            continue
        inputs = boundary_inputs(rule, case.input)
        made += [_case(packs, name, index, each) for index, each in enumerate(inputs, start=1)]
    return made


def _packs(cases: Iterable[Case], switches: Plugins) -> list[FoundPack]:
    """Return the packs that cases name, each once; one that cannot be used is passed over."""
    found: dict[str, FoundPack] = {}
    for name in dict.fromkeys(case.rule.partition("/")[0] for case in cases):
        try:
            pack = find_pack(name, switches)
        except PluginError:
            continue
        if pack is not None:
            found.setdefault(pack.pack.id, pack)
    return list(found.values())


def _rule(packs: Iterable[FoundPack], name: str) -> DataRule | None:
    rules = (each.rule(name) for each in packs)
    found = next((each.apply for each in rules if each is not None), None)
    return found if isinstance(found, DataRule) else None


def _lookups(rule: DataRule, values: Mapping[str, Any]) -> tuple[Lookup, ...]:
    try:
        return rule.outcome(deepcopy(dict(values))).lookups
    except Exception:  # noqa: BLE001 - `run_cases` tells what is wrong
        return ()


def _tables(regulation: Regulation) -> dict[str, Any]:
    return {**regulation.tables, **regulation.grades}


def _total(regulation: Regulation) -> int:
    every = missed(_tables(regulation), [])
    return sum(len(rows) + len(edges) for rows, edges in every.values())


def _missed(regulation: Regulation, looked: list[Lookup]) -> list[Missed]:
    tables = _tables(regulation)
    found = []
    for name, (rows, edges) in missed(tables, looked).items():
        for index in rows:
            row = tables[name].rows[index]
            said = ", ".join(f"{key} = {_written(each)}" for key, each in row.items())
            found.append(Missed(regulation.id, name, index, said))
        found += [Missed(regulation.id, name, None, number(each)) for each in edges]
    return found


def _written(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "/".join(map(str, value))
    return short(str(value))


def _case(
    packs: Iterable[FoundPack], name: str, index: int, values: Mapping[str, Any]
) -> dict[str, Any]:
    rule = next(rule for each in packs if (rule := each.rule(name)) is not None)
    found = call_rule(rule, values)
    made = {"id": f"{name}#{index}", "rule": name, "input": _figures(values)}
    if isinstance(found, Finding):
        if found.code != REFUSED:
            raise PluginError("A rule of the pack cannot be used.", [found])
        return {**made, "refused": True}
    made["expected"] = _figures(found)
    return made if _ends(found) else {**made, "tolerance": TOLERANCE}


def _figures(value: Any) -> Any:
    """Return exact values as JSON numbers, whose text is read back exactly where it ends."""
    match value:
        case Fraction() if value.denominator != 1:
            return float(value)
        case Fraction():
            return value.numerator
        case Mapping():
            return {key: _figures(each) for key, each in value.items()}
        case list() | tuple():
            return [_figures(each) for each in value]
        case _:
            return value


def _ends(value: Any) -> bool:
    """Return whether the text of every number is the number, and not the float nearest to it."""
    match value:
        case Fraction():
            return Fraction(repr(float(value))) == value
        case Mapping():
            return all(map(_ends, value.values()))
        case list() | tuple():
            return all(map(_ends, value))
        case _:
            return True
