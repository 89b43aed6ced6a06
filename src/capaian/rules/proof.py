"""Proofs of a regulation: everything is dated and cited, tables are whole, formulas are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from capaian.errors import Finding, FormulaError, did_you_mean
from capaian.formula import number
from capaian.formula.language import Written
from capaian.policy.tree import NAME
from capaian.registry import announced_modules
from capaian.rules.dates import NAMES
from capaian.rules.document import Force, Regulation, WrittenRule
from capaian.rules.functions import FUNCTIONS
from capaian.rules.table_proof import prove_tables
from capaian.wire import short
from capaian.workcalendar import shipped_calendars

UNSOURCED: Final = frozenset(map(Fraction, (0, 1, 100)))
"""Numbers that a formula may hold without a source: nothing, the whole, and its per cent."""


def prove_regulation(regulation: Regulation) -> list[Finding]:
    """Return everything that is wrong with a regulation whose keys and kinds are sound."""
    findings = [*_named(regulation), *_sourced(regulation), *_dated(regulation)]
    findings += _counted(regulation)
    findings += prove_tables(regulation)
    functions = _functions(regulation)
    for name, rule in regulation.rules.items():
        findings += _formulas(regulation, rule, f"rules.{name}", functions)
    return findings


def _cited(regulation: Regulation) -> Iterator[tuple[str, str, Force | None]]:
    """Return the place, the source and the days of all that has a source."""
    for key in ("numbers", "tables", "grades", "curves", "rules"):
        for name, each in getattr(regulation, key).items():
            yield f"{key}.{name}", each.source, each.in_force
    for name, rule in regulation.rules.items():
        for index, rest in enumerate(rule.rests):
            yield f"rules.{name}.rests[{index}]", rest.source, rule.in_force
    for key in ("tables", "grades"):
        for name, each in getattr(regulation, key).items():
            for index, row in enumerate(each.rows):
                if "source" in row:
                    yield f"{key}.{name}.rows[{index}]", str(row["source"]), each.in_force


def _named(regulation: Regulation) -> Iterator[Finding]:
    """Refuse names that are no names, and one name for two things that formulas use."""
    if not NAME.fullmatch(regulation.id):
        yield Finding("CPN-L09", "id", {"name": short(regulation.id)})
    seen: dict[str, str] = dict.fromkeys([*FUNCTIONS, *NAMES], "functions")
    for key in ("numbers", "tables", "grades", "curves"):
        for name in getattr(regulation, key):
            if not name.isidentifier() or name.startswith("_"):
                yield Finding("CPN-L09", key, {"name": short(name)})
            if name in seen:
                yield Finding("CPN-L10", f"{key}.{name}", {"name": name, "other": seen[name]})
            seen.setdefault(name, key)


def _sourced(regulation: Regulation) -> Iterator[Finding]:
    for where, source, _ in _cited(regulation):
        if source not in regulation.sources:
            values = {
                "source": short(source),
                "hint": did_you_mean(source, regulation.sources),
                "known": ", ".join(regulation.sources) or "-",
            }
            yield Finding("CPN-L02", where, values)


def _dated(regulation: Regulation) -> Iterator[Finding]:
    for where, _, force in _cited(regulation):
        if force is None and regulation.in_force is None and "[" not in where:
            yield Finding("CPN-L01", where)
        if force is not None and force.to is not None and force.to < force.from_:
            values = {"first": force.from_.isoformat(), "last": force.to.isoformat()}
            yield Finding("CPN-P22", f"{where}.in_force", values)


def _counted(regulation: Regulation) -> Iterator[Finding]:
    """Refuse a calendar that is not shipped: with a file beside it, its meaning would move."""
    known = shipped_calendars()
    if regulation.calendar and regulation.calendar not in known:
        values = {
            "name": short(regulation.calendar),
            "hint": did_you_mean(regulation.calendar, known),
            "known": ", ".join(known),
        }
        yield Finding("CPN-C25", "calendar", values)


def _formulas(
    regulation: Regulation, rule: WrittenRule, where: str, functions: Iterable[str]
) -> Iterator[Finding]:
    """Prove the formulas of a rule: read, known names, and no number without a source."""
    fixed = {*rule.input, *regulation.numbers}
    for name in rule.input:
        if not name.isidentifier() or name.startswith("_"):
            yield Finding("CPN-L09", f"{where}.input", {"name": short(name)})
        if name in regulation.numbers:
            yield Finding("CPN-L10", f"{where}.input.{name}", {"name": name, "other": "numbers"})
    known = set(fixed)
    for index, each in enumerate(rule.refuses):
        names = fixed | set(rule.steps)
        yield from _formula(each.when, f"{where}.refuses[{index}].when", names, functions)
    for key, formulas in (("steps", rule.steps), ("gives", rule.gives)):
        for name, text in formulas.items():
            yield from _formula(text, f"{where}.{key}.{name}", known, functions)
            if key == "steps" and name in known:
                yield Finding("CPN-L10", f"{where}.{key}.{name}", {"name": name, "other": "names"})
            known.add(name)
    for index, rest in enumerate(rule.rests):
        yield from _formula(rest.when, f"{where}.rests[{index}].when", known, functions)


def _formula(
    text: str, where: str, names: Iterable[str], functions: Iterable[str]
) -> Iterator[Finding]:
    try:
        written = Written(text)
        literals = written.literals()
    except FormulaError as error:
        yield from (Finding(each.code, where, each.values) for each in error.findings)
        return
    yield from written.faults(names, functions, where)
    for each in dict.fromkeys(literals):
        if each not in UNSOURCED:
            yield Finding("CPN-L11", where, {"number": number(each)})


def _functions(regulation: Regulation) -> Mapping[str, Any]:
    """Return everything that formulas may call, by name."""
    own = [
        name.replace("-", "_")
        for name, module in announced_modules().items()
        if module.startswith("capaian.methods.")
    ]
    tables = (*regulation.tables, *regulation.grades, *regulation.curves)
    dates = NAMES if regulation.calendar else ()
    return dict.fromkeys([*FUNCTIONS, *dates, *tables, *own])
