"""Errors that are not ours, not coded, cannot be said, or say too much."""

from attrs import frozen

from capaian.errors import Finding, PolicyError
from capaian.plugin import RowCheck, hookimpl
from testing.mutants.making import RATING, mean_rating, of_kind


@frozen
class Limit:
    """Options with a `limit`."""

    limit: int = 3


@frozen
class Word:
    """Options with a `limit`, as text."""

    limit: str = "3"


def asserts(options, indicator):
    """An assertion instead of an error."""
    assert options.limit > 0
    return mean_rating(indicator)


def raw_error(options, indicator):
    """Whatever `int` raises."""
    int(options.limit)
    return mean_rating(indicator)


def no_finding(options, indicator):
    """An error of the house without a code."""
    if options.limit <= 0:
        raise PolicyError("The limit is not above zero.")
    return mean_rating(indicator)


def unknown_code(options, indicator):
    """A code that no catalogue has."""
    if options.limit <= 0:
        raise PolicyError("The limit is wrong.", [Finding("MY-01", "limit")])
    return mean_rating(indicator)


def unsaid_error(options, indicator):
    """A code whose sentence lacks its figures."""
    if options.limit <= 0:
        raise PolicyError("The limit is wrong.", [Finding("CPN-P65", "limit")])
    return mean_rating(indicator)


def check_without_code(options, indicator):
    """A row check with a code of its own making."""
    return mean_rating(indicator, checks=(RowCheck("MY-02", RATING >= 0),))


def check_without_figures(options, indicator):
    """A row check that does not say which column."""
    return mean_rating(indicator, checks=(RowCheck("CPN-E31", RATING >= 0),))


def repeats_conditions(options, indicator):
    """A message with everything that the policy's conditions name."""
    values = {"column": str(indicator.where)}
    return mean_rating(indicator, checks=(RowCheck("CPN-E31", RATING >= 0, values),))


@hookimpl
def capaian_indicator_types():
    return [
        of_kind("asserts", asserts, Limit),
        of_kind("raw-error", raw_error, Word),
        of_kind("no-finding", no_finding, Limit),
        of_kind("unknown-code", unknown_code, Limit),
        of_kind("unsaid-error", unsaid_error, Limit),
        of_kind("check-without-code", check_without_code),
        of_kind("check-without-figures", check_without_figures),
        of_kind("repeats-conditions", repeats_conditions),
    ]
