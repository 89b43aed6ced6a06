"""What the API pages do not show: how results are built, which only capaian does."""

from typing import Any

from sphinx.application import Sphinx

MADE_BY_CAPAIAN = {
    "capaian.Explanation",
    "capaian.Period",
    "capaian.Policy",
    "capaian.Scores",
    "capaian.WorkCalendar",
}


def without_constructor(
    _app: Sphinx, what: str, name: str, _found: object, _options: Any, *_signature: str | None
) -> tuple[str, None] | None:
    """Leave out the parameters of a class that nobody calls."""
    return ("", None) if what == "class" and name in MADE_BY_CAPAIAN else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Listen to autodoc."""
    app.connect("autodoc-process-signature", without_constructor)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
