"""The state of a case at the cut-off, as formulas: closed or open, in time, late, or undecided.

Let T be the time from start to stop and A the age, the time from start to the cut-off, both by the
same clock and less the pauses. A case is *closed* if its stop is known and lies before the cut-off:
what is stamped later was not known yet. For a limit L (inclusive; in brackets: exclusive)

* success: closed with T <= L (T < L);
* failure: closed otherwise, or open with A > L (A >= L);
* undetermined: open otherwise;
* mature: A > L (A >= L), whatever its outcome. A mature case is always decided.

On the clock `working_days`, T and A count the working days that have begun after the day of
receipt: C(end) - C(start). A limit of n days is therefore kept as long as day n + 1 has not begun:
to the end of day n, and through the days off that follow it, on which nobody could have answered
later than on day n. A cut-off at midnight is the first instant of its date: if that date is a
working day, it has begun. Received on Monday 16 March 2026 with 5 days (18-24 March are off): the
fifth is Monday 30 March; still open at 2026-03-30 00:00 (A = 5) the case is undetermined, and at
2026-03-31 00:00 (A = 6) it has failed.

With pauses, the age of a case is what the clock had counted by the cut-off.
"""

from __future__ import annotations

from functools import cached_property

from attrs import frozen

from capaian.formula import Clock, Node, agg, as_of, col, elapsed, paused, when

START, STOP = col("start"), col("stop")


@frozen
class Cases:
    """Formulas over one row, a case.

    Attributes
    ----------
    clock
        How time is counted.
    pauses
        Whether pauses are taken off.
    """

    clock: Clock
    pauses: bool

    def time(self, end: Node) -> Node:
        """Return the time from the start to an instant, less the pauses."""
        gross = elapsed(START, end, self.clock)
        return gross - paused(START, end, self.clock) if self.pauses else gross

    @cached_property
    def closed(self) -> Node:
        """Whether the case was closed before the cut-off."""
        stop = STOP
        return stop.present() & (stop < as_of())

    @cached_property
    def open(self) -> Node:
        """Whether the case was open at the cut-off."""
        return ~self.closed

    @cached_property
    def taken(self) -> Node:
        """The time that a closed case took; unknown where it has no stop."""
        return self.time(STOP)

    @cached_property
    def age(self) -> Node:
        """The time from the start to the cut-off."""
        return self.time(as_of())

    @cached_property
    def duration(self) -> Node:
        """The time that a closed case took, or the age of an open one."""
        return when(self.closed, self.taken, self.age)

    @cached_property
    def oldest_open(self) -> Node:
        """The greatest age of an open case; -1 where all are closed."""
        return agg.max(when(self.open, self.age, -1))

    @cached_property
    def longest_closed(self) -> Node:
        """The longest time that a closed case took; -1 where all are open."""
        return agg.max(when(self.closed, self.taken, -1))


@frozen
class Limited:
    """Formulas over one case that is held to a limit."""

    cases: Cases
    limit: Node
    inclusive: bool

    def _within(self, time: Node) -> Node:
        return time <= self.limit if self.inclusive else time < self.limit

    @cached_property
    def mature(self) -> Node:
        """Whether the case is so old that its outcome must be known."""
        age = self.cases.age
        return age > self.limit if self.inclusive else age >= self.limit

    @cached_property
    def success(self) -> Node:
        """Whether the case was closed in time."""
        return self.cases.closed & self._within(self.cases.taken)

    @cached_property
    def failure(self) -> Node:
        """Whether the case was closed late, or is open past the limit."""
        return when(self.cases.closed, ~self._within(self.cases.taken), self.mature)

    @cached_property
    def undetermined(self) -> Node:
        """Whether the case is open and may still be closed in time."""
        return self.cases.open & ~self.mature
