"""Whether a policy treats groups alike: what can be seen of it, and with what certainty."""

from capaian.analysis.disparity.explain import GapParts, explain_gap
from capaian.analysis.disparity.gaps import Gap, gap, power_of_gap, superiority
from capaian.analysis.disparity.rates import Ratio, impact_ratio, power_of_rates
from capaian.analysis.disparity.report import Fairness, fairness
from capaian.analysis.disparity.spread import band_shares
from capaian.analysis.disparity.within import Within, within_strata

__all__ = [
    "Fairness",
    "Gap",
    "GapParts",
    "Ratio",
    "Within",
    "band_shares",
    "explain_gap",
    "fairness",
    "gap",
    "impact_ratio",
    "power_of_gap",
    "power_of_rates",
    "superiority",
    "within_strata",
]
