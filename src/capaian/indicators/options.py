"""What the types share: faults of options, all at once, and the first states of a measure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from capaian.errors import Finding, PolicyError
from capaian.exact import read_number
from capaian.formula import Node, number
from capaian.indicator import Indicator
from capaian.plugin import StatusRule


def exact(written: object) -> Fraction | None:
    """Return the exact number an option says; `None` stays.

    Options classes use it as their converter, so that `percentile="90%"` written in Python is read
    as it is in a policy document.
    """
    return None if written is None else read_number(written)  # type: ignore[arg-type]


def _said(given: object) -> bool:
    """Return whether an option was given; 0 is given, no weights and no values are not."""
    return given is not None and given is not False and given not in ({}, ())


class Faults:
    """Collects what is wrong with one indicator's options; `close` refuses them together."""

    def __init__(self, indicator: Indicator) -> None:
        self.indicator = indicator.id
        self.columns = indicator.columns
        self.findings: list[Finding] = []

    def add(self, code: str, place: str, **values: object) -> None:
        """Note a fault at a key of the `measure` table."""
        where = f"indicators['{self.indicator}'].measure.{place}"
        self.findings.append(Finding(code, where, values))

    def need(self, key: str, given: object, setting: str, wanted: str) -> None:
        """Note that a setting needs a key for which there is no default."""
        if not _said(given):
            self.add("CPN-P60", key, key=key, setting=setting, wanted=wanted)

    def unmapped(self, role: str, setting: str) -> None:
        """Note that a setting needs a column that the policy does not map."""
        if role not in self.columns:
            key, where = f"columns.{role}", f"indicators['{self.indicator}'].columns.{role}"
            values = {"key": key, "setting": setting, "wanted": '"..."'}
            self.findings.append(Finding("CPN-P60", where, values))

    def cut(self, key: str, limit: Fraction, reaches: Fraction) -> None:
        """Note a limit of the achievement that would cut what the measure allows."""
        values = {"key": key, "limit": number(limit), "reaches": number(reaches)}
        self.findings.append(Finding("CPN-P58", f"indicators['{self.indicator}'].{key}", values))

    def idle(self, key: str, given: object, setting: str, wanted: str) -> None:
        """Note a key that would be passed over: nobody shall believe that it does something."""
        if _said(given):
            self.add("CPN-P61", key, key=key, setting=setting, wanted=wanted)

    def outside(self, key: str, given: object, wanted: str) -> None:
        """Note a number that lies outside its range, `wanted` (such as `1 < top <= 4`)."""
        self.add("CPN-P65", key, key=key, given=str(given), wanted=wanted)

    def foreign(self, indicator: Indicator, *keys: str) -> None:
        """Note tables of the indicator itself (`exposure`, `pauses`) that its type passes over."""
        for key in keys:
            if getattr(indicator, key) is not None:
                where = f"indicators['{self.indicator}'].{key}"
                values = {"key": key, "type": indicator.type}
                self.findings.append(Finding("CPN-P68", where, values))

    def close(self) -> None:
        """Raise all that was noted, if anything was."""
        if self.findings:
            headline = f"The indicator '{self.indicator}' cannot be measured as it is written."
            raise PolicyError(headline, self.findings)


def states(received: Node, n: Node, minimum: int, *more: StatusRule) -> tuple[StatusRule, ...]:
    """Return the states in which a measure has no value; the first that holds is given.

    `no_evidence` (no row at all), `undetermined` (rows, but none that can be used yet), `too_few`
    (fewer than the policy's minimum), then a type's own states.
    """
    rules = [StatusRule("no_evidence", received.equals(0))]
    if n != received:
        rules.append(StatusRule("undetermined", n.equals(0)))
    if minimum > 1:
        rules.append(StatusRule("too_few", n < minimum))
    return (*rules, *more)


def quoted(values: Sequence[object]) -> str:
    """Return choices as a policy writes them: `"zero" | "missing"`."""
    return " | ".join(f'"{each}"' for each in values)
