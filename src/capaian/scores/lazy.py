"""Scores in Spark: a plan and no rows, until the user runs what it returns.

The tail is the same pure function of a batch of subjects as on every engine; it is sent to the
executors, with the policy made ready in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NoReturn

from attrs import evolve, fields, frozen

from capaian.discreet import discreet
from capaian.errors import EvidenceError, Finding, Language, refuse
from capaian.explain import Explanation
from capaian.period import Period
from capaian.record import Record
from capaian.scores.align import add_exposure
from capaian.scores.gathered import Gathered
from capaian.scores.given import Given
from capaian.scores.guiding import ALL, Counted, counted
from capaian.scores.joining import LazyGathered
from capaian.scores.ledger import LEDGER as AFTER
from capaian.scores.plan import Plan
from capaian.scores.result import SHOWN, Scores, fitting
from capaian.scores.results import Results
from capaian.scores.settle import settle

FACT = "fact:"
SCORES: Mapping[str, type] = {
    "subject": str, "period": str, "score": float, "band": str, "status": str,
}  # fmt: skip
_LEDGER_KINDS: Mapping[str, type] = {
    "numerator": int, "denominator": int, "n": int, "measured": float, "achievement": float,
    "weight": float, "contribution": float,
}  # fmt: skip
LEDGER: Mapping[str, type] = {
    "subject": str, "period": str, **{name: _LEDGER_KINDS.get(name, str) for name in AFTER},
}  # fmt: skip


@frozen(eq=False)
class Batch:
    """The tail of a batch of subjects, made ready to be sent: from integers to scores.

    Attributes
    ----------
    plan, period, as_of
        As in `Scores`.
    names
        The statistics.
    constants
        The days of a full period, by name.
    """

    plan: Plan
    period: Period
    as_of: datetime
    names: tuple[str, ...]
    constants: Mapping[str, int]

    def scores(self, columns: Mapping[str, Any]) -> Scores:
        """Return the scores of a batch."""
        from capaian.scores.whole import WholeResults  # noqa: PLC0415 - loads NumPy

        subjects: Sequence[str] = columns["subject"]
        inputs = {name: columns[name] for name in self.names}
        add_exposure(inputs, self.constants, len(subjects), whole=True)
        for planned in self.plan.indicators.values():
            if planned.windows:
                settle(planned, inputs, len(subjects), whole=True)
        labels, units = (
            {who: said for who, said in zip(subjects, columns.get(role, ()), strict=False) if said}
            for role in ("label", "unit")
        )
        facts = {
            role.removeprefix(FACT): dict(zip(subjects, values, strict=True))
            for role, values in columns.items()
            if role.startswith(FACT)
        }
        gathered = Gathered(
            subjects, inputs, labels, units, facts, whole=True, origin="spark", findings=()
        )
        results: Results = WholeResults(self.plan, gathered)
        return Scores(
            plan=self.plan,
            period=self.period,
            as_of=self.as_of,
            subjects=subjects,
            labels=labels,
            units=units,
            facts=facts,
            results=results,
            origin="spark",
        )

    def columns(self, columns: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return subject, period, score, band and status of a batch."""
        return self.scores(columns).columns()

    def homes(self, columns: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the unit and the band of each subject of a batch."""
        scores = self.scores(columns)
        units = [scores.units.get(each) for each in scores.subjects]
        return {"unit": units, "band": scores.results.columns()["band"]}

    def ledger(self, columns: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the ledger of a batch; a ratio that does not fit 64 bits is left out."""
        return fitting(self.scores(columns).ledger_columns(), "spark")


class LazyScores(Scores):
    """The scores of every subject of a policy in a period, in Spark: nothing has been run.

    What would bring every subject to the driver, and so every attribute of `Scores` that is not
    named here, is refused with CPN-E41.

    Attributes
    ----------
    plan, policy, period, as_of
        As in `Scores`.
    findings
        Notes and warnings met on the way; with a roster, one count is run at first sight.
    gathered
        The integers of every subject.
    """

    __slots__ = ("gathered",)
    gathered: LazyGathered

    def __init__(
        self,
        plan: Plan,
        period: Period,
        as_of: datetime,
        gathered: LazyGathered,
        given: Given | None = None,
    ) -> None:
        values = {"plan": plan, "period": period, "as_of": as_of, "gathered": gathered}
        for name, value in {**values, "origin": "spark", "given_evidence": given}.items():
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> NoReturn:
        if name in {each.name for each in fields(Scores)}:
            raise _everyone(name)
        raise AttributeError(f"'LazyScores' object has no attribute {name!r}")

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Notes and warnings met on the way; with a roster, one count is run at first sight."""
        return self.gathered.findings

    @property
    def _batch(self) -> Batch:
        joined, constants = self.gathered.joined, self.gathered.constants
        return Batch(self.plan, self.period, self.as_of, joined.names, constants)

    @discreet
    def to_native(self) -> Any:
        """Return a Spark frame, one row per subject: subject, period, score, band, status.

        It is a plan, and its rows have no order.
        """
        return self.gathered.joined.run(self._batch.columns, SCORES)

    @discreet
    def ledger(self) -> Any:
        """Return the ledger as a Spark frame, one row per subject, period and indicator.

        `numerator` and `denominator` are the measured value in lowest terms; they are left empty
        where they do not fit 64 bits.
        """
        return self.gathered.joined.run(self._batch.ledger, LEDGER)

    @discreet
    def counted(self, *, units: bool) -> Counted:
        """Return how many results have each band; nothing but these counts is brought out."""
        names = ("unit", "band") if units else ("band",)
        schema = dict.fromkeys(names, str)
        pairs = self.gathered.joined.counted(self._batch.homes, schema)
        return counted(((one[0] if units else ALL, one[-1]), count) for one, count in pairs)

    @discreet
    def explain(self, subject: str) -> Explanation:
        """Return why a subject has this score; its one row of integers is brought to the driver.

        Raises
        ------
        EvidenceError
            `CPN-E43`: no such subject; the message does not repeat the identifier.
        """
        found = self.gathered.joined.of(str(subject))
        if found is None:
            raise refuse(EvidenceError, "There is nothing to explain.", "CPN-E43")
        return self._batch.scores(found).explain(str(subject))

    def record(
        self,
        subject: str,
        made_at: str | date | datetime | None = None,
        evidence: Mapping[str, Any] | None = None,
    ) -> Record:
        """Return the audit record of one subject; its rows alone are brought to the driver.

        Raises
        ------
        EvidenceError
            `CPN-E43`: no such subject; the message does not repeat the identifier.
        """
        found = self.gathered.joined.of(str(subject))
        if found is None:
            raise refuse(EvidenceError, "Nothing was recorded.", "CPN-E43")
        one = evolve(self._batch.scores(found), given_evidence=self.given_evidence)
        one = evolve(one, findings=self.gathered.findings)
        return one.record(str(subject), made_at, evidence)

    def records(
        self,
        made_at: str | date | datetime | None = None,
        evidence: Mapping[str, Any] | None = None,
    ) -> NoReturn:
        """Refuse with CPN-E41; see `record`."""
        del made_at, evidence
        raise _everyone("records()")

    # ---- what would bring every subject to the driver -----------------------------------------

    def published(self, by: str | None = None, *, least: int = 0) -> NoReturn:
        """Refuse with CPN-E41; see `to_native`."""
        del by, least
        raise _everyone("published()")

    def pseudonymised(self, key: bytes) -> NoReturn:
        """Refuse with CPN-E41; see `to_native`."""
        del key
        raise _everyone("pseudonymised()")

    def columns(self) -> NoReturn:
        """Refuse with CPN-E41; see `to_native`."""
        raise _everyone("columns()")

    def ledger_columns(self) -> NoReturn:
        """Refuse with CPN-E41; see `ledger`."""
        raise _everyone("ledger_columns()")

    def to_dict(self) -> NoReturn:
        """Refuse with CPN-E41; see `ledger`."""
        raise _everyone("to_dict()")

    def to_json(self) -> NoReturn:
        """Refuse with CPN-E41; see `ledger`."""
        raise _everyone("to_json()")

    def __len__(self) -> NoReturn:
        raise _everyone("len()")

    def __bool__(self) -> bool:
        return True

    # ---- for people --------------------------------------------------------------------------

    def text(self, language: Language = "en", *, rows: int = SHOWN) -> str:
        """Return what this is, in one line; no row is brought to the driver to be shown."""
        del rows
        policy, place = self.policy, {"en": "in Spark", "id": "di Spark"}[language]
        return f"{policy.id} {policy.edition} · {self.period.label} · {place}"

    def __repr__(self) -> str:
        return f"<LazyScores {self.text()}>"


def _everyone(wanted: str) -> EvidenceError:
    return refuse(EvidenceError, "Nothing was brought out of Spark.", "CPN-E41", wanted=wanted)
