"""An office's own sheet against capaian: where they part, and which rounding would explain it."""

from capaian.parity.choices import Choice
from capaian.parity.compare import compare_sheet
from capaian.parity.result import Difference, Parity, Reconciled

__all__ = ["Choice", "Difference", "Parity", "Reconciled", "compare_sheet"]
