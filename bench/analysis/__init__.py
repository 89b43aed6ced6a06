"""Timed calls of `capaian.analysis`."""
