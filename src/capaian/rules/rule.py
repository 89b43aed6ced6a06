"""A rule of a regulation as a function, and on which sources its result rests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

from attrs import frozen

from capaian.formula.language import Written
from capaian.indicator import Text
from capaian.plugin import Normalisation, Rule, Source
from capaian.policy.titles import Title, same_text, title_of
from capaian.registry import Plugins, build_registry
from capaian.rules.dates import dates_of
from capaian.rules.document import Citation, Grades, Number, Regulation, Table, WrittenRule
from capaian.rules.evaluate import evaluate
from capaian.rules.functions import FUNCTIONS
from capaian.rules.inputs import taken
from capaian.rules.methods import curve_of, methods_of
from capaian.rules.tables import Row, cell_for, cells_of, outputs_of, step_for, steps_of


@frozen
class Lookup:
    """A row of a table that was used.

    Attributes
    ----------
    table, row
        The table's name, and the row's position.
    given
        What was looked up: labels, or one number.
    """

    table: str
    row: int
    given: tuple[Any, ...]


@frozen
class Outcome:
    """What a rule gives, and what that rests on.

    Attributes
    ----------
    values
        What it gives, by name: exact numbers, labels, truths, lists, `None`.
    sources
        The sources of all numbers and rows that were used, and of the rule itself, each once.
    lookups
        What was looked up in tables, each once, in order.
    """

    values: Mapping[str, Any]
    sources: tuple[Source, ...]
    lookups: tuple[Lookup, ...] = ()

    @property
    def unconfirmed(self) -> tuple[Source, ...]:
        """The sources among them that are not confirmed."""
        return tuple(each for each in self.sources if each.trust == "unconfirmed")


@frozen(eq=False)
class DataRule:
    """A rule of a regulation; called with plain JSON values it returns plain JSON values.

    Attributes
    ----------
    id
        The regulation's id and the rule's name.
    """

    id: str
    regulation: Regulation
    written: WrittenRule
    desk: Desk

    def __call__(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what the rule gives; `ValueError` where it cannot take the values."""
        return self.outcome(values).values

    def sources(self, values: Mapping[str, Any]) -> tuple[Source, ...]:
        """Return what the result for these values rests on."""
        return self.outcome(values).sources

    def outcome(self, values: Mapping[str, Any]) -> Outcome:
        """Return what the rule gives, and what that rests on.

        Parameters
        ----------
        values
            Its inputs by name: plain JSON values, numbers exact or exact text.

        Raises
        ------
        ValueError
            Values that the rule cannot take, or refuses.
        """
        names = taken(values, self.written.input)
        tracer = _Tracer(self.desk, self.written.source)
        scope = _Scope(names, tracer)
        functions = {**FUNCTIONS, **self.desk.dates, **tracer.functions}
        for name, written in self.desk.formulas[self.id]:
            if name.startswith("refuses["):
                self.refuse(name, evaluate(written, scope, functions))
            elif name.startswith("rests["):
                if evaluate(written, scope, functions) is True:
                    tracer.used[self.written.rests[_position(name)].source] = None
            elif name.startswith("gives."):
                scope.given[name.removeprefix("gives.")] = evaluate(written, scope, functions)
            else:
                scope.steps[name.removeprefix("steps.")] = evaluate(written, scope, functions)
        return Outcome(scope.given, tracer.sources, tuple(dict.fromkeys(tracer.lookups)))

    def refuse(self, name: str, holds: Any) -> None:
        """Refuse the input where a condition holds."""
        if holds is True:
            raise ValueError(said(self.written.refuses[_position(name)].because)["en"])


class _Scope(Mapping[str, Any]):
    """Names of a rule: inputs, steps and results so far, and the regulation's numbers."""

    def __init__(self, inputs: Mapping[str, Any], tracer: _Tracer) -> None:
        self.inputs = inputs
        self.tracer = tracer
        self.steps: dict[str, Any] = {}
        self.given: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        for known in (self.steps, self.given, self.inputs):
            if name in known:
                return known[name]
        return self.tracer.number(name)

    def __iter__(self) -> Iterator[str]:
        return iter({**self.inputs, **self.steps, **self.given, **self.tracer.desk.numbers})

    def __len__(self) -> int:
        return len(list(iter(self)))


class Desk:
    """What the rules of a regulation share: its tables and methods made ready, once each."""

    def __init__(self, regulation: Regulation) -> None:
        self.regulation = regulation
        self.numbers: Mapping[str, Number] = regulation.numbers
        self.formulas = {
            f"{regulation.id}/{name}": formulas_of(rule) for name, rule in regulation.rules.items()
        }

    @cached_property
    def tables(self) -> dict[str, tuple[Table | Grades, tuple[Row, ...]]]:
        """Decision tables and tables of intervals, with their rows."""
        found: dict[str, tuple[Table | Grades, tuple[Row, ...]]] = {}
        for name, table in self.regulation.tables.items():
            found[name] = (table, cells_of(table))
        for name, grades in self.regulation.grades.items():
            found[name] = (grades, steps_of(grades))
        return found

    @cached_property
    def curves(self) -> dict[str, Callable[..., Any]]:
        """Curves as functions of a number."""
        if not self.regulation.curves:
            return {}
        registry, _ = build_registry(["piecewise"], Plugins(none=True))
        method = registry.find("piecewise", Normalisation)
        assert isinstance(method, Normalisation)  # noqa: S101 - capaian's own
        return {name: curve_of(curve, method) for name, curve in self.regulation.curves.items()}

    @cached_property
    def dates(self) -> Mapping[str, Callable[..., Any]]:
        """Functions over dates, by the regulation's calendar; none where it names none."""
        return dates_of(self.regulation.calendar)

    @cached_property
    def methods(self) -> dict[str, Callable[..., Any]]:
        """The engine's methods that formulas call."""
        known = {*FUNCTIONS, *self.dates, *self.regulation.tables, *self.regulation.grades}
        known |= set(self.regulation.curves)
        called = [
            name
            for formulas in self.formulas.values()
            for _, written in formulas
            for name, is_called in written.names
            if is_called and name not in known
        ]
        return methods_of([each.replace("_", "-") for each in dict.fromkeys(called)])

    def source(self, name: str) -> Source:
        """Return a source as the rest of capaian has it."""
        return source_of(self.regulation.sources[name])


class _Tracer:
    """Keeps what a result rests on while it is made."""

    def __init__(self, desk: Desk, source: str) -> None:
        self.desk = desk
        self.used: dict[str, None] = {source: None}
        self.lookups: list[Lookup] = []

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(map(self.desk.source, self.used))

    @property
    def functions(self) -> dict[str, Callable[..., Any]]:
        made: dict[str, Callable[..., Any]] = dict(self.desk.methods)
        for name, curve in self.desk.curves.items():
            made[name] = self.curve(name, curve)
        for name in self.desk.tables:
            made[name] = self.table(name)
        return made

    def number(self, name: str) -> Fraction:
        found = self.desk.numbers[name]
        self.used[found.source] = None
        return found.value

    def curve(self, name: str, along: Callable[..., Any]) -> Callable[..., Any]:
        def apply(x: Any) -> Any:
            self.used[self.desk.regulation.curves[name].source] = None
            return tuple(map(along, x)) if isinstance(x, tuple) else along(x)

        return apply

    def table(self, name: str) -> Callable[..., Any]:
        def apply(*given: Any) -> Any:
            if len(given) == 1 and isinstance(given[0], tuple):
                return tuple(self.looked_up(name, each) for each in given[0])
            return self.looked_up(name, *given)

        return apply

    def looked_up(self, name: str, *given: Any) -> Any:
        """Return what a table gives: the one value, or a record of them; `None` for none."""
        table, rows = self.desk.tables[name]
        outputs = outputs_of(table)
        row = None if any(each is None for each in given) else _row(table, rows, given)
        if row is not None:
            self.used[row.source] = None
            self.lookups.append(Lookup(name, row.index, given))
        found = dict.fromkeys(outputs) if row is None else dict(row.gives)
        return found[outputs[0]] if len(outputs) == 1 else found


def _row(table: Table | Grades, rows: tuple[Any, ...], given: tuple[Any, ...]) -> Row | None:
    if isinstance(table, Table):
        labels = dict(zip(table.inputs, given, strict=True))
        for name, each in labels.items():
            if each not in table.inputs[name]:
                known = ", ".join(table.inputs[name])
                raise ValueError(f"'{name}' is none of {known}")
        return cell_for(rows, labels)
    (x,) = given
    step = step_for(table, rows, x)
    if step is None:
        raise ValueError("a number is outside those that the table is for")
    return step


def formulas_of(rule: WrittenRule) -> list[tuple[str, Written]]:
    """Return the formulas of a rule with their places, in the order in which they are evaluated.

    Refusals are first, so that steps need not guard against them; those that name a step follow
    the steps. Results are next, and what they rest on besides is last.

    Raises
    ------
    FormulaError
        The first that cannot be read.
    """
    refused = [(f"refuses[{index}]", Written(each.when)) for index, each in enumerate(rule.refuses)]
    later = [each for each in refused if any(name in rule.steps for name, _ in each[1].names)]
    made = [each for each in refused if each not in later]
    made += [(f"steps.{name}", Written(text)) for name, text in rule.steps.items()]
    made += later
    made += [(f"gives.{name}", Written(text)) for name, text in rule.gives.items()]
    return made + [(f"rests[{index}]", Written(each.when)) for index, each in enumerate(rule.rests)]


def _position(name: str) -> int:
    """Return the place in its list of a formula such as `refuses[0]`."""
    return int(name[name.index("[") + 1 : -1])


def rules_of(regulation: Regulation) -> tuple[Rule, ...]:
    """Return the rules of a regulation as a pack brings them."""
    desk = Desk(regulation)
    made = []
    for name, written in regulation.rules.items():
        force = written.in_force or regulation.in_force
        rule = DataRule(f"{regulation.id}/{name}", regulation, written, desk)
        made.append(
            Rule(
                id=rule.id,
                title=said(written.title),
                source=desk.source(written.source),
                apply=rule,
                first=force.from_ if force else None,
                last=force.to if force else None,
                sources=rule.sources,
            )
        )
    return tuple(made)


def source_of(citation: Citation) -> Source:
    """Return a citation as a pack and a policy have it."""
    return Source(citation.cite, citation.trust, said(citation.note)["en"])


def said(title: Title) -> Text:
    """Return a text in both languages; empty where none is written."""
    return title_of(title, same_text(""))
