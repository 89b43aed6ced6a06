"""What the values and steps of a program are, in words: a record is read without its plugins."""

from __future__ import annotations

from collections.abc import Mapping

from capaian.errors import Language
from capaian.formula import Moment, sentence, words
from capaian.policy import Policy
from capaian.scores.plan import Plan
from capaian.scores.tail import Tail
from capaian.scores.windows import windows_of
from capaian.translation import N_, say_in

_STEPS: Mapping[str, str] = {
    "measured": N_("the measured value of “{of}”"),
    "achievement": N_("the achievement of “{of}”"),
    "raw": N_("“{of}” before its limits"),
    "limited": N_("“{of}” within its limits"),
    "score": N_("the score of “{of}”"),
    "multiplier": N_("what a point of “{of}” adds to the score"),
    "contribution": N_("the contribution of “{of}”"),
    "weight": N_("the weight of “{of}”"),
    "rating": N_("the rating “{of}”"),
}
_VALUES: Mapping[str, str] = {
    "exposure": N_("days in post, less leave"),
    "days": N_("days in post"),
    "leave": N_("days of leave"),
    "full": N_("days of a full period"),
    "active": N_("active days"),
    "target": N_("the subject's own target, in units of its last decimal"),
    "rows": N_("rows"),
    "present": N_("1 where the sub-period has a value, else 0"),
    "state": N_("the number of the sub-period's state; 0 is measured"),
    "periods": N_("sub-periods that have a value"),
    "empty": N_("sub-periods without evidence"),
    "window": N_("which sub-period was the last with evidence; 0 is none"),
}


def value_words(plan: Plan, moment: Moment, language: Language) -> dict[str, str]:
    """Return what each statistic is, by name.

    Parameters
    ----------
    plan
        The policy made ready for the period.
    moment
        Cut-off and period.
    language
        `en` or `id`.
    """
    found: dict[str, str] = {}
    for planned in plan.indicators.values():
        columns = {need.role: ref.column for need, ref in planned.columns if ref.column}
        for tree, name in zip(planned.statistics.trees, planned.statistics.names, strict=True):
            found[name] = sentence(tree, language, columns)
        for window in windows_of(planned, moment):
            said = f" ({window.label})" if window.label else ""
            pairs = zip(window.statistics.trees, window.statistics.names, strict=True)
            found |= {name: f"{sentence(tree, language, columns)}{said}" for tree, name in pairs}
    return found


def known_values(
    names: tuple[str, ...], said: Mapping[str, str], language: Language
) -> dict[str, str]:
    """Return what each of some values is: a statistic, or what its name says by its ending."""
    say = say_in(language)
    found = {}
    for name in names:
        before, _, ending = name.rpartition(".")
        _, _, label = before.partition("@")
        kind = say(_VALUES[ending]) if ending in _VALUES else name
        found[name] = said.get(name) or (f"{kind} ({label})" if label else kind)
    return found


def step_words(plan: Plan, tail: Tail, language: Language) -> dict[str, str]:
    """Return the formula of each step in words, by name.

    Parameters
    ----------
    plan, tail
        The policy made ready, and the program of a pattern.
    language
        `en` or `id`.
    """
    titles, say = _titles(plan.policy, language), say_in(language)
    names = {}
    for name in tail.program.names:
        kind, _, of = name.partition(":")
        if kind in _STEPS:
            names[name] = say(_STEPS[kind]).format(of=titles.get(of, of))
    return {name: words(tree, language, names) for name, tree in tail.program.steps}


def _titles(policy: Policy, language: Language) -> dict[str, str]:
    found = {each.id: each.title.get(language) or each.id for each in policy.nodes}
    return found | {each.id: each.title.get(language) or each.id for each in policy.indicators}
