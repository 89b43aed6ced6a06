"""Step 5, explain: why this score, in contributions that add up, and what the next band takes.

Everything here is exact. The contributions of the indicators and the adjustments of the nodes (a
cap, a floor, a rounding) add up to the published score, as fractions.
"""

from capaian.explain.decided import Asked, Decided, Lack, NextLevel, RatingPart
from capaian.explain.levers import find_lever
from capaian.explain.page import notes, observed, rounding, sub_period_lines
from capaian.explain.postings import PostingExplanation, PostingPart
from capaian.explain.record import SCHEMA, Adjustment, Explanation, Lever, Part, SubPeriod, texts
from capaian.explain.units import MemberPart, UnitExplanation
from capaian.explain.words import near, percent, phrase, phrases, points, small, spoken, state

__all__ = [
    "SCHEMA",
    "Adjustment",
    "Asked",
    "Decided",
    "Explanation",
    "Lack",
    "Lever",
    "MemberPart",
    "NextLevel",
    "Part",
    "PostingExplanation",
    "PostingPart",
    "RatingPart",
    "SubPeriod",
    "UnitExplanation",
    "find_lever",
    "near",
    "notes",
    "observed",
    "percent",
    "phrase",
    "phrases",
    "points",
    "rounding",
    "small",
    "spoken",
    "state",
    "sub_period_lines",
    "texts",
]
