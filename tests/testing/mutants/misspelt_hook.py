"""A plugin whose hook has another name."""

from capaian.plugin import hookimpl
from testing.mutants.making import mean_rating, of_kind


@hookimpl
def capaian_indicator_type():
    return [of_kind("misspelt-hook", lambda options, indicator: mean_rating(indicator))]
