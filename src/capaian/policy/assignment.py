"""The assignment: who held which post when, and by which policy each post is scored.

Frozen, comparable, without behaviour of its own.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

from attrs import field, frozen

from capaian.indicator import ColumnRef, Condition, Text
from capaian.policy.document import Band, Rounding, Source
from capaian.policy.guidance import Guidance

Weigh: TypeAlias = Literal["active_days", "working_days", "equal"]
"""What a posting weighs: its days less leave, its working days less leave, or one each."""
Without: TypeAlias = Literal["exclude", "withhold", "refer"]
"""What a posting without a score means: its weight is left out and the others rescaled, there is no
score, or there is none and the case goes to a person."""
Taken: TypeAlias = Literal["published", "unrounded"]
"""Which score of a part is taken: as it was published, or before its policy rounded it."""


@frozen
class Postings:
    """The table of postings: one row for each stretch of a subject in a post.

    Attributes
    ----------
    table, subject, post
        The table, and its columns with the subject and the post.
    start, stop
        The first and the last day, both inside. A row without a last day lasts still, as do all
        where `stop` is `None`.
    weight
        A column of given weights, by which what `weigh` says is multiplied; `None` for none.
    where
        Which rows count.
    """

    table: str
    subject: str
    post: str
    start: ColumnRef
    stop: ColumnRef | None = None
    weight: ColumnRef | None = None
    where: tuple[Condition, ...] = ()


@frozen
class Leave:
    """The table of leave: the first and the last day of each stretch, which may overlap."""

    table: str
    subject: str
    start: ColumnRef
    stop: ColumnRef
    where: tuple[Condition, ...] = ()


@frozen
class Assign:
    """A post and its policy: a file or folder beside the document, or the name of a shipped one.

    Where the post is empty, the policy is for every post that is not named otherwise.
    """

    policy: str
    post: str = ""


@frozen
class AssignTable:
    """A table that says which policy is for which post, one row each."""

    table: str
    post: str
    policy: str


@frozen
class Assignment:
    """How subjects who hold posts are scored, in one edition.

    Attributes
    ----------
    id, edition, title
        What it is called.
    first, last
        The days of its being in force; `last` is `None` while it is open.
    sources
        The legal sources.
    postings, leave
        Who held which post when, and who was away.
    assign, table
        The policy of each post: as written, or as a table of evidence; one of the two.
    weigh
        What a posting weighs in the score of the period.
    minimum_days
        A posting of fewer days, less leave, does not count.
    missing
        What a posting without a score means.
    taken
        Which score of a posting is taken.
    rounding, bands, guidance
        Of the score of the period, and of the set of these.
    names_post
        The column of the evidence that names the post a row is for; empty where there is none.
    calendar, zone
        The work calendar that counts working days, and the office's zone.
    """

    id: str
    edition: str
    title: Text
    first: date
    last: date | None
    sources: tuple[Source, ...]
    postings: Postings
    missing: Without
    weigh: Weigh
    rounding: Rounding
    leave: Leave | None = None
    assign: tuple[Assign, ...] = ()
    table: AssignTable | None = None
    minimum_days: int = 1
    taken: Taken = "published"
    bands: tuple[Band, ...] = ()
    guidance: Guidance | None = None
    names_post: str = ""
    calendar: str = ""
    zone: str = ""
    folder: str = field(default="", eq=False, repr=False)
    """Where the document came from: the policies that it names are found beside it."""

    def __hash__(self) -> int:
        return hash((self.id, self.edition))
