"""The estimate: a record, not a float. Value, error, interval, status, and the flow of cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from capaian.analysis.estimation.backlog import Backlog
from capaian.analysis.estimation.levels import Floats, floats
from capaian.analysis.table import Table
from capaian.columns import Coded, Origin, each_word

Inference: TypeAlias = Literal["descriptive", "analytic"]
Counts: TypeAlias = NDArray[np.int64]

STATUSES = ("ok", "provisional", "too_few", "bounds_only", "not_reached", "not_applicable")
OK, PROVISIONAL, TOO_FEW, BOUNDS_ONLY, NOT_REACHED, NOT_APPLICABLE = range(len(STATUSES))
METHODS = (
    "none",
    "enumeration",
    "wilson",
    "exact_poisson",
    "dobson",
    "linearised",
    "t",
    "goodman",
    "adjusted_wald",
    "greenwood_log_log",
    "greenwood",
    "brookmeyer_crowley",
    "bounds",
    "satterthwaite",
    "mover",
    "korn_graubard",
)
"""How an interval was made. `none`: there is none. `enumeration`: all the work there was is counted
or all who could be asked have answered, so that the value has no sampling error. `satterthwaite`
and `mover` are of several sub-periods together."""


@frozen(eq=False, repr=False)
class CaseFlow:
    """What became of every subject's rows: received, eligible, used; nothing disappears.

    Attributes
    ----------
    received
        All rows.
    eligible
        Those that the value is about: received, less what is excluded.
    used
        Observations behind the value: the n of the ledger, or where the value is that of the last
        of several sub-periods, the part of n that is in it.
    undetermined
        Received, and their outcome is not known yet.
    excluded
        By reason.
    """

    received: Counts
    eligible: Counts
    used: Counts
    undetermined: Counts
    excluded: Mapping[str, Counts]


@frozen(eq=False, repr=False)
class Estimate:
    """How sure one indicator is, an entry for each subject.

    Attributes
    ----------
    indicator, inference, level
        What was asked: of which indicator, descriptive or analytic, with which confidence.
    value
        The measured value, as in the ledger; not a number where there is none.
    se
        Its standard error, in the same unit; 0 where it was enumerated, not a number where nothing
        can be said. Where no observation differed it is not 0: that of a posterior, or what the
        interval's width stands for.
    low, high
        The interval, or for `bounds_only` the bounds; not a number where there is none.
    n, n_eff
        Observations behind the value, and how many independent ones have the same error.
    method, status
        Positions in `METHODS` and `STATUSES`.
    reason
        Why the status is not `ok`, as a word; what is said of an interval that has one end.
    flow
        What became of the rows.
    """

    indicator: str
    inference: Inference
    level: float
    value: Floats
    se: Floats
    low: Floats
    high: Floats
    n: Counts
    n_eff: Floats
    method: NDArray[np.int8]
    status: NDArray[np.int8]
    reason: Coded
    flow: CaseFlow

    def __repr__(self) -> str:
        return f"<Estimate {self.indicator}: {len(self.value)} subjects, {self.inference}>"


@frozen(eq=False, repr=False, slots=False)
class Estimates:
    """How sure every measured value is: arrays of subjects x indicators, in the ledger's order.

    Attributes
    ----------
    subjects, indicators
        Identifiers, in the order of rows and of columns: those of `Matrix`.
    level
        The confidence of the intervals.
    origin
        The kind of table that the evidence came as.
    by_indicator
        The estimate of each indicator.
    notes
        What must be said beside them.
    backlogs
        For every mean time, the flow of its cases and what the open ones say of it.
    """

    subjects: Sequence[str]
    indicators: tuple[str, ...]
    level: float
    origin: Origin
    by_indicator: Mapping[str, Estimate]
    notes: tuple[str, ...] = ()
    backlogs: Mapping[str, Backlog] = field(factory=dict)

    def __len__(self) -> int:
        return len(self.subjects)

    def __getitem__(self, indicator: str) -> Estimate:
        return self.by_indicator[indicator]

    def __repr__(self) -> str:
        return f"<Estimates {len(self)} subjects x {len(self.indicators)} indicators>"

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    @cached_property
    def value(self) -> Floats:
        """The measured values."""
        return floats(self._wide("value"))

    @cached_property
    def se(self) -> Floats:
        """Their standard errors."""
        return floats(self._wide("se"))

    @cached_property
    def low(self) -> Floats:
        """The lower ends."""
        return floats(self._wide("low"))

    @cached_property
    def high(self) -> Floats:
        """The upper ends."""
        return floats(self._wide("high"))

    @cached_property
    def n(self) -> Counts:
        """Observations behind each value."""
        return np.asarray(self._wide("n"), dtype=np.int64)

    @cached_property
    def status(self) -> NDArray[np.int8]:
        """Positions in `STATUSES`."""
        return np.asarray(self._wide("status"), dtype=np.int8)

    def _wide(self, name: str) -> Any:
        return np.stack([getattr(self[each], name) for each in self.indicators], axis=1)

    def _flat(self, names: Sequence[str], what: str) -> NDArray[Any]:
        return np.stack([getattr(self[each], what) for each in names], axis=1).reshape(-1)

    def table(self, indicator: str | None = None) -> Table:
        """Return a row for each subject and indicator, with the flow of its cases.

        Parameters
        ----------
        indicator
            That one alone; all of them where left out.
        """
        names = self.indicators if indicator is None else (indicator,)
        times, count = len(names), len(self)
        which = np.tile(np.arange(times, dtype=np.int16), count)
        questions = tuple(dict.fromkeys(self[each].inference for each in names))
        asked = np.array([questions.index(self[each].inference) for each in names], dtype=np.int8)
        words, reasons = self._reasons(names)
        flows = [self[each].flow for each in names]
        columns: dict[str, Any] = {
            "subject": each_word(self.subjects, times),
            "indicator": Coded(which, names),
            **{each: self._flat(names, each) for each in ("value", "se", "low", "high")},
            "n": self._flat(names, "n"),
            "n_eff": self._flat(names, "n_eff"),
            "method": Coded(self._flat(names, "method"), METHODS),
            "status": Coded(self._flat(names, "status"), STATUSES),
            "reason": Coded(reasons, words),
            "inference": Coded(np.tile(asked, count), questions),
        }
        for part in ("received", "eligible", "used", "undetermined"):
            columns[part] = np.stack([getattr(each, part) for each in flows], axis=1).reshape(-1)
        for why in dict.fromkeys(why for each in flows for why in each.excluded):
            none = np.zeros(count, dtype=np.int64)
            parts = [each.excluded.get(why, none) for each in flows]
            columns[f"excluded_{why}"] = np.stack(parts, axis=1).reshape(-1)
        columns |= self._backlogs(names)
        title = f"Estimates at {100 * self.level:g} %"
        return Table(title, columns, self.origin, self.notes)

    def _backlogs(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the columns of mean times; none where there is no mean time among the names."""
        if not any(each in self.backlogs for each in names):
            return {}
        nothing = np.full(len(self), np.nan)

        def column(part: str) -> NDArray[Any]:
            parts = [getattr(self.backlogs.get(each), part, nothing) for each in names]
            return np.stack(parts, axis=1).reshape(-1)

        said = [
            np.where(self.backlogs[each].short, 1, 0)
            if each in self.backlogs
            else np.full(len(self), -1)
            for each in names
        ]
        return {
            "cases_opened": column("opened"),
            "cases_closed": column("closed"),
            "backlog": column("open"),
            "backlog_worth": column("worth"),
            "backlog_worth_low": column("low"),
            "backlog_worth_high": column("high"),
            "backlog_says": Coded(np.stack(said, axis=1).reshape(-1), ("as_reported", "longer")),
        }

    def _reasons(self, names: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int16]]:
        words = tuple(dict.fromkeys(word for each in names for word in self[each].reason.words))
        places = {word: at for at, word in enumerate(words)}
        found = []
        for each in names:
            reason = self[each].reason
            table = np.array([*(places[word] for word in reason.words), -1], dtype=np.int16)
            found.append(table[reason.codes])
        return words, np.stack(found, axis=1).reshape(-1)
