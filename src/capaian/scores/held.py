"""Who is scored in place of the evidence's own subjects: postings, or units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
        The working days in post, less leave, of each key, under the name of each stretch of time
        that is measured (`<prefix>.days`), in place of what tables of exposure say; `None` where
        those are read.
    """

    keys: Sequence[str]
    attribution: Attribution
    owners: Sequence[str] = ()
    days: Mapping[str, Sequence[int]] | None = None
