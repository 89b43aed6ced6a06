"""The funnel plot: who differs from a target, given how much was observed."""

from __future__ import annotations

from typing import Any

from capaian.charts.canvas import Sheet, legend_columns, picture
from capaian.charts.people import MOST, Label, names_of, place_of, said_of
from capaian.charts.picture import Picture, shown
from capaian.charts.reading import columns_of, numbers, prove_choice
from capaian.charts.theme import BLUE, INK, LINES, ORANGE, PAPER, SKY, SMALL, VERMILLION
from capaian.charts.waterfalls import LANGUAGES
from capaian.charts.words import phrase
from capaian.errors import Language

_LEVELS = ("95", "99.8")
_WIDE, _HIGH = 560, 340
_BINS = 24
_NEEDED = ("name", "size", "value", "low_95", "high_95", "low_99.8", "high_99.8", "position")
_KINDS = ("inside", "outside_95", "outside_99.8")
_FILLS = (SKY, ORANGE, VERMILLION)
_SHAPES = ("circle", "diamond", "triangle-up")


def funnel_plot(
    funnel: Any,
    language: Language = "en",
    *,
    target: float,
    label: Label = "number",
    highlight: str | None = None,
    percent: bool = True,
) -> Picture:
    """Draw who differs from a target by more than chance.

    Parameters
    ----------
    funnel
        What `capaian.analysis.funnel` gives, or a table with its columns: `name`, `size`, `value`,
        `low_95`, `high_95`, `low_99.8`, `high_99.8`, `position` (`inside`, `above_95`, ...).
    language
        `en` or `id`.
    target
        What everybody is held against: that of the funnel.
    label
        What points outside the limits are called: `number` (by size, from the left), `subject` (the
        `name` as it stands), or a mapping to other names.
    highlight
        A name whose point is marked, wherever it is.
    percent
        Whether the value is a share, and written in percent.

    Returns
    -------
    Picture
        A point for each; colour and shape both say where it is. Of more than 40, those inside the
        limits are put together in cells.

    Raises
    ------
    AnalysisError
        `CPN-M87`: a column is not there. `CPN-M88`: there are no rows. `CPN-M89`: no table.
        `CPN-M90`: a word that is no choice. `CPN-M91`: no numbers. `CPN-E54`: nobody to mark.
    """
    prove_choice("language", language, LANGUAGES)
    columns = columns_of(funnel, _NEEDED)
    found = {name: numbers(columns, name) for name in _NEEDED[2:-1]}
    found["size"] = numbers(columns, "size", 0)
    target = numbers({"target": [target]}, "target")[0] or 0.0
    rows = _rows(columns, found)
    order = sorted(range(len(rows)), key=lambda at: (rows[at]["size"], at))
    names = names_of(columns["name"], order, label, language)
    mine = place_of(columns["name"], highlight)
    for at, name in zip(order, names, strict=True):
        rows[at]["text"] = name if rows[at]["kind"] != "inside" else ""
        if at == mine:
            rows[at]["text"] = f"► {name}"
    rows = [each for each in rows if each["value"] is not None]
    many = len(rows) > MOST
    kinds = [phrase(each, language) for each in _KINDS]
    layers = [*_limits(rows, target)]
    alone = [each for each in rows if not many or each["text"]]
    if many:
        layers.append(_cells([each for each in rows if each not in alone]))
    layers += _dots(alone, kinds, language)
    for layer in layers:
        _axes(layer, language, percent)
    sheet = Sheet(_WIDE, _HIGH, (0, 1), None)
    sheet.layers = layers
    inside = len(rows) - len(alone)
    notes = [phrase("funnel_many", language, inside=f"{inside:,}")] if many else []
    numbered = any(each["text"] for each in rows)
    notes.append(said_of(1, 1, label, language) if numbered and label == "number" else "")
    sheet.left = 50
    sheet.caption(
        [f"{phrase('funnel_lines', language)} {phrase('funnel_outside', language)}",
         *notes[: many], notes[-1] and phrase("funnel_numbers", language)], 46,
    )  # fmt: skip
    outside = [each for each in rows if each["kind"] != "inside"]
    description = phrase(
        "describe_funnel", language, count=len(rows), target=_told(target, percent),
        outside=len(outside), far=sum(each["kind"] == "outside_99.8" for each in outside),
    )  # fmt: skip
    subtitle = getattr(funnel, "title", "") if not isinstance(funnel, dict) else ""
    said = subtitle if isinstance(subtitle, str) and language == "en" else ""
    return picture(sheet.layered(), phrase("funnel", language), said, description, language)


def _told(value: float, percent: bool) -> str:
    return f"{100 * value:.4g}\u00a0%" if percent else f"{value:.4g}"


def _rows(columns: dict[str, list[Any]], found: dict[str, list[float | None]]) -> list[dict[str, Any]]:
    rows = []
    for at, position in enumerate(columns["position"]):
        level = str(position).rpartition("_")[2]
        kind = f"outside_{level}" if level in _LEVELS else "inside"
        rows.append({**{name: each[at] for name, each in found.items()}, "kind": kind, "text": ""})
    return rows


def _limits(rows: list[dict[str, Any]], target: float) -> list[dict[str, Any]]:
    """Return the lines: of limits by size, and of the target."""
    by_size = {each["size"]: each for each in rows}
    sizes = sorted(by_size)
    kept = sizes[:: max(1, len(sizes) // 400)]
    kept += [sizes[-1]] if kept[-1] != sizes[-1] else []
    layers = []
    for level, dash in (("95", [5, 4]), ("99.8", [1, 0])):
        for side in ("low", "high"):
            values = [{"size": shown(size), "value": by_size[size][f"{side}_{level}"]}
                      for size in kept]  # fmt: skip
            layers.append({
                "mark": {"type": "line", "color": LINES, "strokeDash": dash, "strokeWidth": 1.2,
                         "point": len(kept) == 1},
                "data": {"values": values},
                "encoding": {},
            })  # fmt: skip
    ends = [{"size": shown(each), "value": target} for each in (kept[0], kept[-1])]
    layers.append({"mark": {"type": "line", "color": INK, "strokeWidth": 1.4, "point": False},
                   "data": {"values": ends}, "encoding": {}})  # fmt: skip
    return layers


def _cells(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return how many of those inside the limits there are, in cells of size and value."""
    return {
        "mark": {"type": "rect"},
        "data": {"values": _counted(rows)},
        "encoding": {
            "x2": {"field": "size_to"}, "y2": {"field": "value_to"},
            "color": {"field": "count", "type": "quantitative", "legend": None,
                      "scale": {"range": ["#E4F0F9", BLUE], "type": "sqrt"}},
        },
    }  # fmt: skip


def _counted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not rows:
        return []
    ends = {name: (min(each[name] for each in rows), max(each[name] for each in rows))
            for name in ("size", "value")}  # fmt: skip
    step = {name: (high - low) / _BINS or 1.0 for name, (low, high) in ends.items()}
    counts: dict[tuple[int, int], int] = {}
    for each in rows:
        cell = tuple(min(int((each[name] - ends[name][0]) / step[name]), _BINS - 1)
                     for name in ("size", "value"))  # fmt: skip
        counts[cell[0], cell[1]] = counts.get((cell[0], cell[1]), 0) + 1
    return [
        {"size": ends["size"][0] + x * step["size"], "size_to": ends["size"][0] + (x + 1) * step["size"],
         "value": ends["value"][0] + y * step["value"],
         "value_to": ends["value"][0] + (y + 1) * step["value"], "count": count}
        for (x, y), count in sorted(counts.items())
    ]  # fmt: skip


def _dots(rows: list[dict[str, Any]], kinds: list[str], language: Language) -> list[dict[str, Any]]:
    """Return the points, and the names of those outside."""
    said = dict(zip(_KINDS, kinds, strict=True))
    values = [{"size": shown(each["size"]), "value": each["value"], "place": said[each["kind"]],
               "text": each["text"]} for each in rows]  # fmt: skip
    legend = {"title": None, "columns": legend_columns(kinds, _WIDE)}
    points = {
        "mark": {"type": "point", "filled": True, "opacity": 1, "size": 70, "stroke": INK,
                 "strokeWidth": 0.7},
        "data": {"values": values},
        "encoding": {
            "color": {"field": "place", "type": "nominal", "legend": legend,
                      "scale": {"domain": kinds, "range": list(_FILLS)}},
            "shape": {"field": "place", "type": "nominal", "legend": legend,
                      "scale": {"domain": kinds, "range": list(_SHAPES)}},
        },
    }  # fmt: skip
    named = [each for each in values if each["text"]]
    text = {"text": {"field": "text", "type": "nominal"}}
    mark = {"type": "text", "align": "left", "baseline": "middle", "dx": 7, "fontSize": SMALL}
    rim = {"stroke": PAPER, "strokeWidth": 3, "fill": PAPER}
    return [points] + [
        {"mark": each, "data": {"values": named}, "encoding": dict(text)}
        for each in ({**mark, **rim}, mark)
        if named
    ]


def _axes(layer: dict[str, Any], language: Language, percent: bool) -> None:
    """Give a layer the two axes that all share."""
    form = {"labelExpr": "format(datum.value * 100, '~r') + '\u00a0%'"} if percent else {}
    size, value = phrase("funnel_size", language), phrase("funnel_value", language)
    plain = {"nice": True, "zero": False}
    layer["encoding"] |= {
        "x": {"field": "size", "type": "quantitative", "axis": {"title": size, "grid": False},
              "scale": {"nice": True, "zero": True}},
        "y": {"field": "value", "type": "quantitative", "scale": plain,
              "axis": {"title": value, "tickCount": 6, **form}},
    }  # fmt: skip
