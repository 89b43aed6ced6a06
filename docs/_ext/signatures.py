"""How the API pages show classes: no constructors of results, one line for each attribute."""

import re
from typing import Any

from sphinx.application import Sphinx

MADE_BY_CAPAIAN = {
    "capaian.Assignment",
    "capaian.Explanation",
    "capaian.Period",
    "capaian.Policy",
    "capaian.PostingExplanation",
    "capaian.PostingScores",
    "capaian.Scores",
    "capaian.UnitExplanation",
    "capaian.UnitScores",
    "capaian.WorkCalendar",
}
ATTRIBUTE = re.compile(r"(?P<indent> *)\.\. attribute:: (?P<names>.+)")


def without_constructor(
    _app: Sphinx, what: str, name: str, _found: object, _options: Any, *_signature: str | None
) -> tuple[str, None] | None:
    """Leave out the parameters of a class that only capaian builds."""
    return ("", None) if what == "class" and name in MADE_BY_CAPAIAN else None


def attributes_in_lines(
    _app: Sphinx, _what: str, _name: str, _found: object, _options: Any, lines: list[str]
) -> None:
    """Give `low, high` a line each under one description, and keep them out of the contents."""
    written: list[str] = []
    for line in lines:
        if not (match := ATTRIBUTE.fullmatch(line)):
            written.append(line)
            continue
        first, *rest = match["names"].split(", ")
        start = f"{match['indent']}.. attribute:: "
        written += [start + first, *(" " * len(start) + name for name in rest)]
        written.append(f"{match['indent']}   :no-contents-entry:")
    lines[:] = written


def setup(app: Sphinx) -> dict[str, bool]:
    """Listen to autodoc; the second after napoleon, which writes the attributes."""
    app.connect("autodoc-process-signature", without_constructor)
    app.connect("autodoc-process-docstring", attributes_in_lines, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
