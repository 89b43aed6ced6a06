"""What is checked: a plugin's record, with an example of how a policy uses it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from importlib.util import find_spec
from types import ModuleType
from typing import Any, TypeAlias

from attrs import evolve, field, fields, frozen

from capaian.errors import CapaianError, Finding, PluginError
from capaian.plugin import (
    Aggregation,
    IndicatorType,
    Method,
    Normalisation,
    Pack,
    ParametricAggregation,
    RelativeNormalisation,
    hookimpl,
)
from capaian.registry import Plugins, build_registry
from capaian.registry.guard import Guard

Record: TypeAlias = IndicatorType | Method | Pack
Rows: TypeAlias = Sequence[Mapping[str, Any]]
METHODS = (Normalisation, RelativeNormalisation, Aggregation, ParametricAggregation)
RECORDS = (IndicatorType, *METHODS, Pack)


@frozen
class Case:
    """Rows of one subject, and what they must come to: the author's own example.

    Attributes
    ----------
    rows
        The rows, without the column of the subject.
    expected
        The measured value, exact (`"2/3"`, 4, `Fraction`), or a state such as `too_few`.
    """

    rows: Rows
    expected: str | int | Fraction


def _plugins(given: Iterable[object]) -> tuple[object, ...]:
    return tuple(given)


def _cases(given: Iterable[Case]) -> tuple[Case, ...]:
    return tuple(given)


@frozen
class Sample:
    """An indicator type, with an example of its use.

    Attributes
    ----------
    plugin
        The kind of an installed type; or the module (or object) that brings it; or the record.
    table
        An indicator's table as a policy has it: `measure`, `columns`, `normalise`, `minimum` ...
        What is left out is filled in: no options, columns named as their roles, `identity`. `type`
        is only needed where the module brings several. `id`, `parent`, `table` and `weight`, which
        say where a whole indicator stands in its policy, are passed over.
    calendar
        The work calendar, where the options count working time.
    tables
        Further evidence that the table names, such as days in post, for the subjects a, b, c, d, z.
    plugins
        Further modules that the table needs, such as a method's, that are not installed.
    cases
        Rows and what they must come to.
    period
        The period of the generated evidence. With a work calendar, one that it covers.
    """

    plugin: object
    table: Mapping[str, Any] = field(factory=dict)
    calendar: str = ""
    tables: Mapping[str, Rows] = field(factory=dict)
    plugins: tuple[object, ...] = field(default=(), converter=_plugins)
    cases: tuple[Case, ...] = field(default=(), converter=_cases)
    period: str = "2026-01"


@frozen
class MethodSample:
    """A method, with an example of its options.

    Attributes
    ----------
    plugin
        The kind of an installed method; or the module that brings it; or the record.
    options
        The keys of a policy's `normalise` table besides `method`; of an aggregation with options,
        those of a node's `options` table.
    kind
        Which of the methods, where the module brings several.
    anchors
        Values with what they must become, exactly: `{"90%": 100}`. For an aggregation, tuples of
        equally weighted parts: `{(50, 100): 75}`.
    plugins
        Further modules that are not installed.
    """

    plugin: object
    options: Mapping[str, Any] = field(factory=dict)
    kind: str = ""
    anchors: Mapping[Any, Any] = field(factory=dict)
    plugins: tuple[object, ...] = field(default=(), converter=_plugins)


@frozen
class PackSample:
    """A pack.

    Attributes
    ----------
    plugin
        The id of an installed pack; or the module that brings it; or the record.
    kind
        Which of the packs, by its id, where the module brings several.
    plugins
        Further modules that its policies need, that are not installed.
    """

    plugin: object
    kind: str = ""
    plugins: tuple[object, ...] = field(default=(), converter=_plugins)


AnySample: TypeAlias = Sample | MethodSample | PackSample


@frozen
class Resolved:
    """A record with what brings it, and the modules by which a new process finds it."""

    record: Any
    extra: tuple[object, ...]
    modules: tuple[str, ...] | None
    """`None` where a new process cannot import it."""
    home: str
    """The package that the record's functions are written in."""


def resolve(plugin: object, kind: str, plugins: Sequence[object], wanted: Any) -> Resolved:
    """Find a record: by kind, in a module, or as it is.

    Raises
    ------
    PluginError
        Nothing brings it, or it is not said which of several.
    """
    if isinstance(plugin, str):
        kind, extra = plugin, tuple(plugins)
    elif isinstance(plugin, RECORDS):
        kind, extra = plugin.kind, (bringing(plugin), *plugins)
    else:
        kind, extra = kind or _only(plugin, wanted), (plugin, *plugins)
    registry, findings = build_registry([kind], Plugins(given=extra))
    if findings:
        raise PluginError("There is nothing to check.", findings)
    record = registry.find(kind, wanted)
    if record is None:
        known = registry.kinds(wanted)
        values = {"count": len(known), "known": ", ".join(known) or "-"}
        raise PluginError("There is nothing to check.", [Finding("CPN-T04", kind, values)])
    home = registry.provenance[kind].module
    if isinstance(plugin, RECORDS):
        home = _written_in(plugin)
    bare = _unguarded(record)
    return Resolved(bare, extra, _importable(plugin, home, plugins), _package(home))


def _unguarded(record: Any) -> Any:
    """Return a record with the author's own functions: what they raise is what is looked for."""
    made = {each.name: getattr(record, each.name) for each in fields(type(record))}
    return evolve(
        record, **{name: each.function for name, each in made.items() if isinstance(each, Guard)}
    )


def bringing(record: Record) -> object:
    """Return a plugin that brings a record, for one that has no module."""
    return _Given(record)


class _Given:
    """A plugin made of a record."""

    def __init__(self, record: Record) -> None:
        self.record = record

    @hookimpl
    def capaian_indicator_types(self) -> list[IndicatorType]:
        """Return the record where it is a type."""
        return [self.record] if isinstance(self.record, IndicatorType) else []

    @hookimpl
    def capaian_methods(self) -> list[Method]:
        """Return the record where it is a method."""
        return [self.record] if isinstance(self.record, METHODS) else []

    @hookimpl
    def capaian_packs(self) -> list[Pack]:
        """Return the record where it is a pack."""
        return [self.record] if isinstance(self.record, Pack) else []


def _only(plugin: object, wanted: Any) -> str:
    """Return the only kind of a sort that a module brings."""
    registry, findings = build_registry([], Plugins(given=[plugin]))
    if findings:
        raise PluginError("There is nothing to check.", findings)
    kinds = registry.kinds(wanted)
    if len(kinds) != 1:
        values = {"count": len(kinds), "known": ", ".join(kinds) or "-"}
        raise PluginError("There is nothing to check.", [Finding("CPN-T04", "plugin", values)])
    return kinds[0]


def _written_in(record: Any) -> str:
    rules = getattr(record, "rules", ())
    named = ("build", "value", "make")
    function = next((getattr(record, each) for each in named if hasattr(record, each)), None)
    function = rules[0].apply if rules else function
    return str(getattr(function, "__module__", "__main__"))


def _importable(plugin: object, home: str, plugins: Sequence[object]) -> tuple[str, ...] | None:
    """Return the modules that a new process imports to find what is given here."""
    names: list[str] = []
    given = [] if isinstance(plugin, str) else [plugin]
    for each in (*given, *plugins):
        if isinstance(each, RECORDS):
            names.append(home)
        elif isinstance(each, ModuleType):
            names.append(each.__name__)
        else:
            return None
    return tuple(names) if all(map(_can_import, names)) else None


def _can_import(name: str) -> bool:
    try:
        return name != "__main__" and find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _package(module: str) -> str:
    """Return the package that blame goes to: the topmost, but for the library's own guests."""
    top, _, _ = module.partition(".")
    return module.rpartition(".")[0] or module if top == "capaian" else top


def said(error: BaseException) -> str:
    """Return an exception in one line: its code where it has one."""
    if isinstance(error, CapaianError):
        try:
            texts = [f"{each.code} {each.where}: {each.text()}" for each in error.findings[:3]]
        except (KeyError, ValueError, IndexError):
            texts = [f"{each.code} (it has no sentence)" for each in error.findings[:3]]
        return f"{type(error).__name__} " + "; ".join(texts)
    return f"{type(error).__name__}: {error}"
