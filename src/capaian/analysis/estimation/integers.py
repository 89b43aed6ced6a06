"""The integers that scores were made of, as arrays; what else is wanted is measured again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from capaian.analysis.estimation.levels import HEADLINE
from capaian.columns import Lengths, lengths_of, open_table, reduce_table
from capaian.errors import AnalysisError, EvidenceError, refuse
from capaian.formula import Arithmetic, Column, Literal_, Moment, Node, Survival, statistics
from capaian.scores.requests import asks_of
from capaian.scores.run import moment_of

if TYPE_CHECKING:
    from capaian.sampling import Times
    from capaian.scores import Scores
    from capaian.scores.ask import Ask
    from capaian.scores.planned import Planned, Window

Numbers: TypeAlias = NDArray[Any]
"""int64; float64, with what is unknown not a number, where anything is."""


TWO = 2


class OutOfReachError(Exception):
    """A statistic cannot be had; its text is the reason, as a word."""


class SubPeriodsError(OutOfReachError):
    """It was measured over several stretches of time, and not over all of them together."""


class Integers:
    """The statistics of one indicator.

    Parameters
    ----------
    scores
        What was scored.
    planned
        The indicator.
    evidence
        The tables, for what is to be measured again; those that were scored where left out.
    shared
        Lengths that were read for other indicators.
    window
        One of several stretches of time, where only its statistics are meant.
    """

    def __init__(
        self,
        scores: Scores,
        planned: Planned,
        evidence: Mapping[str, Any] | None,
        shared: dict[Any, Lengths],
        window: Window | None = None,
    ) -> None:
        self.scores = scores
        self.planned = planned
        self.evidence = evidence
        self.shared = shared
        self.window = window
        of = planned.statistics if window is None else window.statistics
        self.prefix = planned.indicator.id if window is None else window.prefix
        pairs = zip(of.trees, of.names, strict=True)
        known = set(scores.results.names)
        self.names: dict[Node, str] = {tree: name for tree, name in pairs if name in known}
        self.made: dict[Node, Numbers] = {}

    def at(self, window: Window, prefix: str | None = None) -> Integers:
        """Return the statistics of one stretch of time, of several.

        Parameters
        ----------
        window
            The stretch.
        prefix
            What the names of integers that come from elsewhere begin with; the window's own where
            left out.
        """
        made = Integers(self.scores, self.planned, self.evidence, self.shared, window)
        made.prefix = prefix or made.prefix
        return made

    def forget(self, names: Iterable[str]) -> None:
        """Take statistics as not measured: they are measured again when they are wanted."""
        gone = set(names)
        self.names = {tree: name for tree, name in self.names.items() if name not in gone}

    def want(self, trees: Iterable[Node]) -> None:
        """Measure what of some formulas was not measured for the scores, all in one pass.

        Raises
        ------
        OutOfReachError
            It cannot be had.
        """
        wanted = dict.fromkeys(each for tree in trees for each in statistics(tree))
        lacking = tuple(each for each in wanted if each not in self.names)
        if not lacking:
            return
        ask, table = self._ask()
        reduced = reduce_table(table, evolve(ask.request, statistics=lacking))
        if any(each.code in {"CPN-E23", "CPN-E24"} for each in reduced.findings):
            raise OutOfReachError("too_large")
        if reduced.findings:
            raise EvidenceError(HEADLINE, list(reduced.findings))
        for at, tree in enumerate(lacking):
            absent = 0 if reduced.zero_where_absent(at) else None
            found: Any = reduced.aligned(at, self.scores.subjects, absent=absent, whole=True)
            self.made[tree] = _numbers(found[0][:], found[1])

    def _ask(self) -> tuple[Ask, Any]:
        """Return how the indicator's rows are asked for, and their table.

        Raises
        ------
        AnalysisError
            `CPN-M05`: the tables are not at hand.
        OutOfReachError
            The indicator is measured over several stretches of time.
        """
        scores, given = self.scores, self.scores.given_evidence
        evidence = self.evidence
        if evidence is None and given is not None:
            evidence = given.evidence
        if self.window is None and len(self.planned.windows) > 1:
            raise SubPeriodsError("sub_periods")
        indicator = self.planned.indicator
        if evidence is None:
            raise refuse(
                AnalysisError, HEADLINE, "CPN-M05", f"indicators['{indicator.id}']",
                indicator=indicator.id,
            )  # fmt: skip
        wanted = [indicator.table, *([indicator.pauses.table] if indicator.pauses else [])]
        for name in wanted:
            if name not in evidence:
                raise refuse(
                    EvidenceError, HEADLINE, "CPN-E50", name,
                    table=name, given=", ".join(sorted(evidence)) or "none", hint="",
                )  # fmt: skip
        engine = given.engine if given else "polars"
        tables = {name: open_table(evidence[name], name, engine) for name in wanted}
        moment = moment_of(scores.plan, scores.period, scores.as_of)
        zone = given.zone if given else scores.policy.zone
        asks = asks_of(scores.plan, tables, moment, zone, exposure=False)
        own = [each for each in asks if each.planned is self.planned and each.statistics]
        if self.window is not None:
            own = [each for each in own if each.statistics is self.window.statistics]
        ask = own[0]
        return ask, tables[indicator.table]

    def of_all(self, trees: tuple[Node, ...], moment: Moment) -> list[NDArray[np.float64]]:
        """Return counts over all rows that the indicator reads, whatever their date.

        Parameters
        ----------
        trees
            What is counted.
        moment
            The instants that they speak of.

        Raises
        ------
        AnalysisError, OutOfReachError
            As for `want`; also where rows of other periods cannot be read.
        """
        windows = self.planned.windows
        asking = self if len(windows) < TWO or self.window else self.at(windows[0])
        ask, table = asking._ask()  # noqa: SLF001 - its own kind
        request = evolve(ask.request, statistics=trees, moment=moment, dated="", pauses=None)
        reduced = reduce_table(table, request)
        if reduced.findings:
            raise OutOfReachError("unreadable")
        found = []
        for at in range(len(trees)):
            counts: Any = reduced.aligned(at, self.scores.subjects, absent=0, whole=True)
            found.append(np.asarray(counts[0][:], dtype=np.float64))
        return found

    def lengths(self, law: Times) -> Lengths:
        """Return how many cases of each subject have each length.

        Raises
        ------
        AnalysisError, EvidenceError, OutOfReachError
            As for `want`.
        """
        ask, table = self._ask()
        request, pauses = ask.request, self.planned.indicator.pauses
        moment = request.moment
        key = (
            ask.table, request.subject, request.readings, request.filters, request.dated,
            moment.start, moment.end, pauses, law.duration, law.ended,
        )  # fmt: skip
        if key not in self.shared:
            tree = Survival("within", law.duration, law.ended, law.at)
            request = evolve(request, statistics=(tree,))
            self.shared[key] = lengths_of(table, request, self.scores.subjects)
        return self.shared[key]

    def outside(self, name: str) -> Numbers | None:
        """Return an integer that does not come from the indicator's rows, such as its exposure."""
        name = f"{self.prefix}.{name}"
        return self._column(name) if name in self.scores.results.names else None

    def __call__(self, tree: Node) -> Numbers:
        """Return a formula over statistics, as integers, or floats where it is a ratio."""
        if tree in self.made:
            return self.made[tree]
        if tree in self.names:
            return self.made.setdefault(tree, self._column(self.names[tree]))
        match tree:
            case Literal_(value):
                found = np.asarray(float(value) if not isinstance(value, int) else value)
            case Arithmetic(op, left, right):
                found = _OPERATIONS[op](self(left), self(right))
            case Column(name):
                found = self._column(name)
            case _:
                raise OutOfReachError("not_a_statistic")
        self.made[tree] = found
        return found

    def _column(self, name: str) -> Numbers:
        found = self.scores.results.statistic(name)
        if isinstance(found, tuple):
            return _numbers(*found)
        if any(each is None or abs(each) >= 2**63 for each in found):
            return np.array([np.nan if each is None else float(each) for each in found])
        return np.array(found, dtype=np.int64)


def _numbers(values: NDArray[Any], known: Any) -> Numbers:
    if known is None or known.all():
        return values.astype(np.int64, copy=False)
    return np.where(known, values, np.nan)


def _divide(top: Numbers, bottom: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.true_divide(top, bottom)


_OPERATIONS: dict[str, Any] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": _divide,
}
