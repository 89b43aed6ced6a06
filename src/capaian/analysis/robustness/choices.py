"""Global sensitivity: which choices of the policy the result hangs on (Sobol's indices)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from scipy import special, stats

from capaian.analysis.bands import band_places, merged_bands
from capaian.analysis.edges import edges_of
from capaian.analysis.matrix import bands_of, matrix_of
from capaian.analysis.outcome import outcome_of
from capaian.analysis.rescoring import rescored
from capaian.analysis.robustness.dirichlet import blocks
from capaian.analysis.table import Table
from capaian.analysis.tree import WeightTree, tree_of
from capaian.analysis.wanted import unwanted
from capaian.errors import AnalysisError, Finding
from capaian.policy import Policy
from capaian.registry import Plugins
from capaian.scores import Scores
from capaian.scores.columns import facts_of

HEADLINE = "The sensitivity to choices cannot be told."
Floats = NDArray[np.float64]
Change = Callable[[Policy], Policy]
WEIGHTS = "weights"


@frozen(eq=False)
class Indices:
    """Sobol's indices.

    Attributes
    ----------
    first, total
        Outputs x inputs: the share of the variance of the output that an input makes alone, and
        with all its interactions. Estimates: they may lie a little outside 0 to 1. Not a number
        where the output does not vary.
    mean, variance
        Of each output.
    """

    first: Floats
    total: Floats
    mean: Floats
    variance: Floats


def sobol_indices(
    function: Callable[[Floats], Floats], distributions: Sequence[Any], n: int, seed: int
) -> Indices:
    """Return first-order and total indices of a function of independent inputs.

    Parameters
    ----------
    function
        Takes inputs x points, gives points, or outputs x points.
    distributions
        One for each input, with a `ppf`: `scipy.stats.uniform()` and its like.
    n
        Points; a power of 2. The function is asked for n (inputs + 2) of them.
    seed
        Of the scrambled sequence.

    Notes
    -----
    Saltelli et al. 2010, by `scipy.stats.sobol_indices`. The inputs must be independent: weights of
    a simplex go in as gammas that are divided by their sum, or as one group, never as shares.
    """
    known: list[Floats] = []

    def asked(x: Floats) -> Floats:
        made = np.atleast_2d(function(x))
        known.append(made.copy())  # SciPy takes the mean off in place
        return made

    with np.errstate(divide="ignore", invalid="ignore"):
        found = stats.sobol_indices(
            func=asked, n=n, dists=list(distributions), rng=np.random.default_rng(seed)
        )
    # SciPy asks for the two base samples and then for the mixtures.
    every = np.concatenate(known[:2], axis=1) if len(known) > 1 else known[0]
    variance = every.var(axis=1)
    shape = (len(variance), len(distributions))
    still = (variance <= 0)[:, None]
    first = np.where(still, np.nan, np.asarray(found.first_order).reshape(shape))
    total = np.where(still, np.nan, np.asarray(found.total_order).reshape(shape))
    return Indices(first, total, every.mean(axis=1), variance)


def policy_sensitivity(
    scores: Scores,
    choices: Mapping[str, Sequence[Change]],
    *,
    n: int,
    seed: int,
    concentration: float | None = None,
    weights: str = "group",
    plugins: Plugins | Iterable[object] = (),
) -> Table:
    """Return which choices of the policy move people, and how much.

    Parameters
    ----------
    scores
        The result under the policy as it stands, against which every other is held.
    choices
        For each choice its alternatives, all as likely: functions that take a policy and give
        another one, such as `lambda policy: attrs.evolve(policy, missing=...)`; give
        `lambda policy: policy` for the one that stands. Alternatives of several choices are applied
        one after another.
    n
        Base points, a power of 2; n (choices + 2) results are looked at, each combination of
        alternatives being scored once, by capaian itself.
    seed
        Chance comes from it alone.
    concentration
        Where given, the weights are uncertain too, as for `weight_sensitivity`.
    weights
        `group`: all weights are one choice, `weights`. `each`: every weight is one of its own, an
        independent gamma that is divided by the sum of its siblings.

    Returns
    -------
    Table
        A row for each choice, the one that matters most first. `first_bands` and `total_bands`: the
        share of the variance of the number of people whose band is another than now that the choice
        makes alone, and with its interactions; `first_ranks` and `total_ranks`: the same of the
        mean shift of rank. The notes say the means.

    Raises
    ------
    AnalysisError
        CPN-M26: with `concentration`, a tree that cannot be evaluated under drawn weights. CPN-M31:
        with it, a decision table. CPN-M33: a number that cannot be. CPN-M39: a choice without two
        alternatives.

    Notes
    -----
    Saisana, Saltelli & Tarantola 2005; Saltelli et al. 2010. Under uncertain weights, rounding of
    nodes is left aside.
    """
    _prove(choices, n, concentration, weights)
    model = _Model(scores, choices, concentration, plugins)
    names, spans = list(choices), len(choices)
    if concentration is not None:
        names += [WEIGHTS] if weights == "group" else model.weight_names()
    grouped = weights == "group"

    def function(x: Floats) -> Floats:
        return model.outcomes(x[:spans], x[spans:], grouped=grouped, seed=seed)

    found = sobol_indices(function, [stats.uniform()] * len(names), n, seed)
    order = np.argsort(-np.nan_to_num(found.total[0]), kind="stable")
    columns = {
        "choice": [names[at] for at in order],
        "first_bands": found.first[0][order],
        "total_bands": found.total[0][order],
        "first_ranks": found.first[1][order],
        "total_ranks": found.total[1][order],
    }
    notes = (
        (
            f"on the mean {found.mean[0]:.1f} of {len(scores)} have another band, and ranks shift "
            f"by {found.mean[1]:.2f}"
        ),
        f"{n} base points, seed {seed}; indices are estimates",
    )
    return Table("Sensitivity to choices of the policy", columns, scores.origin, notes)


def _prove(
    choices: Mapping[str, Sequence[Change]], n: int, concentration: float | None, weights: str
) -> None:
    findings = [
        Finding("CPN-M39", f"choices['{name}']", {"name": name})
        for name, each in choices.items()
        if len(each) < 2  # noqa: PLR2004 - a choice is between two
    ]

    if n < 1 or n & (n - 1):
        findings.append(unwanted("n", n, "a power of 2"))
    if concentration is not None and not concentration > 0:
        findings.append(unwanted("concentration", concentration, "above 0"))
    if weights not in {"group", "each"}:
        findings.append(unwanted("weights", weights, "'group' or 'each'"))
    if not choices and concentration is None:
        findings.append(Finding("CPN-M39", "choices", {"name": "choices"}))
    if findings:
        raise AnalysisError(HEADLINE, findings)


class _Model:
    """Results by combination of alternatives, each scored when it is first met."""

    def __init__(
        self,
        scores: Scores,
        choices: Mapping[str, Sequence[Change]],
        concentration: float | None,
        plugins: Plugins | Iterable[object],
    ) -> None:
        self.scores = scores
        self.choices = [*choices.values()]
        self.concentration = concentration
        self.plugins = plugins
        self.known: dict[tuple[int, ...], _Combination] = {}
        self.base = outcome_of(scores)
        self.rank = stats.rankdata(-np.nan_to_num(self.base.score, nan=-np.inf))
        self.tree = None if concentration is None else self.combination(()).tree

    def weight_names(self) -> list[str]:
        """Return the weights of the policy that stands, by part."""
        assert self.tree is not None  # noqa: S101 - only asked with a concentration
        names = tuple(self.scores.plan.indicators)
        return [
            f"weight of {names[part] if isinstance(part, int) else part}"
            for branch in self.tree.branches
            for part in branch.parts
        ]

    def combination(self, key: tuple[int, ...]) -> _Combination:
        """Return the result under a combination of alternatives."""
        if key not in self.known:
            policy = self.scores.policy
            for at, alternatives in zip(key, self.choices, strict=False):
                policy = alternatives[at](policy)
            made = rescored(self.scores, policy, plugins=self.plugins)
            self.known[key] = _Combination(made, self.scores, tree=self.concentration is not None)
        return self.known[key]

    def outcomes(self, x: Floats, w: Floats, *, grouped: bool, seed: int) -> Floats:
        """Return, for each point, how many have another band and the mean shift of rank."""
        count = x.shape[1] if len(x) else w.shape[1]
        sizes = np.array([len(each) for each in self.choices], dtype=np.int64)
        picks = np.minimum((x * sizes[:, None]).astype(np.int64), sizes[:, None] - 1)
        found = np.empty((2, count))
        keys = [tuple(column) for column in picks.T.tolist()] if len(x) else [()] * count
        for key in dict.fromkeys(keys):
            points = np.array([at for at, each in enumerate(keys) if each == key])
            made = self.combination(key)
            if self.concentration is None:
                moved, score = made.changed, made.score
                found[0, points], found[1, points] = moved, self.shift(score)
                continue
            assert made.tree is not None  # noqa: S101 - made with one
            weights = (
                _grouped(made.tree, self.concentration, w[0, points], seed)
                if grouped
                else _gammas(made.tree, self.concentration, w[:, points])
            )
            found[:, points] = self.under(made, weights)
        return found

    def under(self, made: _Combination, weights: Mapping[str, Floats]) -> Floats:
        """Return the outcomes of one combination under several weightings."""
        assert made.tree is not None  # noqa: S101 - made with one
        draws = len(next(iter(weights.values())))
        result = np.zeros((2, draws))
        for columns in blocks(draws, len(self.base.subjects)):
            part = {name: each[columns] for name, each in weights.items()}
            score = made.tree.scores(made.achievement, part)
            low, high = made.edges
            inside = (score >= low[:, None]) & (score < high[:, None])
            result[0, columns] = (~inside & made.banded[:, None]).sum(axis=0)
            result[1, columns] = [self.shift(each) for each in score.T]
        return result

    def shift(self, score: Floats) -> float:
        """Return the mean shift of rank from the result that stands."""
        rank = stats.rankdata(-np.nan_to_num(score, nan=-np.inf))
        return float(np.abs(rank - self.rank).mean())


class _Combination:
    """The result of one combination, held against the one that stands."""

    def __init__(self, scores: Scores, base: Scores, *, tree: bool) -> None:
        one = outcome_of(base)
        self.score = outcome_of(scores).score
        bands = merged_bands(bands_of(base), bands_of(scores))
        places = {name: at for at, name in enumerate(bands)}
        self.changed = int((band_places(base, places) != band_places(scores, places)).sum())
        self.tree: WeightTree | None = None
        if tree:
            self.tree = tree_of(scores.policy, tuple(scores.plan.indicators), HEADLINE)
            self.achievement = matrix_of(scores).achievement
            self.banded = one.band >= 0
            self.edges = self.edges_of(scores, base)

    def edges_of(self, scores: Scores, base: Scores) -> tuple[Floats, Floats]:
        """Return between which scores each subject has, under these cuts, the band it has now."""
        facts: Any = facts_of(scores.plan, scores.facts, scores.subjects)
        now = band_places(base, {each.id: at for at, each in enumerate(scores.policy.bands)})
        low, high = np.full(len(now), np.inf), np.full(len(now), -np.inf)
        for at, band in enumerate(scores.policy.bands):
            rows = now == at
            if not rows.any():
                continue
            inside = band.low if band.low is not None else band.high
            middle = float(inside or 0) - (1e-9 if band.low is None else 0.0)
            ends = edges_of(scores.policy, np.full(len(now), middle), facts, HEADLINE)
            low[rows], high[rows] = ends[0][rows], ends[1][rows]
        return low, high


def _gammas(tree: WeightTree, concentration: float, u: Floats) -> dict[str, Floats]:
    """Return weights of independent gammas, each divided by the sum of its siblings."""
    found, start = {}, 0
    for branch in tree.branches:
        alpha = concentration * branch.weights
        here = u[start : start + len(alpha)]
        start += len(alpha)
        drawn = np.zeros((u.shape[1], len(alpha)))
        counts = alpha > 0
        drawn[:, counts] = special.gammaincinv(
            alpha[counts], np.clip(here[counts].T, 1e-12, 1 - 1e-12)
        )
        found[branch.name] = drawn / drawn.sum(axis=1, keepdims=True)
    return found


def _grouped(tree: WeightTree, concentration: float, u: Floats, seed: int) -> dict[str, Floats]:
    """Return weights that all hang on one number: it chooses one of many weightings."""
    many = 1 << 12
    generator = np.random.default_rng([seed, many])
    wide = sum(len(each.weights) for each in tree.branches)
    drawn = _gammas(tree, concentration, generator.random((wide, many)))
    picks = np.minimum((u * many).astype(np.int64), many - 1)
    return {name: each[picks] for name, each in drawn.items()}
