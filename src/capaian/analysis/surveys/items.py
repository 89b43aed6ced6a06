"""`survey_quality`: whether items hang together, and whether subjects can be told apart by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from capaian.analysis.asked import between
from capaian.analysis.estimation.reliability import alpha, between_groups, item_rest, omega
from capaian.analysis.quality.front import HEADLINE, case_of
from capaian.analysis.quality.survey import Forms, all_forms, items_of
from capaian.analysis.table import Table
from capaian.columns import Coded
from capaian.discreet import discreet
from capaian.period import Period, WrittenInstant
from capaian.registry import Plugins
from capaian.scores import Scores
from capaian.scores.run import Source

_TWO = (
    "alpha and omega say whether the items hang together, reliability whether subjects can be told "
    "apart: one can be high where the other is low"
)
_CEILING = "the more answers are the best there is (ceiling), the less any of these can show"
_FIGURES = (
    "mean", "ceiling", "item_rest", "alpha_without", "alpha", "alpha_low", "alpha_high", "omega",
    "f", "icc", "reliability", "least_n",
)  # fmt: skip


@discreet
def survey_quality(
    policy: Source | Scores,
    evidence: Mapping[str, Any] | None = None,
    *,
    period: str | Period | None = None,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Plugins | Iterable[object] = (),
    level: float = 0.95,
) -> Table:
    """Return how good the surveys of a policy are as measures: two reliabilities side by side.

    Parameters
    ----------
    policy, evidence, period, as_of, zone, plugins
        As for `diagnose_survey`.
    level
        The confidence of alpha's interval, between 0 and 1.

    Returns
    -------
    Table
        For each survey a row for the whole form, of which `item` is missing, then one for each
        item. `forms`: complete ones; `mean` of the answers, on their own scale; `ceiling`: the
        share of answers that are the best there is.

        Of the whole form: `alpha` with `alpha_low` and `alpha_high` (Cronbach 1951; Feldt 1965),
        and `omega` total of one factor (McDonald 1999). Of an item: `item_rest`, its correlation
        with the sum of the others, and `alpha_without`, alpha of the others.

        Of both: how well subjects are told apart by the mean of their forms. `f` (above 10 is
        wanted; Zaslavsky 2001), `icc` of one form, `reliability` at the usual number of forms, and
        `least_n`, the forms that give a reliability of 0.7 (Adams 2009). Missing where a figure
        does not exist: no answers that differ, or a single subject.

    Raises
    ------
    AnalysisError
        `CPN-M45`, `M49`; `M50`: no survey indicator with three items or more.

    Notes
    -----
    Only forms with an answer to every item are taken; how many were not is said in the notes. A
    reliability of subjects below 0 says that subjects differ less than chance would make them.
    """
    between(level, 0, 1, "level", HEADLINE)
    case = case_of(policy, evidence, period, as_of, zone, plugins)
    forms = all_forms(case)
    rows = [row for each in forms for row in _rows(each, level)]
    names = [each.planned.indicator.id for each in forms]
    items = tuple(dict.fromkeys(item for each in forms for item in items_of(each.planned)))
    nothing = float("nan")
    columns: dict[str, Any] = {
        "indicator": Coded(np.array([names.index(row["indicator"]) for row in rows]), names),
        "item": Coded(np.array([items.index(row["item"]) if row["item"] else -1 for row in rows]),
                      items),
        "forms": np.array([row["forms"] for row in rows], dtype=np.int64),
        **{name: np.array([row.get(name, nothing) for row in rows]) for name in _FIGURES},
    }  # fmt: skip
    left_out = [(each, int((~each.complete).sum())) for each in forms]
    notes = [
        f"{each.planned.indicator.id}: {count} forms without an answer to every item are left out"
        for each, count in left_out
        if count
    ]
    return Table("Quality of surveys", columns, case.origin, (_TWO, _CEILING, *notes))


def _rows(forms: Forms, level: float) -> list[dict[str, Any]]:
    """Return the figures of the whole form, then of each item."""
    complete = forms.complete
    answers, who = forms.answers[complete], forms.who[complete]
    best, items = forms.values[-1], items_of(forms.planned)
    name, n = forms.planned.indicator.id, len(answers)
    enough = n > 1
    rest = item_rest(answers) if enough else np.full(len(items), np.nan)

    def figures(item: str, chosen: Any) -> dict[str, Any]:
        apart = between_groups(who, chosen.mean(axis=1))
        least = apart.least_n()
        return {
            "indicator": name,
            "item": item,
            "forms": n,
            "mean": chosen.mean() if n else np.nan,
            "ceiling": (chosen == best).mean() if n else np.nan,
            "f": apart.f,
            "icc": apart.icc,
            "reliability": apart.reliability,
            "least_n": np.ceil(least) if np.isfinite(least) else np.nan,
        }

    whole = figures("", answers)
    if enough:
        found = alpha(answers, level)
        whole |= {"alpha": found.value, "alpha_low": found.low, "alpha_high": found.high}
        whole["omega"] = omega(answers)
    made = [whole]
    for at, item in enumerate(items):
        one = figures(item, answers[:, [at]])
        one["item_rest"] = rest[at]
        if enough:
            one["alpha_without"] = alpha(np.delete(answers, at, axis=1), level).value
        made.append(one)
    return made
