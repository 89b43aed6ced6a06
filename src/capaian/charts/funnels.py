"""The funnel plot: who differs from a target, given how much was observed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from capaian.charts.canvas import PERCENT, Sheet, legend_columns, picture
from capaian.charts.ground import Ground
from capaian.charts.people import MARK, MOST, Label, names_of, place_of
from capaian.charts.picture import Picture, shown
from capaian.charts.reading import columns_of, numbers, prove_choice, prove_some
from capaian.charts.theme import INK, LINES, ORANGE, PAPER, SMALL, VERMILLION, blend
from capaian.charts.words import LANGUAGES, phrase
from capaian.errors import Language

_LEVELS = ("95", "99.8")
_WIDE, _HIGH = 560, 340
_BINS, _AXES = 24, ("size", "value")
_LEFT = 62
"""Pixels that the vertical axis takes."""
_NAMED = 20
"""Points outside the limits that are named; of more, none is."""
_LONG = 12
"""Letters of a name from which on a number stands beside the point, and the names below."""
_LISTED = 3
"""Names that stand beside points at one place; the others are counted."""
_FEW = 9
"""Cases up to which each count stands on the axis: there is no half of a case."""
_POINTS = 400
"""Points outside the limits that are drawn one by one."""
_NEEDED = ("name", "size", "value", "low_95", "high_95", "low_99.8", "high_99.8", "position")
_KINDS = ("inside", "outside_95", "outside_99.8")
_FILLS = (blend(0.1), ORANGE, VERMILLION)
_SHAPES = ("circle", "diamond", "triangle-up")


def funnel_plot(
    funnel: Any,
    language: Language = "en",
    *,
    target: float,
    label: Label = "number",
    highlight: str | None = None,
    percent: bool = True,
    about: str = "",
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
    about
        A line below the title: which indicator, which period.

    Returns
    -------
    Picture
        A point for each; colour and shape both say where it is. Of more than 40, those inside the
        limits are put together in cells. Points outside are named where they are 20 or fewer; names
        of more than 12 letters stand below the picture, with the number that is at the point.

    Raises
    ------
    AnalysisError
        `CPN-M87`: a column is not there. `CPN-M88`: there are no rows. `CPN-M89`: no table.
        `CPN-M90`: a word that is no choice. `CPN-M91`: no numbers.
    EvidenceError
        `CPN-E54`: nobody to mark.
    """
    prove_choice("language", language, LANGUAGES)
    columns = columns_of(funnel, _NEEDED)
    found = {name: numbers(columns, name) for name in _NEEDED[2:-1]}
    found["size"] = numbers(columns, "size", 0)
    target = numbers({"target": [target]}, "target")[0] or 0.0
    rows = _rows(columns, found)
    order = sorted(range(len(rows)), key=lambda at: (rows[at]["size"] or 0, at))
    names = names_of(columns["name"], order, label, language)
    mine = place_of(columns["name"], highlight)
    outside = [each for each in rows if each["kind"] != "inside"]
    wanted = {at for at in order if rows[at]["kind"] != "inside" and len(outside) <= _NAMED}
    wanted |= set() if mine is None else {mine}
    key = []
    long = any(len(name) > _LONG for at, name in zip(order, names, strict=True) if at in wanted)
    for place, (at, name) in enumerate(zip(order, names, strict=True), 1):
        if at in wanted:
            word = str(place) if long else name
            key += [f"{place}: {name}"] if long else []
            rows[at]["text"] = f"{MARK}{word}" if at == mine else word
    rows = [each for each in rows if each["value"] is not None and each["size"] is not None]
    prove_some(rows, "funnel")
    many = len(rows) > MOST
    alone = [each for each in rows if not many or each["text"] or each["kind"] != "inside"]
    cells = _counted(
        [each for each in rows if many and not each["text"] and each["kind"] == "inside"]
    )
    outer = [each for each in alone if not each["text"]]
    dense = len(outer) > _POINTS
    if dense:
        alone = [each for each in alone if each["text"]] + _near(outer)
    kinds = [phrase(each, language) for each in _KINDS]
    ground = Ground(rows, target, (_WIDE, _HIGH))
    layers = [*_cells(cells), *_limits(rows, target), *_dots(alone, kinds), *_names(ground, alone)]
    for layer in layers:
        _axes(layer, ground, language, percent=percent)
    sheet = Sheet(_WIDE, _HIGH, (0, 1), None, _LEFT)
    sheet.layers = layers
    numbered = label == "number" and any(each["text"] for each in rows)
    told = _told(target, percent=percent)
    lines = phrase("funnel_lines", language, target=told)
    said = [f"{lines} {phrase('funnel_outside', language)}"]
    said.append(_many(cells, language))
    said.append(phrase("funnel_dense", language) if dense else "")
    said.append(phrase("funnel_numbers", language) if numbered else "")
    said += key
    sheet.caption(said, 46)
    description = phrase(
        "describe_funnel", language, count=f"{len(rows):,}", target=told,
        outside=len(outside), far=sum(each["kind"] == "outside_99.8" for each in outside),
    )  # fmt: skip
    return picture(sheet.layered(), phrase("funnel", language), about, description, language)


def _many(cells: list[dict[str, Any]], language: Language) -> str:
    """Return what the cells are, where there are any."""
    if not cells:
        return ""
    inside, most = sum(each["count"] for each in cells), max(each["count"] for each in cells)
    return phrase("funnel_many", language, inside=f"{inside:,}", most=f"{most:,}")


def _told(value: float, *, percent: bool) -> str:
    return f"{100 * value:.4g}\u00a0%" if percent else f"{value:.4g}"


def _rows(
    columns: dict[str, list[Any]], found: dict[str, list[float | None]]
) -> list[dict[str, Any]]:
    rows = []
    for at, position in enumerate(columns["position"]):
        level = str(position).rpartition("_")[2]
        kind = f"outside_{level}" if level in _LEVELS else "inside"
        rows.append({**{name: each[at] for name, each in found.items()}, "kind": kind, "text": ""})
    return rows


def _limits(rows: list[dict[str, Any]], target: float) -> list[dict[str, Any]]:
    """Return the lines of limits and of the target; short ones where all are of one size."""
    by_size = {each["size"]: each for each in rows}
    sizes = sorted(by_size)
    kept = sizes[:: max(1, len(sizes) // 400)]
    kept += [sizes[-1]] if kept[-1] != sizes[-1] else []
    ends = kept if len(kept) > 1 else [0.94 * kept[0], 1.06 * kept[0] or 1.0]
    layers = []
    for level, dash in (("95", [5, 4]), ("99.8", [1, 0])):
        for side in ("low", "high"):
            name = f"{side}_{level}"
            values = [{"size": shown(size), "value": by_size.get(size, rows[0])[name]}
                      for size in ends]  # fmt: skip
            layers.append({
                "mark": {"type": "line", "color": LINES, "strokeDash": dash, "strokeWidth": 1.2,
                         "clip": True},
                "data": {"values": values},
                "encoding": {},
            })  # fmt: skip
    flat = [{"size": shown(each), "value": target} for each in (ends[0], ends[-1])]
    layers.append({"mark": {"type": "line", "color": INK, "strokeWidth": 1.4},
                   "data": {"values": flat}, "encoding": {}})  # fmt: skip
    return layers


def _cells(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return how many of those inside the limits there are, by size and value."""
    if not cells:
        return []
    most = max(each["count"] for each in cells)
    values = [{**each, "fill": blend(0.02 + 0.5 * (each["count"] / most) ** 0.5)} for each in cells]
    channels = {"x2": {"field": "size_to"}, "y2": {"field": "value_to"},
                "fill": {"field": "fill", "type": "nominal", "scale": None}}  # fmt: skip
    return [{"mark": {"type": "rect"}, "data": {"values": values}, "encoding": channels}]


def _counted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the cells of a grid in which there are rows, with how many."""
    if not rows:
        return []
    ends, step = _grid(rows)
    counts = Counter(_place(each, ends, step) for each in rows)
    found = []
    for cell, count in sorted(counts.items()):
        row: dict[str, Any] = {"count": count}
        for place, name in zip(cell, _AXES, strict=True):
            row[name] = ends[name] + place * step[name]
            row[f"{name}_to"] = ends[name] + (place + 1) * step[name]
        found.append(row)
    return found


def _near(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a point for those near each other, where their mean is."""
    ends, step = _grid(rows)
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for each in rows:
        groups.setdefault((each["kind"], *_place(each, ends, step)), []).append(each)
    return [
        {"kind": kind, "text": ""}
        | {name: sum(each[name] for each in group) / len(group) for name in _AXES}
        for (kind, *_), group in sorted(groups.items())
    ]


def _grid(rows: list[dict[str, Any]]) -> tuple[dict[str, float], dict[str, float]]:
    """Return where a grid over rows begins, and its steps."""
    low = {name: min(each[name] for each in rows) for name in _AXES}
    high = {name: max(each[name] for each in rows) for name in _AXES}
    step = {name: (high[name] - low[name]) / _BINS for name in _AXES}
    for name in _AXES:
        if not step[name]:  # all are alike: one cell, about them
            step[name] = 0.04 * abs(low[name]) or 0.04
            low[name] -= step[name] / 2
    return low, step


def _place(row: dict[str, Any], ends: dict[str, float], step: dict[str, float]) -> tuple[int, ...]:
    return tuple(min(int((row[name] - ends[name]) / step[name]), _BINS - 1) for name in _AXES)


def _dots(rows: list[dict[str, Any]], kinds: list[str]) -> list[dict[str, Any]]:
    """Return the points."""
    said = dict(zip(_KINDS, kinds, strict=True))
    values = [{"size": shown(each["size"]), "value": each["value"], "place": said[each["kind"]]}
              for each in rows]  # fmt: skip
    legend = {"title": None, "columns": legend_columns(kinds, _WIDE)}
    by = {"field": "place", "type": "nominal", "legend": legend}
    channels = {
        "color": {**by, "scale": {"domain": kinds, "range": list(_FILLS)}},
        "shape": {**by, "scale": {"domain": kinds, "range": list(_SHAPES)}},
    }
    mark = {"type": "point", "filled": True, "opacity": 1, "size": 70, "stroke": INK,
            "strokeWidth": 0.7}  # fmt: skip
    return [{"mark": mark, "data": {"values": values}, "encoding": channels}]


def _names(ground: Ground, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the names of points, each where it covers no point and no other name."""
    named = ground.placed(_together(rows))
    channels = {"text": {"field": "text", "type": "nominal"}}
    mark = {"type": "text", "align": "center", "baseline": "middle", "fontSize": SMALL}
    rim = {"stroke": PAPER, "strokeWidth": 3, "fill": PAPER}
    return [
        {"mark": each, "data": {"values": named}, "encoding": dict(channels)}
        for each in ({**mark, **rim}, mark)
        if named
    ]


def _together(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows in which one stands for all that are at the same place, under all their names."""
    at: dict[tuple[float, float], list[dict[str, Any]]] = {}
    for each in rows:
        at.setdefault((each["size"], each["value"]), []).append(each)
    found = []
    for same in at.values():
        names = sorted(
            (each["text"] for each in same if each["text"]),
            key=lambda name: not name.startswith(MARK),
        )
        said = ", ".join(names[:_LISTED])
        said += f" +{len(names) - _LISTED}" if len(names) > _LISTED else ""
        found.append({**same[0], "text": said})
    return found


def _axes(layer: dict[str, Any], ground: Ground, language: Language, *, percent: bool) -> None:
    """Give a layer the two axes that all share."""
    form = {"labelExpr": PERCENT} if percent else {"format": "~r"}
    size, value = phrase("funnel_size", language), phrase("funnel_value", language)
    far = ground.across[1]
    ticks = {"values": list(range(int(far) + 1))} if far < _FEW else {"tickCount": 8}
    layer["encoding"] |= {
        "x": {"field": "size", "type": "quantitative",
              "scale": {"domain": list(ground.across), "nice": False, "zero": False},
              "axis": {"title": size, "grid": False, "format": ",~r", **ticks}},
        "y": {"field": "value", "type": "quantitative",
              "scale": {"domain": list(ground.up), "nice": False, "zero": False},
              "axis": {"title": value, "tickCount": 6, **form}},
    }  # fmt: skip
