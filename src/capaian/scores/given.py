"""The evidence that scores were made of, held for a record of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from capaian.errors import EvidenceError, wrong_kind


@frozen(eq=False)
class Given:
    """What a call was given: no row of it is kept, only where the tables are.

    Attributes
    ----------
    evidence
        The tables by name, as they were given; `None` where they were left behind: tables do not
        go into a pickle.
    zone
        The office's zone.
    engine
        What reads files.
    """

    evidence: Mapping[str, Any] | None
    zone: str
    engine: str = "polars"

    def __reduce__(self) -> tuple[type[Given], tuple[None, str, str]]:
        return Given, (None, self.zone, self.engine)


def prove_named(evidence: object) -> None:
    """Refuse evidence that is not tables by their names.

    Raises
    ------
    EvidenceError
        CPN-X06.
    """
    if not isinstance(evidence, Mapping):
        wanted = "a mapping (dict) of the policy's table names to tables"
        raise wrong_kind(EvidenceError, "Nothing was scored.", "evidence", evidence, wanted)
