"""The normalisations that capaian brings: one hook, and the three methods of one operation."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from attrs import frozen

from capaian.errors import Finding
from capaian.formula import Node, rounded
from capaian.methods.lines import line, refuse_options
from capaian.methods.posts import GOALPOSTS, NEAREST, RANGE
from capaian.methods.tables import LOOKUP, PIECEWISE
from capaian.methods.targets import TARGET
from capaian.plugin import Direction, Method, Normalisation, hookimpl
from capaian.policy import Scale

DIGITS = 9
"""The most decimals to which `round` rounds."""


@frozen
class RoundOptions:
    """Options of `round`.

    Attributes
    ----------
    digits
        How many decimals are kept, 0 to 9.
    mode
        `half-up` takes an exact tie away from zero, `half-even` to the even neighbour.
    """

    digits: int
    mode: Literal["half-up", "half-even"] = "half-up"


def round_to(options: RoundOptions, scale: Scale, x: Node) -> Node:
    """Return the value rounded, for rules that go on with a rounded figure.

    Parameters
    ----------
    options
        Decimals and mode.
    scale
        Not used.
    x
        The value.

    Raises
    ------
    PolicyError
        CPN-P97: decimals under 0 or over 9.

    Notes
    -----
    PermenPANRB 8/2021 converts an achievement in whole per cent: `round` with 0 digits, then
    `piecewise`. Its text does not say how ties go.
    """
    del scale
    if not 0 <= options.digits <= DIGITS:
        values = {"digits": options.digits, "most": DIGITS}
        refuse_options("round", [Finding("CPN-P97", "digits", values)])
    return rounded(x, options.digits, options.mode)


@frozen
class TimesOptions:
    """Options of `times`.

    Attributes
    ----------
    by
        What the value is multiplied by; not 0.
    """

    by: Fraction


def times(options: TimesOptions, scale: Scale, x: Node) -> Node:
    """Return the value times a constant, such as the quality of an indicator.

    Parameters
    ----------
    options
        The constant.
    scale
        Not used.
    x
        The value.

    Raises
    ------
    PolicyError
        CPN-P44: the constant is 0.

    Notes
    -----
    y = by x. KMK 127/2026: an achievement of 80 with the quality K3 = 1.05 is worth 84; its limit,
    120, is the indicator's cap.
    """
    del scale
    if options.by == 0:
        refuse_options("times", [Finding("CPN-P44", "by")])
    return line(x, Fraction(0), Fraction(0), options.by, Fraction(1))


def _times_direction(options: TimesOptions) -> Direction:
    return "higher" if options.by > 0 else "lower"


@frozen
class IdentityOptions:
    """`identity` has no options."""


def identity(options: IdentityOptions, scale: Scale, x: Node) -> Node:
    """Return the value as it is: it was measured on the policy's scale.

    Parameters
    ----------
    options, scale
        Not used.
    x
        The value.

    Notes
    -----
    y = x. An IKM of PermenPANRB 14/2017 is such a value.
    """
    del options, scale
    return x


def _as_it_is(_: RoundOptions | IdentityOptions) -> Direction:
    return "higher"


ROUND = Normalisation(
    "round", {"en": "rounded", "id": "dibulatkan"}, RoundOptions, round_to, _as_it_is
)
TIMES = Normalisation(
    "times", {"en": "multiplied", "id": "dikalikan"}, TimesOptions, times, _times_direction
)
IDENTITY = Normalisation(
    "identity", {"en": "as measured", "id": "apa adanya"}, IdentityOptions, identity, _as_it_is
)


@hookimpl
def capaian_methods() -> list[Method]:
    """Return the normalisations of this distribution."""
    return [TARGET, GOALPOSTS, RANGE, NEAREST, PIECEWISE, LOOKUP, ROUND, TIMES, IDENTITY]
