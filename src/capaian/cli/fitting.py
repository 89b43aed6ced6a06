"""`capaian fit`: a fitted policy as a document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import capaian
from capaian.errors import PolicyError, refuse
from capaian.policy import Policy, policy_toml, to_document
from capaian.report import write_text


def fit_to_file(
    policy: str, evidence: dict[str, Path], out: Path, *, on: str | None, **options: Any
) -> Policy:
    """Fit a policy, write it, and read it back: what was written is what was fitted.

    Raises
    ------
    CapaianError
        As for `capaian.fit`; the file is the policy itself (CPN-R13).
    """
    if out.exists() and Path(policy).exists() and out.samefile(policy):
        raise refuse(PolicyError, "Nothing was written.", "CPN-R13", "--out", file=out.name)
    fitted = capaian.fit(capaian.load_policy(policy, on=on), dict(evidence), **options)
    text = policy_toml(fitted)
    if out.suffix == ".json":
        text = json.dumps(to_document(fitted), ensure_ascii=False, indent=2) + "\n"
    write_text(out, text)
    return fitted


def told(fitted: Policy, out: Path) -> dict[str, Any]:
    """Return what was fitted to how many, as plain values."""
    return {
        "policy": fitted.id,
        "edition": fitted.edition,
        "file": str(out),
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
