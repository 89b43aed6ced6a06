"""Cases: what a rule is to give for an input, run against the rules of installed packs."""

from capaian.cases.coverage import CaseCoverage, Missed, boundary_cases, cover_cases
from capaian.cases.result import CaseResult, CaseResults, Difference
from capaian.cases.run import run_cases

__all__ = [
    "CaseCoverage",
    "CaseResult",
    "CaseResults",
    "Difference",
    "Missed",
    "boundary_cases",
    "cover_cases",
    "run_cases",
]
