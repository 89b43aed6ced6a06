"""The result for units: what `Scores` has, with the place of each unit and its members."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from capaian.columns import Origin, native_table
from capaian.discreet import discreet
from capaian.errors import EvidenceError, Finding, Language, refuse
from capaian.exact import fixed
from capaian.explain import Explanation, UnitExplanation, state
from capaian.formula import number
from capaian.period import Period
from capaian.policy import Policy
from capaian.policy.trust import trust_note
from capaian.record import UnitRecord
from capaian.scores.account import SCORED, score_text
from capaian.scores.plan import Plan
from capaian.scores.result import SHOWN, Scores, as_list
from capaian.scores.table import line
from capaian.scores.unit_account import document, explanation
from capaian.wire import canonical

if TYPE_CHECKING:
    from capaian.scores.combine import Combined, Points, Rule, Truths  # noqa: TC004 - loads NumPy
    from capaian.scores.stretches import Days  # noqa: TC004 - loads NumPy
    from capaian.scores.unit_tree import UnitTree  # noqa: TC004 - loads NumPy

MEMBERS = ("subject", "period", "member", "status", "score", "weight", "decision", "contribution")
"""The columns of the ledger of units that are scored from people."""


@frozen(eq=False)
class Shares:
    """What each member has in the score of a unit; one entry for each unit and member.

    Attributes
    ----------
    rule
        How the members' scores become one.
    subjects
        The names of the members.
    unit, code, row
        The positions of the unit, of the member, and of its score; -1 where it has none.
    weight, points, known
        The weight, the score that counts, and whether it is the member's own.
    combined
        The score of each unit.
    """

    rule: Rule
    subjects: Sequence[str]
    unit: Days
    code: Days
    row: Days
    weight: Days
    points: Points
    known: Truths
    combined: Combined

    def share(self, place: int) -> tuple[Fraction, Fraction]:
        """Return a member's share of the score and its contribution, exactly."""
        from capaian.scores.combine import share_of  # noqa: PLC0415 - loads NumPy

        return share_of(self.unit, self.points, self.weight, self.combined, place)

    def shares(self) -> tuple[Any, Any]:
        """Return all members' shares and contributions, as floats."""
        from capaian.scores.combine import shares_of  # noqa: PLC0415 - loads NumPy

        return shares_of(self.unit, self.points, self.weight, self.combined)

    def decision(self, place: int) -> str:
        """Return what the policy did about a member; empty where it simply counts."""
        if not self.weight[place]:
            return "no_weight"
        return "" if self.known[place] else self.rule.missing


@frozen(eq=False, repr=False)
class UnitScores:
    """The scores of every unit in a period.

    Attributes
    ----------
    period, as_of
        The period, and the instant up to which evidence was known.
    tree
        The units, the unit above each, and their levels.
    members
        How many members each has.
    scores
        Where the policy was applied to events: the result, with units for subjects.
    people, shares
        Where units are scored from people: their scores, and what each has in its units'.
    findings
        Notes and warnings met on the way.
    """

    plan: Plan
    period: Period
    as_of: datetime
    tree: UnitTree
    members: Days
    origin: Origin
    scores: Scores | None = None
    people: Scores | None = None
    shares: Shares | None = None
    findings: tuple[Finding, ...] = field(factory=tuple)

    @property
    def policy(self) -> Policy:
        """The policy by which the scores were made."""
        return self.plan.policy

    @property
    def subjects(self) -> Sequence[str]:
        """The units in ascending order; everything else is in this order."""
        return self.tree.units

    def __len__(self) -> int:
        return len(self.tree.units)

    # ---- tables ------------------------------------------------------------------------------

    def columns(self) -> dict[str, list[Any]]:
        """Return the scores as plain lists.

        The columns are subject (the unit), period, score, band, status, parent, level, members, and
        how many of them have a score; where units are scored from events, nobody else has one.
        """
        return {name: as_list(each) for name, each in self._columns().items()}

    def _columns(self) -> dict[str, Any]:
        units, parent = self.tree.units, self.tree.parent.tolist()
        with_score: Any = [None] * len(self)
        found: dict[str, Any] = {}
        if self.shares is None:
            found = self._from_events()
        else:
            combined, bands = self.shares.combined, self.shares.rule.bands
            found = {
                "score": combined.published,
                "band": [bands[code].id if code >= 0 else None for code in combined.bands.tolist()],
                "status": list(combined.status),
            }
            known = self.shares.unit[self.shares.known]
            edges = known.searchsorted(list(range(len(self) + 1))).tolist()
            with_score = [after - before for before, after in pairwise(edges)]
        return {
            "subject": list(units),
            "period": [self.period.label] * len(self),
            **{name: found[name] for name in ("score", "band", "status")},
            "parent": [units[each] if each >= 0 else None for each in parent],
            "level": self.tree.level,
            "members": self.members,
            "with_score": with_score,
        }

    def _from_events(self) -> dict[str, list[Any]]:
        """Return score, band and status of every unit; one without members has no score."""
        own = self.scores.columns() if self.scores else {}
        places = [self.place(row) for row in range(len(self))]
        none = {"score": None, "band": None, "status": "no_members"}
        return {
            name: [own[name][place] if place >= 0 else absent for place in places]
            for name, absent in none.items()
        }

    def place(self, row: int) -> int:
        """Return the position of a unit in the result from events; -1 where it has no members."""
        if self.scores is None or not self.members[row]:
            return -1
        return self.scores.row(self.subjects[row])

    def to_native(self) -> Any:
        """Return one row per unit as the kind of table that the evidence came in."""
        columns = self.columns() if self.origin == "records" else self._columns()
        return native_table(columns, self.origin)

    def ledger_columns(self) -> dict[str, list[Any]]:
        """Return the ledger as plain lists.

        One row per unit and indicator where units are scored from events, one per unit and member
        where they are scored from people.
        """
        if self.shares is None:
            return self.scores.ledger_columns() if self.scores else {}
        shares, people = self.shares, self.people
        own = people.columns() if people else {}
        rows = shares.row.tolist()
        weight, added = shares.shares()
        made: dict[str, list[Any]] = {
            "subject": [self.tree.units[each] for each in shares.unit.tolist()],
            "period": [self.period.label] * len(rows),
            "member": [shares.subjects[each] for each in shares.code.tolist()],
            "status": [own["status"][row] if row >= 0 else "no_evidence" for row in rows],
            "score": [own["score"][row] if row >= 0 else None for row in rows],
            "weight": as_list(weight),
            "decision": [shares.decision(place) or None for place in range(len(rows))],
            "contribution": as_list(added),
        }
        return {name: made[name] for name in MEMBERS}

    def ledger(self) -> Any:
        """Return the ledger as the kind of table that the evidence came in."""
        if self.shares is None and self.scores is not None:
            return self.scores.ledger()
        return native_table(self.ledger_columns(), self.origin)

    # ---- one unit ----------------------------------------------------------------------------

    def row(self, unit: str) -> int:
        """Return the position of a unit.

        Raises
        ------
        EvidenceError
            `CPN-E54`: there is no such unit.
        """
        row = bisect_left(self.subjects, str(unit))
        if row == len(self) or self.subjects[row] != str(unit):
            raise refuse(EvidenceError, "There is nothing to explain.", "CPN-E54", count=len(self))
        return row

    @discreet
    def explain(self, unit: str) -> Explanation | UnitExplanation:
        """Return why a unit has this score: by indicators from events, by members from people."""
        row = self.row(unit)
        if self.scores is not None and self.place(row) >= 0:
            return self.scores.explain(unit)
        return explanation(self, row)

    # ---- documents ---------------------------------------------------------------------------

    def record(
        self,
        unit: str,
        made_at: str | date | datetime | None = None,
        evidence: Mapping[str, Any] | None = None,
    ) -> UnitRecord:
        """Return the audit record of a unit whose score is made of people's.

        It has each member's score and share, and the content hash of the member's own record.

        Parameters
        ----------
        unit
            Which unit.
        made_at, evidence
            As for `Scores.record`.

        Raises
        ------
        RecordError
            CPN-V25: the scores are made of events, not of people's scores; and as `Scores.record`.
        EvidenceError
            No such unit (CPN-A41).
        """
        row = self.row(unit)
        return next(self._recorded(range(row, row + 1), made_at, evidence))

    def records(
        self,
        made_at: str | date | datetime | None = None,
        evidence: Mapping[str, Any] | None = None,
    ) -> Iterator[UnitRecord]:
        """Return the records of all units, one after another; as for `record`."""
        return self._recorded(range(len(self)), made_at, evidence)

    @discreet
    def _recorded(
        self, rows: range, made_at: str | date | datetime | None, evidence: Any
    ) -> Iterator[UnitRecord]:
        from capaian.scores.unit_recording import unit_records  # noqa: PLC0415 - on demand

        return unit_records(self, rows, made_at, evidence)

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result as plain JSON values; exact numbers and identifiers are text."""
        return document(self)

    def to_json(self) -> str:
        """Return the whole result as canonical JSON: the same bytes for the same evidence."""
        return canonical(self.to_dict()) + "\n"

    # ---- for people --------------------------------------------------------------------------

    def text(self, language: Language = "en", *, rows: int = SHOWN) -> str:
        """Return the scores as a table of plain text; a unit is indented below the one above it."""
        words = _HEAD[language]
        head = [words[name] for name in ("unit", "members", "score", "band")]
        body = [self._line(row, language) for row in self._walk()[:rows]]
        widths = [max(len(each[i]) for each in [head, *body]) for i in range(len(head))]
        lines = [line(each, widths) for each in [head, *body]]
        if (rest := len(self) - len(body)) > 0:
            lines.append(words["more"].format(rest=rest))
        policy = self.policy
        lines.append(
            f"{policy.id} {policy.edition} · {self.period.label} · {self.plan.fingerprint[:12]}"
            f"{trust_note(policy, language)}"
        )
        return "\n".join(lines)

    def _walk(self) -> list[int]:
        """Return the units with those below each after it."""
        below: dict[int, list[int]] = {}
        for row, parent in enumerate(self.tree.parent.tolist()):
            below.setdefault(parent, []).append(row)
        order: list[int] = []
        waiting = below.get(-1, [])[::-1]
        while waiting:
            order.append(waiting.pop())
            waiting += below.get(order[-1], [])[::-1]
        return order

    def _line(self, row: int, language: Language) -> list[str]:
        name = self.tree.labels.get(self.subjects[row], self.subjects[row])
        return [
            "  " * (int(self.tree.level[row]) - 1) + name,
            str(int(self.members[row])),
            self.score_text(row),
            self._said(row, language),
        ]

    def score_text(self, row: int) -> str:
        """Return a unit's score as it is published."""
        if self.shares is None:
            place = self.place(row)
            return score_text(self.scores, place) if self.scores and place >= 0 else "–"
        if self.shares.combined.status[row] != SCORED:
            return "–"
        score_, rounding = self.shares.combined.score(row), self.shares.rule.rounding
        return number(score_) if rounding.mode == "none" else fixed(score_, rounding.digits)

    def _said(self, row: int, language: Language) -> str:
        if self.shares is not None:
            status, code = self.shares.combined.status[row], int(self.shares.combined.bands[row])
            band = self.shares.rule.bands[code] if code >= 0 else None
        else:
            place = self.place(row)
            known = self.scores is not None and place >= 0
            status = self.scores.tail(place).status if self.scores and known else "no_members"
            band = self.scores.results.band(place) if self.scores and known else None
        if status != SCORED:
            return state(status, language)
        return (band.title.get(language) or band.id) if band else ""

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        policy = self.policy
        head = (
            f"<UnitScores {policy.id} {policy.edition} · {self.period.label} · {len(self)} units>"
        )
        return f"{head}\n{self.text()}"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text())}</pre>"


_HEAD: dict[Language, dict[str, str]] = {
    "en": {
        "unit": "unit", "members": "members", "score": "score", "band": "band",
        "more": "… {rest} more",
    },
    "id": {
        "unit": "unit kerja", "members": "anggota", "score": "nilai", "band": "predikat",
        "more": "… {rest} lagi",
    },
}  # fmt: skip
