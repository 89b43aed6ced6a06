"""Results as tables of Markdown, which are read as well on a terminal as on a page."""

from __future__ import annotations

from collections.abc import Sequence

from race import Result, best


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose first column is text and whose others are figures."""
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_line(row, widths) for row in [head, rule, *rows])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.rjust(width) if place else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join([first, *others])} |"


def figure(value: float) -> str:
    """Return a number with three significant digits, never as a power of ten."""
    if value >= 1000:
        return f"{value:.0f}"
    digits = 2
    while value and digits < 9 and value * 10**digits < 100:
        digits += 1
    text = f"{value:.{digits}f}"
    return text if value < 100 else f"{value:.1f}"


def of_race(results: Sequence[Result], unit: str = "s", factor: float = 1.0) -> str:
    """Return the table of a race, with each entry's ratio to the best by hand of its group."""
    rows = []
    for each in results:
        against = best(results, each.entry.group)
        if each.refused:
            rows.append([each.entry.name, each.entry.kind, "refused", "", ""])
            continue
        ratio = figure(each.seconds / against.seconds) if against else ""
        peak = f"{each.peak:.0f}" if each.entry.weighs else "–"
        rows.append([each.entry.name, each.entry.kind, figure(each.seconds * factor), ratio, peak])
    head = ["", "", unit, "ratio", "peak MB"]
    refusals = [f"* {each.entry.name}: refused, {each.refused}" for each in results if each.refused]
    digests = sorted({each.digest for each in results if each.digest})
    said = [f"Digest of every answer: `{digests[0]}`."] if digests else []
    return "\n\n".join([table(head, rows), *said, *(["\n".join(refusals)] if refusals else [])])
