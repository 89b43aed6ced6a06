"""The result of several periods: a sequence of `Scores`, with tables of all of them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, overload

from attrs import frozen

from capaian.columns import native_table, stacked
from capaian.discreet import discreet
from capaian.errors import Finding, Language, PeriodError, refuse
from capaian.explain import Explanation
from capaian.period import Period, read_period
from capaian.scores.account import SCHEMA
from capaian.scores.result import SHOWN, Scores, fitting
from capaian.wire import canonical


@frozen(eq=False, repr=False)
class ScoresByPeriod(Sequence[Scores]):
    """The scores of several periods, in the order in which they were asked for.

    `by["2026-01"]` and `by[0]` are the `Scores` of one period; the same days under another label
    (`"2026-01-01/2026-01-31"`) are found too.

    Attributes
    ----------
    each
        One `Scores` per period.
    """

    each: tuple[Scores, ...]

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods, in order."""
        return tuple(scores.period for scores in self.each)

    def __len__(self) -> int:
        return len(self.each)

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str | Period):
            return any(scores is key for scores in self.each)
        wanted = _read(key)
        return wanted is not None and any(each.covers(wanted) for each in self.periods)

    def __iter__(self) -> Iterator[Scores]:
        return iter(self.each)

    @overload
    def __getitem__(self, key: int | str | Period) -> Scores: ...

    @overload
    def __getitem__(self, key: slice) -> ScoresByPeriod: ...

    def __getitem__(self, key: int | str | Period | slice) -> Scores | ScoresByPeriod:
        if isinstance(key, slice):
            return ScoresByPeriod(self.each[key])
        return self.each[key] if isinstance(key, int) else self.at(key)

    def at(self, period: str | Period) -> Scores:
        """Return the scores of one period.

        Raises
        ------
        PeriodError
            `CPN-D24`: it is not among those that were scored.
        """
        for scores in self.each:
            if period in {scores.period.label, scores.period}:
                return scores
        wanted = _read(period)
        for scores in self.each:
            if wanted is not None and scores.period.covers(wanted):
                return scores
        known = ", ".join(each.label for each in self.periods)
        label = period.label if isinstance(period, Period) else period
        raise refuse(
            PeriodError, "There is no such period.", "CPN-D24", "period", given=label, known=known
        )

    # ---- tables ------------------------------------------------------------------------------

    @property
    def _in_spark(self) -> bool:
        return bool(self.each) and all(scores.origin == "spark" for scores in self.each)

    def columns(self) -> dict[str, list[Any]]:
        """Return the scores as plain lists: one row per subject and period."""
        return _joined([scores.columns() for scores in self.each])

    def to_native(self) -> Any:
        """Return one row per subject and period as the kind of table that the evidence came in."""
        if self._in_spark:
            return stacked([scores.to_native() for scores in self.each])
        return native_table(self.columns(), self.each[0].origin)

    def ledger_columns(self) -> dict[str, list[Any]]:
        """Return the ledger as plain lists: one row per subject, period and indicator."""
        return _joined([scores.ledger_columns() for scores in self.each])

    def ledger(self) -> Any:
        """Return the ledger of all periods as the kind of table that the evidence came in."""
        if self._in_spark:
            return stacked([scores.ledger() for scores in self.each])
        origin = self.each[0].origin
        return native_table(fitting(self.ledger_columns(), origin), origin)

    # ---- the set of results --------------------------------------------------------------------

    @discreet
    def guidance(self, evidence: Mapping[str, Any] | None = None) -> list[Finding]:
        """Return what the guidance finds in each period, as `Scores.guidance` does in one."""
        return [finding for scores in self.each for finding in scores.guidance(evidence)]

    def pseudonymised(self, key: bytes) -> ScoresByPeriod:
        """Return the same results under pseudonyms, as `Scores.pseudonymised` does."""
        return ScoresByPeriod(tuple(each.pseudonymised(key) for each in self.each))

    # ---- one subject -------------------------------------------------------------------------

    @discreet
    def explain(self, subject: str, period: str | Period) -> Explanation:
        """Return why a subject has this score in this period."""
        return self.at(period).explain(subject)

    # ---- documents ---------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Return all results as plain JSON values: under `periods`, one document per period."""
        return {"schema": f"{SCHEMA}+periods", "periods": [each.to_dict() for each in self.each]}

    def to_json(self) -> str:
        """Return all results as canonical JSON: the same bytes for the same evidence."""
        return canonical(self.to_dict()) + "\n"

    # ---- for people --------------------------------------------------------------------------

    def text(self, language: Language = "en", *, rows: int = SHOWN) -> str:
        """Return the scores as tables of plain text, one per period."""
        return "\n\n".join(each.text(language, rows=rows) for each in self.each)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        policy = self.each[0].policy if self.each else None
        name = f"{policy.id} · " if policy else ""
        said = ", ".join(each.label for each in self.periods)
        return f"<ScoresByPeriod {name}{said}>\n{self.text()}"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text())}</pre>"


def _read(period: str | Period) -> Period | None:
    try:
        return read_period(period)
    except PeriodError:
        return None


def _joined(parts: Sequence[dict[str, list[Any]]]) -> dict[str, list[Any]]:
    """Return tables with the same columns, one under the other."""
    return {name: [value for part in parts for value in part[name]] for name in parts[0]}
