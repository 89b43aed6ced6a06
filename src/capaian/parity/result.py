"""What came of a comparison: counts, differences with their steps, roundings that explain them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from html import escape
from typing import Any

from attrs import field, frozen

from capaian.errors import Finding, Language
from capaian.parity.choices import Choice, described
from capaian.parity.quantity import STEPS, Quantity
from capaian.parity.steps import Agreement, Value
from capaian.wire import canonical

SCHEMA = "capaian/parity/1"
SHOWN = 20
"""Differences that the text shows."""
AGREEMENTS: tuple[Agreement, ...] = (
    "exact", "displayed", "differs", "not_in_sheet", "not_in_capaian",
)  # fmt: skip


@frozen
class Difference:
    """A subject whose row in the sheet and whose score part, at the first step where they do.

    Attributes
    ----------
    subject
        Whose.
    row
        The number of the row in the sheet; `None` where it has none.
    agreement
        `differs`; `not_in_sheet`, `not_in_capaian` where one side has no value, or no subject.
    step, of
        The step (`measured`, `achievement`, `weight`, `contribution`, `node`, `score`, `band`) and
        its indicator or node; empty where one side has no such subject at all.
    ours, theirs
        The exact values, or the ids of bands; `None` where there is none.
    rounded
        The first step before that agrees only in the digits that the sheet shows, and its indicator
        or node: from there on the sheet may have gone on with a rounded value. `None` without one.
    reconciled_by
        The roundings under which the whole row agrees, the best of all rows first.
    """

    subject: str
    row: int | None
    agreement: Agreement
    step: str = ""
    of: str = ""
    ours: Value = None
    theirs: Value = None
    rounded: Quantity | None = None
    reconciled_by: tuple[Choice, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values; exact numbers are text."""
        return {
            "subject": self.subject,
            "row": self.row,
            "agreement": self.agreement,
            "step": self.step or None,
            "of": self.of or None,
            "ours": _plain(self.ours),
            "theirs": _plain(self.theirs),
            "rounded": {"step": at.step, "of": at.of or None} if (at := self.rounded) else None,
            "reconciled_by": [described(each) for each in self.reconciled_by],
        }


@frozen
class Reconciled:
    """A rounding under which rows agree that differ now.

    Attributes
    ----------
    choice
        The rounding, in place of the policy's own at that place.
    mends, of
        How many of the rows that differ would agree under it.
    breaks
        How many of the rows that agree now would not.
    """

    choice: Choice
    mends: int
    of: int
    breaks: int

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            **described(self.choice),
            "mends": self.mends,
            "of": self.of,
            "breaks": self.breaks,
        }


@frozen(repr=False)
class Parity:
    """How an office's sheet and capaian agree.

    Attributes
    ----------
    policy, period, as_of
        By which rule, for which period, as known when.
    counts
        For each way of agreeing how many subjects: `exact`, `displayed`, `differs`, `not_in_sheet`,
        `not_in_capaian`.
    differences
        Everybody who does not agree, in the order of the sheet, then those whom it lacks.
    roundings
        What would reconcile them, the best first.
    findings
        What is worth knowing about the sheet: cells without a value, rows without a subject.
    """

    policy: Mapping[str, Any]
    period: str
    as_of: str
    counts: Mapping[Agreement, int]
    differences: tuple[Difference, ...] = ()
    roundings: tuple[Reconciled, ...] = ()
    findings: tuple[Finding, ...] = field(factory=tuple)

    @property
    def same(self) -> bool:
        """Whether everybody agrees, at least in the digits that the sheet shows."""
        return not self.differences

    def steps(self) -> dict[str, int]:
        """Return in which step how many part, in the order of the ledger."""
        found = [each.step for each in self.differences if each.step]
        return {step: found.count(step) for step in STEPS if step in found}

    def text(self, language: Language = "en", *, rows: int = SHOWN) -> str:
        """Return the comparison as plain text; at most so many differences are shown."""
        from capaian.parity.words import told  # noqa: PLC0415 - it knows this class

        return told(self, language, rows)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain JSON values; exact numbers are text."""
        return {
            "schema": SCHEMA,
            "policy": dict(self.policy),
            "period": self.period,
            "as_of": self.as_of,
            "same": self.same,
            "counts": {name: self.counts.get(name, 0) for name in AGREEMENTS},
            "steps": self.steps(),
            "roundings": [each.to_dict() for each in self.roundings],
            "differences": [each.to_dict() for each in self.differences],
            "findings": [each.to_dict() for each in self.findings],
        }

    def to_json(self) -> str:
        """Return the comparison as canonical JSON: the same bytes for the same sheet."""
        return canonical(self.to_dict()) + "\n"

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        said = ", ".join(f"{self.counts.get(name, 0)} {name}" for name in AGREEMENTS)
        return f"<Parity {self.policy['id']} {self.period} · {said}>"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text())}</pre>"


def _plain(value: Value) -> str | None:
    return str(value) if isinstance(value, Fraction) else value
