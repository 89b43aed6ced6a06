"""The result once more, from the record alone: the recorded values through the embedded policy."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve

from capaian.period import read_instant, read_period
from capaian.policy import Policy, policy_fingerprint, read_policy
from capaian.record import Contents, Record
from capaian.registry import Plugins
from capaian.scores import Scores
from capaian.scores.given import Given
from capaian.scores.plain import PlainResults
from capaian.scores.plan import make_plan
from capaian.scores.printed import plain_tail
from capaian.scores.recorded import Recorder
from capaian.scores.windows import at_period
from capaian.wire import canonical

RUN = ("policy", "period", "targets", "cohorts", "parts", "missing", "steps", "result")
"""The sections that a replay makes again."""


def policy_of(record: Record, folder: str = "") -> Policy:
    """Return the policy that a record holds.

    Parameters
    ----------
    record
        The record.
    folder
        Where files are that the policy names.

    Raises
    ------
    PolicyError
        The document cannot be used: it was changed.
    """
    return evolve(read_policy(dict(record.contents.policy.document)), folder=folder)


def scores_again(
    record: Record, policy: Policy, plugins: Plugins | Iterable[object] = ()
) -> Scores:
    """Return the scores of one subject from the recorded values, in exact arithmetic.

    Parameters
    ----------
    record
        The record.
    policy
        Its policy.
    plugins
        As for `capaian.score`.

    Raises
    ------
    PolicyError, PluginError
        A plugin is missing or broken, or takes the policy's options no more.
    KeyError, ValueError, ArithmeticError
        The recorded values are not those that the policy takes.
    """
    contents = record.contents
    # The calendar made the recorded values and is not needed to run from them.
    plan = make_plan(evolve(policy, calendar="", closures=""), plugins)
    plan = evolve(plan, policy=policy, fingerprint=policy_fingerprint(policy))
    period = read_period(contents.period.label)
    as_of = read_instant(contents.period.as_of)
    plan = at_period(plan, period, as_of)
    given, facts = contents.values.statistics, contents.values.facts
    row = tuple(None if value is None else int(value) for value in given.values())
    known = {name: bool(value) for name, value in facts.items()}
    return Scores(
        plan=plan,
        period=period,
        as_of=as_of,
        subjects=(contents.subject,),
        labels={},
        units={},
        facts={name: {contents.subject: value} for name, value in facts.items()},
        results=PlainResults(plain_tail(plan, tuple(given)), [row], [known]),
        origin="records",
        given_evidence=Given(None, contents.period.zone),
    )


def contents_again(record: Record, scores: Scores) -> Contents:
    """Return what a record of those scores says; what a replay cannot know is the record's own."""
    made = Recorder(scores).contents(0, record.contents.evidence)
    return evolve(made, calendar=record.contents.calendar, findings=record.contents.findings)


def plain(section: Any) -> Any:
    """Return a section as plain JSON values."""
    return json.loads(canonical(section))


def sections(contents: Contents, names: Iterable[str]) -> Mapping[str, Any]:
    """Return some sections as plain JSON values, by name."""
    return {name: plain(getattr(contents, name)) for name in names}
