"""Sheets as offices keep them, and the statistics office whose own manual rounds on the way."""

from decimal import Decimal

import openpyxl

from capaian.policy import read_policy

MONTHS = ("2025-04-10", "2025-05-10", "2025-06-10")


def workbook(path, rows, *, first=1, title="Rekap", formats=(), merged=()):
    """Write rows into a workbook, from a row on; formats are number formats by column."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for at, row in enumerate(rows, start=first):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(at, column, value)
            if column - 1 < len(formats) and formats[column - 1] and not isinstance(value, str):
                cell.number_format = formats[column - 1]
    for each in merged:
        sheet.merge_cells(each)
    book.save(path)
    return path


def _indicator(name, weight, normalise):
    return {
        "id": name,
        "weight": weight,
        "type": "count-based",
        "table": name,
        "columns": {"date": "on", "amount": {"column": "value", "digits": 2}},
        "measure": {"statistic": "sum", "no_rows": "missing"},
        "normalise": normalise,
        "consolidate": {"every": "month", "by": "average", "incomplete": "withhold"},
    }


STATISTICS = {
    "id": "bps",
    "edition": "1",
    "in_force": {"from": "2025-01-01"},
    "scale": {"worst": 0, "best": 100},
    "missing": "withhold",
    "subject": "nip",
    "rounding": [{"where": "score", "digits": 2}],
    "indicators": [
        # 100 - (94.58 - x) * 20 / 2.73: 100 at 94.58, 80 at 91.85, and so 0 at 80.93
        _indicator("kipapp", "0.4", {"method": "goalposts", "worst": "80.93", "best": "94.58"}),
        _indicator("absensi", "0.4", {"method": "identity"}),
        {
            **_indicator("renak", "0.2", {"method": "goalposts", "worst": -41, "best": 19}),
            "consolidate": {"every": "month", "by": "sum", "incomplete": "withhold"},
        },
    ],
    "bands": [
        {"id": "a", "title": {"en": "Very good", "id": "Sangat Baik"}, "from": 90},
        {"id": "b", "title": {"en": "Good", "id": "Baik"}, "below": 90},
    ],
}


def statistics_office(**changes):
    """Return the policy: 40 % performance, 40 % attendance, 20 % work done."""
    return read_policy({**STATISTICS, **changes})


def statistics_evidence(kipapp=("94.40", "94.70", "94.45"), nip="1"):
    """Return the worked example's months of one officer."""
    given = {"kipapp": kipapp, "absensi": ("100",) * 3, "renak": ("5", "5", "9")}
    return {
        table: [
            {"nip": nip, "on": month, "value": Decimal(value)}
            for month, value in zip(MONTHS, values, strict=True)
        ]
        for table, values in given.items()
    }


def officers(count=3):
    """Evidence of several officers with the same months; 1 is the worked example."""
    tables = [statistics_evidence(nip=str(at)) for at in range(1, count + 1)]
    return {name: [row for table in tables for row in table[name]] for name in tables[0]}
