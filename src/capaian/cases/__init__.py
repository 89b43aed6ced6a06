"""Cases: what a rule is to give for an input, run against the rules of installed packs."""

from capaian.cases.result import CaseResult, CaseResults, Difference
from capaian.cases.run import run_cases

__all__ = ["CaseResult", "CaseResults", "Difference", "run_cases"]
