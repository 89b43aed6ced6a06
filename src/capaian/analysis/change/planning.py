"""What it takes: the least effort by which one subject reaches a band, proved by scoring it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.analysis.change.chance import Chance, Values, chance_of
from capaian.analysis.change.reach import HEADLINE, Mechanism, mechanism_of
from capaian.analysis.table import Table
from capaian.analysis.wanted import unwanted
from capaian.band import NextBand, band_of, next_band
from capaian.discreet import discreet
from capaian.errors import AnalysisError, Finding, did_you_mean, refuse
from capaian.exact import round_ratio
from capaian.scores import Scores
from capaian.scores.tail import SCORE

Floats: TypeAlias = NDArray[np.float64]
_TRIES = 40
"""How often a plan is made anew that misses by a rounding or by an error."""


@frozen(eq=False, repr=False)
class Effort:
    """What it takes to reach a band.

    Attributes
    ----------
    subject, band
        Who, and which band.
    reached
        Whether the moves reach it. Where not, the moves are those to the greatest score there is.
    score, least
        The exact score before rounding that the moves give, and the least that the band needs.
    band_after
        The band that they give.
    cost, bound
        What the moves cost, and what no plan can cost less than: they differ where a measured value
        goes by whole steps.
    probability
        With `robust`: of being found in the band or above it, given the errors; else `None`.
    gate
        A fact that the band needs besides the score; empty where it needs none.
    table
        `indicator`, `unit`, `now`, `to`, `move`, `cost`, `achievement_now`, `achievement_to`.
    """

    subject: str
    band: str
    reached: bool
    score: Fraction
    least: Fraction
    band_after: str | None
    cost: Fraction
    bound: float
    probability: float | None
    gate: str
    table: Table

    def __str__(self) -> str:
        return self.table.text()

    def __repr__(self) -> str:
        said = "reached" if self.reached else "not reached"
        return f"<Effort for '{self.band}': {said}, cost {float(self.cost):.2f}>\n{self}"

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


@discreet
def what_it_takes(  # noqa: PLR0913 - everything but whose and which band is named
    scores: Scores,
    subject: str,
    band: str,
    *,
    costs: Mapping[str, Any],
    frozen: Collection[str] = (),
    limits: Mapping[str, Any] | None = None,
    robust: float | None = None,
    errors: Mapping[str, float] | None = None,
) -> Effort:
    """Return the least effort by which one subject reaches a band.

    Parameters
    ----------
    scores, subject, band
        The result, whose, and the id of the band.
    costs
        For each indicator that may be moved, the cost of one unit of its measured value, above 0,
        in any currency: hours, rupiah, points of trouble. There is no default: whether one per cent
        of answers in time is as hard as one more service is not for a library to say.
    frozen
        Indicators that stay as they are.
    limits
        For some indicators, the farthest measured value that they can be moved to.
    robust, errors
        The probability, between 0 and 1, with which the band must be reached though values are
        measured with error; and for each indicator the standard error of its measured value. The
        errors are taken to be normal and independent, and not to change with the moves.

    Returns
    -------
    Effort
        The plan. It was scored in exact arithmetic before it was given: one that says `reached`
        reaches. Where nothing does, it says so, and what is the most that can be reached.

    Raises
    ------
    EvidenceError
        CPN-E54: no such subject.
    AnalysisError
        CPN-M26: the tree has a formula, a conversion or weights by active days. CPN-M29: there is
        no score. CPN-M30: a name that is no indicator. CPN-M31: a decision table. CPN-M32: an
        achievement that is no chain of straight lines. CPN-M33: a cost that is not above 0, or
        `robust` is no probability. CPN-M34: `robust` without `errors`. CPN-M35: an indicator that
        is neither frozen nor has a cost. CPN-M37: no such band.

    See Also
    --------
    capaian.Scores.explain : how far each indicator alone would have to move, without costs.

    Notes
    -----
    min sum c_i d_i subject to the policy's tree; a linear programme where achievements are concave,
    with whole-number choices where they jump (Dantzig 1957; Ustun, Spangher & Liu 2019), solved by
    HiGHS. The solution is moved on to the grain of each measured value, scored by the policy
    itself, and made smaller while it still reaches. Indicators without a value are not planned
    for: bringing evidence of them changes the weights of all others.
    """
    row = scores.row(subject)
    exact = scores.exact(row)
    if not scores.tail(row).scored:
        raise refuse(AnalysisError, HEADLINE, "CPN-M29", "subject")
    above = _wanted(scores, row, exact[SCORE][1], band)
    priced = _priced(scores, costs, frozen, limits or {})
    ends = {name: _fraction(value) for name, value in (limits or {}).items()}
    mechanism = mechanism_of(scores, row, priced, ends)
    chance = chance_of(mechanism, above.score, robust, errors)

    def enough(values: Values) -> bool:
        reached = above.reached_by(mechanism.score(values))
        return reached and (chance is None or robust is None or chance(values)[0] >= robust)

    values, bound, reached = _planned(mechanism, above, enough, chance, robust)
    return _effort(mechanism, above, values, bound, reached=reached, band=band, chance=chance)


def _fraction(value: Any) -> Fraction:
    """Return a number exactly as it is written: 0.1 is one tenth."""
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def _priced(
    scores: Scores,
    costs: Mapping[str, Any],
    frozen: Collection[str],
    limits: Mapping[str, Any],
) -> dict[str, Fraction]:
    known = scores.plan.indicators
    findings = [
        Finding("CPN-M30", where, {"name": name, "hint": did_you_mean(name, known)})
        for where, names in (("costs", costs), ("frozen", frozen), ("limits", limits))
        for name in names
        if name not in known
    ]
    free = [name for name in known if name not in {*frozen}]
    findings += [Finding("CPN-M35", "costs", {"name": name}) for name in free if name not in costs]
    findings += [
        unwanted(f"costs['{name}']", costs[name], "above 0")
        for name in free
        if name in costs and not _fraction(costs[name]) > 0
    ]
    if findings:
        raise AnalysisError(HEADLINE, findings)
    return {name: _fraction(costs[name]) for name in free}


def _wanted(scores: Scores, row: int, value: Fraction, band: str) -> NextBand:
    """Return the wanted band and the score that it needs, found on the way up from the bottom."""
    policy = scores.policy
    if policy.decision is not None:
        raise refuse(AnalysisError, HEADLINE, "CPN-M31", "decision")
    names = [each.id for each in policy.bands]
    if band not in names:
        values = {"name": band, "hint": did_you_mean(band, names)}
        raise AnalysisError(HEADLINE, [Finding("CPN-M37", "band", values)])
    facts = {name: bool(known.get(scores.subjects[row])) for name, known in scores.facts.items()}
    rounding = policy.rounded("score", "score")
    edges = [each for b in policy.bands for each in (b.low, b.high) if each is not None]
    at = min([value, *edges]) - 1
    lowest = band_of(at, policy.bands, policy.precedence, facts)
    if lowest is not None and lowest.id == band:
        return NextBand(lowest, None, at, inside=True)  # whoever has a score has it, or a better
    found = next_band(at, policy.bands, policy.precedence, facts, rounding)
    while found is not None and found.band.id != band:
        at = found.score + 1 if found.rounded is None else found.rounded
        found = next_band(at, policy.bands, policy.precedence, facts, rounding)
    if found is None:
        # Its gate is closed while another band, without a gate, is given on the same scores.
        hidden = next(each for each in policy.bands if each.id == band)
        low = edges[0] - 1 if hidden.low is None else hidden.low
        return NextBand(hidden, None, low, hidden.low_inside, gate=hidden.gate)
    return found


def _planned(
    mechanism: Mechanism,
    above: NextBand,
    enough: Callable[[Values], bool],
    chance: Chance | None,
    robust: float | None,
) -> tuple[dict[str, Fraction], float, bool]:
    """Return the values of the plan, what no plan costs less than, and whether it reaches."""
    now = mechanism.now()
    if enough(now):
        return now, 0.0, True
    programme, whole = mechanism.programme()
    cut = float(above.score)
    need, bound = cut - mechanism.slack(), 0.0
    for attempt in range(_TRIES):
        x = programme.cheapest(whole, need)
        if x is None:
            break
        values = _values(mechanism, programme.effort, x)
        if attempt == 0:
            bound = float(np.dot(programme.costs, x))
        if enough(values):
            return _trimmed(mechanism, values, enough), bound, True
        short = cut - float(mechanism.score(values))
        if chance is not None and robust is not None:
            short = max(short, cut - chance(values)[1](1 - robust))
        need += max(short, 1e-6 * 2**attempt)
    values = _values(mechanism, programme.effort, programme.highest(whole))
    if enough(values):
        return _trimmed(mechanism, values, enough), bound, True
    return values, bound, False


def _values(mechanism: Mechanism, effort: Any, x: Floats) -> dict[str, Fraction]:
    pairs = zip(mechanism.handles.items(), effort, strict=True)
    return {name: handle.value(far.at(x)) for (name, handle), far in pairs}


def _trimmed(
    mechanism: Mechanism, values: dict[str, Fraction], enough: Callable[[Values], bool]
) -> dict[str, Fraction]:
    """Return the values moved back, the dearest first, by whole grains while they still reach."""
    for name, handle in sorted(mechanism.handles.items(), key=lambda each: -each[1].cost):
        if values[name] == handle.now:
            continue
        if enough({**values, name: handle.now}):
            values = {**values, name: handle.now}
            continue
        short, reach = 0, int(abs(values[name] - handle.now) / handle.grain)
        while reach - short > 0:
            back = (short + reach + 1) // 2
            nearer = {**values, name: values[name] - handle.sign * back * handle.grain}
            if enough(nearer):
                short = back
            else:
                reach = back - 1
        values = {**values, name: values[name] - handle.sign * short * handle.grain}
    return values


def _effort(
    mechanism: Mechanism,
    above: NextBand,
    values: dict[str, Fraction],
    bound: float,
    *,
    reached: bool,
    band: str,
    chance: Chance | None,
) -> Effort:
    scores, row = mechanism.scores, mechanism.row
    handles = mechanism.handles
    moves = {name: values[name] - each.now for name, each in handles.items()}
    costs = {name: abs(moves[name]) * each.cost for name, each in handles.items()}
    score, cost = mechanism.score(values), sum(costs.values(), Fraction(0))
    after = _band_of(scores, row, score)
    shown = [name for name in handles if moves[name]] if reached else list(handles)
    notes = [_said(band, above, score, after, reached=reached, moved=any(moves.values()))]
    if not reached and above.reached_by(score):
        said = f"'{band}' cannot be reached with the probability that is asked for; "
        notes = [f"{said}the most that these indicators can give is a score of {float(score):.4f}"]
    if above.gate:
        notes.append(f"the band also needs the fact '{above.gate}'")
    if chance is not None:
        notes.append(f"probability of being found there {chance(values)[0]:.3f}")
    columns = {
        "indicator": shown,
        "unit": [handles[name].planned.measure.unit for name in shown],
        "now": np.array([float(handles[name].now) for name in shown]),
        "to": np.array([float(values[name]) for name in shown]),
        "move": np.array([float(moves[name]) for name in shown]),
        "cost": np.array([float(costs[name]) for name in shown]),
        "achievement_now": np.array([float(handles[n].curve(handles[n].now)) for n in shown]),
        "achievement_to": np.array([float(handles[n].curve(values[n])) for n in shown]),
    }
    return Effort(
        subject=scores.subjects[row],
        band=band,
        reached=reached,
        score=score,
        least=above.score,
        band_after=after,
        cost=cost,
        bound=bound,
        probability=None if chance is None else chance(values)[0],
        gate=above.gate,
        table=Table(f"What it takes to reach '{band}'", columns, scores.origin, tuple(notes)),
    )


def _said(
    band: str, above: NextBand, score: Fraction, after: str | None, *, reached: bool, moved: bool
) -> str:
    if reached and not moved:
        return f"nothing: with a score of {float(score):.4f} '{band}' or a better band is reached"
    if reached:
        return f"the score becomes {float(score):.4f}; '{band}' begins at {float(above.score):.4f}"
    return (
        f"'{band}' cannot be reached: it begins at {float(above.score):.4f}, and the most that "
        f"these indicators can give is {float(score):.4f}, which is '{after}'"
    )


def _band_of(scores: Scores, row: int, score: Fraction) -> str | None:
    rounding = scores.policy.rounded("score", "score")
    facts = {name: bool(known.get(scores.subjects[row])) for name, known in scores.facts.items()}
    if rounding is not None and rounding.mode != "none":
        score = round_ratio(score, rounding.digits, rounding.mode)
    found = scores.plan.band(score, facts)
    return found.id if found else None
