"""Group A, identity: what a record says of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import attrs

from capaian.errors import CapaianError
from capaian.formula import Node
from capaian.plugin import IndicatorType, Measure, Pack, RelativeNormalisation
from capaian.registry import list_plugins
from capaian.testing.outcome import Broken, Skipped
from capaian.testing.rig import Rig
from capaian.testing.sample import said

KIND = re.compile(r"[a-z0-9]+([-.][a-z0-9]+)*(/[a-z0-9]+([-.][a-z0-9]+)*)?")
WORD = re.compile(r"[a-z][a-z0-9_]*")
UNITS = ("share", "days", "hours", "minutes", "count", "points")
LANGUAGES = ("en", "id")
_KINDS = {"stamp", "integer", "text", "boolean"}
_TAKEN = {"exposure", "full", "pauses", "target", "unit"}


def builds(rig: Rig) -> None:
    """A01: the sample's table makes a plan."""
    try:
        rig.plan()
    except CapaianError as error:
        raise Broken(f"the sample is refused: {said(error)}", rig.document()) from None
    except Exception as error:
        raise Broken(f"it cannot be built: {said(error)}", rig.document()) from error


def kind(rig: Any) -> None:
    """A02: the kind is a word that policies can use."""
    given = rig.record.kind
    if not KIND.fullmatch(str(given)):
        raise Broken(
            "the kind is not of the form 'word' or 'owner/word', in a-z, 0-9, '-' and '.'", given
        )


def title(rig: Any) -> None:
    """A03: there is a title in both languages."""
    given = rig.record.title
    if not isinstance(given, Mapping):
        raise Broken("the title is not a text by language", given)
    for language in LANGUAGES:
        if not isinstance(given.get(language), str) or not given[language].strip():
            raise Broken(f"the title has no text for '{language}'", dict(given))


def options(rig: Any) -> None:
    """A04: options and parameters are frozen attrs classes."""
    classes = {"options": rig.record.options}
    if isinstance(rig.record, RelativeNormalisation):
        classes["parameters"] = rig.record.parameters
    for name, given in classes.items():
        if not isinstance(given, type) or not attrs.has(given):
            raise Broken(f"'{name}' is not an attrs class", given)
        try:
            frozen = _is_frozen(given)
        except Exception as error:  # noqa: BLE001 - whatever a stranger's code raises
            raise Broken(f"'{name}' cannot be looked at: {said(error)}", given) from None
        if not frozen:
            raise Broken(f"'{name}' is not frozen: @frozen, not @define", given)


def _is_frozen(given: type) -> bool:
    made: Any = object.__new__(given)
    names = [each.name for each in attrs.fields(given)] or ["nothing"]
    try:
        setattr(made, names[0], None)
    except (attrs.exceptions.FrozenInstanceError, AttributeError):
        return True
    return False


def described(rig: Any) -> None:
    """A05 (preview): every option is described where the options are defined."""
    given = rig.record.options
    text = given.__doc__ or ""
    missing = [
        each.name
        for each in attrs.fields(given)
        if not re.search(rf"\b{each.name.removesuffix('_')}\b", text)
    ]
    if missing:
        raise Broken(f"the docstring of {given.__name__} does not name: {', '.join(missing)}")


def declared(rig: Rig) -> None:
    """A06: the measure is a `Measure` whose declarations make sense together."""
    measure = rig.measure
    if not isinstance(measure, Measure):
        raise Broken(f"build returns a {type(measure).__name__}")
    for name, tree in {"value": measure.value, "n": measure.n, **measure.figures}.items():
        if not isinstance(tree, Node):
            raise Broken(f"'{name}' is a {type(tree).__name__}, not a formula")
    if measure.unit not in UNITS:
        raise Broken(f"the unit '{measure.unit}' is none of {', '.join(UNITS)}")
    for name in ("grain", "least", "most"):
        given = getattr(measure, name)
        if given is not None and not isinstance(given, int | Fraction):
            raise Broken(f"'{name}' is a {type(given).__name__}, not exact", given)
    if measure.grain <= 0:
        raise Broken("the grain is not above zero", measure.grain)
    if measure.least is not None and measure.most is not None and measure.least >= measure.most:
        raise Broken("'least' is not below 'most'", (measure.least, measure.most))


def roles(rig: Rig) -> None:
    """A07: columns, figures and states have names that can be said, each once."""
    measure = rig.measure
    names = [each.role for each in measure.columns]
    for each in measure.columns:
        if not each.role or each.kind not in _KINDS:
            raise Broken("a column has no role or no known kind", each)
        if each.labels and each.kind != "text":
            raise Broken(f"'{each.role}' has labels and is not text", each)
    again = sorted({each for each in names if names.count(each) > 1} | (_TAKEN & set(names)))
    if again:
        raise Broken(f"a role stands twice or is the engine's own: {', '.join(again)}")
    stamps = {each.role for each in measure.columns if each.kind == "stamp" and not each.nullable}
    if measure.dated and measure.dated not in stamps:
        raise Broken(f"rows are dated by '{measure.dated}', which is no stamp that every row has")
    words = [*measure.figures, *(each.status for each in measure.statuses)]
    for word in words:
        if not WORD.fullmatch(word):
            raise Broken("a figure's or a state's name is not a word in a-z, 0-9 and '_'", word)


def alone(rig: Any) -> None:
    """A08: no other installed plugin brings the kind."""
    if rig.found.modules is not None and not rig.found.modules:
        raise Skipped("the plugin is installed: the registry has refused duplicates already")
    for each in list_plugins():
        if rig.record.kind in each.kinds and not each.provenance.module.startswith(rig.found.home):
            raise Broken(f"'{rig.record.kind}' is also brought by {each.provenance}")


def same_again(rig: Any) -> None:
    """A09: the hook returns the same records each time it is called."""
    hook = "capaian_methods"
    if isinstance(rig.record, IndicatorType | Pack):
        hook = "capaian_packs" if isinstance(rig.record, Pack) else "capaian_indicator_types"
    for plugin in rig.found.extra:
        if not hasattr(plugin, hook):
            continue
        first, second = (
            [_face(each) for each in getattr(plugin, hook)() if each.kind == rig.record.kind]
            for _ in range(2)
        )
        if first != second:
            raise Broken(f"{hook} returns another record the second time", [first, second])


def _face(record: Any) -> tuple[Any, ...]:
    return record.kind, dict(record.title), getattr(record, "options", None)
