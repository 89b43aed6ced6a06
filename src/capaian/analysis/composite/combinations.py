"""All combinations of methods: what of an order is the units', and what is the choice of method."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import frozen

from capaian.analysis.composite.distances import topsis
from capaian.analysis.composite.outranking import borda_points, copeland_scores
from capaian.analysis.composite.reading import HEADLINE, Given, less_of, shares_of, values_of
from capaian.analysis.composite.scales import normalised
from capaian.analysis.composite.treatment import winsorise
from capaian.analysis.composite.weights import data_weights
from capaian.analysis.ranks import places, rank_shift
from capaian.analysis.table import Table
from capaian.errors import AnalysisError, Finding, did_you_mean, refuse

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Choices: TypeAlias = "Iterable[str] | Mapping[str, Callable[..., Any]]"
"""Names of methods of capaian, or functions by the names that they shall have."""

SCALES = ("min-max", "z-score", "best", "sum", "vector", "logarithmic", "percentile", "borda")
WEIGHTS = ("deviation", "entropy", "critic", "gini", "merec", "components")
DIGITS = 12
"""Scores that are equal to so many digits of the greatest share their place."""
STEPS = ("treat", "normalise", "weigh", "aggregate")


@frozen(eq=False, repr=False)
class Combinations:
    """What every combination of methods makes of the same units.

    Attributes
    ----------
    scores, ranks
        Combinations x units; not a number where a method refused.
    combinations
        A row for each: the method of each step, `mean_shift` and `kendall` against the first
        combination, `leader` (the position of the unit that is first), and `refused`, the code of
        what a method could not take.
    units
        A row for each unit: its `rank` by the first combination, the `best` and the `worst` it has
        by any, their `mean`, and the share of combinations by which it is first (`first`).
    """

    scores: Floats
    ranks: Floats
    combinations: Table
    units: Table

    def __repr__(self) -> str:
        count, units = self.scores.shape
        return f"<Combinations: {count} of methods for {units} units>"

    def __str__(self) -> str:
        return f"{self.units.text()}\n\n{self.combinations.text()}"

    def _repr_html_(self) -> str:
        return self.units._repr_html_() + self.combinations._repr_html_()


def all_combinations(
    given: Given, *, normalise: Choices, aggregate: Choices, weigh: Choices = ("equal",),
    treat: Choices = ("none",), less_is_better: Any = (),
) -> Combinations:  # fmt: skip
    """Score units by every combination of methods, one of each step.

    Parameters
    ----------
    given
        Scores, a matrix (their achievements), or numbers as units x indicators, complete.
    normalise
        Methods of `normalised` that need no option; or functions of the treated values, after
        which more must be better.
    aggregate
        Of `arithmetic`, `geometric`, `harmonic`, `minimum`, `copeland`, `borda`, `topsis`; or
        functions of normalised values and weights.
    weigh
        `equal` and the methods of `data_weights`; or functions of the normalised values. A policy's
        own weights are `{"ours": lambda values: [3, 2, 1]}`.
    treat
        Of `none`, `winsorise`; or functions of the values.
    less_is_better
        Positions of the indicators of which less is better; the normalisations turn them.

    Returns
    -------
    Combinations
        The first method of every step makes the first combination: the one that stands. A
        combination that a method refuses is listed with its code, and nothing is put in its place.

    Raises
    ------
    AnalysisError
        CPN-M62: no such method. CPN-N24: a step without any. The error of the first combination,
        where that cannot be computed.

    Notes
    -----
    Saisana, Saltelli & Tarantola 2005; scikit-criteria's combinatorial pipeline. Places are those
    of `places`: 1, 2, 2, 4.
    """
    values = values_of(given)
    less_of(less_is_better, values.shape[1])
    chosen = _chosen(
        (treat, _TREAT), (normalise, _normalisers(less_is_better)), (weigh, _WEIGH),
        (aggregate, _AGGREGATE),
    )  # fmt: skip
    lines = list(product(*chosen))
    scores = np.full((len(lines), len(values)), np.nan)
    refusals: list[str | None] = []
    known: dict[tuple[str, ...], Any] = {}
    for at, line in enumerate(lines):
        try:
            scores[at] = _index(values, line, chosen, known)
            refusals.append(None)
        except AnalysisError as error:
            if not at:
                raise
            refusals.append(error.findings[0].code)
    ranks = np.array([_places(each) for each in scores])
    return Combinations(
        scores, ranks, _lines(lines, ranks, refusals), _units(ranks[np.isfinite(scores[:, 0])])
    )


def _chosen(*steps: tuple[Choices, Mapping[str, Any]]) -> list[dict[str, Callable[..., Any]]]:
    """Return the functions of each step by name, or refuse all that are not known."""
    findings, found = [], []
    for name, (choices, known) in zip(STEPS, steps, strict=True):
        if isinstance(choices, Mapping):
            made = dict(choices)
        else:
            asked = [choices] if isinstance(choices, str) else list(choices)
            made = {each: known[each] for each in asked if each in known}
            findings += [
                Finding("CPN-M62", name, {
                    "given": str(each), "known": ", ".join(known),
                    "hint": did_you_mean(str(each), known),
                })
                for each in asked if each not in known
            ]  # fmt: skip
            if asked and not made:
                continue
        if not made:
            wanted = {"wanted": "one method or more", "wanted_id": "satu metode atau lebih"}
            said = {"method": "all_combinations", "option": name, **wanted}
            findings.append(Finding("CPN-N24", name, said))
        found.append(made)
    if findings:
        raise AnalysisError(HEADLINE, findings)
    return found


def _index(
    values: Floats,
    line: tuple[str, ...],
    chosen: list[dict[str, Callable[..., Any]]],
    known: dict[tuple[str, ...], Any],
) -> Floats:
    """Return the scores of one combination; what others have in common with it is kept."""

    def once(key: tuple[str, ...], make: Callable[[], Any]) -> Any:
        if key not in known:
            known[key] = make()
        return known[key]

    treat, normalise, weigh, aggregate = (
        step[name] for step, name in zip(chosen, line, strict=True)
    )
    treated = once(line[:1], lambda: values_of(treat(values.copy())))
    scaled = once(line[:2], lambda: values_of(normalise(treated)))
    weights = once(line[:3], lambda: shares_of(weigh(scaled), scaled.shape[1]))
    with np.errstate(all="ignore"):
        found = np.asarray(aggregate(scaled, weights), dtype=np.float64)
    if found.shape != (len(values),) or not np.isfinite(found).all():
        raise refuse(AnalysisError, HEADLINE, "CPN-N28", "aggregate", count=len(values), least=1)
    return found


def _places(scores: Floats) -> Floats:
    """Return places; the last bits of a float are no difference between units."""
    if not np.isfinite(scores).all():
        return np.full_like(scores, np.nan)
    return places(np.round(scores / (np.abs(scores).max() or 1), DIGITS))


def _lines(lines: list[tuple[str, ...]], ranks: Floats, refusals: list[str | None]) -> Table:
    shifts = [None if no else rank_shift(ranks[0], each)
              for no, each in zip(refusals, ranks, strict=True)]  # fmt: skip
    columns = {
        **dict(zip(STEPS, map(list, zip(*lines, strict=True)), strict=True)),
        "mean_shift": [None if each is None else each.mean_shift for each in shifts],
        "kendall": [None if each is None else each.kendall for each in shifts],
        "leader": [None if no else int(np.argmin(each))
                   for no, each in zip(refusals, ranks, strict=True)],
        "refused": refusals,
    }  # fmt: skip
    count = len(lines) - refusals.count(None)
    notes = [f"{count} of {len(lines)} were refused by a method"] * (count > 0)
    return Table("Combinations of methods", columns, notes=notes)


def _units(ranks: Floats) -> Table:
    columns = {
        "unit": np.arange(ranks.shape[1]),
        "rank": ranks[0],
        "best": ranks.min(axis=0),
        "worst": ranks.max(axis=0),
        "mean": ranks.mean(axis=0),
        "first": (ranks == 1).mean(axis=0),
    }
    return Table("Places by all combinations", columns)


def _normalisers(less: Any) -> dict[str, Callable[[Floats], Floats]]:
    def by(method: Any) -> Callable[[Floats], Floats]:
        return lambda values: normalised(values, method=method, less_is_better=less)

    return {name: by(name) for name in SCALES}


def _equal(values: Floats) -> None:
    del values


def _suggested(method: Any) -> Callable[[Floats], Any]:
    return lambda values: data_weights(values, method=method)["weight"]


def _refuse_negative(values: Floats) -> None:
    low = int((values < 0).sum())
    if low:
        raise refuse(AnalysisError, HEADLINE, "CPN-M83", "values", count=low)


def _arithmetic(values: Floats, weights: Floats) -> Floats:
    found: Floats = (values * weights).sum(axis=1)
    return found


def _geometric(values: Floats, weights: Floats) -> Floats:
    _refuse_negative(values)
    found: Floats = np.prod(values**weights, axis=1)
    return found


def _harmonic(values: Floats, weights: Floats) -> Floats:
    _refuse_negative(values)
    counted = weights > 0
    found: Floats = 1 / (weights[counted] / values[:, counted]).sum(axis=1)
    return found


def _minimum(values: Floats, weights: Floats) -> Floats:
    found: Floats = values[:, weights > 0].min(axis=1)
    return found


_TREAT: dict[str, Callable[[Floats], Floats]] = {
    "none": lambda values: values,
    "winsorise": lambda values: winsorise(values).values,
}
_WEIGH: dict[str, Callable[[Floats], Any]] = {
    "equal": _equal, **{name: _suggested(name) for name in WEIGHTS}
}  # fmt: skip
_AGGREGATE: dict[str, Callable[[Floats, Floats], Floats]] = {
    "arithmetic": _arithmetic,
    "geometric": _geometric,
    "harmonic": _harmonic,
    "minimum": _minimum,
    "copeland": lambda values, weights: copeland_scores(values, weights=weights),
    "borda": lambda values, weights: borda_points(values, weights=weights),
    "topsis": lambda values, weights: topsis(values, weights=weights),
}
