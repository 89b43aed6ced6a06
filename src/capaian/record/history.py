"""The history of a result: the record, then each correction, every one bound to the one before."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, field, frozen

from capaian import __version__
from capaian.errors import Finding, Language, RecordError
from capaian.record.override import Correction, Override, Standing, corrected, read_correction
from capaian.record.read import Recorded, Written, read_record
from capaian.translation import say_in


@frozen(repr=False)
class History:
    """A result and its corrections, in the order in which they were made; nothing is taken back.

    Attributes
    ----------
    record
        The record.
    corrections
        The corrections.
    """

    record: Recorded
    corrections: tuple[Correction, ...] = field(factory=tuple)

    @property
    def head(self) -> str:
        """The content hash of the last document."""
        return self.corrections[-1].content_hash if self.corrections else self.record.content_hash

    @property
    def standing(self) -> Standing:
        """The result as it stands."""
        if self.corrections:
            return self.corrections[-1].after
        return Standing(self.record.score, self.record.band)

    def apply(self, override: Override) -> History:
        """Return the history with one more correction; this one is not changed.

        Raises
        ------
        RecordError
            Everything that does not fit: CPN-V02, V16, V17, V18, V21.
        """
        made = corrected(self.record, self.head, self.standing, override, __version__)
        return evolve(self, corrections=(*self.corrections, made))

    def text(self, language: Language = "en") -> str:
        """Return the history in words, one line for each document."""
        say = say_in(language)
        lines = [
            say("{number}: recorded {standing}").format(
                number=self.record.content_hash[:12],
                standing=_said(Standing(self.record.score, self.record.band)),
            )
        ]
        for each in self.corrections:
            text = say("{number}: {before} became {after} on {date}, by {author}: {reason}").format(
                number=each.content_hash[:12],
                before=_said(each.before),
                after=_said(each.after),
                date=each.date,
                author=each.author,
                reason=each.reason,
            )
            lines.append(f"{text} ({each.source})" if each.source else text)
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<History {self.record.content_hash[:12]} · {len(self.corrections)} corrections>"


def _said(standing: Standing) -> str:
    return " · ".join(filter(None, (standing.score, standing.band))) or "–"


def apply(record: Written, override: Override) -> Correction:
    """Return the first correction of a record, as a document.

    Parameters
    ----------
    record
        The record, as for `read_record`.
    override
        What was decided.

    Raises
    ------
    RecordError
        The record is not as it was written, or the override does not fit.
    """
    return History(read_record(record)).apply(override).corrections[0]


def chain(record: Written, corrections: Iterable[Written | Correction] = ()) -> History:
    """Return the history of a result, proved from its first document to its last.

    Parameters
    ----------
    record
        The record.
    corrections
        Its corrections, in the order in which they were made.

    Raises
    ------
    RecordError
        All at once: a document that was changed (CPN-V05), that does not follow the one before it
        (V19), or that says another result before it (V20).
    """
    history = History(read_record(record))
    findings: list[Finding] = []
    for place, source in enumerate(corrections):
        each = read_correction(source)
        findings += _proved(history, each, f"corrections[{place}]")
        history = evolve(history, corrections=(*history.corrections, each))
    if findings:
        raise RecordError("The history does not hold.", findings)
    return history


def _proved(history: History, each: Correction, where: str) -> list[Finding]:
    findings = []
    if each.hash_now() != each.content_hash:
        findings.append(Finding("CPN-V05", where, {"section": "content_hash"}))
    if each.follows != history.head or each.record != history.record.content_hash:
        findings.append(Finding("CPN-V19", where))
    if each.before != history.standing:
        values = {"expected": _said(history.standing), "found": _said(each.before)}
        findings.append(Finding("CPN-V20", where, values))
    return findings
