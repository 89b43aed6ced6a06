"""Layers of a picture: text, bars, rules and points on a sheet measured in pixels from its top.

Rows stand at heights in pixels and not on a scale of names, so that each may be as high as its
text, and no name is ever an identifier in the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from capaian.charts.picture import SCHEMA, Picture, shown
from capaian.charts.theme import (
    INK,
    LINE,
    LINES,
    PAPER,
    SMALL,
    SOFT,
    WIDE,
    lines_of,
    room_of,
    settings,
)
from capaian.errors import Language

Layer: TypeAlias = dict[str, Any]
Rows: TypeAlias = Sequence[Mapping[str, Any]]
PERCENT = "format(datum.value * 100, '~r') + '\u00a0%'"
"""How Vega writes the shares of an axis."""
_CAPTION = 104
"""Letters to a line below a picture."""
_SUBTITLE = 92


class Sheet:
    """A plot whose vertical axis is pixels, 0 at the top; `x` is what the picture measures.

    Parameters
    ----------
    width, height
        Pixels.
    x
        Of the horizontal axis: its ends, and what Vega-Lite is told of the axis; `None` is none.
    left
        Pixels that stand left of the plot, for the names of rows.
    """

    def __init__(
        self,
        width: int,
        height: float,
        ends: tuple[float, float],
        axis: Mapping[str, Any] | None,
        left: float = 0,
    ) -> None:
        self.width, self.height, self.left = width, height, left
        self._ends, self._axis = ends, axis
        self.layers: list[Layer] = []

    def x(self, name: str) -> Layer:
        """Return the channel of a column that is measured along the picture."""
        scale = {"domain": [shown(each) for each in self._ends], "nice": False, "zero": False}
        axis = None if self._axis is None else dict(self._axis)
        return {"field": name, "type": "quantitative", "scale": scale, "axis": axis}

    def y(self, name: str) -> Layer:
        """Return the channel of a column of pixels from the top."""
        scale = {"domain": [0, shown(self.height)], "reverse": True, "nice": False, "zero": False}
        return {"field": name, "type": "quantitative", "scale": scale, "axis": None}

    def add(self, mark: Mapping[str, Any], values: Rows, **channels: Any) -> None:
        """Add a layer, above those that are there; none where there is nothing to draw."""
        if values:
            self.layers.append(
                {
                    "mark": dict(mark),
                    "data": {"values": [dict(each) for each in values]},
                    "encoding": channels,
                }
            )

    def bars(self, values: Rows, start: str, end: str, **mark: Any) -> None:
        """Add bars from one column to another, between the heights `top` and `low`."""
        self.add(
            {"type": "rect", **mark}, values,
            x=self.x(start), x2={"field": end}, y=self.y("top"), y2={"field": "low"},
        )  # fmt: skip

    def tiles(self, values: Rows, start: str, end: str, **mark: Any) -> None:
        """Add bars, each of the colour in its `fill`."""
        self.add(
            {"type": "rect", **mark}, values,
            x=self.x(start), x2={"field": end}, y=self.y("top"), y2={"field": "low"},
            fill={"field": "fill", "type": "nominal", "scale": None},
        )  # fmt: skip

    def uprights(self, values: Rows, at: str = "at", **mark: Any) -> None:
        """Add rules from top to bottom of the plot."""
        made = [{"top": 0, "low": shown(self.height), **each} for each in values]
        self.add(
            {"type": "rule", "color": LINES, "strokeDash": [4, 3], **mark}, made,
            x=self.x(at), y=self.y("top"), y2={"field": "low"},
        )  # fmt: skip

    def points(self, values: Rows, at: str, **mark: Any) -> None:
        """Add points at a column, at the height `y`."""
        self.add(
            {"type": "point", "filled": True, "opacity": 1, "color": INK, "size": 60, **mark},
            values, x=self.x(at), y=self.y("y"),
        )  # fmt: skip

    def words(
        self, values: Rows, text: str, at: str | float, *, halo: bool = False, **mark: Any
    ) -> None:
        """Add texts at the height `y`: at a column, or at so many pixels from the left."""
        x = self.x(at) if isinstance(at, str) else {"value": at}
        made = {"type": "text", "align": "left", "baseline": "middle", **mark}
        channels = {"x": x, "y": self.y("y"), "text": {"field": text, "type": "nominal"}}
        if halo:
            rim = {"stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round", "fill": PAPER}
            self.add({**made, **rim}, values, **channels)
        self.add(made, values, **channels)

    def names(self, values: Rows, text: str = "name", **mark: Any) -> None:
        """Add the names of rows, left of the plot, from the height `y` down."""
        self.words(values, text, -8, **{"align": "right", "baseline": "line-top", **mark})

    def layered(self) -> Layer:
        """Return the plot as a document, or as a part of one."""
        return {"width": self.width, "height": shown(self.height), "layer": self.layers}

    def caption(self, lines: Sequence[str], below: float) -> None:
        """Add what must be said below the picture, so many pixels below the plot."""
        self.layers.append(caption_at(lines, -self.left, self.height + below))


def caption_at(lines: Iterable[str], x: float, y: float) -> Layer:
    """Return the layer of what must be said below a picture, each text in lines of its own."""
    said = [line for each in lines if each for line in lines_of(each, _CAPTION)]
    mark = {"type": "text", "align": "left", "baseline": "top", "fontSize": SMALL,
            "color": SOFT, "lineHeight": LINE, "text": said}  # fmt: skip
    place = {"x": {"value": shown(x)}, "y": {"value": shown(y)}}
    return {"mark": mark, "data": {"values": [{}]}, "encoding": place}


def picture(
    document: Layer,
    title: str,
    subtitle: str,
    description: str,
    language: Language,
) -> Picture:
    """Return a picture of a document: with its head, the theme and the alternative text.

    Parameters
    ----------
    document
        The plot, or several of them.
    title, subtitle
        What it shows, and of what.
    description
        What there is to see, in words.
    language
        Of these texts.
    """
    head: Layer = {"text": lines_of(title, _SUBTITLE - 20)}
    if subtitle:
        head["subtitle"] = lines_of(subtitle, _SUBTITLE)
    spec = {
        "$schema": SCHEMA,
        "title": head,
        "description": description,
        "config": settings(),
        **document,
    }
    return Picture(spec, title, description, language)


def stacked(
    lines: Sequence[Sequence[str]], least: int = 26, room: int = 10
) -> list[tuple[float, float]]:
    """Return top and bottom of rows, in pixels, each as high as its lines of text."""
    found, top = list[tuple[float, float]](), 0.0
    for each in lines:
        high = max(least, LINE * len(each) + room)
        found.append((top, top + high))
        top += high
    return found


def plot_width(left: float, right: float = 0) -> int:
    """Return how wide a plot is that leaves room on both sides."""
    return max(round(WIDE - left - right), 220)


def legend_columns(titles: Sequence[str], width: float) -> int:
    """Return how many entries of a legend stand side by side."""
    rooms = [room_of([each], SMALL) + 32 for each in titles]
    for columns in range(len(titles), 1, -1):
        if sum(max(rooms[at::columns]) for at in range(columns)) <= width:
            return columns
    return 1
