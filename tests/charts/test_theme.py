"""Colours that everybody tells apart, and letters that stand out from what is behind them."""

from itertools import combinations, pairwise

import pytest

from capaian.charts import theme
from capaian.charts.funnels import _FILLS as FUNNEL
from capaian.charts.panels import _FILLS as FLOWS

# Machado, Oliveira and Fernandes 2009, "A physiologically-based model for simulation of color
# vision deficiency", IEEE Transactions on Visualization and Computer Graphics 15(6), table 1 at
# severity 1.0: on linear RGB.
SEEN_BY = {
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "a printer without colour": ((0.2126, 0.7152, 0.0722),) * 3,
}
APART = 10
"""A distance in CIELAB (1976); about 2.3 can be told at all when side by side."""


def linear(colour):
    """Red, green and blue as amounts of light."""
    values = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in values]


def lab(light):
    """A colour in CIELAB under D65."""
    to_xyz = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750),
              (0.0193339, 0.1191920, 0.9503041))  # fmt: skip
    white = (0.95047, 1.0, 1.08883)
    xyz = [sum(a * b for a, b in zip(row, light, strict=True)) for row in to_xyz]
    x, y, z = (
        each ** (1 / 3) if each > (6 / 29) ** 3 else each / (3 * (6 / 29) ** 2) + 4 / 29
        for each in (part / most for part, most in zip(xyz, white, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def seen(colour, matrix):
    """A colour as somebody sees it, in CIELAB."""
    light = linear(colour)
    made = [sum(a * b for a, b in zip(row, light, strict=True)) for row in matrix]
    return lab([min(max(each, 0.0), 1.0) for each in made])


def distance(one, two, matrix):
    """How far apart two colours are for somebody."""
    pairs = zip(seen(one, matrix), seen(two, matrix), strict=True)
    return sum((a - b) ** 2 for a, b in pairs) ** 0.5


def test_the_oracle_is_one():
    """Black and white are 100 apart for everybody; red and green are not for a protanope."""
    for matrix in SEEN_BY.values():
        assert distance("#000000", "#FFFFFF", matrix) == pytest.approx(100, abs=0.5)
    red, green = "#B04040", "#608030"
    assert distance(red, green, SEEN_BY["everybody"]) > 50
    assert distance(red, green, SEEN_BY["deuteranopia"]) < 25


@pytest.mark.parametrize("who", SEEN_BY)
@pytest.mark.parametrize(
    "colours",
    [
        pytest.param((theme.PLUS, theme.MINUS, theme.SUM, theme.PAPER), id="waterfall"),
        pytest.param((*FUNNEL, theme.PAPER), id="funnel"),
        pytest.param([FLOWS[e] for e in ("met", "failed", "open_late", "undetermined")], id="flow"),
        pytest.param([FLOWS[each] for each in ("closed", "open")], id="open and closed"),
        pytest.param((theme.blend(0.2), theme.BLUE, theme.PAPER), id="fan"),
        *(pytest.param(theme.ramp(n), id=f"{n} bands") for n in range(2, 8)),
    ],
)
def test_colours_of_one_picture_are_told_apart(colours, who):
    """By each kind of colour-blind, and in a print without colour."""
    for one, two in combinations(colours, 2):
        if theme.PAPER in (one, two) and theme.contrast(one, two) < 1.5:
            continue  # it has an outline
        assert distance(one, two, SEEN_BY[who]) >= APART, (one, two)


@pytest.mark.parametrize("who", SEEN_BY)
def test_what_has_an_order_keeps_it(who):
    """Along the ramp every step is darker, whoever looks."""
    lightness = [seen(theme.blend(at / 40), SEEN_BY[who])[0] for at in range(41)]
    assert all(one > two for one, two in pairwise(lightness))


def test_categories_are_those_of_okabe_and_ito():
    """As in "Color Universal Design", Okabe and Ito 2008."""
    rgb = [(230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178),
           (213, 94, 0), (204, 121, 167), (0, 0, 0)]  # fmt: skip
    assert [f"#{r:02X}{g:02X}{b:02X}" for r, g, b in rgb] == list(theme.OKABE_ITO)


def test_contrast_is_that_of_wcag():
    """Black on white is 21 to 1; #767676 is the lightest grey with 4.5 on white."""
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert theme.contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("letters", [theme.INK, theme.SOFT])
@pytest.mark.parametrize("behind", [theme.PAPER, theme.SHADE])
def test_letters_stand_out(letters, behind):
    """At least 4.5 to 1."""
    assert theme.contrast(letters, behind) >= 4.5


@pytest.mark.parametrize("fill", [*(theme.blend(at / 100) for at in range(101)), *theme.OKABE_ITO])
def test_letters_on_a_colour_stand_out(fill):
    """Whatever the colour of a cell or a bar is."""
    assert theme.contrast(theme.ink_on(fill), fill) >= 4.5


def test_lines_and_stripes_stand_out():
    """What is no text has at least 3 to 1."""
    assert theme.contrast(theme.LINES, theme.PAPER) >= 3
    stops = theme.striped()["stops"]
    assert {each["color"] for each in stops} == {theme.LINES, theme.PAPER}
    assert [each["offset"] for each in stops] == sorted(each["offset"] for each in stops)


def test_lines_of_text():
    """Blanks are one; a number stays with its sign; nothing is cut; a very long word is broken."""
    assert theme.lines_of("one  two\nthree", 7) == ["one two", "three"]
    assert theme.lines_of("a 30.00 %", 8) == ["a", "30.00\u00a0%"]
    assert theme.lines_of("well-known", 6) == ["well-k", "nown"]
    assert theme.lines_of("", 6) == [""]


def test_one_colour_alone_is_the_middle():
    """A ramp of one."""
    assert theme.ramp(1) == [theme.BLUE]
    assert theme.ramp(2) == [theme.blend(0), theme.blend(1)]
