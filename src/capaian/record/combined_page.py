"""Records of scores that are made of scores in words: the score, and what each part adds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from capaian.errors import Language, RecordError, did_you_mean, refuse
from capaian.exact import read_number
from capaian.explain import percent, points, state
from capaian.record.page import READERS, objection_lines, page
from capaian.translation import N_, say_in

if TYPE_CHECKING:
    from capaian.record.postings import HeldPost, PostingRecord
    from capaian.record.sealed import Sealed
    from capaian.record.units import UnitRecord

DECISIONS = {
    "too_short": N_("too short to count"),
    "no_weight": N_("without a weight"),
    "worst": N_("counted as the worst of the scale"),
    "exclude": N_("left out, and the other weights were rescaled"),
    "withhold": N_("no score is given"),
    "refer": N_("no score is given, and a person decides"),
}


def page_of_postings(record: PostingRecord, language: Language, reader: str) -> str:
    """Return the record as a page of plain text; as `page` does for a policy's.

    Raises
    ------
    RecordError
        CPN-V22: no such reader.
    """
    _known(reader)
    rule = record.contents.assignment
    say = say_in(language)
    said = say("Assignment: {title} ({id}, edition {edition})").format(
        title=rule.document.get("title", {}).get(language) or rule.id,
        id=rule.id,
        edition=rule.edition,
    )
    bands = rule.document.get("bands", ())
    blocks = [list(_head(record, said, bands, language)), list(_postings(record, language))]
    blocks.append(list(objection_lines(language)))
    own = [page(each, language, reader) for each in record.records()]
    return "\n\n".join(["\n".join(block) for block in blocks] + own)


def page_of_units(record: UnitRecord, language: Language, reader: str) -> str:
    """Return the record as a page of plain text; as `page` does for a person's.

    Raises
    ------
    RecordError
        CPN-V22: no such reader.
    """
    _known(reader)
    rule = record.contents.policy
    say = say_in(language)
    said = say("Policy: {title} ({id}, edition {edition})").format(
        title=rule.document.get("title", {}).get(language) or rule.id,
        id=rule.id,
        edition=rule.edition,
    )
    bands = [*(rule.document.get("units") or {}).get("bands", ()), *rule.document.get("bands", ())]
    blocks = [list(_head(record, said, bands, language)), list(_members(record, language))]
    blocks.append(list(objection_lines(language)))
    return "\n\n".join("\n".join(block) for block in blocks)


def _known(reader: str) -> None:
    if reader not in READERS:
        values = {"given": reader, "known": ", ".join(READERS)}
        values["hint"] = did_you_mean(reader, READERS)
        raise refuse(RecordError, "There is no such text.", "CPN-V22", "reader", **values)


def _head(record: Sealed[Any], rule: str, bands: Any, language: Language) -> Iterator[str]:
    say, contents = say_in(language), record.contents
    period, result = contents.period, contents.result
    titles: dict[str, Mapping[str, str]] = {}
    for each in bands:
        titles.setdefault(str(each.get("id")), each.get("title", {}))
    yield say("Record of a result, no. {number}").format(number=record.content_hash[:12])
    yield say("For: {subject}").format(subject=record.subject)
    yield rule
    yield say("Period: {label}, {first} to {last}; evidence known up to {as_of}").format(
        label=period.label, first=period.first, last=period.last, as_of=period.as_of
    )
    said = state(result.status, language) if result.score is None else result.score
    if result.band is not None:
        said += f" → {titles.get(result.band, {}).get(language) or result.band}"
    yield say("Result: {result}").format(result=said)
    if result.unrounded is not None:
        yield say("• exactly {exact}").format(exact=result.unrounded)
    if record.made_at is not None:
        yield say("Recorded: {made_at}").format(made_at=record.made_at)


def _members(record: UnitRecord, language: Language) -> Iterator[str]:
    say = say_in(language)
    yield say("What each member adds")
    for each in record.contents.members:
        yield say(
            "• {subject}: score {score}, weight {weight}, contribution {points} (exactly {exact})"
        ).format(
            subject=each.subject,
            score=each.score or state(each.status, language),
            weight=percent(read_number(each.weight)),
            points=points(read_number(each.contribution)),
            exact=each.contribution,
        )
        if each.decision:
            yield f"  {say(DECISIONS.get(each.decision, each.decision))}"


def _postings(record: PostingRecord, language: Language) -> Iterator[str]:
    say = say_in(language)
    yield say("What each posting adds")
    for each in record.contents.postings:
        yield _posting(each, language)
        if each.decision is not None:
            yield f"  {say(DECISIONS.get(each.decision, each.decision))}"


def _posting(each: HeldPost, language: Language) -> str:
    say = say_in(language)
    score = each.record.get("result", {}).get("score") or "–"
    return say(
        "• {post}, {first} to {last} ({days} days, {leave} on leave): score {score}, weight"
        " {weight}, contribution {points} (exactly {exact})"
    ).format(
        post=each.post,
        first=each.first,
        last=each.last,
        days=each.days,
        leave=each.leave,
        score=score,
        weight=percent(read_number(each.weight)),
        points=points(read_number(each.contribution)),
        exact=each.contribution,
    )
