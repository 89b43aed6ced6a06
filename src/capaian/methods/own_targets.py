"""Methods where each subject has its own target: all the rules of a constant, in one formula.

`TARGET` is the subject's target as an integer and `UNIT` the integer that stands for 1, so that the
sign of a target is told without an error. Divisors are held at 1 or more (or at -1 or less) in the
branch where they are so anyway: the error of a whole column then has a finite bound.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from capaian.formula import Node, greatest, least, lit, when
from capaian.methods.lines import span
from capaian.plugin import TARGET, UNIT
from capaian.policy import Scale

ABOVE, BELOW, ZERO = TARGET > 0, TARGET < 0, TARGET.equals(0)
_FITTING: Final = {
    ("higher", None): (ABOVE, BELOW),
    ("higher", "ratio"): (ABOVE,),
    ("higher", "mirror"): (BELOW,),
    ("lower", None): (ABOVE,),
    ("lower", "mirror"): (ABOVE, BELOW),
    ("lower", "inverse"): (ABOVE,),
    ("lower", "ratio"): (BELOW,),
}
"""By what is better and the formula: for which targets there is one; of 0 only with `worst`."""


def usable(better: str, formula: str | None, *, zero: bool) -> Node | None:
    """Return the condition under which a target can be used; `None` where none ever can.

    Parameters
    ----------
    better, formula
        The method's options.
    zero
        Whether a target of 0 has a formula.
    """
    fitting = _FITTING.get((better, formula))
    if fitting is None:
        return None
    made = [*fitting, ZERO] if zero else list(fitting)
    condition = made[0]
    for each in made[1:]:
        condition = condition | each
    return condition


def against(
    x: Node,
    scale: Scale,
    better: str,
    formula: str | None,
    *,
    worst: Fraction | None,
    limit: Fraction,
) -> Node:
    """Return the achievement of a value against the subject's own target.

    Parameters
    ----------
    x
        The value.
    scale
        The scale on which the target met is the best.
    better, formula
        The method's options.
    worst
        W, for targets of 0: worst + (best - worst) (W - x) / W.
    limit
        For `inverse`: the most that it gives.
    """
    rise = span(scale)
    above, below = greatest(TARGET, 1), least(TARGET, -1)
    ratio, mirror = lit(scale.worst), lit(scale.worst + 2 * rise)
    if better == "higher":
        grown = ratio + _share(x, above, rise)
        made = when(ABOVE, grown, mirror - _share(x, below, rise))
    elif formula == "ratio":
        made = ratio + _share(x, below, rise)
    elif formula == "inverse":
        share = (lit(rise) * TARGET / (x * UNIT)).clip(0, limit - scale.worst)
        made = when(x <= 0, limit, ratio + share)
    else:
        made = mirror - _share(x, above, rise)
        if formula == "mirror":
            made = when(ABOVE, made, mirror - _share(x, below, rise))
    if worst is None:
        return made
    return when(ZERO, lit(scale.worst + rise) - x * lit(rise / worst), made)


def reached(x: Node, better: str) -> Node:
    """Return whether the target is met."""
    return x * UNIT >= TARGET if better == "higher" else x * UNIT <= TARGET


def between(x: Node, scale: Scale, worst: Fraction | None, best: Fraction | None) -> Node:
    """Return where a value stands between two posts, one of them the subject's own.

    Parameters
    ----------
    x
        The value.
    scale
        The scale: its worst and best are earned at the posts.
    worst, best
        The posts; `None` for the one that is the subject's own.

    Notes
    -----
    The bound of a column's error is finite, but it grows with the square of the largest target over
    the least distance of two posts: where that is great, more rows are decided in fractions.
    """
    post = worst if best is None else best
    known = Fraction(0) if post is None else post
    below, above = lit(known.denominator), lit(known.numerator)
    if best is None:
        rise = (x - lit(known)) * (below * UNIT)
        run = TARGET * below - above * UNIT
    else:
        rise = x * (below * UNIT) - TARGET * below
        run = above * UNIT - TARGET * below
    share = lit(span(scale)) * rise
    held = when(run > 0, share / greatest(run, 1), share / least(run, -1))
    return held if scale.worst == 0 else lit(scale.worst) + held


def differs(post: Fraction) -> Node:
    """Return whether a target is another value than a post."""
    target = TARGET if post.denominator == 1 else TARGET * post.denominator
    return target.differs(UNIT * post.numerator)


def nearest(x: Node, scale: Scale, reach: Fraction | None) -> Node:
    """Return how near a value lies to the subject's own target.

    Parameters
    ----------
    x
        The value.
    scale
        The scale: its best is earned at the target.
    reach
        How far from the target the worst lies; the size of the target where `None`.
    """
    rise = span(scale)
    if reach is not None:
        away = greatest(x * UNIT - TARGET, TARGET - x * UNIT)
        return lit(scale.best) - away * lit(rise / reach) / UNIT
    # |x - T| / |T| is |x / T - 1|: the error of a quotient is smaller than that of a difference.
    parts = (_share(x, each, rise) for each in (greatest(TARGET, 1), least(TARGET, -1)))
    above, below = (greatest(each - lit(rise), lit(rise) - each) for each in parts)
    return lit(scale.best) - when(ABOVE, above, below)


def _share(x: Node, target: Node, rise: Fraction) -> Node:
    return x * (lit(rise) * UNIT) / target
