"""Plugins that need assertions, warn, print, or never end: when they are built."""

import warnings

from capaian.formula import agg, lit
from capaian.plugin import hookimpl
from testing.mutants.making import RATED, RATING, mean_rating, of_kind


def needs_assertions(options, indicator):
    """What is added up is registered in an assertion."""
    terms = []
    assert terms.append(agg.sum(RATING)) is None
    return mean_rating(indicator, value=(terms[0] if terms else lit(0)) / RATED)


def warns(options, indicator):
    """A call that is to be removed."""
    warnings.warn("the next version has no such call", DeprecationWarning, stacklevel=2)
    return mean_rating(indicator)


def prints(options, indicator):
    """A line that was left in."""
    print("building", indicator.id)
    return mean_rating(indicator)


def endless(options, indicator):
    """It waits for what never comes."""
    while indicator is not None:
        pass
    return mean_rating(indicator)


@hookimpl
def capaian_indicator_types():
    return [
        of_kind("needs-assertions", needs_assertions),
        of_kind("warns", warns),
        of_kind("prints", prints),
        of_kind("endless", endless),
    ]
