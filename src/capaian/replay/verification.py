"""What came of verifying a record."""

from __future__ import annotations

from html import escape
from typing import Any, Literal

from attrs import frozen

from capaian.errors import SHOWN, Finding, Language
from capaian.record import Record, UnitRecord
from capaian.record.read import Recorded
from capaian.translation import N_, say_in

Measured = Literal["", "equal", "different", "not measured"]
_MEASURED = {
    "equal": N_("the evidence was measured again and is the same"),
    "different": N_("the evidence was measured again and is not the same"),
    "not measured": N_("the evidence was not measured again"),
}


@frozen(repr=False)
class Verification:
    """What came of verifying a record.

    Attributes
    ----------
    record
        The record, as it stands.
    replayed
        Whether its steps were run again.
    measured
        Whether evidence that was given is `equal`, `different` or `not measured`; empty where none
        was given.
    findings
        Errors: what is not as it was recorded, each with its place in the document. Warnings: what
        could not be looked at. Notes: other versions.
    """

    record: Recorded
    replayed: bool
    measured: Measured
    findings: tuple[Finding, ...]

    @property
    def changed(self) -> bool:
        """Whether anything is not as it was recorded."""
        return any(each.severity == "error" for each in self.findings)

    @property
    def ok(self) -> bool:
        """Whether it was replayed, and everything that was looked at is as it was recorded."""
        return self.replayed and not self.changed and self.measured != "not measured"

    def text(self, language: Language = "en") -> str:
        """Return it as lines of text; at most ten findings, the rest counted."""
        say = say_in(language)
        contents = self.record.contents
        rule, steps = self._rule_and_steps()
        period = contents.period
        head = f"{rule} · {period.label} · {self.record.content_hash[:12]}"
        count = say("replayed: {count} steps").format(count=steps)
        lines = [head, count if self.replayed else say("not replayed")]
        if self.measured:
            lines.append(say(_MEASURED[self.measured]))
        lines.append(say("something was changed") if self.changed else say("nothing was changed"))
        lines += [each.line(language) for each in self.findings[:SHOWN]]
        if (rest := len(self.findings) - SHOWN) > 0:
            lines.append(say("  … and {count} more").format(count=rest))
        return "\n".join(lines)

    def _rule_and_steps(self) -> tuple[str, int]:
        """Return by what was scored, and how many steps were replayed; of a unit, its members."""
        record = self.record
        if isinstance(record, Record):
            rule, steps = record.contents.policy, len(record.contents.steps)
            return f"{rule.id} {rule.edition}", steps
        if isinstance(record, UnitRecord):
            rule, steps = record.contents.policy, len(record.contents.members)
            return f"{rule.id} {rule.edition}", steps
        held, given = record.contents.postings, record.contents.assignment
        return f"{given.id} {given.edition}", sum(
            len(each.record.get("steps", ())) for each in held
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "content_hash": self.record.content_hash,
            "written_by": self.record.contents.engine.version,
            "ok": self.ok,
            "changed": self.changed,
            "replayed": self.replayed,
            "measured": self.measured or None,
            "findings": [each.to_dict() for each in self.findings],
        }

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Verification · {'ok' if self.ok else 'not ok'}>\n{self.text()}"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text())}</pre>"
