"""Whether groups reach a band alike: ratio, gap, spread, within units and between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from scipy import stats

from capaian.analysis.asked import between, choice
from capaian.analysis.disparity.cells import Hidden, hidden
from capaian.analysis.disparity.gaps import MEDIUM, gap, power_of_gap, superiority
from capaian.analysis.disparity.rates import FOUR_FIFTHS, Ratio, impact_ratio, power_of_rates
from capaian.analysis.disparity.spread import band_shares
from capaian.analysis.disparity.within import within_strata
from capaian.analysis.groups import Groups, groups_of, matrix_from, units_of
from capaian.analysis.matrix import Matrix
from capaian.analysis.table import Table
from capaian.columns import Coded
from capaian.discreet import discreet
from capaian.errors import AnalysisError, refuse
from capaian.scores import Scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEADLINE = "Groups cannot be compared."
_TWO = 2
_WITHIN = (
    "strata", "mixed", "n_mixed", "pooled_odds_ratio", "odds_ratio", "low", "high", "p",
    "p_homogeneous", "pooled_ratio", "ratio", "gap", "within", "between",
)  # fmt: skip


@frozen(eq=False, repr=False)
class Fairness:
    """Groups of subjects, compared.

    Attributes
    ----------
    reference
        The group that the others are compared with.
    impact
        A row for each group: how many reached the band, the ratio to the reference with its
        interval and Fisher's p, the verdict, and the power to see a true ratio of 0.8.
    gaps
        A row for each group but the reference: difference of mean scores, Hedges' g, the chance to
        stand above one of the reference, the ratio of those above the median, and the power to see
        half a standard deviation.
    bands
        A row for each group and band: share and simultaneous interval.
    within
        A row for each group but the reference: the comparison inside strata, and the two parts of
        the difference of rates. Empty where no strata were given.
    """

    reference: str
    impact: Table
    gaps: Table
    bands: Table
    within: Table | None = None

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables, in the order in which they are read."""
        found = (self.impact, self.gaps, self.bands)
        return (*found, self.within) if self.within is not None else found

    def to_dict(self) -> dict[str, Any]:
        """Return all tables as plain JSON values."""
        return {"reference": self.reference, "tables": [each.to_dict() for each in self.tables]}

    def text(self) -> str:
        """Return all tables as plain text."""
        return "\n\n".join(each.text(rows=len(each)) for each in self.tables)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Fairness of {len(self.impact)} groups, reference {self.reference!r}>"

    def _repr_html_(self) -> str:
        return "".join(each._repr_html_() for each in self.tables)


@discreet
def fairness(
    scores: Scores | Matrix,
    group: Any,
    *,
    band: str | Sequence[str],
    reference: str | None = None,
    within: Any = None,
    min_cell: int = 10,
    level: float = 0.95,
) -> Fairness:
    """Compare groups of subjects: whether they reach a band alike, and how far they are apart.

    No score changes, and no group enters one. Nothing here says why groups differ.

    Parameters
    ----------
    scores
        Of one period.
    group
        Subject to group: a mapping, a table with the columns `subject` and `group`, or a table and
        the names of these columns as a tuple of three.
    band
        The band that is to be reached, by its id; better ones count too. Several ids: any of these,
        and no other. In a policy with a decision table bands have no order: one id is that alone.
    reference
        The group that the others are compared with; where left out, the one with the highest rate
        of those whose counts can be shown.
    within
        Strata inside which groups are compared too: `unit`, or as `group`.
    min_cell
        Counts from 1 to below it are left out, and as many others as it takes that none of them
        follows from the totals; so are means of fewer. From 1, which shows all: for what is not
        published. A group of which few did not reach the band cannot be shown either.
    level
        Of all intervals, in (0, 1).

    Returns
    -------
    Fairness
        Tables. `verdict` is `flag` only where the ratio is below 0.8 (or above 1/0.8) and so is its
        whole interval; `watch` where the interval reaches 0.8; `none` where the ratio is nearer to
        1, and then `power` says how likely a true ratio of 0.8 would have been seen at all.

    Raises
    ------
    AnalysisError
        `CPN-M40` to `M46`.

    Notes
    -----
    Sources: 29 CFR 1607.4(D); Morris & Lobsenz 2000; Hedges 1981; McGraw & Wong 1992; Goodman 1965;
    Mantel & Haenszel 1959; Kitagawa 1955; Cohen 1988. `p_adjusted` holds the share of false
    discoveries over all groups (Benjamini & Hochberg 1995).
    """
    level = between(level, 0, 1, "level", HEADLINE)
    if min_cell < 1:
        raise refuse(
            AnalysisError, HEADLINE, "CPN-M45", "min_cell", given=str(min_cell),
            wanted="a whole number from 1 on", wanted_id="bilangan bulat mulai 1", example="10",
        )  # fmt: skip
    matrix = matrix_from(scores)
    ordered = not (isinstance(scores, Scores) and scores.policy.decision is not None)
    reached = _reached(matrix, band, ordered=ordered)
    groups = groups_of(matrix.subjects, group)
    work = _Work(matrix, groups, reached, min_cell, level, ordered)
    at = work.reference(reference)
    strata = None
    if within is not None:
        strata = units_of(matrix) if isinstance(within, str) and within == "unit" else groups_of(
            matrix.subjects, within, "within"
        )  # fmt: skip
    return Fairness(
        groups.names[at],
        work.impact(at),
        work.gaps(at),
        work.bands(at),
        work.within(at, strata) if strata is not None else None,
    )


def _reached(matrix: Matrix, band: str | Sequence[str], *, ordered: bool) -> NDArray[np.bool_]:
    """Return for each band whether it counts as reached."""
    asked = [band] if isinstance(band, str) else list(band)
    for each in asked:
        choice(each, matrix.bands, "band", HEADLINE, code="CPN-M43")
    found = np.array([each in asked for each in matrix.bands])
    if isinstance(band, str) and ordered:
        found[matrix.bands.index(band) :] = True
    return found


class _Work:
    """Counts of groups and bands, from which the tables are made."""

    def __init__(
        self, matrix: Matrix, groups: Groups, reached: NDArray[np.bool_], least: int, level: float,
        ordered: bool,  # noqa: FBT001 - private
    ) -> None:  # fmt: skip
        self.matrix, self.groups, self.reached = matrix, groups, reached
        self.least, self.level, self.ordered = least, level, ordered
        shape = len(groups.names), len(matrix.bands)
        known = (groups.code >= 0) & (matrix.band >= 0)
        flat = groups.code[known] * shape[1] + matrix.band[known]
        self.counts = np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape)
        self.members = np.bincount(groups.code[groups.code >= 0], minlength=shape[0])
        self.n = self.counts.sum(axis=1)
        self.hits = self.counts[:, reached].sum(axis=1)
        self.hidden: Hidden = hidden(self.counts, reached, least)
        self.shown = (self.n >= least) & ~self.hidden.side.any(axis=1)

    def reference(self, name: str | None) -> int:
        """Return the position of the group that the others are compared with."""
        names = self.groups.names
        fit = self.n >= max(self.least, 1)
        if fit.sum() < _TWO:
            raise refuse(
                AnalysisError, HEADLINE, "CPN-M42", "group", count=int(fit.sum()), least=self.least
            )
        if name is not None:
            usable = [each for each, one in zip(names, fit, strict=True) if one]
            choice(name, usable, "reference", HEADLINE, code="CPN-M44")
            return self.groups.place(name)
        told = fit & self.shown
        fit = told if told.any() else fit
        rates = np.where(fit, self.hits / np.maximum(self.n, 1), -1.0)
        return int(rates.argmax())

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out."""
        notes = []
        if self.groups.unknown:
            notes.append(f"{self.groups.unknown} subjects have no group and are left out.")
        if without := int(self.members.sum() - self.n.sum()):
            notes.append(f"{without} subjects have no band and are left out; they are no failures.")
        if self.hidden.cell.any() or self.hidden.side.any():
            notes.append(
                f"Counts from 1 to {self.least - 1}, and those from which they would follow, are "
                "left out."
            )
        return tuple(notes)

    # ---- the tables --------------------------------------------------------------------------

    def impact(self, at: int) -> Table:
        """Return the ratios of rates."""
        n, hits = self.n.astype(float), self.hits.astype(float)
        safe = np.maximum(n, 1)
        found: Ratio = impact_ratio(hits, safe, hits[at], safe[at], level=self.level)
        others = np.arange(len(n)) != at
        told = self.shown & others & self.shown[at]
        rate = hits / safe
        power = power_of_rates(safe, safe[at], FOUR_FIFTHS * rate[at], rate[at],
                               alpha=1 - self.level)  # fmt: skip
        p = _blank(found.p, told)
        verdict = [
            "reference" if index == at and self.shown[at] else found.verdict[index]
            if told[index] else "too few"
            for index in range(len(n))
        ]  # fmt: skip
        columns = {
            "group": self._names(),
            "n": _blank(n, ~self.hidden.group),
            "reached": _blank(hits, self.shown),
            "rate": _blank(rate, self.shown),
            "ratio": _blank(found.ratio, told),
            "low": _blank(found.low, told),
            "high": _blank(found.high, told),
            "p": p,
            "p_adjusted": _adjusted(p),
            "verdict": verdict,
            "power": _blank(power, told),
        }
        bands = ", ".join(
            each for each, one in zip(self.matrix.bands, self.reached, strict=True) if one
        )
        notes = (
            f"power: the probability of seeing a true ratio of {FOUR_FIFTHS} with so many people.",
            *self.notes,
        )
        title = f"Reaching {bands}, compared with {self.groups.names[at]}"
        return Table(title, columns, self.matrix.origin, notes)

    def gaps(self, at: int) -> Table:
        """Return the gaps between scores."""
        score, code = self.matrix.score, self.groups.code
        known = np.isfinite(score) & (code >= 0)
        order = np.argsort(code[known], kind="stable")
        size = np.bincount(code[known], minlength=len(self.n))
        parts = np.split(score[known][order], np.cumsum(size)[:-1])
        values, place = np.unique(score[known], return_inverse=True)
        places = np.split(place[order], np.cumsum(size)[:-1])
        own = np.bincount(places[at], minlength=len(values))
        middle = float(np.median(score[known])) if known.any() else float("nan")
        above = np.array([(each > middle).mean() if len(each) else np.nan for each in parts])
        rows = []
        fit = (size >= max(self.least, 1)) & ~self.hidden.group
        for index, name in enumerate(self.groups.names):
            if index == at:
                continue
            if not (fit[index] and fit[at]):
                rows.append([name, *[np.nan] * 13])
                continue
            it = gap(parts[index], parts[at], level=self.level)
            over, p = superiority(np.bincount(places[index], minlength=len(values)), own)
            power = float(power_of_gap(size[index], size[at], alpha=1 - self.level))
            mean = float(parts[index].mean())
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = float(np.float64(above[index]) / np.float64(above[at]))
            rows.append([name, float(size[index]), mean, it.difference, it.low, it.high, it.p, it.g,
                         it.g_low, it.g_high, over, p, ratio, power])  # fmt: skip
        names = ("group", "n", "mean", "difference", "low", "high", "p", "hedges_g", "g_low",
                 "g_high", "p_superiority", "p_ranks", "ratio_above_median", "power")  # fmt: skip
        notes = (
            f"power: the probability of seeing a true gap of {MEDIUM} standard deviations.",
            "p_superiority: the chance that one of the group stands above one of the reference.",
        )
        title = f"Scores, compared with {self.groups.names[at]}"
        return Table(title, _columns(names, rows), self.matrix.origin, notes)

    def bands(self, at: int) -> Table:
        """Return the spread of bands."""
        count = len(self.matrix.bands)
        groups = len(self.n)
        intervals = np.full((groups, count, 2), np.nan)
        ranks = np.full(groups, np.nan)
        for index in range(groups):
            if self.n[index]:
                intervals[index] = band_shares(self.counts[index], level=self.level)
            if index != at and self.ordered and not self.hidden.group[[index, at]].any():
                ranks[index] = superiority(self.counts[index], self.counts[at])[1]
        seen = ~self.hidden.cell.ravel()
        share = self.counts / np.maximum(self.n, 1)[:, None]
        columns = {
            "group": Coded(np.repeat(np.arange(groups), count), self.groups.names),
            "band": Coded(np.tile(np.arange(count), groups), self.matrix.bands),
            "count": _blank(self.counts.ravel().astype(float), seen),
            "share": _blank(share.ravel(), seen),
            "low": _blank(intervals[:, :, 0].ravel(), seen),
            "high": _blank(intervals[:, :, 1].ravel(), seen),
            "p_order": np.repeat(ranks, count),
        }
        notes = (
            "low, high: intervals of a group that hold together (Goodman).",
            "p_order: Mann-Whitney test of the group's bands against those of the reference.",
            *self.notes,
        )
        return Table("Bands of each group", columns, self.matrix.origin, notes)

    def within(self, at: int, strata: Groups) -> Table:
        """Return the comparison inside strata."""
        code, band = self.groups.code, self.matrix.band
        known = (code >= 0) & (band >= 0) & (strata.code >= 0)
        shape = len(self.n), len(strata.names)
        flat = code[known] * shape[1] + strata.code[known]
        size = np.prod(shape)
        n = np.bincount(flat, minlength=size).reshape(shape)
        hits = np.bincount(flat, weights=self.reached[band[known]], minlength=size).reshape(shape)
        rows = []
        for index, name in enumerate(self.groups.names):
            if index == at:
                continue
            if not (self.shown[index] and self.shown[at] and n[index].sum() and n[at].sum()):
                rows.append([name, *[np.nan] * len(_WITHIN)])
                continue
            it = within_strata(hits[index], n[index], hits[at], n[at], level=self.level)
            rows.append([name, *(getattr(it, each) for each in _WITHIN)])
        left = int(((code >= 0) & (band >= 0)).sum() - known.sum())
        notes = [
            "gap = within + between: what differs inside strata, and what the placement makes.",
            "odds_ratio, low, high, p and ratio compare inside strata that have both groups.",
        ]
        if left:
            notes.append(f"{left} subjects have no stratum and are left out here.")
        title = f"Inside strata, compared with {self.groups.names[at]}"
        return Table(title, _columns(("group", *_WITHIN), rows), self.matrix.origin, notes)

    def _names(self) -> list[str]:
        return list(self.groups.names)


def _blank(values: NDArray[np.float64], seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.where(seen, values, np.nan)


def _adjusted(p: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.full(len(p), np.nan)
    known = np.isfinite(p)
    if known.any():
        found[known] = stats.false_discovery_control(p[known])
    return found


def _columns(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Mapping[str, Any]:
    """Return rows as columns: text as lists, numbers as arrays."""
    return {
        name: [row[at] for row in rows]
        if name == "group"
        else np.array([row[at] for row in rows], dtype=np.float64)
        for at, name in enumerate(names)
    }
