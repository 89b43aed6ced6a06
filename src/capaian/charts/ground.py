"""Where names stand beside points, so that none covers another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import dist
from typing import Any, TypeAlias

from capaian.charts.theme import LETTER, SMALL, TEXT

Box: TypeAlias = tuple[float, float, float, float]
_DOT = 6
"""Half the width of a point, in pixels."""
_TALL = 13
_NEAR = 24
"""Pixels between points whose names may stand together."""


class Ground:
    """The plane of a picture of points: its ends, and what is taken.

    Parameters
    ----------
    rows
        With `size` across and `value` up.
    level
        A value that is to be seen too.
    pixels
        Width and height of the plot.
    """

    def __init__(
        self, rows: Sequence[dict[str, Any]], level: float, pixels: tuple[int, int]
    ) -> None:
        far = max(each["size"] for each in rows) or 1.0
        self.across = (0.0, far * 1.06)
        values = [level]
        values += [each[name] for each in rows for name in ("value", "low_95", "high_95")
                   if each.get(name) is not None]  # fmt: skip
        room = (max(values) - min(values)) * 0.06 or abs(level) or 1.0
        self.up = (min(values) - room, max(values) + room)
        self.pixels = pixels

    def placed(self, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the names of rows that have one, with the middle of each as `size` and `value`.

        A name stands to the right of its point, else to the left, above or below it, wherever it is
        free; where nowhere is, before the name of a point that is near, else to the right.
        """
        taken = [self._box(self._at(each), 2 * _DOT, 2 * _DOT) for each in rows]
        found: list[dict[str, Any]] = []
        whose: list[tuple[float, float]] = []
        for row in rows:
            if not row["text"]:
                continue
            wide = LETTER * SMALL / TEXT * len(row["text"]) + 6
            middles = list(self._around(self._at(row), wide))
            boxes = [self._box(each, wide, _TALL) for each in middles]
            free = [
                at for at, box in enumerate(boxes) if self._inside(box) and not _meets(box, taken)
            ]
            near = [at for at, other in enumerate(whose) if dist(other, self._at(row)) < _NEAR]
            if near and not free:
                other = found[near[0]]
                more = f"{row['text']}, "
                other["text"] = more + other["text"]
                other["size"] += LETTER * SMALL / TEXT * len(more) / 2 * self._per_pixel()
                continue
            best = free[0] if free else 0
            whose.append(self._at(row))
            taken.append(boxes[best])
            x, y = middles[best]
            (left, right), (low, high) = self.across, self.up
            found.append({
                "text": row["text"],
                "size": left + x / self.pixels[0] * (right - left),
                "value": high - y / self.pixels[1] * (high - low),
            })  # fmt: skip
        return found

    def _per_pixel(self) -> float:
        left, right = self.across
        return (right - left) / self.pixels[0]

    def _at(self, row: dict[str, Any]) -> tuple[float, float]:
        """Return where a point is, in pixels from the upper left."""
        (left, right), (low, high) = self.across, self.up
        x = (row["size"] - left) / (right - left) * self.pixels[0]
        return x, (high - row["value"]) / (high - low) * self.pixels[1]

    @staticmethod
    def _around(at: tuple[float, float], wide: float) -> Iterator[tuple[float, float]]:
        x, y = at
        away = _DOT + wide / 2
        yield x + away, y
        yield x - away, y
        for step in (1, 2):
            yield x, y - step * (_TALL + 1)
            yield x, y + step * (_TALL + 1)
            yield x + away, y - step * _TALL
            yield x + away, y + step * _TALL
            yield x - away, y - step * _TALL
            yield x - away, y + step * _TALL

    @staticmethod
    def _box(middle: tuple[float, float], wide: float, tall: float) -> Box:
        x, y = middle
        return x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2

    def _inside(self, box: Box) -> bool:
        return box[0] >= 0 and box[1] >= 0 and box[2] <= self.pixels[0] and box[3] <= self.pixels[1]


def _meets(box: Box, others: Sequence[Box]) -> bool:
    left, top, right, low = box
    return any(left < c and a < right and top < d and b < low for a, b, c, d in others)
