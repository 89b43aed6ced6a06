"""Keeps a stranger's function from harming the host: what it raises or returns wrongly is said.

Guards stand around the functions of records, which run while an engine is built: none of them runs
once for a subject.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve, frozen

from capaian.errors import CapaianError, Finding, PluginError, place_of
from capaian.formula import Node, Own, substitute, walk
from capaian.plugin import (
    Aggregation,
    IndicatorType,
    Measure,
    Normalisation,
    ParametricAggregation,
    RelativeNormalisation,
)
from capaian.registry.announced import Provenance
from capaian.sampling import changed

NEEDED = "A plugin that the policy needs cannot be used."
_RETURNS: Mapping[type, Mapping[str, tuple[type, ...]]] = {
    IndicatorType: {"build": (Measure,)},
    Normalisation: {"build": (Node,), "direction": (str,), "targets": (Node, type(None))},
    RelativeNormalisation: {"build": (Node,), "direction": (str,), "fit": ()},
    Aggregation: {"value": (Node,), "multiplier": (Node,)},
    ParametricAggregation: {"make": (Aggregation,)},
}
"""What each function of a record returns; anything where empty: a record says it elsewhere."""


@frozen
class Guard:
    """A function of a plugin's record, of which every fault is said with its place."""

    function: Callable[..., Any]
    name: str
    returns: tuple[type, ...]
    kind: str
    provenance: Provenance

    def __call__(self, *given: Any) -> Any:
        """Call the function; see `PluginError` for what it raises otherwise."""
        try:
            made = self.function(*given)
        except CapaianError:
            raise  # the author's own refusal, which has a code
        except (Exception, SystemExit) as error:  # whatever a stranger's function raises
            values = {"call": self.name, "kind": self.kind, **fault_of(error)}
            raise self.refusal("CPN-G09", values) from error
        if self.returns and not isinstance(made, self.returns):
            wanted = " or ".join(each.__name__ for each in self.returns if each is not type(None))
            values = {"call": self.name, "kind": self.kind, "given": type(made).__name__}
            raise self.refusal("CPN-G10", {**values, "wanted": wanted})
        if isinstance(made, Aggregation):
            return guarded(made, self.provenance)
        return _marked(made, str(self.provenance)) if isinstance(made, Measure) else made

    def refusal(self, code: str, values: Mapping[str, Any]) -> PluginError:
        """Return the error, which names the plugin."""
        values = {"plugin": str(self.provenance), **values}
        return PluginError(NEEDED, [Finding(code, self.kind, values)])


def guarded(record: Any, provenance: Provenance) -> Any:
    """Return a record whose functions are guarded."""
    made = {}
    for name, returns in _RETURNS.get(type(record), {}).items():
        function = getattr(record, name)
        if function is not None:
            made[name] = Guard(function, name, returns, record.kind, provenance)
    return evolve(record, **made) if made else record


def _marked(measure: Measure, plugin: str) -> Measure:
    """Return a measure whose functions say who brought them."""
    trees = [measure.value, measure.n, *measure.figures.values()]
    trees += [each.when for each in measure.statuses] + [each.holds for each in measure.checks]
    own = {each for tree in trees for each in walk(tree) if isinstance(each, Own)}
    if not own:
        return measure
    sampling = measure.sampling
    known: dict[Node, Node] = {
        each: evolve(each, functions=evolve(each.functions, plugin=plugin)) for each in own
    }
    return evolve(
        measure,
        value=substitute(measure.value, known),
        n=substitute(measure.n, known),
        figures={name: substitute(tree, known) for name, tree in measure.figures.items()},
        statuses=tuple(evolve(e, when=substitute(e.when, known)) for e in measure.statuses),
        checks=tuple(evolve(e, holds=substitute(e.holds, known)) for e in measure.checks),
        sampling=sampling and changed(sampling, lambda tree: substitute(tree, known)),
    )


def fault_of(error: BaseException) -> dict[str, Any]:
    """Return what was raised and where, with its text: no evidence has been read yet."""
    return {**place_of(error), "reason": str(error)}
