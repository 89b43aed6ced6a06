"""An account of a result: the ledger's rows, one subject's explanation, the JSON document.

All of it is exact: each subject's program is run once more in fractions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from capaian.band import interval_text, next_band
from capaian.errors import Language
from capaian.exact import Pair, Program, fixed, run_paired
from capaian.explain import Adjustment, Explanation, Lever, Part, find_lever, texts
from capaian.explain.words import near, phrase
from capaian.formula import lit, number
from capaian.indicator import Text
from capaian.policy import Policy, Rounding
from capaian.policy.tree import FORMULA
from capaian.policy.write import source_document
from capaian.scores.decided import decided, decision_document
from capaian.scores.ledger import figures_of, observations
from capaian.scores.node_rules import node_formulas
from capaian.scores.plan import Planned
from capaian.scores.resting import resting
from capaian.scores.subperiods import formula_text, sub_periods, target_of
from capaian.scores.tail import SCORE, UNROUNDED, PartPlan, Tail

if TYPE_CHECKING:
    from capaian.scores.result import Scores

NO_ROUNDING = Rounding("score", 0, "none")
SCHEMA = "capaian/scores/1"


def score_text(scores: Scores, row: int) -> str:
    """Return a subject's score as it is published."""
    value = scores.results.score(row)
    if value is None:
        return "–"
    rounding = _rounding(scores)
    if rounding.mode == "none":
        return number(scores.exact(row)[SCORE][1])
    return fixed(Fraction(value), rounding.digits)


def shown_text(scores: Scores, row: int) -> str:
    """Return a subject's score as people read it: near it where it is not rounded."""
    if scores.results.score(row) is None or _rounding(scores).mode != "none":
        return score_text(scores, row)
    return near(scores.exact(row)[SCORE][1], _edges(scores))


def _edges(scores: Scores) -> tuple[Fraction, ...]:
    found = (edge for band in scores.policy.bands for edge in (band.low, band.high))
    return tuple(dict.fromkeys(edge for edge in found if edge is not None))


def _gate_title(policy: Policy, gate: str) -> Text:
    return policy.subjects.fact_titles.get(gate, {}) if policy.subjects else {}


def _rounding(scores: Scores) -> Rounding:
    return scores.policy.rounded("score", "score") or NO_ROUNDING


def parts(
    scores: Scores, row: int, exact: dict[str, Pair], *, said: bool = True
) -> tuple[Part, ...]:
    """Return every indicator's part in a subject's score; its formula in words only if `said`."""
    tail = scores.tail(row)
    return tuple(
        _part(scores, row, planned, tail.parts[name], exact, said=said)
        for name, planned in scores.plan.indicators.items()
    )


def _part(
    scores: Scores,
    row: int,
    planned: Planned,
    part: PartPlan,
    exact: dict[str, Pair],
    *,
    said: bool,
) -> Part:
    indicator = planned.indicator
    figures = Program(tuple(planned.statistics.figures.items()))
    given = scores.given(row)
    return Part(
        id=indicator.id,
        title=indicator.title,
        node=indicator.parent or "score",
        state=scores.results.state(indicator.id, row),
        decision=part.decision,
        measured=exact[part.measured][1] if part.measured else None,
        n=observations(planned, given),
        unit=planned.measure.unit,
        figures=figures_of(figures, given),
        formula=_formula(planned, given) if said else {},
        achievement=exact[part.achievement][1] if part.achievement else None,
        weight=exact[part.share][1] if part.share else part.weight,
        contribution=exact[part.contribution][1] if part.contribution else Fraction(0),
        direction=_direction(scores, planned),
        type=indicator.type,
        plugin=str(planned.provenance),
        source=indicator.source,
        target=target_of(scores.policy, planned, given),
        periods=sub_periods(scores.policy, planned, given),
    )


def _direction(scores: Scores, planned: Planned) -> str:
    """Return what is better; nothing below a formula, which may take off a part."""
    methods = {each.id: each.method for each in scores.policy.nodes}
    above = planned.indicator.parent or "score"
    return "" if methods[above] == FORMULA else planned.direction


def _formula(planned: Planned, given: Mapping[str, int]) -> Text:
    """Return in words how a value was measured, and what it was compared with."""
    said = formula_text(planned, given)
    languages: tuple[Language, ...] = ("en", "id")
    return {lang: "; ".join((said[lang], *_cohorts(planned, lang))) for lang in languages}


def _cohorts(planned: Planned, language: Language) -> Iterator[str]:
    for index, record in planned.relative.items():
        fitted = planned.indicator.normalise[index].fitted
        if fitted is not None:
            left_out = sum(fitted.left_out.values())
            title = record.title.get(language) or record.kind
            parts = {"method": title, "period": fitted.period}
            parts |= {"n": str(fitted.n), "left_out": str(left_out)}
            yield phrase("cohort", language, **parts)


def explanation(scores: Scores, row: int) -> Explanation:
    """Return why a subject has this score."""
    tail, exact = scores.tail(row), scores.exact(row)
    policy, rounding = scores.policy, _rounding(scores)
    scored = tail.scored
    band = scores.results.band(row)
    table = decided(scores, row, exact)
    above = None
    if scored and table is None:
        facts = {n: bool(known.get(scores.subjects[row])) for n, known in scores.facts.items()}
        above = next_band(exact[SCORE][1], policy.bands, policy.precedence, facts, rounding)
    levers: tuple[Lever, ...] = ()
    if above is not None and not above.reached_by(exact[UNROUNDED][1]):
        levers = tuple(_levers(scores, row, tail, exact, above.reached_by))
    subject = scores.subjects[row]
    return Explanation(
        subject=subject,
        label=scores.labels.get(subject, ""),
        unit=scores.units.get(subject, ""),
        policy=policy_head(scores),
        period=scores.period.label,
        as_of=scores.as_of.isoformat(),
        status=tail.status,
        score=exact[SCORE][1] if scored else None,
        unrounded=exact[UNROUNDED][1] if scored else None,
        digits=rounding.digits,
        rounding=rounding.mode,
        band=band.id if band else "",
        band_title=band.title if band else {},
        interval=interval_text(band) if band and table is None else "",
        next_band=above.band.id if above else "",
        next_title=above.band.title if above else {},
        next_gate=above.gate if above else "",
        gate_title=_gate_title(scores.policy, above.gate) if above else {},
        gap=max(above.score - exact[UNROUNDED][1], Fraction(0)) if above else None,
        parts=parts(scores, row, exact),
        adjustments=tuple(
            Adjustment(each.node, each.reason, exact[each.name][1])
            for each in tail.adjustments
            if exact[each.name][1]
        ),
        levers=levers,
        edges=_edges(scores),
        node_titles={each.id: each.title for each in policy.nodes},
        node_methods={each.id: each.method for each in policy.nodes},
        method_titles={key: each.title for key, each in scores.plan.aggregations.items()},
        node_formulas=node_formulas(policy),
        sources=tuple(map(source_document, policy.sources)),
        unconfirmed=tuple(policy.sources[each].cite for each in resting(scores, row, exact)),
        decided=table,
    )


SCORED = "scored"


def _levers(
    scores: Scores,
    row: int,
    tail: Tail,
    exact: dict[str, Pair],
    reaches: Callable[[Fraction], bool],
) -> list[Lever]:
    """Return, for each indicator that counts, how far it alone would have to move."""
    inputs = scores.given(row)
    found = []
    for name, planned in scores.plan.indicators.items():
        part = tail.parts[name]
        if not (part.measured and part.contribution) or planned.of_achievements:
            continue  # of several achievements, no one value can be moved

        def score_if(value: Fraction, step: str = part.measured) -> Fraction:
            return run_paired(_with(tail.program, step, value), inputs)[UNROUNDED][1]

        now, measured = exact[part.measured][1], None
        best = _best(scores, planned, part, tail.program, inputs)
        if reaches(best):
            measured = find_lever(
                score_if,
                now,
                reaches,
                grain=planned.measure.grain,
                direction=planned.direction,
                low=widest(planned, planned.measure.least),
                high=widest(planned, planned.measure.most),
            )
        found.append(
            Lever(
                id=name,
                title=planned.indicator.title,
                unit=planned.measure.unit,
                now=now,
                measured=measured,
                best=best,
            )
        )
    return found


def _best(
    scores: Scores, planned: Planned, part: PartPlan, program: Program, inputs: dict[str, int]
) -> Fraction:
    """Return the score if this indicator alone were as good as it can be."""
    ends = {"higher": planned.measure.most, "lower": planned.measure.least}
    end = widest(planned, ends.get(planned.direction))
    if end is not None:
        fixed_program = _with(program, part.measured, end)
    else:
        cap, best = planned.indicator.cap, scores.policy.scale.best
        fixed_program = _with(program, part.achievement, best if cap is None else cap)
    return run_paired(fixed_program, inputs)[UNROUNDED][1]


def widest(planned: Planned, limit: Fraction | None) -> Fraction | None:
    """Return a limit of the measured value; that of a sum is as many times as great."""
    rule = planned.indicator.consolidate
    if limit is None or rule is None or rule.by != "sum":
        return limit
    return limit * len(planned.windows)


def _with(program: Program, step: str, value: Fraction) -> Program:
    """Return the program with one of its results fixed."""
    return Program(
        tuple((name, lit(value) if name == step else tree) for name, tree in program.steps)
    )


def policy_head(scores: Scores) -> dict[str, Any]:
    """Return what names the rule in a document."""
    policy = scores.policy
    return {
        "id": policy.id,
        "edition": policy.edition,
        "title": dict(policy.title),
        "first": policy.first.isoformat(),
        "last": policy.last.isoformat() if policy.last else None,
        "fingerprint": scores.plan.fingerprint,
        "formulas": scores.plan.formulas,
        "calendar": scores.plan.calendar.fingerprint if scores.plan.calendar else None,
    }


def document(scores: Scores) -> dict[str, Any]:
    """Return the whole result as plain JSON values."""
    return head_document(scores) | {
        "scores": [subject_document(scores, row) for row in range(len(scores))]
    }


def head_document(scores: Scores) -> dict[str, Any]:
    """Return what a result's document says besides its scores."""
    return {
        "schema": SCHEMA,
        "version": scores.plan.version,
        "policy": policy_head(scores),
        "period": {
            "label": scores.period.label,
            "first": scores.period.first.isoformat(),
            "last": scores.period.last.isoformat(),
        },
        "as_of": scores.as_of.isoformat(),
        "plugins": {kind: str(each) for kind, each in scores.plan.provenance.items()},
        "sources": [source_document(each) for each in scores.policy.sources],
        "findings": [finding.to_dict() for finding in scores.findings],
    }


def subject_document(scores: Scores, row: int) -> dict[str, Any]:
    """Return a subject's score with every step as plain JSON values."""
    tail, exact = scores.tail(row), scores.exact(row)
    scored = tail.scored
    band = scores.results.band(row)
    return {
        "subject": scores.subjects[row],
        "status": tail.status,
        "score": score_text(scores, row) if scored else None,
        "unrounded": _ratio(exact[UNROUNDED][1]) if scored else None,
        "band": band.id if band else None,
        **decision_document(scores, row, exact),
        **_unsure(scores, row, exact),
        "indicators": [_indicator(part) for part in parts(scores, row, exact, said=False)],
        "adjustments": [
            {"node": each.node, "reason": each.reason, "amount": _ratio(exact[each.name][1])}
            for each in tail.adjustments
        ],
    }


def _unsure(scores: Scores, row: int, exact: Mapping[str, Pair]) -> dict[str, Any]:
    """Return which sources, by position, are not confirmed and bear on a subject's result."""
    found = resting(scores, row, exact)
    return {"unconfirmed": list(found)} if found else {}


def _indicator(part: Part) -> dict[str, Any]:
    measured = part.measured
    return {
        "id": part.id,
        "state": part.state,
        "decision": part.decision or None,
        "numerator": None if measured is None else str(measured.numerator),
        "denominator": None if measured is None else str(measured.denominator),
        "n": part.n,
        "figures": texts(part.figures),
        "achievement": None if part.achievement is None else _ratio(part.achievement),
        "weight": _ratio(part.weight),
        "contribution": _ratio(part.contribution),
        **part.of_time(),
    }


def _ratio(value: Fraction) -> str:
    return str(value)
