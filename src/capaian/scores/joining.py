"""Integers that stay in Spark: a plan that joins what was found of each subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import define

from capaian.columns import Joined, Part, Reduced, Roster, join_by_subject
from capaian.errors import EvidenceError, Finding, refuse
from capaian.scores.ask import Ask

if TYPE_CHECKING:
    from capaian.scores.gathered import Gathered


@define(eq=False, slots=False)
class LazyGathered:
    """Integers by name in Spark: a plan of one row per subject, and what was found on the way.

    Attributes
    ----------
    joined
        The plan.
    constants
        The days of a full period, by name.
    noted
        What was found before anything was run.
    roster
        The table of who is to be scored; empty where there is none.
    """

    joined: Joined
    constants: Mapping[str, int]
    noted: tuple[Finding, ...]
    roster: str = ""

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What was found; those who are not on the roster are counted at first sight."""
        return (*self.noted, *strangers(self.joined.strangers(), self.roster))


def joined(
    reduced: Sequence[tuple[Ask, Reduced]], listed: Roster | None, *, several: bool
) -> Joined:
    """Return the plan that joins the answers of all requests of a period; nothing is run.

    Parameters
    ----------
    reduced
        The requests and what they gave.
    listed
        Who is to be scored, where that is known.
    several
        Whether other periods are read in the same passes, whose subjects may not be in this one.
    """
    parts = [
        Part(ask.names, each, ask.planned is not None, ask.rows if several else None)
        for ask, each in reduced
        if ask.names
    ]
    return join_by_subject(parts, listed)


def anybody(reduced: Sequence[tuple[Ask, Reduced]], listed: Roster | None) -> bool:
    """Return whether there is anyone to score; it is known before anything is joined."""
    if listed is not None:
        return listed.rows > 0
    return any(each.rows for ask, each in reduced if ask.planned)


def strangers(count: int, table: str) -> list[Finding]:
    """Return the note about subjects that have evidence and are not on the roster."""
    values = {"count": count, "table": table}
    return [Finding("CPN-E53", "", values, "note")] if count else []


def at_hand(gathered: Gathered | LazyGathered, table: str) -> Gathered:
    """Return what was gathered, or refuse what is in Spark: units and postings are made here.

    Raises
    ------
    EvidenceError
        CPN-A44.
    """
    if isinstance(gathered, LazyGathered):
        raise refuse(EvidenceError, "There is nothing to score.", "CPN-A44", table)
    return gathered
