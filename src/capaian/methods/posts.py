"""Normalisations by where a value stands: between goalposts, against a range, near a target.

In the formulas, x is the value, T the target, and the scale runs from worst to best.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from capaian.errors import Finding
from capaian.formula import Node, greatest, least, lit, number, when
from capaian.indicator import FromTable
from capaian.methods import own_targets
from capaian.methods.lines import Better, line, refuse_options, span
from capaian.plugin import TARGET, Direction, Normalisation
from capaian.policy import Scale


@frozen
class GoalpostsOptions:
    """Options of `goalposts`.

    Attributes
    ----------
    worst, best
        The values that earn the worst and the best of the scale; which is better follows. One of
        them may be `{ from = "targets" }`, each subject's own in the policy's table of targets.
    """

    worst: Fraction | FromTable
    best: Fraction | FromTable


def goalposts(options: GoalpostsOptions, scale: Scale, x: Node) -> Node:
    """Return where a value stands between two posts: worst and best of the scale at the posts.

    Parameters
    ----------
    options
        The posts.
    scale
        The scale.
    x
        The value.

    Raises
    ------
    PolicyError
        CPN-P88: both posts are the same.

    Notes
    -----
    scale.worst + (x - worst) / (best - worst) (scale.best - scale.worst); not cut at the posts,
    which is what floor and cap are for. UNDP, Human Development Report, technical note 1; OECD and
    JRC, Handbook on Constructing Composite Indicators (2008), step 5.
    """
    worst, best = options.worst, options.best
    if worst == best:
        post = number(best) if isinstance(best, Fraction) else 'from = "targets"'
        refuse_options("goalposts", [Finding("CPN-P88", "best", {"post": post})])
    if isinstance(worst, Fraction) and isinstance(best, Fraction):
        return line(x, worst, scale.worst, span(scale), best - worst)
    return own_targets.between(x, scale, _post(worst), _post(best))


def _post(post: Fraction | FromTable) -> Fraction | None:
    return post if isinstance(post, Fraction) else None


def _goalposts_direction(options: GoalpostsOptions) -> Direction:
    worst, best = options.worst, options.best
    if isinstance(worst, Fraction) and isinstance(best, Fraction):
        return "higher" if best > worst else "lower"
    return "unknown"


def _goalposts_targets(options: GoalpostsOptions) -> Node | None:
    known = [each for each in (options.worst, options.best) if isinstance(each, Fraction)]
    return own_targets.differs(known[0]) if len(known) == 1 else None


@frozen
class RangeOptions:
    """Options of `range`.

    Attributes
    ----------
    low, high
        The ends of the target range; both belong to it.
    better
        Whether more or less is better outside the range.
    """

    low: Fraction
    high: Fraction
    better: Better


def target_range(options: RangeOptions, scale: Scale, x: Node) -> Node:
    """Return the achievement against a target range: the best inside, a ratio outside.

    Parameters
    ----------
    options
        The range and what is better outside it.
    scale
        The scale.
    x
        The value.

    Raises
    ------
    PolicyError
        CPN-P89: the range is turned round, or does not lie above zero.

    Notes
    -----
    PermenPANRB 8/2021, annex, chapter VI: a realisation above the range is held against its upper
    end, one below against its lower end, one inside is 100; R/T (normal) or 1 + (1 - R/T) (khusus).
    """
    low, high, rise = options.low, options.high, span(scale)
    if low > high or low <= 0:
        values = {"low": number(low), "high": number(high)}
        refuse_options("range", [Finding("CPN-P89", "low", values)])
    mirrored = options.better == "lower"
    start = scale.worst + 2 * rise if mirrored else scale.worst
    turn = -rise if mirrored else rise
    below, above = (line(x, Fraction(0), start, turn, end) for end in (low, high))
    inside = greatest(below, scale.best) if mirrored else least(below, scale.best)
    return when(x > high, above, inside)


def _range_direction(options: RangeOptions) -> Direction:
    return options.better


@frozen
class NearestOptions:
    """Options of `nearest`.

    Attributes
    ----------
    target
        T, the value that earns the best of the scale; or `{ from = "targets" }`, each subject's own
        in the policy's table of targets.
    reach
        How far from the target the worst of the scale lies; |T| where empty.
    """

    target: Fraction | FromTable
    reach: Fraction | None = None


def nearest(options: NearestOptions, scale: Scale, x: Node) -> Node:
    """Return how near a value lies to its target, on either side.

    Parameters
    ----------
    options
        Target and reach.
    scale
        The scale.
    x
        The value.

    Raises
    ------
    PolicyError
        CPN-P90: the reach is not above zero, or the target is 0 and no reach is given.

    Notes
    -----
    best - (best - worst) |x - T| / reach. With the default reach this is KMK 127/2026, stabilise:
    Ca = R/T x 100 where R is at most T, else 200 - R/T x 100.
    """
    goal = options.target
    size = abs(goal) if isinstance(goal, Fraction) else Fraction(1)
    reach = size if options.reach is None else options.reach
    if reach <= 0:
        said = number(goal) if isinstance(goal, Fraction) else 'from = "targets"'
        values = {"target": said, "reach": number(reach)}
        refuse_options("nearest", [Finding("CPN-P90", "reach", values)])
    if isinstance(goal, FromTable):
        return own_targets.nearest(x, scale, options.reach)
    target = lit(goal)
    away = greatest(x if goal == 0 else x - target, target - x)
    return line(away, Fraction(0), scale.best, -span(scale), reach)


def _nearest_direction(_: NearestOptions) -> Direction:
    return "nearest"


def _nearest_targets(options: NearestOptions) -> Node | None:
    if not isinstance(options.target, FromTable):
        return None
    return TARGET.differs(0) if options.reach is None else TARGET.present()


GOALPOSTS = Normalisation(
    "goalposts",
    {"en": "between two goalposts", "id": "di antara dua patokan"},
    GoalpostsOptions,
    goalposts,
    _goalposts_direction,
    _goalposts_targets,
)
RANGE = Normalisation(
    "range",
    {"en": "against a target range", "id": "terhadap rentang target"},
    RangeOptions,
    target_range,
    _range_direction,
)
NEAREST = Normalisation(
    "nearest",
    {"en": "nearness to the target", "id": "kedekatan dengan target"},
    NearestOptions,
    nearest,
    _nearest_direction,
    _nearest_targets,
)
