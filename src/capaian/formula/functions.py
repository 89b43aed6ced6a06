"""Statistics that no formula can say: a pair of functions that give the same integers.

One works on the rows of one subject, the other on a whole frame. What they return is held against
what was declared; what they raise is said without its own text, which may hold evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import field, frozen

from capaian.errors import Finding, PluginError, place_of

LARGEST = 2**63 - 1
SUBJECT = "subject"
_EPOCH, _MICROSECOND = datetime(1970, 1, 1), timedelta(microseconds=1)
_HEADLINE = "A statistic that a plugin gives by functions cannot be used."


def _plain(value: Any) -> Any:
    return (value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else value


@frozen
class Functions:
    """A pair of functions for what no formula can say.

    Attributes
    ----------
    name
        What they are called in explanations and errors. A new version of them needs a new name:
        the name stands for them in a policy's fingerprint.
    inputs
        Names of the values that a row has for them.
    outputs
        Names of the integers that they give for a subject.
    records
        `(rows) -> integers`: from the rows of one subject, as dicts by input, in no order, to a
        mapping by output: whole numbers of 64 bits, or `None` where one is unknown. It is never
        called without rows.
    frames
        `(frame) -> frame`: from a Narwhals lazy frame with the column `subject` and one for each
        input, to one with `subject` and one integer column for each output, one row for each
        subject; a subject that is left out has no output.
    title
        What the outputs are, by language.
    plugin
        Who brought them; filled in by the registry.

    Notes
    -----
    A stamp is given as whole microseconds since 1970 began, in the office's time. Both must give
    the same integers for the same rows in any order: `capaian.testing` compares them everywhere.
    """

    name: str
    inputs: tuple[str, ...] = field(converter=tuple)
    outputs: tuple[str, ...] = field(converter=tuple)
    records: Callable[[Sequence[Mapping[str, Any]]], Mapping[str, int | None]]
    frames: Callable[[Any], Any]
    title: Mapping[str, str] = field(factory=dict, eq=False)
    plugin: str = field(default="", eq=False)

    def of(self, rows: Sequence[tuple[Any, ...]]) -> tuple[int | None, ...]:
        """Return the outputs of one subject's rows, given as values in the order of the inputs.

        Raises
        ------
        PluginError
            CPN-G12 where the function raises, G13 and G14 where it returns something else.
        """
        if not rows:
            return (None,) * len(self.outputs)
        given = [dict(zip(self.inputs, map(_plain, row), strict=True)) for row in rows]
        found = self.run(self.records, given, "records")
        if not isinstance(found, Mapping) or set(found) != set(self.outputs):
            names = list(found) if isinstance(found, Mapping) else [type(found).__name__]
            raise self.misshapen(names, "records")
        for name in self.outputs:
            value = found[name]
            if value is not None and (type(value) is not int or abs(value) > LARGEST):
                raise self.no_integer(name, type(value).__name__, "records")
        return tuple(found[name] for name in self.outputs)

    def run(self, function: Callable[[Any], Any], given: Any, engine: str) -> Any:
        """Call one of the two; whatever it raises becomes a `PluginError` (CPN-G12)."""
        try:
            return function(given)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a stranger's raises
            # What was raised may hold evidence: it is not chained.
            raise self.refusal("CPN-G12", engine, place_of(error)) from None

    def misshapen(self, names: Sequence[str], engine: str) -> PluginError:
        """Return the error for outputs that are not those declared."""
        wanted = ", ".join(self.outputs)
        return self.refusal("CPN-G14", engine, {"given": ", ".join(names)[:200], "wanted": wanted})

    def no_integer(self, output: str, given: str, engine: str) -> PluginError:
        """Return the error for an output that is no integer of 64 bits."""
        return self.refusal("CPN-G13", engine, {"output": output, "given": given})

    def refusal(self, code: str, engine: str, values: Mapping[str, Any]) -> PluginError:
        """Return an error that names the functions, their plugin and the engine."""
        plugin = self.plugin or "(given)"
        said = {"functions": self.name, "plugin": plugin, "engine": engine, **values}
        return PluginError(_HEADLINE, [Finding(code, self.name, said)])
