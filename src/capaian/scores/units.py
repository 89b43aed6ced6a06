"""The verb `score_units`: units are scored from their people or from their events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from capaian.discreet import discreet
from capaian.errors import PolicyError, refuse
from capaian.period import Period, WrittenInstant
from capaian.registry import Plugins
from capaian.scores.gather import Progress
from capaian.scores.run import Engine, Source, only_period, prepare
from capaian.scores.unit_scores import UnitScores


@discreet
def score_units(  # noqa: PLR0913 - everything but policy and evidence is named
    policy: Source,
    evidence: Mapping[str, Any],
    *,
    period: str | Period,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Plugins | Iterable[object] = (),
    progress: Progress | None = None,
    engine: Engine = "polars",
) -> UnitScores:
    """Score every unit of a policy that says how (`[units]`).

    Parameters
    ----------
    policy
        A policy, or the path or name of one.
    evidence
        Tables by the names that the policy uses; among them the units, and who stands in which.
    period, as_of, zone, plugins, progress, engine
        As for `capaian.score`.

    Returns
    -------
    UnitScores
        One row per unit: what `Scores` has, and parent, level, and how many members it has.

    Raises
    ------
    PolicyError, EvidenceError, PeriodError, CalendarError, PluginError
        Everything that is wrong, at once; nothing is scored. A policy without units: CPN-A30;
        a list of periods: CPN-A19.
    """
    span = only_period(period)
    ready = prepare(policy, span, as_of, plugins)[0]
    plan = ready.plan
    if plan.policy.units is None:
        headline = "Nothing was scored."
        raise refuse(PolicyError, headline, "CPN-A30", "units", policy=plan.policy.id)
    from capaian.scores.unit_run import run_units  # noqa: PLC0415 - loads NumPy

    zone = zone or plan.policy.zone
    return run_units(
        plan, span, ready.moment, evidence, zone=zone, progress=progress, engine=engine
    )
