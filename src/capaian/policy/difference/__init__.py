"""What changed between two policies or assignments, thing by thing."""

from capaian.policy.difference.result import BandEdges, Effect, PolicyDiff, difference
from capaian.policy.difference.walk import Change, Kind

__all__ = ["BandEdges", "Change", "Effect", "Kind", "PolicyDiff", "difference"]
