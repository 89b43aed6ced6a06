"""What an explanation says of time: sub-periods, the stretch, the subject's own target."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from capaian.errors import Language
from capaian.exact import Program, run_paired
from capaian.explain import SubPeriod, phrase
from capaian.formula import Node, sentence
from capaian.indicator import Text
from capaian.measure import OK
from capaian.policy import Policy
from capaian.scores.ledger import figures_of
from capaian.scores.planned import Planned, Window
from capaian.scores.settle import chosen_window, state_names
from capaian.scores.windows import window_achievement, window_value

NOT_BEGUN = "not_begun"


def sub_periods(policy: Policy, planned: Planned, given: dict[str, int]) -> tuple[SubPeriod, ...]:
    """Return what each sub-period gave; none where the indicator is not consolidated.

    Parameters
    ----------
    policy
        The policy.
    planned
        The indicator, made ready for the period.
    given
        One subject's integers by name.
    """
    if planned.indicator.consolidate is None:
        return ()
    return tuple(_sub_period(policy, planned, each, given) for each in planned.windows)


def _sub_period(
    policy: Policy, planned: Planned, window: Window, given: dict[str, int]
) -> SubPeriod:
    if not window.begun:
        return SubPeriod(window.label, NOT_BEGUN)
    state = state_names(window.statistics)[given[f"{window.prefix}.state"]]
    if state != OK:
        return SubPeriod(window.label, state)
    achievement = None
    if planned.of_achievements:
        achievement = _value(window_achievement(planned, policy, window), given)
    target = given.get(f"{window.prefix}.target") if planned.of_achievements else None
    return SubPeriod(
        period=window.label,
        state=state,
        measured=_value(window_value(planned, policy, window), given),
        n=int(_value(window.statistics.n, given)),
        figures=figures_of(Program(tuple(window.statistics.figures.items())), given),
        achievement=achievement,
        target=None if target is None else _target(policy, target),
    )


def _value(tree: Node, given: Mapping[str, int]) -> Fraction:
    return run_paired(Program((("value", tree),)), given)["value"][1]


def target_of(policy: Policy, planned: Planned, given: Mapping[str, int]) -> Fraction | None:
    """Return the subject's own target, where the indicator is held against one."""
    target = given.get(f"{planned.indicator.id}.target")
    if target is None or planned.of_achievements:
        return None
    return _target(policy, target)


def _target(policy: Policy, target: int) -> Fraction:
    digits = policy.targets.digits if policy.targets else 0
    return Fraction(target, 10**digits)


def formula_text(planned: Planned, given: Mapping[str, int]) -> Text:
    """Return how the indicator was measured, in words: the formula, and over which stretch."""
    names = {ref.column and need.role: ref.column for need, ref in planned.columns}
    languages: tuple[Language, ...] = ("en", "id")
    return {
        lang: "; ".join(
            (sentence(planned.measure.value, lang, names), *_stretch(planned, given, lang))
        )
        for lang in languages
    }


def _stretch(planned: Planned, given: Mapping[str, int], language: Language) -> list[str]:
    said = []
    rule, how = planned.indicator.consolidate, planned.indicator.accumulate.how
    if rule is not None:
        if how != "periodic":
            said.append(phrase(f"each_{how}", language, months=_months(planned)))
        parts = {key: phrase(word, language) for key, word in (("every", rule.every),)}
        parts["of"] = phrase(f"of_{rule.of}", language)
        said.append(phrase(f"by_{rule.by}", language, **parts))
        if rule.cap is not None:
            said.append(phrase(f"cap_{rule.cap}", language))
    elif how == "last":
        window = chosen_window(planned, given)
        if window is not None:
            said.append(phrase("latest", language, period=window.label))
    elif how != "periodic":
        window = planned.windows[0]
        first, end = window.start.date().isoformat(), window.end.date().isoformat()
        said.append(phrase("stretch", language, first=first, end=end))
    return said


def _months(planned: Planned) -> str:
    return str(planned.indicator.accumulate.months)
