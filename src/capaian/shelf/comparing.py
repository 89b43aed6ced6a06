"""The verb `compare_policies`: two rules by path or name, and what changed between them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeAlias

from capaian.discreet import discreet
from capaian.errors import PolicyError, refuse
from capaian.policy import Assignment, Policy
from capaian.policy.difference import PolicyDiff, difference
from capaian.registry import Plugins
from capaian.shelf.policies import load_rule

Source: TypeAlias = str | os.PathLike[str] | Policy | Assignment


@discreet
def compare_policies(
    before: Source, after: Source, *, plugins: Plugins | Iterable[object] = ()
) -> PolicyDiff:
    """Return what changed from one policy to another, rule by rule.

    Parameters
    ----------
    before, after
        Two policies, or two assignments: paths of documents, names such as `skm/2017`, or values.
        A name must mean one edition.
    plugins
        As for `capaian.load_policy`.

    Returns
    -------
    PolicyDiff
        Whether any score may change, and every change with its place; `text()`, `to_dict()`.

    Raises
    ------
    PolicyError, PeriodError, PluginError
        As `capaian.load_policy`; a policy and an assignment (CPN-P47).

    Examples
    --------
    >>> compare_policies("skm/2017", "skm").effect
    'nothing'
    """
    first, second = (
        each if isinstance(each, Policy | Assignment) else load_rule(each, plugins=plugins)
        for each in (before, after)
    )
    if isinstance(first, Policy) != isinstance(second, Policy):
        raise refuse(PolicyError, "Nothing was compared.", "CPN-P47")
    return difference(first, second)
