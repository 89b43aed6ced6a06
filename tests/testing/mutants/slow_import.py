"""A plugin whose import takes its time."""

import time

from capaian.plugin import hookimpl
from testing.mutants.making import mean_rating, of_kind

time.sleep(1.1)


@hookimpl
def capaian_indicator_types():
    return [of_kind("slow-import", lambda options, indicator: mean_rating(indicator))]
