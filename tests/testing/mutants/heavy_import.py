"""A plugin that loads a library at import."""

import numpy as np

from capaian.plugin import hookimpl
from testing.mutants.making import mean_rating, of_kind

LIMIT = int(np.int64(3))


@hookimpl
def capaian_indicator_types():
    return [of_kind("heavy-import", lambda options, indicator: mean_rating(indicator))]
