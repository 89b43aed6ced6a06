"""Callers in other languages: JSON requests in, JSON Lines out, one request after another."""

from capaian.stdio.reply import Defaults
from capaian.stdio.serve import LONGEST_LINE, serve

__all__ = ["LONGEST_LINE", "Defaults", "serve"]
