"""The city's requests for a notebook, where their files are, and what is said where not.

The files are looked for in the folder that `CAPAIAN_DATA` names, else in `../shared/data` beside
the repository, as `make demo-real` does. They do not come with capaian.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import prepare

import capaian
import run

DEFAULT = Path(__file__).resolve().parents[3] / "shared" / "data"
MISSING = (
    "The city's files are not where this page was made (CAPAIAN_DATA names their folder).\n"
    "What follows shows the teaching pack once more, and no real request."
)


def folder() -> Path | None:
    """Return the folder of the files; `None` where one of them is not there."""
    found = Path(os.environ.get("CAPAIAN_DATA") or DEFAULT)
    here = all((found / name).is_file() for name in (run.REQUESTS, run.SURVEY))
    return found if here else None


def real() -> tuple[capaian.policy.Policy, dict[str, Any]] | None:
    """Return the policy and the evidence; `None` where the files are not there."""
    found = folder()
    if found is None:
        return None
    requests = found / run.REQUESTS
    survey = prepare.survey_rows(requests, found / run.SURVEY)
    policy = capaian.load_policy(run.HERE / "policy.toml")
    return policy, {"requests": requests, "survey": survey}
