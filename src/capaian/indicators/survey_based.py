"""Survey-based indicators: what people answered, with non-response counted."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cached_property
from typing import Literal, TypeAlias

from attrs import field, frozen

from capaian.formula import Node, agg, col, total, when
from capaian.indicator import ColumnRef, Indicator
from capaian.indicators.options import Faults, exact, quoted, states
from capaian.plugin import (
    Bounds,
    ColumnNeed,
    Flow,
    IndicatorType,
    Mean,
    Measure,
    NetPromoter,
    Ratio,
    RowCheck,
    Sampling,
    Share,
    hookimpl,
)

Statistic = Literal["mean_of_items", "ikm", "top_box", "net_promoter"]
Rescale = Literal["none", "to_100"]
Bound = Literal["lower", "upper"]
Law: TypeAlias = Share | Mean | Ratio | NetPromoter | Bounds

IKM_SCALE, IKM_FACTOR = (1, 4), 25
_POINTS_GRAIN, _SHARE_GRAIN = Fraction(1, 100), Fraction(1, 10_000)
_NONE, _ONE = Fraction(0), Fraction(1)


@frozen
class SurveyOptions:
    """What a survey-based indicator measures.

    A row is a form. s_i is the sum of the answers to item i over the forms that count, n_i their
    number; k is the number of items.

    Attributes
    ----------
    items
        The questions: roles, or names of columns. Answers are integers; an empty one is none.
    lowest, highest
        The ends of the answer scale. An answer off the scale is an error.
    statistic
        * `mean_of_items`: (1/k) sum of s_i / n_i, on the answer scale, or rescaled;
        * `ikm`: sum of weight x s_i / n_i x 25 on answers 1 to 4 (PermenPANRB 14/2017). Where a
          form lacks an answer, the element's mean (NRR) is over those who answered: a missing
          answer is not a zero;
        * `top_box`: the answers >= `top` over all answers, of all items together;
        * `net_promoter`: 100 (P - D) / n, P answers >= `promoters_from` and D <= `detractors_to`.
    rescale
        For `mean_of_items`: `to_100` gives 100 (x - lowest) / (highest - lowest), 0 to 100. This
        is not the x25 of `ikm`, which gives 25 to 100.
    weight
        For `ikm`: of each element; exactly 1/k where it is not given. The regulation prints 1/9
        as 0.11, and with `"0.11"` a perfect unit scores 99.00 and can lose a grade: means of
        3.55 are 88.75 (A) with 1/9 and 87.86 (B) with 0.11. Give it only to reproduce a published
        number.
    top
        For `top_box`: the least answer that counts.
    bound
        For `top_box`: the least (`lower`) or greatest (`upper`) share there could have been, had
        every form been answered in full: unanswered questions count as below `top`, or as `top`
        (Manski 1989). Forms of people who did not answer must be in the table, empty.
    promoters_from, detractors_to
        For `net_promoter`, a single item: usually 9 and 6 on a scale of 0 to 10.
    answered
        How many items a form must answer to count: a number, `half` (rounded up) or `all`. The
        others are counted as `incomplete`.
    """

    items: tuple[str, ...] = field(converter=tuple)
    lowest: int
    highest: int
    statistic: Statistic
    rescale: Rescale = "none"
    weight: Fraction | None = field(default=None, converter=exact)
    top: int | None = None
    bound: Bound | None = None
    promoters_from: int | None = None
    detractors_to: int | None = None
    answered: int | str = 1


_NEEDS = {"top": "top_box", "promoters_from": "net_promoter", "detractors_to": "net_promoter"}
"""Options that one statistic needs and the others do not know."""
_TAKES = {"weight": "ikm", "bound": "top_box", **_NEEDS}


def build(options: SurveyOptions, indicator: Indicator) -> Measure:
    """Return the measure of a survey-based indicator; n is the number of forms that count.

    Raises
    ------
    PolicyError
        An option is missing (CPN-P60) or without effect (P61), a number lies outside its range
        (P65), an item stands twice (P70), the scale is not that of the IKM (P71), a net promoter
        score has several items (P72), the indicator has `exposure` or `pauses` (P68).
    """
    _prove(options, indicator)
    return _STATISTICS[options.statistic](_Frame(options, indicator))


def _prove(options: SurveyOptions, indicator: Indicator) -> None:
    faults = Faults(indicator)
    statistic = f'statistic = "{options.statistic}"'
    faults.need("items", options.items, statistic, '["u1", "u2"]')
    for item in sorted({each for each in options.items if options.items.count(each) > 1}):
        faults.add("CPN-P70", "items", item=item)
    if "date" in options.items:
        faults.add("CPN-P70", "items", item="date")
    if options.lowest >= options.highest:
        faults.outside("lowest", options.lowest, f"lowest < {options.highest}")
    for key, user in _TAKES.items():
        given = getattr(options, key)
        if options.statistic != user:
            faults.idle(key, given, statistic, f'statistic = "{user}"')
        elif key in _NEEDS:
            example = options.lowest if key == "detractors_to" else options.highest
            faults.need(key, given, statistic, str(example))
    if options.statistic != "mean_of_items":
        faults.idle(
            "rescale", options.rescale == "to_100", statistic, 'statistic = "mean_of_items"'
        )
    if options.lowest < options.highest:
        _prove_numbers(options, faults)
    faults.foreign(indicator, "exposure", "pauses")
    faults.close()


def _prove_numbers(options: SurveyOptions, faults: Faults) -> None:
    count = len(options.items)
    if options.statistic == "ikm" and (options.lowest, options.highest) != IKM_SCALE:
        faults.add("CPN-P71", "highest", lowest=options.lowest, highest=options.highest)
    if options.statistic == "net_promoter" and count > 1:
        faults.add("CPN-P72", "items", count=count)
    if options.weight is not None and not 0 < options.weight * count <= 1:
        faults.outside("weight", options.weight, f"0 < weight <= 1/{count}")
    if options.top is not None and not options.lowest < options.top <= options.highest:
        faults.outside("top", options.top, f"{options.lowest} < top <= {options.highest}")
    promoters, detractors = options.promoters_from, options.detractors_to
    if promoters is not None and not options.lowest < promoters <= options.highest:
        wanted = f"{options.lowest} < promoters_from <= {options.highest}"
        faults.outside("promoters_from", promoters, wanted)
    end = options.highest if promoters is None else promoters
    if detractors is not None and not options.lowest <= detractors < end:
        wanted = f"{options.lowest} <= detractors_to < {end}"
        faults.outside("detractors_to", detractors, wanted)
    if not 1 <= _least(options) <= max(count, 1):
        wanted = f"1 <= answered <= {count} | {quoted(('half', 'all'))}"
        faults.outside("answered", options.answered, wanted)


def _least(options: SurveyOptions) -> int:
    """Return how many items a form must answer to count; 0 where the option makes no sense."""
    count = len(options.items)
    if isinstance(options.answered, int):
        return options.answered
    return {"half": (count + 1) // 2, "all": count}.get(options.answered, 0)


@frozen
class _Frame:
    """What all statistics of forms have in common."""

    options: SurveyOptions
    indicator: Indicator

    @cached_property
    def items(self) -> tuple[Node, ...]:
        return tuple(col(item) for item in self.options.items)

    @cached_property
    def answers(self) -> Node:
        """How many items the form answers."""
        return total([when(item.present(), 1, 0) for item in self.items])

    @cached_property
    def used(self) -> Node:
        """Whether the form counts."""
        if len(self.items) == 1:
            return self.items[0].present()
        return self.answers >= _least(self.options)

    @cached_property
    def respondents(self) -> Node:
        return agg.count(self.used)

    def sum(self, value: Node) -> Node:
        """Return the sum of a value over the forms that count; unknown values are passed over."""
        alone = _least(self.options) == 1  # a form with any answer counts: nothing to leave out
        return agg.sum(value if alone else when(self.used, value, 0))

    def count(self, condition: Node) -> Node:
        """Return in how many of the forms that count a condition on one answer holds."""
        return agg.count(condition if _least(self.options) == 1 else self.used & condition)

    @cached_property
    def answer_counts(self) -> tuple[Node, ...]:
        """n_i."""
        return tuple(self.count(item.present()) for item in self.items)

    @cached_property
    def all_answers(self) -> Node:
        """The sum of all n_i, as one statistic: it is divided by."""
        return self.answer_counts[0] if len(self.items) == 1 else self.sum(self.answers)

    @cached_property
    def means(self) -> tuple[Node, ...]:
        """s_i / n_i."""
        pairs = zip(self.items, self.answer_counts, strict=True)
        return tuple(self.sum(item) / answers for item, answers in pairs)

    def measure(
        self, value: Node, figures: dict[str, Node], unit: str, grain: Fraction, sampling: Sampling
    ) -> Measure:
        options, indicator = self.options, self.indicator
        dated = "date" if "date" in indicator.columns else ""
        dates = (ColumnNeed("date", "stamp"),) if dated else ()
        forms = agg.count()
        flow = {
            "forms": forms,
            "respondents": self.respondents,
            "incomplete": forms - self.respondents,
            "unanswered": self.respondents * len(self.items) - self.all_answers,
        }
        return Measure(
            columns=(
                *dates,
                *(ColumnNeed(item, "integer", nullable=True) for item in options.items),
            ),
            value=value,
            n=self.respondents,
            dated=dated,
            figures=flow | figures,
            checks=tuple(_on_scale(options, indicator, item) for item in options.items),
            statuses=states(self.respondents, self.respondents, indicator.minimum),
            unit=unit,
            grain=grain,
            least=self.ends[0],
            most=self.ends[1],
            sampling=sampling,
        )

    def sampled(self, law: Law, factor: Fraction = _ONE, shift: Fraction = _NONE) -> Sampling:
        """Return how a value varies that is made of the forms of those who answered."""
        forms = agg.count()
        left_out = {} if isinstance(law, Bounds) else {"incomplete": forms - self.respondents}
        return Sampling(law, "sample", Flow(forms, excluded=left_out), factor, shift)

    def mean_of_forms(
        self, figures: dict[str, Node], factor: Fraction, shift: Fraction
    ) -> Sampling:
        """Return how a multiple of the mean of forms' totals varies.

        That of the complete forms: where answers are missing the value rests on more of them, so
        that the error is rather too great than too small.
        """
        options, count = self.options, len(self.items)
        names = ("item_1_answers", "item_1_sum", "item_1_squares")
        if count > 1:
            names = ("complete", "complete_sum", "complete_squares")
        n, total_, squares = (figures[name] for name in names)
        ends = Fraction(options.lowest * count), Fraction(options.highest * count)
        return self.sampled(Mean(n, total_, squares, *ends), factor, shift)

    @cached_property
    def ends(self) -> tuple[Fraction, Fraction]:
        """The least and the greatest value that any forms can give."""
        options = self.options
        low, high = Fraction(options.lowest), Fraction(options.highest)
        if options.statistic == "ikm":
            count = len(options.items)
            times = 25 * count * (options.weight or Fraction(1, count))
            return low * times, high * times
        if options.statistic == "mean_of_items" and options.rescale == "none":
            return low, high
        if options.statistic == "net_promoter":
            return Fraction(-100), Fraction(100)
        return Fraction(0), Fraction(1 if options.statistic == "top_box" else 100)

    def of_items(self) -> dict[str, Node]:
        """Return n_i, s_i and the sum of squares of every item, and those of complete forms.

        Item i has the standard error sqrt((q_i - s_i^2/n_i) / (n_i - 1) / n_i). The mean of items
        needs how items vary together; for forms that answer all of them that is in the sum and the
        sum of squares of the forms' totals (`complete`, `complete_sum`, `complete_squares`).
        """
        figures: dict[str, Node] = {}
        for index, item in enumerate(self.items):
            figures[f"item_{index + 1}_answers"] = self.answer_counts[index]
            figures[f"item_{index + 1}_sum"] = self.sum(item)
            figures[f"item_{index + 1}_squares"] = self.sum(item * item)
        if len(self.items) > 1:
            form = total(self.items)  # unknown where any answer is missing
            figures["complete"] = agg.count(self.answers >= len(self.items))
            figures["complete_sum"] = agg.sum(form)
            figures["complete_squares"] = agg.sum(form * form)
        return figures


def _on_scale(options: SurveyOptions, indicator: Indicator, item: str) -> RowCheck:
    column = indicator.columns.get(item, ColumnRef(item)).column
    values = {"column": column, "lowest": options.lowest, "highest": options.highest}
    holds = (col(item) >= options.lowest) & (col(item) <= options.highest)
    return RowCheck("CPN-E32", holds, values)


def _mean_of_items(frame: _Frame) -> Measure:
    options, count = frame.options, len(frame.items)
    mean = total(frame.means)
    value = mean if count == 1 else mean * Fraction(1, count)
    factor, shift = Fraction(1, count), _NONE
    if options.rescale == "to_100":
        width = options.highest - options.lowest
        value = (value - options.lowest) * Fraction(100, width)
        factor, shift = Fraction(100, width * count), Fraction(-100 * options.lowest, width)
    figures = frame.of_items()
    sampling = frame.mean_of_forms(figures, factor, shift)
    return frame.measure(value, figures, "points", _POINTS_GRAIN, sampling)


def _ikm(frame: _Frame) -> Measure:
    weight = frame.options.weight or Fraction(1, len(frame.items))
    value = total([mean * weight for mean in frame.means]) * IKM_FACTOR
    figures = frame.of_items()
    sampling = frame.mean_of_forms(figures, weight * IKM_FACTOR, _NONE)
    return frame.measure(value, figures, "points", _POINTS_GRAIN, sampling)


def _top_box(frame: _Frame) -> Measure:
    """Return the share of top answers.

    Where there are several items, the answers of one form are not independent; the three sums of
    squares over forms are what the variance of a ratio of sums needs (Cochran 1977, chapter 6).
    """
    options, answers, items = frame.options, frame.all_answers, frame.items
    good = total([when(item >= (options.top or 0), 1, 0) for item in items])
    top = frame.sum(good)
    possible = agg.count() * len(items)
    value = top / answers
    if options.bound == "lower":
        value = top / possible
    elif options.bound == "upper":
        value = (possible - answers + top) / possible
    figures: dict[str, Node] = {"answers": answers, "top": top}
    law: Law = Share(top, answers)
    if len(items) > 1:
        figures["top_squares"] = frame.sum(good * good)
        figures["answers_squares"] = frame.sum(frame.answers * frame.answers)
        figures["top_answers"] = frame.sum(good * frame.answers)
        law = Ratio(
            frame.respondents,
            top,
            answers,
            figures["top_squares"],
            figures["answers_squares"],
            figures["top_answers"],
            proportion=True,
        )
    if options.bound:
        law = Bounds(top / possible, (possible - answers + top) / possible)
    return frame.measure(value, figures, "share", _SHARE_GRAIN, frame.sampled(law))


def _net_promoter(frame: _Frame) -> Measure:
    options, (item,) = frame.options, frame.items
    promoters = frame.count(item >= (options.promoters_from or 0))
    detractors = frame.count(item <= (options.detractors_to or 0))
    value = (promoters - detractors) * 100 / frame.all_answers
    figures = {"answers": frame.all_answers, "promoters": promoters, "detractors": detractors}
    law = NetPromoter(promoters, detractors, frame.all_answers)
    sampling = frame.sampled(law, Fraction(100))
    return frame.measure(value, figures, "points", _POINTS_GRAIN, sampling)


_STATISTICS: dict[str, Callable[[_Frame], Measure]] = {
    "mean_of_items": _mean_of_items,
    "ikm": _ikm,
    "top_box": _top_box,
    "net_promoter": _net_promoter,
}


@hookimpl
def capaian_indicator_types() -> list[IndicatorType]:
    """Return the type `survey-based`."""
    title = {"en": "survey answers", "id": "jawaban survei"}
    return [IndicatorType("survey-based", title, SurveyOptions, build)]
