"""Time-based indicators: how long cases took, with the cases that are still open counted."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Literal

from attrs import field, frozen

from capaian.formula import Clock, Literal_, Node, agg, lit, when
from capaian.indicator import ColumnRef, Indicator
from capaian.indicators.cases import START, STOP, Cases, Limited
from capaian.indicators.lengths import UNITS, BadLength, one_of, read_length
from capaian.indicators.options import Faults, exact, quoted, states
from capaian.plugin import (
    Bounds,
    ColumnNeed,
    Flow,
    IndicatorType,
    Measure,
    RowCheck,
    Sampling,
    Share,
    StatusRule,
    Times,
    hookimpl,
)

Statistic = Literal["share_within", "mean", "restricted_mean", "median", "percentile"]
Basis = Literal["mature", "bounds", "kaplan_meier"]
Bound = Literal["lower", "upper"]
OpenCases = Literal["refuse", "age", "exclude"]
Unit = Literal["minutes", "hours", "days"]
Of = Literal["share", "mean", "restricted_mean", "quantile"]

SHARE = 10**12
"""A Kaplan-Meier share is an integer number of these parts of one."""
FINE = 10**6
"""The area under a curve of working days is taken in millionths of a day, then divided."""
_SHARE_GRAIN, _TIME_GRAIN = Fraction(1, 10_000), Fraction(1, 100)


@frozen
class TimeOptions:
    """What a time-based indicator measures. T, A, S, F, U as in `capaian.indicators.cases`.

    Attributes
    ----------
    statistic
        * `share_within`: the share of cases closed within `limit`, on a `basis`;
        * `mean`: the mean time, with `open_cases` said;
        * `restricted_mean`: the mean of min(T, `up_to`), the area under the Kaplan-Meier curve from
          0 to `up_to` (Royston & Parmar 2013), the only mean that open cases do not bias;
        * `median`, `percentile`: the least time by which the share has ended, by the Kaplan-Meier
          curve (Brookmeyer & Crowley 1982); `not_reached` where the curve never falls so far.
    clock
        `calendar` (24 hours a day), `working_hours` or `working_days`, of the policy's calendar.
    limit
        For `share_within`: `3 days`, `36 hours`, `90 minutes`. On `working_days` a whole number of
        days (0 is the day of receipt); on `working_hours` hours or minutes.
    inclusive
        Whether a case that takes exactly the limit is in time.
    basis
        For `share_within`, without a default, since each answers a different question:

        * `mature`: of the cases old enough that their outcome must be known, the share in time;
        * `bounds`: the least or greatest share that all cases received can still come to, S/n or
          (S + U)/n (Manski 1989), as `bound` says;
        * `kaplan_meier`: 1 - S(limit) (Kaplan & Meier 1958), from all cases.

        S/(S + F), "of the decided cases", is not offered: young cases enter it only if they were
        quick (0.689 where the truth is 0.632, case T04).
    bound
        For `bounds`: `lower` or `upper`.
    open_cases
        For `mean`, without a default: `refuse` (no value while a case is open: `undetermined`),
        `age` (an open case counts with its age, so the mean is a lower limit) or `exclude` (the
        mean of the closed cases, which are the quick ones: 6.1 days where the truth is 10, case
        T04; the figure `open` says how many were left out).
    up_to
        For `restricted_mean`: the length up to which times are counted, fixed by the policy.
    percentile
        For `percentile`: `"90%"`; strictly between 0 and 1.
    unit
        What a time is counted in; `days` on the clocks `calendar` and `working_days`, `hours` on
        `working_hours` where it is not given.
    """

    statistic: Statistic
    clock: Clock
    limit: str | None = None
    inclusive: bool = True
    basis: Basis | None = None
    bound: Bound | None = None
    open_cases: OpenCases | None = None
    up_to: str | None = None
    percentile: Fraction | None = field(default=None, converter=exact)
    unit: Unit | None = None


_NEEDS = {
    "limit": ("share_within", '"3 days"'),
    "basis": ("share_within", quoted(("mature", "bounds", "kaplan_meier"))),
    "open_cases": ("mean", quoted(("refuse", "age", "exclude"))),
    "up_to": ("restricted_mean", '"30 days"'),
    "percentile": ("percentile", '"90%"'),
}
"""Options that one statistic needs and the others do not know, with an example or the choices."""
_TIMES = quoted(("mean", "restricted_mean", "median", "percentile"))


def build(options: TimeOptions, indicator: Indicator) -> Measure:
    """Return the measure of a time-based indicator.

    Raises
    ------
    PolicyError
        An option is missing (CPN-P60) or without effect (P61), a length of time cannot be read
        (P62) or does not go with the clock (P63, P64), a number lies outside its range (P65), a
        unit does not go with the clock (P66), the indicator has `exposure` (P68).
    """
    lengths = _proved(options, indicator)
    cases = Cases(options.clock, pauses=indicator.pauses is not None)
    frame = _Frame(options, cases, indicator.minimum, lengths, _order(indicator))
    return _STATISTICS[options.statistic](frame)


def _order(indicator: Indicator) -> RowCheck:
    """Return the check that no case stops before it starts, in the user's own names."""
    names = {
        role: indicator.columns.get(role, ColumnRef(role)).column for role in ("start", "stop")
    }
    return RowCheck("CPN-E30", STOP >= START, names)


def _proved(options: TimeOptions, indicator: Indicator) -> dict[str, Literal_]:
    """Return the lengths of time that the options say, or refuse the options."""
    faults = Faults(indicator)
    statistic = f'statistic = "{options.statistic}"'
    for key, (user, wanted) in _NEEDS.items():
        given = getattr(options, key)
        if options.statistic == user:
            faults.need(key, given, statistic, wanted)
        else:
            faults.idle(key, given, statistic, f'statistic = "{user}"')
    if options.statistic == "share_within":
        faults.idle("unit", options.unit, statistic, f"statistic = {_TIMES}")
    else:
        faults.idle("inclusive", not options.inclusive, statistic, 'statistic = "share_within"')
    if options.basis == "bounds":
        faults.need("bound", options.bound, 'basis = "bounds"', quoted(("lower", "upper")))
    else:
        setting = f'basis = "{options.basis}"' if options.basis else statistic
        faults.idle("bound", options.bound, setting, 'basis = "bounds"')
    if options.percentile is not None and not 0 < options.percentile < 1:
        faults.outside("percentile", options.percentile, "0 < percentile < 1")
    if options.unit is not None and options.unit not in UNITS[options.clock]:
        known = quoted(UNITS[options.clock])
        faults.add("CPN-P66", "unit", unit=options.unit, clock=options.clock, known=known)
    faults.foreign(indicator, "exposure")
    lengths = {key: _length(options, key, faults) for key in ("limit", "up_to")}
    faults.close()
    return {key: length for key, length in lengths.items() if length is not None}


def _length(options: TimeOptions, key: str, faults: Faults) -> Literal_ | None:
    text = getattr(options, key)
    if text is None:
        return None
    length = read_length(text, options.clock)
    if isinstance(length, BadLength):
        faults.add(length.code, key, text=text)
        return None
    same_day = key == "limit" and options.clock == "working_days" and options.inclusive
    if length.value == 0 and not same_day:
        faults.outside(key, text, f"{key} > 0")
    return length


@frozen
class _Frame:
    """What all statistics of cases have in common."""

    options: TimeOptions
    cases: Cases
    minimum: int
    lengths: dict[str, Literal_]
    order: RowCheck

    @property
    def received(self) -> Node:
        return agg.count()

    @property
    def closed(self) -> Node:
        return agg.count(self.cases.closed)

    @property
    def open(self) -> Node:
        return self.received - self.closed

    @property
    def unit(self) -> str:
        return self.options.unit or UNITS[self.options.clock][0]

    def measure(
        self,
        value: Node,
        n: Node,
        *more: StatusRule,
        unit: str,
        grain: Fraction,
        figures: dict[str, Node] | None = None,
        sampling: Sampling,
    ) -> Measure:
        flow = {"received": self.received, "closed": self.closed, "open": self.open}
        return Measure(
            columns=(ColumnNeed("start", "stamp"), ColumnNeed("stop", "stamp", nullable=True)),
            value=value,
            n=n,
            dated="start",
            figures=flow | (figures or {}),
            checks=(self.order,),
            statuses=states(self.received, n, self.minimum, *more),
            unit=unit,
            grain=grain,
            most=Fraction(1) if unit == "share" else None,
            sampling=sampling,
        )

    def timed(
        self,
        time: Node,
        n: Node,
        *more: StatusRule,
        grain: Fraction = _TIME_GRAIN,
        law: Times,
    ) -> Measure:
        """Return a measure whose value is a time, counted in the unit."""
        one = one_of(self.unit, self.options.clock)
        value = time if one is None else time / one
        flow = Flow(self.received, self.open, {"open": self.open} if law.closed else {})
        factor = 1 / Fraction(one.value) if isinstance(one, Literal_) else Fraction(1)
        sampling = Sampling(law, "work", flow, factor)
        return self.measure(value, n, *more, unit=self.unit, grain=grain, sampling=sampling)

    def times(self, of: Of, at: Fraction = Fraction(0), *, closed: bool = False) -> Times:
        """Return the law of a statistic of times."""
        cases = self.cases
        inclusive = self.options.inclusive
        return Times(of, cases.duration, cases.closed, at, inclusive, closed=closed)

    def unseen(self, length: Node, *, inclusive: bool) -> StatusRule:
        """Return the state in which the Kaplan-Meier curve is not known up to a length.

        It is so if the case followed longest is an open one that has not passed the length.
        """
        oldest = self.cases.oldest_open
        short = oldest <= length if inclusive else oldest < length
        return StatusRule("undetermined", short & (oldest >= self.cases.longest_closed))


def _share_within(frame: _Frame) -> Measure:
    options = frame.options
    limit = frame.lengths["limit"]
    held = Limited(frame.cases, limit, options.inclusive)
    success, undetermined = agg.count(held.success), agg.count(held.undetermined)
    mature, mature_success = agg.count(held.mature), agg.count(held.mature & held.success)
    received = frame.received
    # T <= A: a case closed while it was not mature was in time. So these two need no counting.
    young = received - mature
    figures = {
        "success": success,
        "failure": mature - mature_success,
        "undetermined": young - (success - mature_success),
        "mature": mature,
        "mature_success": mature_success,
    }
    more: tuple[StatusRule, ...] = ()
    n, times = received, frame.times("share", Fraction(limit.value))
    if options.basis == "mature":
        value, n = mature_success / mature, mature
        flow = Flow(received, figures["undetermined"], {"too_young": young})
        sampling = Sampling(Share(mature_success, mature), "work", flow, times=times)
    elif options.basis == "bounds":
        value = (success if options.bound == "lower" else success + undetermined) / received
        waiting = figures["undetermined"]
        ends = Bounds(success / received, (success + waiting) / received)
        sampling = Sampling(ends, "work", Flow(received, waiting), times=times)
    else:
        cases, inclusive = frame.cases, options.inclusive
        value = agg.share_ended(cases.duration, cases.closed, limit, inclusive=inclusive) / SHARE
        more = (frame.unseen(limit, inclusive=inclusive),)
        flow = Flow(received, figures["undetermined"])
        sampling = Sampling(times, "work", flow, times=times)
    return frame.measure(
        value, n, *more, unit="share", grain=_SHARE_GRAIN, figures=figures, sampling=sampling
    )


def _mean(frame: _Frame) -> Measure:
    cases = frame.cases
    if frame.options.open_cases == "age":
        law = frame.times("mean")
        return frame.timed(agg.sum(cases.duration) / frame.received, frame.received, law=law)
    law = frame.times("mean", closed=True)
    value = agg.sum(when(cases.closed, cases.taken, 0)) / frame.closed
    if frame.options.open_cases == "refuse":
        never = StatusRule("undetermined", frame.open > 0)
        return frame.timed(value, frame.received, never, law=law)
    return frame.timed(value, frame.closed, law=law)


def _restricted_mean(frame: _Frame) -> Measure:
    cases, up_to = frame.cases, frame.lengths["up_to"]
    fine = FINE if frame.options.clock == "working_days" else 1
    duration = cases.duration if fine == 1 else cases.duration * fine
    area = agg.restricted_mean(duration, cases.closed, lit(Fraction(up_to.value) * fine))
    time = area if fine == 1 else area / fine
    law = frame.times("restricted_mean", Fraction(up_to.value))
    return frame.timed(time, frame.received, frame.unseen(up_to, inclusive=False), law=law)


def _quantile(frame: _Frame) -> Measure:
    share = frame.options.percentile or Fraction(1, 2)
    time = agg.quantile(frame.cases.duration, share, frame.cases.closed)
    grain = Fraction(1) if frame.options.clock == "working_days" else _TIME_GRAIN
    never = StatusRule("not_reached", ~time.present())
    law = frame.times("quantile", share)
    return frame.timed(time, frame.received, never, grain=grain, law=law)


_STATISTICS: dict[str, Callable[[_Frame], Measure]] = {
    "share_within": _share_within,
    "mean": _mean,
    "restricted_mean": _restricted_mean,
    "median": _quantile,
    "percentile": _quantile,
}


@hookimpl
def capaian_indicator_types() -> list[IndicatorType]:
    """Return the type `time-based`."""
    title = {"en": "time of cases", "id": "waktu penyelesaian"}
    return [IndicatorType("time-based", title, TimeOptions, build)]
