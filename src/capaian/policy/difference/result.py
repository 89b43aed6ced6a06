"""What changed between two rules: a value that says whether scores may change, and each change."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from html import escape
from typing import Any, Literal

from attrs import field, frozen

from capaian.errors import Language
from capaian.exact.interval import Interval
from capaian.policy.assigning import assignment_document
from capaian.policy.assignment import Assignment
from capaian.policy.difference.renames import renamed
from capaian.policy.difference.walk import Change, walk
from capaian.policy.document import Policy
from capaian.policy.write import to_document
from capaian.wire import exact_number, fingerprint

Effect = Literal["nothing", "texts", "scores"]
"""What follows from the changes: nothing; other texts, dates, sources and guidance; perhaps other
scores or bands."""
TEXTS = frozenset({"id", "edition", "title", "in_force", "sources", "guidance"})
"""The keys of a document that move no score and no band."""
_TITLED = ("score", "indicators", "nodes", "bands", "numbers")
_WORDS = frozenset({"title", "source"})
_EDGES = ("from", "above", "to", "below")


@frozen
class BandEdges:
    """A band in both rules, as people write its interval; empty where it is not in one.

    `band` is its id in the second rule, or in the first where the second has none.
    """

    band: str
    before: str
    after: str


@frozen(repr=False)
class PolicyDiff:
    """What changed from one rule to another.

    Attributes
    ----------
    before, after
        The canonical documents.
    changes
        Every place in which they differ, in the order of the first.
    """

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    changes: tuple[Change, ...] = field(factory=tuple)

    @property
    def same(self) -> bool:
        """Whether both have the same fingerprint, and so give the same scores."""
        return self.fingerprints[0] == self.fingerprints[1]

    @property
    def fingerprints(self) -> tuple[str, str]:
        """The fingerprints of both."""
        return fingerprint(self.before), fingerprint(self.after)

    @property
    def effect(self) -> Effect:
        """What follows from the changes; `scores` where that cannot be excluded."""
        if self.same:
            return "nothing"
        return "scores" if any(map(moves, self.changes)) else "texts"

    @property
    def bands(self) -> tuple[BandEdges, ...]:
        """The bands of both rules, where an edge or a band is another; else empty."""
        return _edges(self)

    def text(self, language: Language = "en") -> str:
        """Return the comparison as plain text: whether scores change, then thing by thing."""
        from capaian.policy.difference.words import told  # noqa: PLC0415 - it knows this class

        return told(self, language)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain JSON values."""
        rules = {
            name: {"id": each["id"], "edition": each["edition"], "fingerprint": mark}
            for name, each, mark in zip(
                ("before", "after"), (self.before, self.after), self.fingerprints, strict=True
            )
        }
        return {
            **rules,
            "same": self.same,
            "effect": self.effect,
            "changes": [{**each.to_dict(), "moves": moves(each)} for each in self.changes],
            "bands": [
                {"band": each.band, "before": each.before, "after": each.after}
                for each in self.bands
            ],
        }

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<PolicyDiff>\n{self.text()}"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text())}</pre>"


def difference(before: Policy | Assignment, after: Policy | Assignment) -> PolicyDiff:
    """Return what changed from one policy or assignment to another of its kind.

    Parameters
    ----------
    before, after
        Two policies, or two assignments. `capaian.compare_policies` takes names too.

    Examples
    --------
    >>> from capaian.policy import load_policy
    >>> policy = load_policy("skm/2017")
    >>> difference(policy, policy).effect
    'nothing'
    """
    first, second = (
        assignment_document(each) if isinstance(each, Assignment) else to_document(each)
        for each in (before, after)
    )
    return between(first, second)


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> PolicyDiff:
    """Return what changed from one canonical document to another."""
    first, names = renamed(before, after)
    return PolicyDiff(before, after, walk(first, after, names))


def moves(change: Change) -> bool:
    """Return whether a change may move a score or a band.

    Titles, citations, dates and guidance do not; nor does a number that is written in another way.
    Of what is not known it is taken that it may.
    """
    key = change.place.partition(".")[0].partition("[")[0]
    if key in TEXTS or change.kind == "rewritten":
        return False
    inner = change.within.partition(".")[0].partition("[")[0]
    return not (key in _TITLED and inner in _WORDS)


def _edges(found: PolicyDiff) -> tuple[BandEdges, ...]:
    """Return the edges of the bands, where they are not the same in both."""
    old = {
        each.after: each.before
        for each in found.changes
        if each.kind == "renamed" and each.thing.startswith("bands[")
    }
    first, second = (
        {each["id"]: _interval(each) for each in document.get("bands", ())}
        for document in (found.before, found.after)
    )
    now = {before: after for after, before in old.items()}
    names = dict.fromkeys([*(now.get(each, each) for each in first), *second])
    rows = tuple(
        BandEdges(each, first.get(old.get(each, each), ""), second.get(each, "")) for each in names
    )
    return rows if any(each.before != each.after for each in rows) else ()


def _interval(band: Mapping[str, Any]) -> str:
    ends: dict[str, Fraction | None] = {key: exact_number(band.get(key)) for key in _EDGES}
    low = ends["above"] if "above" in band else ends["from"]
    high = ends["to"] if "to" in band else ends["below"]
    return Interval(low, high, low_inside="above" not in band, high_inside="to" in band).text()
