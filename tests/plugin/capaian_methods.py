"""Two methods: all or nothing at a mark, and at or above the median of a cohort."""

from fractions import Fraction

from attrs import frozen

from capaian.formula import lit, when
from capaian.plugin import Normalisation, RelativeNormalisation, hookimpl


@frozen
class Mark:
    """The keys of the `normalise` table besides `method`.

    Attributes
    ----------
    at_least
        The mark; exact, also where a policy writes 0.1.
    """

    at_least: Fraction


def passed(options, scale, x):
    """The best of the scale from the mark on, the worst below."""
    return when(x >= lit(options.at_least), lit(scale.best), lit(scale.worst))


@frozen
class NoOptions:
    """No keys."""


@frozen
class Middle:
    """What is found in the cohort and frozen in the policy.

    Attributes
    ----------
    median
        The value of nearest rank at one half.
    """

    median: Fraction


def find(options, cohort):
    return Middle(*cohort.at([(cohort.n + 1) // 2]))


def above(options, middle, scale, x):
    return when(x >= lit(middle.median), lit(scale.best), lit(scale.worst))


def rising(options):
    return "higher"


@hookimpl
def capaian_methods():
    mark = {"en": "Passed or not", "id": "Lulus atau tidak"}
    median = {"en": "At or above the median", "id": "Pada atau di atas median"}
    return [
        Normalisation("pass-mark", mark, Mark, passed, rising),
        RelativeNormalisation("above-median", median, NoOptions, Middle, find, above, rising),
    ]
