"""What a change of scores is made of: the data, the scale, the weights, the cuts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import factorial
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from capaian.analysis.bands import band_places, merged_bands
from capaian.analysis.change.blend import CUTS, SCALE, WEIGHTS, blended
from capaian.analysis.change.split import apportioned, shapley, shapley_shares
from capaian.analysis.matrix import bands_of
from capaian.analysis.rescoring import rescored
from capaian.analysis.table import Table
from capaian.discreet import discreet
from capaian.errors import AnalysisError, refuse
from capaian.registry import Plugins
from capaian.scores import Scores
from capaian.scores.combine import points_of
from capaian.scores.tail import SCORE

HEADLINE = "The change cannot be explained."
DATA = "data"
FACTORS = (DATA, SCALE, WEIGHTS, CUTS)
SCORED = (DATA, SCALE, WEIGHTS)
"""What a score depends on; the cuts are what its band depends on besides."""


@frozen(eq=False)
class Split:
    """One subject's change, exactly.

    Attributes
    ----------
    subject
        Who.
    old, new
        The published scores.
    parts
        `data`, `scale`, `weights` and `cuts`; they add up to `new - old`. Cuts change no score.
    terms
        For each indicator, its contribution now less what it was; what limits and roundings add is
        `limits and rounding`. They add up to `new - old` too.
    band_old, band_new
        The bands; `None` for none.
    band_parts
        Of the change of the band, in steps of bands; empty where it is not a ladder.
    """

    subject: str
    old: Fraction
    new: Fraction
    parts: Mapping[str, Fraction]
    terms: Mapping[str, Fraction]
    band_old: str | None
    band_new: str | None
    band_parts: Mapping[str, Fraction]

    def __str__(self) -> str:
        change = self.new - self.old
        said = ", ".join(f"{float(part):+.2f} {name}" for name, part in self.parts.items() if part)
        return (
            f"{float(self.old):.2f} -> {float(self.new):.2f} ({float(change):+.2f}): {said or '0'}"
        )


@frozen(eq=False, repr=False)
class Change:
    """The change of every subject between two results.

    Attributes
    ----------
    table
        `subject`, `unit`, `old`, `new`, `change`, the parts `data`, `scale`, `weights`, and
        `band_old`, `band_new`, `band_change` in steps with its parts. Parts of scores stand in the
        decimals of the scores, by largest remainder, so that they add up to the last digit.
    summary
        A row for each factor: for how many it is not 0, its mean and its greatest size.
    """

    table: Table
    summary: Table
    _made: Mapping[frozenset[str], Scores] = field(alias="made")
    _bands: tuple[str, ...] = field(alias="bands")

    def __repr__(self) -> str:
        return f"<Change of {len(self.table)} subjects>\n{self.summary.text()}"

    def _repr_html_(self) -> str:
        return self.summary._repr_html_()

    @discreet
    def subject(self, subject: str) -> Split:
        """Return one subject's change in fractions.

        Raises
        ------
        EvidenceError
            CPN-E54: no such subject.
        AnalysisError
            CPN-M29: it has no score in one of the results, or under a mixture of both.
        """
        rows = {key: each.row(subject) for key, each in self._made.items()}
        if any(each.results.score(rows[key]) is None for key, each in self._made.items()):
            raise refuse(AnalysisError, HEADLINE, "CPN-M29", "subject")

        def value(new: frozenset[str]) -> Fraction:
            return self._made[new].exact(rows[new])[SCORE][1]

        def step(new: frozenset[str]) -> int:
            band = self._made[new].band(rows[new])
            return -1 if band is None else self._bands.index(band.id)

        old, new = self._made[frozenset()], self._made[frozenset(FACTORS)]
        at, to = rows[frozenset()], rows[frozenset(FACTORS)]
        before, after = value(frozenset()), value(frozenset(FACTORS))
        return Split(
            subject=str(subject),
            old=before,
            new=after,
            parts=shapley_shares(FACTORS, value),
            terms=_terms(old, at, new, to, after - before),
            band_old=_band(old, at),
            band_new=_band(new, to),
            band_parts=shapley_shares(FACTORS, step) if self._bands else {},
        )


def _band(scores: Scores, row: int) -> str | None:
    band = scores.band(row)
    return band.id if band else None


def _terms(old: Scores, at: int, new: Scores, to: int, change: Fraction) -> dict[str, Fraction]:
    names = dict.fromkeys((*old.plan.indicators, *new.plan.indicators))
    before, after = old.exact(at), new.exact(to)
    zero = (0.0, Fraction(0))
    terms = {
        name: after.get(f"contribution:{name}", zero)[1]
        - before.get(f"contribution:{name}", zero)[1]
        for name in names
    }
    rest = change - sum(terms.values(), Fraction(0))
    return {**terms, "limits and rounding": rest} if rest else terms


def explain_change(old: Scores, new: Scores, *, plugins: Plugins | Iterable[object] = ()) -> Change:
    """Return what the change from one result to another is made of, for every subject.

    Parameters
    ----------
    old, new
        Two results: other evidence or another period, another policy, or both. Where the policies
        differ in what they measure, the evidence of both must be at hand.
    plugins
        As for `capaian.score`.

    Returns
    -------
    Change
        For all subjects that have a score in both and under every mixture of both. `data` is the
        evidence (its period and cut-off with it), `scale` how it becomes achievements, `weights`
        how these become the score, `cuts` how that becomes a band.

    Raises
    ------
    AnalysisError
        CPN-M25: evidence that would have to be read again is not at hand. CPN-M36: nobody has a
        score in both.
    EvidenceError, PolicyError
        The evidence of one cannot be scored by a mixture of both, such as for want of a table.

    Notes
    -----
    Shapley's value over the 2^k results in which each factor is the old or the new one, all of them
    scored by capaian itself (Shapley 1953; Shorrocks 2013). It does not depend on an order, and
    adds up exactly.
    """
    made = _mixtures(old, new, plugins)
    common = _common(made)
    if not len(common):
        raise refuse(AnalysisError, HEADLINE, "CPN-M36", "subjects")
    bands = _ladder(old, new)
    columns: dict[str, Any] = {
        "subject": [old.subjects[row] for row in common[frozenset()].tolist()],
        "unit": [new.units.get(new.subjects[row]) for row in common[frozenset(FACTORS)].tolist()],
    }
    columns |= _of_scores(made, common)
    parts: dict[str, NDArray[np.float64]] = {each: columns[each] for each in SCORED}
    if bands:
        moved = _of_bands(made, common, bands)
        columns |= moved
    left_out = len({*old.subjects} | {*new.subjects}) - len(columns["subject"])
    notes = [f"{left_out} subjects without a score in both are left out"] if left_out else []
    if not bands:
        notes.append("the bands are cells of a decision table: their change is not split")
    summary = {
        "factor": list(parts),
        "subjects": np.array([int((each != 0).sum()) for each in parts.values()]),
        "mean": np.array([each.mean() for each in parts.values()]),
        "largest": np.array([np.abs(each).max() for each in parts.values()]),
    }
    return Change(
        table=Table("Change of scores", columns, new.origin, tuple(notes)),
        summary=Table("What the change of scores is made of", summary, new.origin, tuple(notes)),
        made=made,
        bands=bands,
    )


def _mixtures(
    old: Scores, new: Scores, plugins: Plugins | Iterable[object]
) -> dict[frozenset[str], Scores]:
    """Return the result of every mixture; those that are the same are scored once."""
    made: dict[frozenset[str], Scores] = {}
    known: list[tuple[bool, Any, Scores]] = [(False, old.policy, old), (True, new.policy, new)]
    for number in range(2 ** len(FACTORS)):
        key = frozenset(name for at, name in enumerate(FACTORS) if number >> at & 1)
        policies = (new.policy if name in key else old.policy for name in (SCALE, WEIGHTS, CUTS))
        policy, data = blended(*policies), DATA in key
        if old is new:
            data = False
        found = next((s for d, p, s in known if d == data and p == policy), None)
        if found is None:
            found = rescored(new if data else old, policy, plugins=plugins)
            known.append((data, policy, found))
        made[key] = found
    return made


class _Rows(dict[frozenset[str], NDArray[np.int64]]):
    """The rows of those who have a score in every mixture, in one order."""

    def __len__(self) -> int:
        return len(next(iter(self.values())))


def _common(made: Mapping[frozenset[str], Scores]) -> _Rows:
    subjects: dict[int, NDArray[Any]] = {}
    shared: NDArray[Any] | None = None
    for each in made.values():
        if id(each) in subjects:
            continue
        scored = np.isfinite(_floats(each))
        names = np.array(list(each.subjects), dtype=object)[scored]
        subjects[id(each)] = names
        if shared is None or (len(shared) == len(names) and bool((shared == names).all())):
            shared = names
        else:
            others = set(names.tolist())
            shared = np.array([n for n in shared.tolist() if n in others], dtype=object)
    assert shared is not None  # noqa: S101 - there are sixteen
    rows: dict[int, NDArray[np.int64]] = {}
    for each in made.values():
        if id(each) not in rows:
            rows[id(each)] = _places(each, shared)
    return _Rows({key: rows[id(each)] for key, each in made.items()})


def _places(scores: Scores, wanted: NDArray[Any]) -> NDArray[np.int64]:
    if len(scores.subjects) == len(wanted):
        return np.arange(len(wanted))
    place = {name: row for row, name in enumerate(scores.subjects)}
    return np.array([place[name] for name in wanted.tolist()], dtype=np.int64)


def _floats(scores: Scores) -> NDArray[np.float64]:
    values = scores.results.columns()["score"]
    return np.array([np.nan if each is None else each for each in values], dtype=np.float64)


def _of_scores(made: Mapping[frozenset[str], Scores], common: _Rows) -> dict[str, Any]:
    """Return the scores and their parts as columns."""
    distinct = {id(each): each for each in made.values()}
    rounded = all(_digits(each) is not None for each in distinct.values())
    orders = factorial(len(SCORED))
    if not rounded:  # each is the float64 nearest to an exact score: so are the sums, nearly
        floats = {key: _floats(each) for key, each in distinct.items()}
        parts = shapley(SCORED, lambda key: _at(made, common, floats, key))
        first, last = (_at(made, common, floats, key) for key in (frozenset(), frozenset(SCORED)))
        columns = {"old": first, "new": last, "change": last - first}
        return columns | {name: part / orders for name, part in parts.items()}
    points = dict(zip(distinct, points_of(list(distinct.values()), "published"), strict=True))
    whole = {key: each.values for key, each in points.items()}
    unit = 10 ** next(iter(points.values())).digits
    parts = shapley(SCORED, lambda key: _at(made, common, whole, key))
    shared = apportioned(np.column_stack([parts[name] for name in SCORED]), orders)
    first, last = (_at(made, common, whole, key) for key in (frozenset(), frozenset(SCORED)))
    columns = {"old": first / unit, "new": last / unit, "change": (last - first) / unit}
    return columns | {name: shared[:, at] / unit for at, name in enumerate(SCORED)}


def _at(
    made: Mapping[frozenset[str], Scores],
    common: _Rows,
    values: Mapping[int, NDArray[Any]],
    key: frozenset[str],
) -> NDArray[Any]:
    found: NDArray[Any] = values[id(made[key])][common[key]]
    return found


def _digits(scores: Scores) -> int | None:
    rounding = scores.policy.rounded("score", "score")
    return None if rounding is None or rounding.mode == "none" else rounding.digits


def _ladder(old: Scores, new: Scores) -> tuple[str, ...]:
    """Return the bands of both, the lowest first; none where one has a decision table."""
    if old.policy.decision is not None or new.policy.decision is not None:
        return ()
    return merged_bands(bands_of(old), bands_of(new))


def _of_bands(
    made: Mapping[frozenset[str], Scores], common: _Rows, bands: tuple[str, ...]
) -> dict[str, Any]:
    places = {name: at for at, name in enumerate(bands)}
    steps: dict[int, NDArray[np.int64]] = {}
    for each in made.values():
        if id(each) not in steps:
            steps[id(each)] = band_places(each, places)
    parts = shapley(FACTORS, lambda key: _at(made, common, steps, key))
    first, last = (_at(made, common, steps, key) for key in (frozenset(), frozenset(FACTORS)))
    orders = factorial(len(FACTORS))
    columns: dict[str, Any] = {
        "band_old": [bands[at] if at >= 0 else None for at in first.tolist()],
        "band_new": [bands[at] if at >= 0 else None for at in last.tolist()],
        "band_change": last - first,
    }
    return columns | {f"band_{name}": part / orders for name, part in parts.items()}
