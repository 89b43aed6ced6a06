"""From scores to records: one subject's result as a document from which it can be replayed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from capaian.band import interval_text, next_band
from capaian.errors import Language
from capaian.exact import Program, fixed, run_paired
from capaian.explain import Decided, texts
from capaian.explain import Part as Explained
from capaian.formula import Moment, Node, Round, number
from capaian.measure import OK, names_in
from capaian.policy import Rounding, to_document
from capaian.policy.write import source_document
from capaian.record import (
    Calendar,
    Cohort,
    Contents,
    Digest,
    Engine,
    Missing,
    Next,
    Part,
    Plugin,
    Result,
    Rounded,
    Rule,
    Span,
    Step,
    Values,
    Words,
)
from capaian.scores.account import parts, score_text
from capaian.scores.decided import decided
from capaian.scores.resting import resting
from capaian.scores.step_words import known_values, step_words, value_words
from capaian.scores.tail import SCORE, UNROUNDED, Tail
from capaian.wire import canonical

if TYPE_CHECKING:
    from capaian.scores.result import Scores

LANGUAGES: tuple[Language, ...] = ("en", "id")
OF_THE_CALL = frozenset({"CPN-E51"})
"""Notes about tables that were given and not read: they say nothing of the result."""


class Recorder:
    """Makes the contents of records; what all subjects have in common is made once.

    Parameters
    ----------
    scores
        The result.
    """

    def __init__(self, scores: Scores) -> None:
        self.scores = scores
        plan, policy, period = scores.plan, scores.policy, scores.period
        self.moment = Moment(as_of=scores.as_of, start=period.start, end=period.end)
        self.document = to_document(policy)
        self.rule = Rule(
            id=policy.id,
            edition=policy.edition,
            first=policy.first.isoformat(),
            last=policy.last.isoformat() if policy.last else None,
            fingerprint=plan.fingerprint,
            formulas=plan.formulas,
            sources=tuple(map(source_document, policy.sources)),
            document=self.document,
        )
        self.span = Span(
            label=period.label,
            first=period.first.isoformat(),
            last=period.last.isoformat(),
            as_of=scores.as_of.isoformat(),
            zone=scores.given_evidence.zone if scores.given_evidence else policy.zone,
        )
        calendar = plan.calendar
        self.calendar = (
            Calendar(calendar.id, calendar.edition, calendar.fingerprint) if calendar else None
        )
        self.plugins = {
            kind: Plugin(each.distribution, each.version, each.module)
            for kind, each in plan.provenance.items()
        }
        self.cohorts = tuple(_cohorts(self.document))
        findings = [each.to_dict() for each in scores.findings if each.code not in OF_THE_CALL]
        self.findings = tuple(sorted(findings, key=canonical))
        self.said = {each: value_words(plan, self.moment, each) for each in LANGUAGES}
        self.values: dict[Language, dict[str, str]] = {}
        self.steps: dict[tuple[int, Language], dict[str, str]] = {}

    def contents(self, row: int, evidence: tuple[Digest, ...]) -> Contents:
        """Return what is recorded of a subject, with the digests of its evidence."""
        scores = self.scores
        subject, tail, exact = scores.subjects[row], scores.tail(row), _exact(scores, row)
        explained = parts(scores, row, scores.exact(row))
        given, table = scores.given(row), decided(scores, row, scores.exact(row))
        names = tuple(sorted(scores.results.names))
        return Contents(
            engine=Engine("capaian", scores.plan.version),
            subject=subject,
            period=self.span,
            policy=self.rule,
            calendar=self.calendar,
            plugins=self.plugins,
            evidence=evidence,
            values=Values(
                {name: str(given[name]) if name in given else None for name in names},
                {name: known.get(subject) for name, known in sorted(scores.facts.items())},
            ),
            targets={each.id: str(each.target) for each in explained if each.target is not None},
            cohorts=self.cohorts,
            parts=tuple(map(_part, explained)),
            missing=tuple(_missing(scores, tail, explained)),
            steps=tuple(_steps(tail, exact)),
            findings=self.findings,
            result=_result(scores, row, exact, table),
            words={
                each: self.words(
                    names, tail, explained, _decision_lines(scores, row, table, each), each
                )
                for each in LANGUAGES
            },
        )

    def words(
        self,
        names: tuple[str, ...],
        tail: Tail,
        explained: tuple[Explained, ...],
        decision: tuple[str, ...],
        language: Language,
    ) -> Words:
        """Return what the names stand for."""
        if language not in self.values:
            self.values[language] = known_values(names, self.said[language], language)
        key = (id(tail), language)
        if key not in self.steps:
            self.steps[key] = step_words(self.scores.plan, tail, language)
        formulas = {each.id: each.formula[language] for each in explained}
        return Words(self.values[language], self.steps[key], formulas, decision)


def _exact(scores: Scores, row: int) -> dict[str, Fraction]:
    return {name: pair[1] for name, pair in scores.exact(row).items()}


def _part(each: Explained) -> Part:
    return Part(
        id=each.id,
        state=each.state,
        decision=each.decision,
        n=each.n,
        unit=each.unit,
        figures=texts(each.figures),
        weight=str(each.weight),
        periods=tuple(one.to_dict() for one in each.periods),
    )


def _missing(scores: Scores, tail: Tail, explained: tuple[Explained, ...]) -> Iterator[Missing]:
    for each in explained:
        if each.state != OK:
            yield Missing(each.id, "indicator", each.state, each.decision)
    for node in scores.policy.nodes:
        if node.id not in tail.nodes:
            decision = "" if node.id == "score" else node.missing
            yield Missing(node.id, "node", tail.status if node.id == "score" else "", decision)


def _steps(tail: Tail, exact: Mapping[str, Fraction]) -> Iterator[Step]:
    for name, tree in tail.program.steps:
        kind, _, of = name.partition(":")
        inputs = tuple(dict.fromkeys(names_in(tree)))
        if isinstance(tree, Round):
            yield Step(
                name, kind, of, inputs,
                exact=str(_value(tree.inner, exact)),
                rounded=fixed(exact[name], tree.digits),
                rounding=Rounded(tree.digits, tree.mode),
            )  # fmt: skip
        else:
            yield Step(name, kind, of, inputs, exact=str(exact[name]))


def _value(tree: Node, exact: Mapping[str, Fraction]) -> Fraction:
    needed = {name: exact[name] for name in names_in(tree)}
    return run_paired(Program((("value", tree),)), needed)["value"][1]


def _cohorts(document: Mapping[str, Any]) -> Iterator[Cohort]:
    """Return what each relative method of a policy was fitted to."""
    for key, steps in (("indicators", "normalise"), ("nodes", "convert")):
        for each in document[key]:
            for step in each.get(steps, ()):
                if (fitted := step.get("fitted")) is not None:
                    yield Cohort(of=each["id"], method=step["method"], **fitted)


def _result(
    scores: Scores, row: int, exact: Mapping[str, Fraction], table: Decided | None
) -> Result:
    tail, band = scores.tail(row), scores.results.band(row)
    rounding = scores.policy.rounded("score", "score")
    rounds = rounding is not None and rounding.mode != "none"
    scored = SCORE in exact
    return Result(
        status=tail.status,
        score=score_text(scores, row) if scored else None,
        unrounded=str(exact[UNROUNDED]) if scored else None,
        rounding=Rounded(rounding.digits, rounding.mode) if rounding and rounds else None,
        band=band.id if band else None,
        interval=interval_text(band) if band and table is None else "",
        next=_next(scores, row, exact, rounding) if scored and table is None else None,
        decision=None if table is None else table.to_dict(),
        unconfirmed=tuple(
            scores.policy.sources[each].cite for each in resting(scores, row, scores.exact(row))
        ),
    )


def _decision_lines(
    scores: Scores, row: int, table: Decided | None, language: Language
) -> tuple[str, ...]:
    """Return in words what a decision table read, gave, and would give."""
    if table is None:
        return ()
    band = scores.results.band(row)
    name = "" if band is None else band.title.get(language) or band.id
    lines = [*table.rating_lines(language), table.outcome(name, language)]
    return (*lines, *table.next_lines(language))


def _next(
    scores: Scores, row: int, exact: Mapping[str, Fraction], rounding: Rounding | None
) -> Next | None:
    """Return the band above, and what is lacking for it."""
    policy = scores.policy
    facts = {name: bool(known.get(scores.subjects[row])) for name, known in scores.facts.items()}
    above = next_band(exact[SCORE], policy.bands, policy.precedence, facts, rounding)
    if above is None:
        return None
    gap = max(above.score - exact[UNROUNDED], Fraction(0))
    return Next(above.band.id, number(above.score), above.inside, str(gap), above.gate)
