"""Surveys with a design: weights, strata, clusters and finite strata, for all officers at once.

Design weights say how many clients a form stands for. They are not frequencies: statsmodels'
`DescrStatsW` takes them for that, and its standard error is five times too small in case S13.
"""

from __future__ import annotations

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
) -> WeightedMean:
    """Return the weighted mean of each subject's forms, its error by linearisation (Binder 1983).

    With z = w (y - mean) / sum w, added up by cluster: the variance is the sum over strata h of
    (1 - n_h/N_h) n_h/(n_h - 1) sum_i (z_hi - mean z_h)^2 (Cochran 1977, chapter 5; Lumley 2010).

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
    in_stratum = _numbered(who, None if strata is None else np.asarray(strata)[used])
    units = np.arange(len(y)) if clusters is None else np.asarray(clusters)[used]
    cluster = _numbered(in_stratum, units)
    z_cluster = np.bincount(cluster, z)
    first = np.unique(cluster, return_index=True)[1]
    stratum_of, owner = in_stratum[first], np.zeros(int(in_stratum.max(initial=-1)) + 1, np.int64)
    owner[in_stratum] = who
    many = np.bincount(stratum_of, minlength=len(owner)).astype(np.float64)
    centre = np.bincount(stratum_of, z_cluster, len(owner)) / many
    spread = np.bincount(stratum_of, (z_cluster - centre[stratum_of]) ** 2, len(owner))
    share = np.ones(len(owner))
    if population is not None:
        size = np.empty(len(owner))
        size[in_stratum] = np.broadcast_to(floats(population), used.shape)[used]
        share = np.maximum(1 - many / size, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = share * np.where(many > 1, many / (many - 1) * spread, np.nan)
    part = np.where(share == 0, 0.0, part)
    df = np.bincount(owner, many, count) - np.bincount(owner, minlength=count)
    se = np.sqrt(np.bincount(owner, part, count))
    nobody = total <= 0
    return WeightedMean(
        value=value,
        se=np.where(nobody, np.nan, se),
        df=floats(df),
        n=np.bincount(who, minlength=count),
        n_eff=n_eff,
    )


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
