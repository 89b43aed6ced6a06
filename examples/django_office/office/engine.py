"""The rule of this office, made ready once; every thread may score with it at the same time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import capaian
from capaian.policy import edition_on, load_editions
from capaian.scores import make_plan


@dataclass(frozen=True)
class Engine:
    """The editions of a policy, read and proved."""

    editions: Sequence[capaian.Policy]

    @classmethod
    def load(cls, folder: Path) -> "Engine":
        """Read every edition and find its plugins: what is wrong stops the start, not a request."""
        editions = load_editions(folder)
        for each in editions:
            make_plan(each)
        return cls(tuple(editions))

    def score(
        self, evidence: Mapping[str, Any], period: capaian.Period, as_of: str | None = None
    ) -> capaian.Scores:
        """Score a period by the edition that was in force on its last day."""
        policy = edition_on(self.editions, period.last)
        return capaian.score(policy, evidence, period=period, as_of=as_of)
