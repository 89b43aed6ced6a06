"""A record in words, for the one who was scored, the one who scores, and the one who checks.

Everything is said from the document alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from capaian.errors import Language, RecordError, did_you_mean, refuse
from capaian.exact import read_number
from capaian.explain import percent, points, spoken, state
from capaian.record.audit import audit_lines
from capaian.record.shape import Part
from capaian.translation import N_, Say, say_in

if TYPE_CHECKING:
    from capaian.record.document import Record

READERS = ("employee", "appraiser", "auditor")
_DECISIONS: Mapping[str, str] = {
    "exclude": N_("left out, and the other weights were rescaled"),
    "worst": N_("counted as the worst of the scale"),
    "withhold": N_("no score is given"),
    "refer": N_("no score is given, and a person decides"),
    "": N_("nothing had to be done"),
}
_TIES: Mapping[str, str] = {
    "half-up": N_("a tie goes away from zero"),
    "half-even": N_("a tie goes to the even neighbour"),
}


def page(record: Record, language: Language, reader: str) -> str:
    """Return a record as a page of plain text.

    Parameters
    ----------
    record
        The record.
    language
        `en` or `id`.
    reader
        `employee`, `appraiser` or `auditor`.

    Raises
    ------
    RecordError
        CPN-V22: no such reader.
    """
    if reader not in READERS:
        values = {"given": reader, "known": ", ".join(READERS)}
        values["hint"] = did_you_mean(reader, READERS)
        raise refuse(RecordError, "There is no such text.", "CPN-V22", "reader", **values)
    one = _Page(record, language)
    blocks = [list(one.head()), list(one.measured(full=reader != "employee"))]
    blocks += [list(each()) for each in one.blocks()]
    if reader == "auditor":
        blocks += [list(each) for each in audit_lines(record, language)]
    blocks.append(list(objection_lines(language)))
    return "\n\n".join("\n".join(block) for block in blocks if block)


class _Page:
    def __init__(self, record: Record, language: Language) -> None:
        self.record = record
        self.language: Language = language
        self.contents = record.contents
        self.say: Say = say_in(language)
        self.document = record.contents.policy.document
        self.steps = {each.name: each for each in record.contents.steps}
        self.words = record.contents.words.get(language)

    def blocks(self) -> tuple[Callable[[], Iterator[str]], ...]:
        return (self.missing, self.band, self.decided, self.unconfirmed, self.findings)

    def title(self, name: str) -> str:
        """Return what the policy calls a node, an indicator, a band or itself."""
        found = self.titles.get(name, {})
        return str(found.get(self.language) or name)

    def fact(self, name: str) -> str:
        """Return what the policy calls a fact; its id as words where it says nothing."""
        found = (self.document.get("subjects") or {}).get("facts", {}).get(name)
        titles = found.get("title", {}) if isinstance(found, Mapping) else {}
        return str(titles.get(self.language) or name.replace("_", " ").replace("-", " "))

    @property
    def titles(self) -> dict[str, Mapping[str, str]]:
        document = self.document
        made = {"score": document.get("score", {}).get("title", {})}
        for key in ("nodes", "indicators", "bands"):
            made |= {str(each.get("id")): each.get("title", {}) for each in document.get(key, ())}
        return made

    def head(self) -> Iterator[str]:
        say, rule, period = self.say, self.contents.policy, self.contents.period
        name = str(self.document.get("title", {}).get(self.language) or rule.id)
        yield say("Record of a result, no. {number}").format(number=self.record.content_hash[:12])
        yield say("For: {subject}").format(subject=self.record.subject)
        yield say("Policy: {title} ({id}, edition {edition}), in force {interval}").format(
            title=name, id=rule.id, edition=rule.edition, interval=self.interval()
        )
        yield say("Period: {label}, {first} to {last}; evidence known up to {as_of}").format(
            label=period.label, first=period.first, last=period.last, as_of=period.as_of
        )
        yield say("Result: {result}").format(result=self.result())
        if self.record.made_at is not None:
            yield say("Recorded: {made_at}").format(made_at=self.record.made_at)

    def interval(self) -> str:
        rule = self.contents.policy
        if rule.last is None:
            return self.say("from {first} on").format(first=rule.first)
        return self.say("from {first} to {last}").format(first=rule.first, last=rule.last)

    def result(self) -> str:
        result = self.contents.result
        if result.score is None:
            return state(result.status, self.language)
        if result.band is None:
            said = "" if result.status == "scored" else f" · {state(result.status, self.language)}"
            return f"{result.score}{said}"
        return f"{result.score} → {self.title(result.band)}"

    # ---- what was measured ---------------------------------------------------------------------

    def measured(self, *, full: bool) -> Iterator[str]:
        yield self.say("What was measured, and what it was held against")
        indicators = {str(each.get("id")): each for each in self.document.get("indicators", ())}
        for part in self.contents.parts:
            yield from self.part(part, indicators.get(part.id, {}), full=full)

    def part(self, part: Part, rule: Mapping[str, Any], *, full: bool) -> Iterator[str]:
        say, title = self.say, self.title(part.id)
        measured, achievement = self.value("measured", part.id), self.value("achievement", part.id)
        if measured is None:
            yield f"• {title}: {state(part.state, self.language)}"
        else:
            shown = spoken(measured, part.unit, self.language)
            yield say("• {title}: {value} (exactly {exact}; observations: {n})").format(
                title=title, value=shown, exact=measured, n=part.n
            )
        if self.words is not None:
            yield say("  measured as: {formula}").format(formula=self.words.parts.get(part.id, "–"))
        if target := self.contents.targets.get(part.id):
            yield say("  own target: {target}").format(target=target)
        if achievement is not None:
            formula = self.words.steps.get(f"achievement:{part.id}", "–") if self.words else "–"
            yield say("  achievement: {value} = {formula}").format(
                value=points(achievement), formula=formula
            )
        if full:
            added = self.value("contribution", part.id) or Fraction(0)
            yield say("  weight {weight}, contribution {points} (exactly {exact})").format(
                weight=percent(read_number(part.weight)), points=points(added), exact=added
            )
        for each in part.periods:
            yield self.sub_period(each)
        if source := rule.get("source"):
            yield say("  source: {source}").format(source=source)

    def sub_period(self, each: Mapping[str, Any]) -> str:
        """Return what a sub-period gave."""
        if each.get("numerator") is None:
            return f"  {each.get('period')}: {state(str(each.get('state')), self.language)}"
        return self.say("  {period}: exactly {exact} (observations: {n})").format(
            period=each.get("period"),
            exact=Fraction(int(each["numerator"]), int(each["denominator"])),
            n=each.get("n"),
        )

    def value(self, kind: str, name: str) -> Fraction | None:
        """Return the result of a step, as later steps take it."""
        step = self.steps.get(f"{kind}:{name}")
        return None if step is None else read_number(step.rounded or step.exact)

    # ---- what was missing, and the band --------------------------------------------------------

    def missing(self) -> Iterator[str]:
        say = self.say
        yield say("What was missing, and what was done about it")
        if not self.contents.missing:
            yield say("• nothing")
        for each in self.contents.missing:
            why = state(each.state, self.language) if each.state else say("without a score")
            done = say(_DECISIONS.get(each.decision, each.decision))
            yield f"• {self.title(each.of)}: {why}; {done}"

    def band(self) -> Iterator[str]:
        result, say = self.contents.result, self.say
        if result.score is None:
            return
        yield say("How the score and the band were decided")
        if result.rounding is None:
            yield say("• the score is not rounded")
        else:
            yield say("• exactly {exact}, rounded to {digits} decimals ({mode}): {score}").format(
                exact=result.unrounded,
                digits=result.rounding.digits,
                mode=say(_TIES.get(result.rounding.mode, result.rounding.mode)),
                score=result.score,
            )
        if result.band is not None and result.interval:
            yield say("• {band} is given for {interval}, where x is the score").format(
                band=self.title(result.band), interval=result.interval
            )
        if (above := result.next) is not None:
            enough = say("• the score is enough for {band}") if above.gap == "0" else ""
            text = enough or (
                say("• {band} is given from {score} on, before rounding; {gap} points are lacking")
                if above.inside
                else say(
                    "• {band} is given above {score}, before rounding; {gap} points are lacking"
                )
            )
            yield text.format(
                band=self.title(above.band), score=above.score, gap=self.gap(above.gap)
            )
            if above.gate:
                yield say("• it also needs a fact that is not on record: {gate}").format(
                    gate=self.fact(above.gate)
                )
        elif result.band is not None and result.decision is None:
            yield say("• this is the highest band")

    def gap(self, exact: str) -> str:
        """Return what is lacking, never less than it is."""
        value = read_number(exact) * 100
        whole = -(-value.numerator // value.denominator)
        return points(Fraction(whole, 100))

    def decided(self) -> Iterator[str]:
        """Say what a decision table read, where one gives the band."""
        if self.words is None or not self.words.decision:
            return
        yield self.say("What the decision table read")
        for each in self.words.decision:
            yield f"• {each}"

    # ---- trust, findings ------------------------------------------------------------

    def unconfirmed(self) -> Iterator[str]:
        say = self.say
        yield say("What the rule rests on, and what of it is not confirmed")
        for each in self.contents.policy.sources:
            yield f"• {each.get('cite')} ({self.trust(each.get('trust', ''))})"
        for cite in self.contents.result.unconfirmed:
            yield say("• this result rests on what is not confirmed: {cite}").format(cite=cite)

    def trust(self, word: str) -> str:
        known = {
            "verified": self.say("read in the source"),
            "derived": self.say("follows from the source"),
            "unconfirmed": self.say("not confirmed"),
        }
        return known.get(word, word)

    def findings(self) -> Iterator[str]:
        if not self.contents.findings:
            return
        yield self.say("What was noted about the evidence as a whole")
        for each in self.contents.findings:
            text = each.get("text", {}).get(self.language, "")
            yield f"• {each.get('code')} {each.get('where')}: {text}"


def objection_lines(language: Language) -> Iterator[str]:
    """Return how to object."""
    say = say_in(language)
    yield say("How to object")
    yield say(
        "• Say which line above you hold to be wrong and what should stand there, with your"
        " evidence, and give the number of this record."
    )
    yield say(
        "• Send it to the official who gave the score, in the form and within the time that"
        " your rule sets; capaian gives no legal advice."
    )
    yield say(
        "• A correction never changes this record: it is a document of its own, with author,"
        " reason and date, and refers to this one."
    )
