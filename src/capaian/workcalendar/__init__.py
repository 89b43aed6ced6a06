"""Work calendars: one row per date with its hours, and exact working time between two stamps.

A calendar is versioned data (`WorkCalendar`), read from a file (`read_calendar`), from what is
shipped (`load_calendar`), or built from a week, holidays and an office's own closures
(`build_calendar`, `with_closures`). Everything is integers: microseconds and days.
"""

from capaian.workcalendar.build import (
    Closure,
    Holiday,
    SpecialHours,
    Week,
    build_calendar,
    holidays_of,
    with_closures,
)
from capaian.workcalendar.calendar import (
    ZONES,
    Day,
    Dense,
    Kind,
    WorkCalendar,
    outside,
)
from capaian.workcalendar.files import (
    load_calendar,
    read_calendar,
    read_closures,
    shipped_calendars,
)
from capaian.workcalendar.hours import Hours, hours_text, parse_hours

__all__ = [
    "ZONES",
    "Closure",
    "Day",
    "Dense",
    "Holiday",
    "Hours",
    "Kind",
    "SpecialHours",
    "Week",
    "WorkCalendar",
    "build_calendar",
    "holidays_of",
    "hours_text",
    "load_calendar",
    "outside",
    "parse_hours",
    "read_calendar",
    "read_closures",
    "shipped_calendars",
    "with_closures",
]
