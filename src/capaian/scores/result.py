"""The result: scores as a table of the user's own kind, a ledger of every step, explanations."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

from attrs import field, frozen

from capaian.columns import Origin, each_word, native_table, one_word
from capaian.discreet import discreet
from capaian.errors import EvidenceError, Finding, Language, refuse
from capaian.exact import Pair
from capaian.explain import Explanation
from capaian.period import Period
from capaian.policy import Band, Policy
from capaian.policy.tree import FORMULA
from capaian.record import Record
from capaian.registry import Provenance
from capaian.scores.account import (
    NO_ROUNDING,
    document,
    explanation,
    policy_head,
)
from capaian.scores.given import Given
from capaian.scores.guiding import Counted, counted_columns, guided
from capaian.scores.ledger import LEDGER as AFTER
from capaian.scores.plan import Plan
from capaian.scores.published import LEAST, People, Published, published
from capaian.scores.results import Results
from capaian.scores.table import table
from capaian.scores.tail import Tail
from capaian.wire import canonical

LEDGER = ("subject", "period", *AFTER)
"""The ledger's columns."""
SHOWN = 12
"""Rows that a repr shows."""


@frozen(eq=False, repr=False)
class Scores:
    """The scores of every subject of a policy in a period.

    Attributes
    ----------
    policy, period, as_of
        The rule, the period, and the instant up to which evidence was known.
    subjects
        Identifiers in ascending order; everything else is in this order.
    findings
        Notes and warnings met on the way, such as rows without a subject.
    """

    plan: Plan
    period: Period
    as_of: datetime
    subjects: Sequence[str]
    labels: Mapping[str, str]
    units: Mapping[str, str]
    facts: Mapping[str, Mapping[str, bool | None]]
    results: Results
    origin: Origin
    findings: tuple[Finding, ...] = field(factory=tuple)
    given_evidence: Given | None = field(default=None, repr=False)

    @property
    def policy(self) -> Policy:
        """The policy by which the scores were made."""
        return self.plan.policy

    @property
    def provenance(self) -> dict[str, dict[str, Provenance]]:
        """For each indicator and node, the plugins that brought its type and methods, by kind.

        A `Provenance` has the `distribution` and `version` in which the plugin's `module` came.
        """
        policy, known = self.plan.policy, self.plan.provenance
        used = {each.id: (each.type, *(step.method for step in each.normalise))
                for each in policy.indicators}  # fmt: skip
        for node in policy.nodes:
            kinds = () if node.method == FORMULA else (node.method,)
            used[node.id] = (*kinds, *(step.method for step in node.convert))
        return {name: {kind: known[kind] for kind in kinds} for name, kinds in used.items()}

    def __len__(self) -> int:
        return len(self.subjects)

    # ---- tables ------------------------------------------------------------------------------

    def columns(self) -> dict[str, list[Any]]:
        """Return the scores as plain lists: subject, period, score, band, status."""
        return {name: as_list(each) for name, each in self._columns().items()}

    def _columns(self) -> dict[str, Any]:
        period = self._period(len(self))
        return {"subject": self.subjects, "period": period, **self.results.columns()}

    def _period(self, count: int) -> Any:
        label = self.period.label
        return one_word(label, count) if self.results.whole else [label] * count

    def to_native(self) -> Any:
        """Return one row per subject as the kind of table that the evidence came in."""
        return native_table(self._columns(), self.origin)

    def ledger_columns(self) -> dict[str, list[Any]]:
        """Return the ledger as plain lists: one row per subject and indicator."""
        return {name: as_list(each) for name, each in self._ledger().items()}

    def _ledger(self) -> dict[str, Any]:
        found = self.results.ledger()
        times = len(self.plan.indicators)
        who: Any = [subject for subject in self.subjects for _ in range(times)]
        if self.results.whole:
            who = each_word(self.subjects, times)
        return {"subject": who, "period": self._period(len(who)), **found}

    def ledger(self) -> Any:
        """Return the ledger as the kind of table that the evidence came in.

        `numerator` and `denominator` are the measured value in lowest terms; they are left empty
        where they do not fit the 64 bits of a column (`to_json` has them in full).
        """
        return native_table(self._ledger(), self.origin)

    # ---- the set of results --------------------------------------------------------------------

    @discreet
    def guidance(self, evidence: Mapping[str, Any] | None = None) -> list[Finding]:
        """Return what the policy's guidance on the set of results finds; no score changes by it.

        Parameters
        ----------
        evidence
            Tables by name: that of the groups' labels, where the guidance has one.

        Returns
        -------
        list of Finding
            Warnings `CPN-U28`, by group and limit, before them what is to be known of the groups.
            Empty where all is kept, and where the policy has no guidance.

        Raises
        ------
        EvidenceError
            The table of labels is not given or cannot be used.
        """
        rule = self.policy.guidance
        if rule is None:
            return []
        found = self.counted(units=rule.group == "unit")
        return guided(rule, self.policy.bands, found, evidence, self.period.label)

    def counted(self, *, units: bool) -> Counted:
        """Return how many results have each band, in each unit or in all."""
        homes = [self.units.get(each) for each in self.subjects] if units else None
        return counted_columns(as_list(self.results.columns()["band"]), homes)

    def published(self, by: str | None = "unit", *, least: int = LEAST) -> Published:
        """Return counts, shares of bands and mean scores by unit, fit to be published.

        Parameters
        ----------
        by
            `unit`; or `None` for all together.
        least
            The least count that is shown, from 2. Counts from 1 to below it are left out, and as
            many others as it takes that none of them follows from a total; so are means of fewer.

        Raises
        ------
        EvidenceError
            `CPN-Y02`: `least` is no whole number from 2 on. `CPN-Y03`: `by` is not known.
            `CPN-Y04`: there is nobody.
        """
        from capaian.scores.combine import points_of  # noqa: PLC0415 - loads NumPy

        units = [self.units.get(each) for each in self.subjects]
        bands = as_list(self.results.columns()["band"])
        people = People(units, bands, points_of([self], "published")[0])
        head = policy_head(self), self.period.label, self.origin
        rounding = self.policy.rounded("score", "score") or NO_ROUNDING
        return published(people, self.policy.bands, head, by=by, least=least, rounding=rounding)

    def pseudonymised(self, key: bytes) -> Scores:
        """Return the same result under pseudonyms, without labels.

        Parameters
        ----------
        key
            A secret of at least 16 bytes. The same key gives each subject the same pseudonym in
            every result; who has it can find out whom a pseudonym stands for.

        Raises
        ------
        EvidenceError
            `CPN-Y01`: the key is no bytes, or too short.
        """
        from capaian.scores.pseudonyms import under_pseudonyms  # noqa: PLC0415 - it makes this

        return under_pseudonyms(self, key)

    # ---- one subject -------------------------------------------------------------------------

    def row(self, subject: str) -> int:
        """Return the position of a subject.

        Raises
        ------
        EvidenceError
            `CPN-E54`: no such subject; the message does not repeat the identifier.
        """
        row = bisect_left(self.subjects, str(subject))
        if row == len(self) or self.subjects[row] != str(subject):
            raise refuse(EvidenceError, "There is nothing to explain.", "CPN-E54", count=len(self))
        return row

    def band(self, row: int) -> Band | None:
        """Return a subject's band; `None` where there is none."""
        return self.results.band(row)

    def tail(self, row: int) -> Tail:
        """Return the program by which a subject was scored."""
        return self.results.tail(row)

    def given(self, row: int) -> dict[str, int]:
        """Return a subject's statistics, by name; one that is not known is left out."""
        return self.results.given(row)

    def exact(self, row: int) -> dict[str, Pair]:
        """Return every value of a subject's program as float64 and as a fraction."""
        return self.results.exact(row)

    @discreet
    def explain(self, subject: str) -> Explanation:
        """Return why a subject has this score: contributions that add up, band, levers."""
        return explanation(self, self.row(subject))

    # ---- records ----------------------------------------------------------------------------

    def record(
        self,
        subject: str,
        made_at: str | date | datetime | None = None,
        evidence: Mapping[str, Any] | None = None,
    ) -> Record:
        """Return the audit record of one subject: a document from which the result is replayed.

        Parameters
        ----------
        subject
            Whose record.
        made_at
            When it is made, as the record shall say, ISO 8601; it says nothing where left out.
        evidence
            The tables that were scored, where they are not at hand any more: after the scores were
            pickled.

        Raises
        ------
        EvidenceError
            `CPN-E54`: no such subject.
        RecordError
            `CPN-V01`: the tables are not at hand. `CPN-V02`: `made_at` is no instant. `CPN-N35`:
            the evidence that is given has no row of a subject whose score was made of rows, as
            where the result is under pseudonyms and the tables are not.
        """
        from capaian.scores.recording import record_one  # noqa: PLC0415 - only where one is made

        return record_one(self, self.row(subject), made_at, evidence)

    def records(
        self,
        made_at: str | date | datetime | None = None,
        evidence: Mapping[str, Any] | None = None,
    ) -> Iterator[Record]:
        """Return the records of all subjects, one after another; each table is read once.

        Parameters
        ----------
        made_at, evidence
            As for `record`.

        Raises
        ------
        RecordError
            As for `record`.
        """
        from capaian.scores.recording import record_all  # noqa: PLC0415 - only where one is made

        return record_all(self, made_at, evidence)

    # ---- documents ---------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Return the whole result as plain JSON values; exact numbers and identifiers are text."""
        return document(self)

    def to_json(self) -> str:
        """Return the whole result as canonical JSON: the same bytes for the same evidence."""
        return canonical(self.to_dict()) + "\n"

    # ---- for people --------------------------------------------------------------------------

    def text(self, language: Language = "en", *, rows: int = SHOWN) -> str:
        """Return the scores as a table of plain text."""
        return table(self, language, rows)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        policy = self.policy
        return (
            f"<Scores {policy.id} {policy.edition} · {self.period.label} · {len(self)} subjects>\n"
            f"{self.text()}"
        )

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text())}</pre>"


def as_list(column: Any) -> list[Any]:
    """Return a column as a plain list; a float that is not a number is `None`."""
    values: list[Any] = column.tolist() if hasattr(column, "tolist") else list(column)
    if values and type(values[0]) is float:
        return [None if value != value else value for value in values]  # noqa: PLR0124 - NaN
    return values


def fitting(columns: dict[str, Any], origin: Origin) -> dict[str, Any]:
    """Return the ledger without ratios that do not fit 64 bits; dictionaries hold any."""
    if origin == "records":
        return columns
    held = {name: [fits(each) for each in as_list(columns[name])] for name in _RATIO}
    return {**columns, **held}


_RATIO = ("numerator", "denominator")


def fits(value: int | None) -> int | None:
    """Return an integer that fits 64 bits; of another nothing."""
    return value if value is None or -(2**63) <= value < 2**63 else None
