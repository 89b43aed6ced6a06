"""Surveys with a design: weights, strata, clusters and finite strata, for all officers at once.

Design weights say how many clients a form stands for. They are not frequencies: statsmodels'
`DescrStatsW` takes them for that, and its standard error is five times too small in case S13.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray

from capaian.analysis.estimation.levels import Floats, Interval, floats, student
from capaian.analysis.estimation.means import t_interval
from capaian.analysis.estimation.proportion import clopper_pearson, effective


@frozen(eq=False)
class WeightedMean:
    """A weighted mean of each officer's forms.

    Attributes
    ----------
    value, se
        The mean and its linearised standard error; no error where a stratum has a single cluster.
    df
        Clusters less strata.
    n, n_eff
        Forms, and Kish's effective number, (sum w)^2 / sum w^2.
    """

    value: Floats
    se: Floats
    df: Floats
    n: NDArray[np.int64]
    n_eff: Floats

    def interval(self, level: float = 0.95) -> Interval:
        """Return value -+ t se, t with df degrees of freedom."""
        return t_interval(self.value, self.se, self.df, level)

    def proportion(self, level: float = 0.95) -> Interval:
        """Return the interval where the mean is a proportion; see `korn_graubard`."""
        return korn_graubard(self.value, self.se, self.n, self.df, level)


def weighted_mean(
    answers: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    subjects: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    population: ArrayLike | None = None,
    together: bool = False,
) -> WeightedMean:
    """Return the weighted mean of each subject's forms, its error by linearisation (Binder 1983).

    With z = w (y - mean) / sum w, added up by cluster: the variance is the sum over strata h of
    (1 - n_h/N_h) n_h/(n_h - 1) sum_i (z_hi - mean z_h)^2 (Cochran 1977, chapter 5; Lumley 2010);
    see `linearised`.

    Parameters
    ----------
    answers
        y of each form.
    weights
        How many clients each form stands for; above 0; all alike where left out. A weight of 0
        takes a form out.
    subjects
        Whose form it is, as whole numbers from 0; all one subject's where left out.
    strata, clusters
        The stratum, and the cluster that was drawn (PSU), of each form, as numbers or words; one
        stratum, and each form its own cluster, where left out.
    population
        How many clusters the form's stratum has, for the finite population correction: give it for
        the descriptive question alone.
    """
    y = floats(answers)
    w = np.ones_like(y) if weights is None else floats(weights)
    used = w > 0
    y, w = y[used], w[used]
    who = np.zeros(len(y), np.int64) if subjects is None else np.asarray(subjects)[used]
    count = int(who.max(initial=0)) + 1 if subjects is None else int(np.max(subjects)) + 1
    total = np.bincount(who, w, count)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.bincount(who, w * y, count) / total
        n_eff = total**2 / np.bincount(who, w * w, count)
        z = w * (y - value[who]) / total[who]
    units = None if clusters is None else np.asarray(clusters)[used]
    sizes = None if population is None else np.broadcast_to(floats(population), used.shape)[used]
    layers = None if strata is None else np.asarray(strata)[used]
    se, df = linearised(z, who, layers, units, sizes, count=count, together=together)
    nobody = total <= 0
    return WeightedMean(
        value=value,
        se=np.where(nobody, np.nan, se),
        df=df,
        n=np.bincount(who, minlength=count),
        n_eff=n_eff,
    )


def linearised(
    z: Floats,
    subjects: NDArray[np.int64],
    strata: NDArray[Any] | None = None,
    clusters: NDArray[Any] | None = None,
    population: Floats | None = None,
    *,
    count: int,
    together: bool = False,
) -> tuple[Floats, Floats]:
    """Return the standard error of a sum over the sample, and its degrees of freedom, by subject.

    The variance is the sum over strata h of (1 - n_h/N_h) n_h/(n_h - 1) sum_i (z_hi - mean z_h)^2,
    z_hi what cluster i adds up to. With `together` the clusters in which a subject has no form
    count with a z of 0: a subject is a domain of one sample (Cochran 1977, section 2.13; Lumley
    2010).

    Parameters
    ----------
    z
        What each form adds to the linearised estimate: of a weighted mean w (y - mean) / sum w.
    subjects, strata, clusters, population, together
        As for `weighted_mean`; only forms that are used.
    count
        How many subjects there are.

    Returns
    -------
    tuple of arrays
        The error, not a number where a stratum of the subject has a single cluster; and the
        clusters in which the subject has forms less the strata.
    """
    every = np.zeros(len(z), np.int64)
    layer = _numbered(every, strata)
    cluster = _numbered(layer, np.arange(len(z)) if clusters is None else clusters)
    drawn = _first(cluster)
    # A row for each subject and cluster, and from them one for each subject and stratum.
    own_cluster = _numbered(subjects, cluster)
    sums, at = np.bincount(own_cluster, z), _first(own_cluster)
    own_layer = _numbered(subjects[at], layer[at])
    first = at[_first(own_layer)]
    there: Floats = floats(np.bincount(own_layer))
    many: Floats = floats(np.bincount(layer[drawn]))[layer[first]] if together else there
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = floats(np.bincount(own_layer, sums)) / many
        within = np.bincount(own_layer, (sums - centre[own_layer]) ** 2)
        spread = within + (many - there) * centre**2
        left = np.ones(len(many))
        if population is not None:
            known = np.isfinite(population[first])
            left = np.where(known, np.maximum(1 - many / population[first], 0), 1.0)
        part = left * np.where(many > 1, many / (many - 1) * spread, np.nan)
    part, owner = np.where(left == 0, 0.0, part), subjects[first]
    df = np.bincount(owner, there, count) - np.bincount(owner, minlength=count)
    return np.sqrt(np.bincount(owner, part, count)), floats(df)


def _first(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each code occurs first."""
    return np.unique(codes, return_index=True)[1]


def _numbered(outer: NDArray[np.int64], inner: NDArray[np.generic] | None) -> NDArray[np.int64]:
    """Return a number for each pair that occurs."""
    if inner is None:
        return np.unique(outer, return_inverse=True)[1]
    codes = np.unique(inner, return_inverse=True)[1].astype(np.int64)
    pairs = outer.astype(np.int64) * (int(codes.max(initial=0)) + 1) + codes
    return np.unique(pairs, return_inverse=True)[1]


def korn_graubard(
    p: ArrayLike, se: ArrayLike, n: ArrayLike, df: ArrayLike, level: float = 0.95
) -> Interval:
    """Return the interval of a proportion from a survey with a design (Korn & Graubard 1998).

    Clopper and Pearson's, on the effective number p(1-p)/se^2 times (t_{n-1}/t_df)^2, which is at
    most n (NCHS Series 2 no. 175, 2017).

    Parameters
    ----------
    p, se, n, df
        The proportion, its error, the number of forms and the degrees of freedom.
    level
        Between 0 and 1.
    """
    share, forms = floats(p), floats(n)
    size = effective(share, se, forms)
    size = size * (student(level, forms - 1) / student(level, df)) ** 2
    size = np.minimum(size, forms)
    return clopper_pearson(share * size, size, level)
