"""A correction of a result: a document that refers to the record, and never changes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import evolve, field, fields, frozen

from capaian.band import band_of
from capaian.errors import CapaianError, Finding, RecordError, did_you_mean, refuse
from capaian.exact import fixed, read_number
from capaian.formula import number
from capaian.policy import Band, load_assignment, read_policy
from capaian.record.postings import PostingRecord
from capaian.record.read import Recorded, Written, other_schema, parse, text_of, unnamed
from capaian.record.sealed import instant_text
from capaian.record.units import UnitRecord, published_as
from capaian.wire import canonical, fingerprint, short, structure

SCHEMA = "capaian/override/1"
HEADLINE = "Nothing was corrected."


@frozen(kw_only=True)
class Override:
    """What somebody decides about a result, and why.

    Attributes
    ----------
    author
        Who decides: what the host calls them.
    reason
        Why.
    date
        When, ISO 8601, as the caller says.
    score, band
        What replaces the result: a score as the policy publishes it, a band, or both. The band of a
        score that comes alone is the one that the policy gives it; where bands are no intervals of
        the score, it stays as it was.
    source
        What the decision rests on: a citation, the number of the objection.
    """

    author: str
    reason: str
    date: str
    score: str | None = None
    band: str | None = None
    source: str = ""


@frozen
class Standing:
    """A result as it stands: score and band, `None` where there is none."""

    score: str | None
    band: str | None


@frozen
class Correction:
    """An override as a document.

    Attributes
    ----------
    record
        The content hash of the record that it is about.
    follows
        The content hash of the record or of the correction before it.
    author, reason, date, source
        As in `Override`.
    before, after
        The result before it, and after.
    engine
        The version of capaian that wrote it.
    content_hash
        The SHA-256 of all the rest.
    """

    record: str
    follows: str
    author: str
    reason: str
    date: str
    source: str
    before: Standing
    after: Standing
    engine: str
    content_hash: str
    schema: str = field(default=SCHEMA)

    def to_dict(self) -> dict[str, Any]:
        """Return the document as plain JSON values."""
        made: dict[str, Any] = json.loads(self.to_json())
        return made

    def to_json(self) -> str:
        """Return the document: canonical JSON and a newline."""
        return canonical(self) + "\n"

    def hash_now(self) -> str:
        """Return the hash that its content has."""
        names = [each.name for each in fields(Correction) if each.name != "content_hash"]
        return fingerprint({name: getattr(self, name) for name in names})


def read_correction(source: Written | Correction) -> Correction:
    """Return a correction, whatever its hash says; `chain` proves it.

    Parameters
    ----------
    source
        A correction, its document as plain values, its JSON, or the path of a file.

    Raises
    ------
    RecordError
        All faults at once, as for a record.
    """
    if isinstance(source, Correction):
        return source
    if isinstance(source, Recorded):
        raise refuse(RecordError, HEADLINE, "CPN-V04", "schema", given=source.contents.schema,
                     wanted=SCHEMA, version=source.contents.engine.version)  # fmt: skip
    document = dict(source) if isinstance(source, dict) else parse(text_of(source))
    schema = document.get("schema")
    findings = []
    if isinstance(schema, str) and schema != SCHEMA:
        findings.append(other_schema({"engine": {"version": document.get("engine", "")}},
                                     schema, SCHEMA))  # fmt: skip
    made, faults = structure(document, Correction)
    if made is None or findings:
        raise RecordError("The correction cannot be read.", [*findings, *unnamed(faults)])
    return made


def corrected(
    record: Recorded, follows: str, before: Standing, override: Override, engine: str
) -> Correction:
    """Return an override as a document.

    Parameters
    ----------
    record
        The record that it is about.
    follows, before
        The hash of the document before it, and the result as that left it.
    override
        What was decided.
    engine
        The version that writes it.

    Raises
    ------
    RecordError
        All at once: no author, reason or date (CPN-V21), no such date (V02), neither score nor band
        (V16), a band that the policy has not (V17), no score as it publishes one (V18).
    """
    findings = [
        Finding("CPN-V21", key, {"key": key})
        for key in ("author", "reason", "date")
        if not getattr(override, key).strip()
    ]
    if override.date.strip():
        try:
            instant_text(override.date, "date")
        except RecordError as error:
            findings += error.findings
    after = _after(_ladder(record), before, override, findings)
    if findings:
        raise RecordError(HEADLINE, findings)
    made = Correction(
        record=record.content_hash,
        follows=follows,
        author=override.author,
        reason=override.reason,
        date=override.date,
        source=override.source,
        before=before,
        after=after,
        engine=engine,
        content_hash="",
    )
    return evolve(made, content_hash=made.hash_now())


@frozen
class _Ladder:
    """What a record says of how scores are published and which bands they have.

    Attributes
    ----------
    digits
        How many decimals a score has; `None` where it is not rounded.
    decided
        Whether a decision table gives the band, which is no interval of the score then.
    """

    bands: tuple[Band, ...]
    digits: int | None
    precedence: bool = False
    decided: bool = False
    facts: Mapping[str, bool] = field(factory=dict)


def _ladder(record: Recorded) -> _Ladder:
    try:
        if isinstance(record, PostingRecord):
            rule = load_assignment(dict(record.contents.assignment.document))
            rounds = rule.rounding.mode != "none"
            return _Ladder(rule.bands, rule.rounding.digits if rounds else None)
        policy = read_policy(dict(record.contents.policy.document))
        if isinstance(record, UnitRecord):
            bands, rounding, precedence = published_as(policy)
            rounds = rounding is not None and rounding.mode != "none"
            return _Ladder(bands, rounding.digits if rounding and rounds else None, precedence)
    except CapaianError as error:
        raise RecordError(HEADLINE, error.findings) from None
    step = policy.rounded("score", "score")
    facts = {name: bool(each) for name, each in record.contents.values.facts.items()}
    return _Ladder(
        policy.bands,
        None if step is None or step.mode == "none" else step.digits,
        policy.precedence,
        policy.decision is not None,
        facts,
    )


def _after(
    ladder: _Ladder, before: Standing, override: Override, findings: list[Finding]
) -> Standing:
    """Return the result after an override, and note what does not fit."""
    if override.score is None and override.band is None:
        findings.append(Finding("CPN-V16", "score, band"))
    known = [each.id for each in ladder.bands]
    if override.band is not None and override.band not in known:
        values = {"given": short(override.band), "known": ", ".join(known) or "none"}
        values["hint"] = did_you_mean(override.band, known)
        findings.append(Finding("CPN-V17", "band", values))
    score, band = before.score, before.band if override.band is None else override.band
    if override.score is not None:
        digits, value = ladder.digits, _score(ladder, override.score)
        if value is None:
            shown = str(9 if digits is None else digits)
            values = {"given": short(override.score), "digits": shown}
            findings.append(Finding("CPN-V18", "score", values))
            return Standing(score, band)
        score = number(value) if digits is None else fixed(value, digits)
        if override.band is None and not ladder.decided:
            found = band_of(value, ladder.bands, ladder.precedence, ladder.facts)
            band = found.id if found else None
    return Standing(score, band)


def _score(ladder: _Ladder, written: str) -> Fraction | None:
    try:
        value = read_number(written)
    except ValueError:
        return None
    on_grid = ladder.digits is None or (value * 10**ladder.digits).denominator == 1
    return value if on_grid else None
