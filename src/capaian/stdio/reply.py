"""A request's answer, piece by piece: what a line says besides `id` and `line`."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from attrs import frozen

from capaian import __version__
from capaian.cases import run_cases
from capaian.errors import Finding, Language, RequestError
from capaian.policy import Assignment, Policy, is_assignment, load_assignment, read_policy
from capaian.schemas import VERSIONS, schema
from capaian.schemas.tables import Tables
from capaian.scores import (
    PostingScores,
    Scores,
    ScoresByPeriod,
    UnitScores,
    check,
    score,
    score_units,
)
from capaian.scores.account import head_document, subject_document
from capaian.shelf import load_rule
from capaian.stdio.answers import PROTOCOL
from capaian.stdio.requests import (
    HEADLINE,
    REQUEST,
    CasesRequest,
    CheckRequest,
    Evaluated,
    ExplainRequest,
    RecordRequest,
    SchemaRequest,
    ScoreRequest,
    UnitsRequest,
    VersionRequest,
)
from capaian.wire import fingerprint

Rule: TypeAlias = Policy | Assignment | str
Piece: TypeAlias = tuple[str, dict[str, Any]]
"""A kind of line, and what it says."""
_KEPT = 16


@frozen
class Defaults:
    """What a request need not say.

    Attributes
    ----------
    policy
        A policy, an assignment, or the path or name of one.
    period, as_of, on, zone
        As for `capaian.score`.
    language
        Of the texts.
    plugins
        Which plugins may take part.
    """

    policy: Rule | None = None
    period: tuple[str, ...] = ()
    as_of: str | None = None
    on: str | None = None
    zone: str | None = None
    language: Language = "en"
    plugins: Any = ()


class Replier:
    """Answers requests. What it keeps between them changes no answer, only how soon it comes."""

    def __init__(self, defaults: Defaults) -> None:
        self.defaults = defaults
        self._tables = Tables(defaults.plugins)
        self._rules: OrderedDict[str, Policy | Assignment] = OrderedDict()

    def pieces(self, request: REQUEST) -> Iterator[Piece]:
        """Return the lines of an answer; all but the last, which says that it is whole.

        Raises
        ------
        CapaianError
            Why it cannot be answered.
        """
        match request:
            case ScoreRequest():
                return self._score(request)
            case UnitsRequest():
                return self._units(request)
            case ExplainRequest():
                return self._explain(request)
            case RecordRequest():
                return self._records(request)
            case CheckRequest():
                return self._check(request)
            case CasesRequest():
                return self._cases(request)
            case SchemaRequest():
                return self._schema(request)
            case VersionRequest():
                return self._version()

    def language(self, request: REQUEST) -> Language:
        """Return in which language a request is answered."""
        return request.language or self.defaults.language

    # ---- evaluation ---------------------------------------------------------------------------

    def _score(self, request: ScoreRequest) -> Iterator[Piece]:
        for scores in self._scored(request):
            yield from _streamed(scores)

    def _units(self, request: UnitsRequest) -> Iterator[Piece]:
        rule, how = self._how(request)
        found: Any = score_units(rule, self._tables.of(rule, request.evidence), **how)  # type: ignore[arg-type]
        yield from _units_streamed(found)

    def _records(self, request: RecordRequest) -> Iterator[Piece]:
        for scores in self._scored(request):
            if request.subject is None:
                for each in scores.records(request.made_at):
                    yield "record", {"record": each.to_dict()}
            else:
                one = scores.record(request.subject, request.made_at)
                yield "record", {"record": one.to_dict()}

    def _explain(self, request: ExplainRequest) -> Iterator[Piece]:
        language = self.language(request)
        for scores in self._scored(request):
            explained = scores.explain(request.subject)
            said = {"explanation": explained.to_dict(), "text": explained.text(language)}
            yield "explanation", said

    def _scored(self, request: Evaluated) -> list[Scores | PostingScores]:
        rule, how = self._how(request)
        found: Any = score(rule, self._tables.of(rule, request.evidence), **how)
        return list(found) if isinstance(found, ScoresByPeriod) else [found]

    def _check(self, request: CheckRequest) -> Iterator[Piece]:
        rule, how = self._how(request)
        language = self.language(request)
        for finding in check(rule, self._tables.of(rule, request.evidence), **how):
            yield "finding", {"finding": finding.to_dict(), "text": said(finding, language)}

    def _how(self, request: Evaluated) -> tuple[Rule, dict[str, Any]]:
        """Return by which rule, and for which periods, as the request or the command says."""
        usual = self.defaults
        given = request.period if request.period is not None else usual.period
        periods = (given,) if isinstance(given, str) else given
        policy = usual.policy if request.policy is None else request.policy
        wanting = [
            Finding("CPN-P02", "", {"key": key, "wanted": wanted, "wanted_id": wanted_id})
            for key, there, wanted, wanted_id in (
                ("period", periods, "text", "teks"),
                ("policy", policy is not None, "text or a table", "teks atau tabel"),
            )
            if not there
        ]
        if wanting or policy is None:
            raise RequestError(HEADLINE, wanting)
        several = not isinstance(given, str) and len(periods) > 1
        on = request.on or usual.on
        how = {
            "period": list(periods) if several else periods[0],
            "as_of": request.as_of or usual.as_of,
            "zone": request.zone or usual.zone,
            "plugins": usual.plugins,
        }
        return self._rule(policy, on, by_period=True), how

    def _rule(self, policy: Rule | Mapping[str, Any], on: str | None, *, by_period: bool) -> Rule:
        """Return a rule; one that is sent whole is read once, one in a file every time."""
        if isinstance(policy, Policy | Assignment):
            return policy
        if isinstance(policy, str):
            # Of a name with several editions each period takes its own.
            named = by_period and on is None and not os.path.isfile(policy)  # noqa: PTH113 - a name that is too long
            return policy if named else load_rule(policy, on=on, plugins=self.defaults.plugins)
        key = fingerprint(policy)
        if key not in self._rules:
            read: Callable[[Any], Policy | Assignment] = (
                load_assignment if is_assignment(policy) else read_policy
            )
            self._rules[key] = read(policy)
            while len(self._rules) > _KEPT:
                self._rules.popitem(last=False)
        return self._rules[key]

    # ---- the rest -----------------------------------------------------------------------------

    def _cases(self, request: CasesRequest) -> Iterator[Piece]:
        for each in run_cases(request.cases, plugins=self.defaults.plugins).results:
            yield "case", {"case": each.to_dict()}

    def _schema(self, request: SchemaRequest) -> Iterator[Piece]:
        rule: Any = None
        if request.policy is not None:
            rule = self._rule(request.policy, self.defaults.on, by_period=False)
        yield "schema", {"schema": schema(request.name, rule, plugins=self.defaults.plugins)}

    @staticmethod
    def _version() -> Iterator[Piece]:
        schemas = dict(VERSIONS)
        yield "version", {"version": __version__, "protocol": PROTOCOL, "schemas": schemas}


def _streamed(scores: Scores | PostingScores) -> Iterator[Piece]:
    """Return the head of a result and each of its scores; of a policy's no two at a time."""
    if isinstance(scores, Scores):
        yield "head", {"head": head_document(scores), "count": len(scores)}
        for row in range(len(scores)):
            yield "score", {"score": subject_document(scores, row)}
        return
    document = scores.to_dict()
    each = document.pop("scores")
    yield "head", {"head": document, "count": len(each)}
    yield from (("score", {"score": one}) for one in each)


def _units_streamed(scores: UnitScores) -> Iterator[Piece]:
    """Return the head of a result of units, each unit, and then the people, where there are any."""
    document = scores.to_dict()
    units, people = document.pop("scores"), document.pop("people", None)
    counts = {"count": len(units)} | ({} if people is None else {"people": len(people)})
    yield "head", {"head": document, **counts}
    yield from (("score", {"score": one}) for one in units)
    yield from (("person", {"person": one}) for one in people or ())


def said(finding: Finding, language: Language) -> str:
    """Return a finding in one language: its place, what is wrong, what to do."""
    place = f"{finding.where}: " if finding.where else ""
    return f"{place}{finding.text(language)} {finding.remedy(language)}".rstrip()
