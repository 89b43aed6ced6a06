"""Periods, cut-offs and open cases, a little off."""

from capaian.formula import agg, as_of, days, elapsed, period_end, period_start, when
from capaian.plugin import hookimpl
from testing.mutants.making import DAY, STOP, cases, of_kind, states

KNOWN = DAY < as_of()


def counted(indicator, inside):
    """The rows that a condition of the type's own lets in."""
    n = agg.count(inside)
    closed = agg.count(inside & STOP.present() & (STOP < as_of()))
    rules = states(n, indicator)
    return cases(
        indicator, value=closed / n, n=n, dated="", statuses=rules, figures={"closed": closed}
    )


def end_inside(options, indicator):
    """The first instant after the period counts."""
    return counted(indicator, KNOWN & (DAY >= period_start()) & (DAY <= period_end()))


def start_outside(options, indicator):
    """The first instant of the period does not count."""
    return counted(indicator, KNOWN & (DAY > period_start()) & (DAY < period_end()))


def short_month(options, indicator):
    """Every period has 28 days."""
    early = elapsed(period_start(), DAY) < days(28)
    return counted(indicator, KNOWN & (DAY >= period_start()) & early & (DAY < period_end()))


def no_start(options, indicator):
    """What came before the period counts in it."""
    return counted(
        indicator, KNOWN & (elapsed(period_start(), DAY) < days(62)) & (DAY < period_end())
    )


def no_cut_off(options, indicator):
    """What is not known yet counts."""
    return counted(indicator, (DAY >= period_start()) & (DAY < period_end()))


def future_answers(options, indicator):
    """An answer of next week counts today."""
    closed = agg.count(STOP.present())
    ratio = closed / agg.count()
    return cases(indicator, value=ratio, figures={"closed": closed})


def closed_only(options, indicator):
    """The mean of closed cases, and nothing of the open ones."""
    closed = STOP.present() & (STOP < as_of())
    n = agg.count(closed)
    taken = agg.sum(when(closed, elapsed(DAY, STOP), 0))
    rules = states(n, indicator)[1:]
    return cases(
        indicator,
        value=taken / n,
        n=n,
        figures={},
        statuses=rules,
        unit="days",
        least=None,
        most=None,
    )


@hookimpl
def capaian_indicator_types():
    return [
        of_kind("end-inside", end_inside),
        of_kind("start-outside", start_outside),
        of_kind("short-month", short_month),
        of_kind("no-start", no_start),
        of_kind("no-cut-off", no_cut_off),
        of_kind("future-answers", future_answers),
        of_kind("closed-only", closed_only),
    ]
