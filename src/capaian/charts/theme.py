"""One look for all pictures: sizes, letters, colours, patterns.

Colours of categories are those of Okabe and Ito (2008), which people with any of the three kinds of
colour-blindness tell apart; colours of what has an order run from light to dark in one hue, so that
they keep their order in grey. Letters have a contrast of at least 4.5 to 1 with what is behind
them (WCAG 2.2, 1.4.3).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import wrap
from typing import Any

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""vl-convert ships the first; the others have letters of the same width."""
TEXT, SMALL, TITLE = 12, 11, 15
"""Sizes of letters in pixels; 640 pixels over the width of a page make 12 of them 9 points."""
LINE = 15
"""Pixels from a line of text to the next."""
WIDE = 640
"""Pixels that a picture is wide, about."""
LETTER = 6.3
"""Pixels that a letter of size `TEXT` is wide, on the mean and rounded up."""

PAPER, INK, SOFT = "#FFFFFF", "#1A1A1A", "#555555"
LINES, FAINT, SHADE = "#767676", "#D9D9D9", "#EFEFEF"
ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILLION, PURPLE, BLACK = "#0072B2", "#D55E00", "#CC79A7", "#000000"
OKABE_ITO = (ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILLION, PURPLE, BLACK)
PLUS, MINUS, SUM = BLUE, ORANGE, "#404040"
"""What adds, what takes off, what they come to: dark, light and darkest in grey."""
_RAMP = ("#E4F0F9", "#A9CFE9", "#62A8D6", "#0072B2", "#00507E", "#002A44")
_LINEAR = 0.04045
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")


def ramp(count: int) -> list[str]:
    """Return colours for things in an order, the first the lightest.

    Parameters
    ----------
    count
        How many; of one it is the middle.
    """
    if count == 1:
        return [BLUE]
    return [blend(at / (count - 1)) for at in range(count)]


def blend(share: float) -> str:
    """Return the colour at a share, 0 to 1, of the way from light to dark."""
    place = min(max(share, 0.0), 1.0) * (len(_RAMP) - 1)
    left = min(int(place), len(_RAMP) - 2)
    pairs = zip(_parts(_RAMP[left]), _parts(_RAMP[left + 1]), strict=True)
    mixed = (round(a + (b - a) * (place - left)) for a, b in pairs)
    return "#" + "".join(f"{each:02X}" for each in mixed)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 (black) to 1 (white): WCAG 2.2."""
    shares = (each / 255 for each in _parts(colour))
    linear = [x / 12.92 if x <= _LINEAR else ((x + 0.055) / 1.055) ** 2.4 for x in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    """Return the contrast of two colours, 1 to 21: WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(two)))
    return (light + 0.05) / (dark + 0.05)


def ink_on(fill: str) -> str:
    """Return the colour of letters on a colour: of black and white the one that stands out more."""
    return max((BLACK, PAPER), key=lambda each: contrast(each, fill))


def _parts(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def striped(colour: str = LINES, paper: str = PAPER, stripes: int = 6) -> dict[str, Any]:
    """Return a fill of slanted stripes: there is no value here, and nobody takes it for one."""
    stops = []
    for at in range(stripes):
        start, middle, end = (at / stripes, (at + 0.25) / stripes, (at + 1) / stripes)
        stops += [
            {"offset": start, "color": colour},
            {"offset": middle, "color": colour},
            {"offset": middle, "color": paper},
            {"offset": end, "color": paper},
        ]
    return {"gradient": "linear", "x1": 0, "y1": 0, "x2": 1, "y2": 1, "stops": stops}


def lines_of(text: str, letters: int) -> list[str]:
    """Return a text in lines of so many letters at most; nothing is cut off."""
    whole = _BLANKS.sub(" ", text).strip().replace(" %", "\u00a0%")
    return wrap(whole, letters, break_on_hyphens=False) or [""]


def room_of(lines: Sequence[str], size: int = TEXT) -> int:
    """Return how many pixels wide some lines of text are, at most."""
    return round(LETTER * size / TEXT * max((len(each) for each in lines), default=0))


def settings() -> dict[str, Any]:
    """Return the settings of Vega-Lite that every picture has."""
    plain = {"labelFont": FONT, "labelFontSize": SMALL, "labelColor": INK, "titleFont": FONT}
    named = {"titleFontSize": TEXT, "titleFontWeight": "normal", "titleColor": INK}
    return {
        "background": PAPER,
        "padding": 12,
        "font": FONT,
        "view": {"stroke": None},
        "title": {
            "anchor": "start",
            "frame": "bounds",
            "font": FONT,
            "fontSize": TITLE,
            "fontWeight": "bold",
            "color": INK,
            "lineHeight": TITLE + 4,
            "offset": 14,
            "subtitleFont": FONT,
            "subtitleFontSize": TEXT,
            "subtitleColor": SOFT,
            "subtitleLineHeight": LINE,
            "subtitlePadding": 4,
        },
        "text": {"font": FONT, "fontSize": TEXT, "color": INK, "lineBreak": "\n",
                 "lineHeight": LINE, "limit": 0},
        "axis": {**plain, **named, "labelLimit": 0, "titleLimit": 0, "domainColor": LINES,
                 "tickColor": LINES, "gridColor": FAINT, "titlePadding": 8},
        "legend": {**plain, **named, "labelLimit": 0, "titleLimit": 0, "orient": "top",
                   "direction": "horizontal", "labelFontSize": SMALL, "symbolStrokeWidth": 1,
                   "titlePadding": 6, "offset": 6},
    }  # fmt: skip
