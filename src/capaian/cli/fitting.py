"""`capaian fit`: a fitted policy as a document."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import capaian
from capaian.errors import PolicyError, refuse
from capaian.policy import Policy, policy_toml, to_document
from capaian.report import write_text


def fit_to_file(
    policy: str, evidence: dict[str, Path], out: Path, *, on: str | None, **options: Any
) -> Policy:
    """Fit a policy and write it down, whole or not at all.

    Raises
    ------
    CapaianError
        As for `capaian.fit`; the file is the policy itself (CPN-R13).
    """
    # os.path and not pathlib, which raises where a name is too long for a path.
    if os.path.exists(out) and os.path.exists(policy) and out.samefile(policy):  # noqa: PTH110
        raise refuse(PolicyError, "Nothing was written.", "CPN-R13", "--out", file=out.name)
    fitted = capaian.fit(
        policy if on is None else capaian.load_policy(policy, on=on), dict(evidence), **options
    )
    text = policy_toml(fitted)
    if out.suffix == ".json":
        text = json.dumps(to_document(fitted), ensure_ascii=False, indent=2) + "\n"
    write_text(out, text)
    return fitted


def left_behind(fitted: Policy, out: Path) -> list[str]:
    """Return the files that the policy names and that are not beside its new document."""
    names = [each for each in (fitted.calendar, fitted.closures) if each]
    old = Path(fitted.folder)
    return [each for each in names if (old / each).is_file() and not (out.parent / each).exists()]


def told(fitted: Policy, out: Path) -> dict[str, Any]:
    """Return what was fitted to how many, as plain values."""
    return {
        "policy": fitted.id,
        "edition": fitted.edition,
        "file": str(out),
        "left_behind": left_behind(fitted, out),
        "fitted": [
            {
                "indicator": each.id,
                "method": step.method,
                "period": step.fitted.period,
                "as_of": step.fitted.as_of,
                "n": step.fitted.n,
                "left_out": dict(step.fitted.left_out),
            }
            for each in fitted.indicators
            for step in each.normalise
            if step.fitted is not None
        ],
    }
