"""The two panels of a trend: scores as a line that breaks where there is none, cases as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from capaian.charts.canvas import Layer, legend_columns
from capaian.charts.flows import SERIES, Flow
from capaian.charts.picture import shown
from capaian.charts.theme import (
    BLACK,
    BLUE,
    LINES,
    ORANGE,
    PAPER,
    SKY,
    SMALL,
    SOFT,
    blend,
    ink_on,
    room_of,
)
from capaian.charts.words import phrase
from capaian.errors import Language

HIGH = 180
_READABLE = 15
"""Pixels of a part of a bar in which its count is written."""
_MANY = 12
"""Periods up to which every value is written."""
_ROOMY = 8
"""Periods up to which there is room for a word beside a count."""
_LEVEL = 8
"""Letters of a period up to which it is written level."""
_FILLS = {
    "met": BLUE,
    "closed": BLUE,
    "failed": ORANGE,
    "open_late": BLACK,
    "undetermined": blend(0),
    "open": blend(0),
}
"""In grey: dark, light, black and nearly white."""
_RIM = {"stroke": PAPER, "strokeWidth": 3, "fill": PAPER}
"""What stands below a text, so that no line goes through it."""


def score_panel(
    rows: Sequence[Mapping[str, Any]],
    edges: Sequence[float],
    span: tuple[float, float],
    wide: int,
    language: Language,
) -> Layer:
    """Return the line of scores.

    Parameters
    ----------
    rows
        For each period `period`, `score` (or `None`), `text`; of a team `low`, `high` and `n`.
    edges
        Of bands, within the span.
    span
        The ends of the scores' axis.
    wide
        Pixels.
    language
        Of its texts.
    """
    x = _periods(rows)
    axis = {"title": phrase("total", language), "grid": False, "tickCount": 5, "format": "~r"}
    scale = {"domain": [shown(each) for each in span], "nice": False, "zero": False}

    def up(name: str) -> Layer:
        return {"field": name, "type": "quantitative", "scale": scale, "axis": axis}

    layers: list[Layer] = []

    def add(mark: Layer, values: Sequence[Mapping[str, Any]], **channels: Any) -> None:
        if values:
            layers.append({"mark": mark, "data": {"values": [dict(one) for one in values]},
                           "encoding": channels})  # fmt: skip

    lines = [{"edge": each, "text": f"{each:g}"} for each in edges]
    add({"type": "rule", "color": LINES, "strokeDash": [4, 3]}, lines, y=up("edge"))
    add({"type": "text", "align": "left", "fontSize": SMALL, "color": SOFT, "dx": 4}, lines,
        x={"value": wide}, y=up("edge"), text=_said())  # fmt: skip
    for run in _runs(rows):
        if "low" in run[0]:
            area: Layer = {"type": "area", "color": SKY, "opacity": 0.35}
            alone: Layer = {"type": "bar", "color": SKY, "opacity": 0.35, "size": 12}
            add(alone if len(run) == 1 else area, run, x=x, y=up("low"), y2={"field": "high"})
        add({"type": "line", "color": BLUE, "strokeWidth": 2}, run, x=x, y=up("score"))
    known = [row for row in rows if row["score"] is not None]
    add({"type": "point", "filled": True, "opacity": 1, "color": BLUE, "size": 50}, known,
        x=x, y=up("score"))  # fmt: skip
    few = len(rows) <= _MANY
    for more in (_RIM, {}):
        add({"type": "text", "dy": -12, "fontSize": SMALL, **more}, known if few else [],
            x=x, y=up("score"), text=_said())  # fmt: skip
    missing = [{"period": row["period"], "text": "×"} for row in rows if row["score"] is None]
    add({"type": "text", "fontSize": 18}, missing, x=x, y={"value": HIGH - 26}, text=_said())
    counts = [{"period": row["period"], "text": f"n = {row['n']:,}"} for row in rows if "n" in row]
    add({"type": "text", "fontSize": SMALL, "color": SOFT}, counts if few else [],
        x=x, y={"value": HIGH - 8}, text=_said())  # fmt: skip
    return {"width": wide, "height": HIGH, "layer": layers}


def case_panel(flow: Sequence[Flow], title: str, wide: int, language: Language) -> Layer:
    """Return the bars of cases.

    Parameters
    ----------
    flow
        For each period `period` and counts by state.
    title
        Of which indicator.
    wide
        Pixels.
    language
        Of its texts.
    """
    kinds = [each for each in SERIES if each in flow[0]]
    named = {each: phrase(each, language) for each in kinds}
    tallest = max(sum(row[each] or 0 for each in kinds) for row in flow) or 1
    parts, unknown, above = [], [], []
    for row in flow:
        start = 0.0
        if any(row[each] is None for each in kinds):
            unknown.append({"period": row["period"], "text": "×"})
            continue
        for each in kinds:
            count = shown(row[each])
            readable = count * HIGH / tallest >= _READABLE and len(flow) <= _MANY
            parts.append({
                "period": row["period"], "series": named[each], "count": count,
                "from": shown(start),
                "to": shown(start + count), "middle": start + count / 2,
                "ink": ink_on(_FILLS[each]),
                "text": f"{count:,}" if readable else "",
            })  # fmt: skip
            start += count
        still = sum(row[each] for each in kinds if each not in {"met", "failed", "closed"})
        said = f"{shown(still):,}"
        said = phrase("still_open", language, count=said) if len(flow) <= _ROOMY else said
        above.append(
            {"period": row["period"], "open": shown(still), "to": shown(start), "text": said}
        )
    axis = {"title": phrase("trend_count", language), "tickCount": 5, "format": ",~r",
            "tickMinStep": 1}  # fmt: skip
    scale = {"domain": [0, shown(tallest * 1.1)], "nice": False}
    x = _periods(flow)

    def up(name: str) -> Layer:
        return {"field": name, "type": "quantitative", "scale": scale, "axis": axis}

    titles = list(named.values())
    legend = {"title": title or None, "columns": legend_columns(titles, wide + 40),
              "symbolType": "square", "symbolStrokeColor": LINES}  # fmt: skip
    colours = {"domain": titles, "range": [_FILLS[each] for each in kinds]}
    layers: list[Layer] = [{
        "mark": {"type": "bar", "stroke": LINES, "strokeWidth": 0.7},
        "data": {"values": [each for each in parts if each["count"]]},
        "encoding": {"x": x, "y": up("from"), "y2": {"field": "to"},
                     "color": {"field": "series", "type": "nominal", "scale": colours,
                               "legend": legend}},
    }]  # fmt: skip
    for ink in (BLACK, PAPER):
        values = [each for each in parts if each["ink"] == ink and each["text"]]
        if values:
            layers.append({"mark": {"type": "text", "color": ink, "fontSize": SMALL},
                           "data": {"values": values},
                           "encoding": {"x": x, "y": up("middle"), "text": _said()}})  # fmt: skip
    if above and len(flow) <= _MANY:
        place = {"x": x, "y": up("to"), "text": _said()}
        layers += [
            {"mark": {"type": "text", "dy": -7, "fontSize": SMALL, **more},
             "data": {"values": above}, "encoding": place}
            for more in (_RIM, {})  # a line of the grid may be behind it
        ]  # fmt: skip
    if unknown:
        place = {"x": x, "y": {"value": HIGH - 12}, "text": _said()}
        cross = {"type": "text", "fontSize": 18}
        layers.append({"mark": cross, "data": {"values": unknown}, "encoding": place})
    return {"width": wide, "height": HIGH, "layer": layers}


def _said() -> Layer:
    return {"field": "text", "type": "nominal"}


def _periods(rows: Sequence[Mapping[str, Any]]) -> Layer:
    """Return the axis of periods, in the order in which they are given."""
    names = [row["period"] for row in rows]
    axis = {"title": None, "labelOverlap": "parity" if len(names) > 2 * _MANY else False,
            "labelAngle": -45 if _slanted(names) else 0}  # fmt: skip
    return {"field": "period", "type": "ordinal", "sort": None, "axis": axis,
            "scale": {"domain": names, "paddingInner": 0.35, "paddingOuter": 0.25,
                      "type": "band"}}  # fmt: skip


def _slanted(names: Sequence[str]) -> bool:
    return len(names) > _MANY or max(len(each) for each in names) > _LEVEL


def room_below(names: Sequence[str]) -> int:
    """Return how many pixels the names of periods take below a panel."""
    return 20 + room_of(names, SMALL) * 3 // 4 if _slanted(names) else 34


def _runs(rows: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Return stretches of periods that all have a score: no line goes through a gap."""
    runs: list[list[Mapping[str, Any]]] = [[]]
    for row in rows:
        if row["score"] is None:
            runs.append([])
        else:
            runs[-1].append(row)
    return [each for each in runs if each]
