"""Replay: a record verified, from itself alone and, where it is given, from the evidence."""

from capaian.replay.verification import Verification
from capaian.replay.verifying import verify

__all__ = ["Verification", "verify"]
