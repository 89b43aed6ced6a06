"""The figures of `policy.toml` that every version by hand writes into its formulas."""

from datetime import datetime

from by_hand.office_hours import DAY, SECOND, last_start, microseconds, office_hours, worked

FIRST, END = datetime(2026, 1, 1), datetime(2026, 4, 1)
AS_OF = datetime(2026, 4, 15)
HOUR = 3600 * SECOND
WORKING_DAYS, WORKING_HOURS, CALENDAR_DAYS = 5, 16 * HOUR, 3 * DAY
"""Limits of `in-time`, `quick` and `prompt`."""
CUT_OFF = microseconds(AS_OF)
WORKED_BY_CUT_OFF = worked(office_hours(), CUT_OFF)
MATURE_5 = last_start(office_hours(), AS_OF, WORKING_DAYS)
"""A case received before this stamp is more than five working days old at the cut-off."""
MATURE_3 = CUT_OFF - CALENDAR_DAYS
GUARD = 1e-9
"""Added before rounding, in hundredths: ties that float error has put just below come up again."""
BANDS = ((100, "sangat-baik"), (90, "baik"), (70, "cukup"), (50, "kurang"))
LOWEST = "sangat-kurang"
