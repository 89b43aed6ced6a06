"""The transition matrix: who moves from which band to which."""

from __future__ import annotations

from typing import Any

from capaian.charts.bands import policy_said, prove_policy, titles_of
from capaian.charts.canvas import Sheet, picture
from capaian.charts.people import share
from capaian.charts.picture import Picture
from capaian.charts.reading import columns_of, numbers, prove_choice
from capaian.charts.theme import (
    BLACK,
    INK,
    LINES,
    PAPER,
    SMALL,
    blend,
    ink_on,
    lines_of,
    room_of,
    striped,
)
from capaian.charts.words import LANGUAGES, phrase
from capaian.errors import Language
from capaian.policy import Policy

_CELL, _TALL, _LETTERS = 96, 46, 14


def transition_matrix(
    moves: Any,
    language: Language = "en",
    *,
    policy: Policy | None = None,
    about: str = "",
) -> Picture:
    """Draw who moves from which band to which.

    Parameters
    ----------
    moves
        What `capaian.analysis.compare_scores` gives, or its `transition`, or a table of that form:
        `band`, from the lowest up, and a column of counts for each band after, in the same order. A
        count that is not shown is missing.
    language
        `en` or `id`.
    policy
        Tells the titles of the bands.
    about
        A line below the title: what is compared.

    Returns
    -------
    Picture
        In each cell the count, and its share of the row. Above the diagonal is up, ▲.

    Raises
    ------
    AnalysisError
        `CPN-M87`: a column is not there. `CPN-M88`: there are no bands. `CPN-M89`: no table.
        `CPN-M90`: another language. `CPN-M91`: no counts.
    """
    prove_choice("language", language, LANGUAGES)
    prove_policy(policy)
    table = getattr(moves, "transition", moves)
    bands = [str(each) for each in columns_of(table, ("band",))["band"]]
    columns = columns_of(table, ("band", *bands))
    counts = [numbers(columns, each, 0) for each in bands]  # a column for each band after
    titles = titles_of(policy, bands, language)
    left = room_of([line for each in titles for line in lines_of(each, 22)]) + 28
    size = len(bands)
    high = size * _TALL
    sheet = Sheet(size * _CELL, high, (0, size), None, left)
    cells = [_cell(row, column, counts, high) for row in range(size) for column in range(size)]
    _drawn(sheet, cells, titles, language)
    total = {
        key: sum(each["count"] or 0 for each in cells if each["way"] == key)
        for key in ("same", "up", "down")
    }
    hidden = any(each["count"] is None for each in cells)
    sheet.caption(
        [phrase("moves_read", language), phrase("moves_hidden", language) if hidden else ""], 14
    )
    told = {name: f"{value:,.0f}" for name, value in total.items()}
    count = f"{sum(total.values()):,.0f}"
    description = phrase("describe_moves", language, count=count, **told)
    subtitle = policy_said(policy, language, about)
    return picture(sheet.layered(), phrase("moves", language), subtitle, description, language)


def _cell(row: int, column: int, counts: list[list[float | None]], high: float) -> dict[str, Any]:
    """Return one cell: from the band of the row to that of the column."""
    count = counts[column][row]
    known = [each[row] for each in counts]
    whole = None if None in known else sum(each or 0 for each in known)
    part = count / whole if count is not None and whole else None
    way = "same" if row == column else "up" if column > row else "down"
    sign = {"same": "", "up": " ▲", "down": " ▼"}[way]
    top = high - (row + 1) * _TALL  # the highest band is the uppermost row
    fill = PAPER if not part else blend(0.08 + 0.8 * part)
    return {
        "from": column, "to": column + 1, "middle": column + 0.5,
        "top": top, "low": top + _TALL, "y": top + _TALL / 2, "way": way,
        "count": count, "share": part, "fill": fill, "ink": ink_on(fill),
        "text": "" if count is None else f"{count:,.0f}{sign if count else ''}",
        "below": f"({share(part)})" if count and part is not None else "",
    }  # fmt: skip


def _drawn(
    sheet: Sheet, cells: list[dict[str, Any]], titles: list[str], language: Language
) -> None:
    known = [each for each in cells if each["count"] is not None]
    sheet.tiles(known, "from", "to", stroke=LINES, strokeWidth=0.7)
    hidden = [each for each in cells if each["count"] is None]
    sheet.bars(hidden, "from", "to", fill=striped(stripes=9), stroke=LINES)
    same = [each for each in cells if each["way"] == "same"]
    sheet.bars(same, "from", "to", fill=None, stroke=INK, strokeWidth=2)
    for ink in (BLACK, PAPER):
        words = [each for each in cells if each["ink"] == ink and each["text"]]
        sheet.words([{**each, "y": each["y"] - (8 if each["below"] else 0)} for each in words],
                    "text", "middle", align="center", color=ink)  # fmt: skip
        sheet.words([{**each, "y": each["y"] + 9} for each in words if each["below"]], "below",
                    "middle", align="center", color=ink, fontSize=SMALL)  # fmt: skip
    rows = []
    for at, title in enumerate(titles):
        lines = lines_of(title, 22)
        y = sheet.height - (at + 0.5) * _TALL - 7.5 * len(lines)
        rows.append({"y": y, "name": "\n".join(lines)})
    sheet.names(rows)
    heads = [lines_of(title, _LETTERS) for title in titles]
    tall = 15 * max(len(each) for each in heads)
    sheet.words(
        [{"y": -tall - 2, "at": at + 0.5, "text": "\n".join([""] * (tall // 15 - len(each)) + each)}
         for at, each in enumerate(heads)],
        "text", "at", align="center", baseline="line-top",
    )  # fmt: skip
    ends: list[dict[str, Any]] = [
        {"y": -tall - 18, "at": 0, "text": f"{phrase('moves_to', language)} →"},
        {"y": -tall - 18, "at": None, "text": f"{phrase('moves_from', language)} ↓"},
    ]
    sheet.words(ends[:1], "text", "at", fontWeight="bold")
    sheet.words(ends[1:], "text", -8, fontWeight="bold", align="right")
