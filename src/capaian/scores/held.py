"""Who is scored in place of the evidence's own subjects: postings, or units."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from capaian.columns import Attribution


@frozen(eq=False)
class Held:
    """Keys that are scored as subjects are, and what their rows are.

    Attributes
    ----------
    keys
        Who is scored, in ascending order.
    attribution
        Which rows count for which key.
    owners
        Whose each key is, so that facts about a person hold for a posting; empty for units, of
        which the roster knows nothing.
    days
        For each key the working days in post, less leave, in place of what tables of exposure say;
        `None` where those are read.
    """

    keys: Sequence[str]
    attribution: Attribution
    owners: Sequence[str] = ()
    days: Sequence[int] | None = None
