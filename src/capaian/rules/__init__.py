"""Rules as data: regulations with dated, cited numbers and tables, and what their rules give."""

from capaian.rules.document import Regulation
from capaian.rules.read import read_regulation
from capaian.rules.rule import DataRule, Lookup, Outcome, rules_of

__all__ = ["DataRule", "Lookup", "Outcome", "Regulation", "read_regulation", "rules_of"]
