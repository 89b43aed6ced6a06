"""What came of a run of cases: each with its state, and where it differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, Literal

from attrs import frozen

from capaian.errors import SAFE, Finding, Language, plain_json
from capaian.formula import number
from capaian.wire import short


class Absent(Enum):
    """What is found where there is nothing."""

    NOTHING = "nothing"


ABSENT = Absent.NOTHING

State = Literal["passed", "failed", "unknown"]
_WORDS = {
    "en": ("expected", "found", "nothing", "{passed} passed, {failed} failed, {unknown} unknown"),
    "id": (
        "diharapkan", "ditemukan", "tidak ada",
        "{passed} lulus, {failed} gagal, {unknown} tidak dikenal",
    ),
}  # fmt: skip
_UNSURE = {
    "en": "{count} of the passed rest on what is not confirmed: {rules}",
    "id": "{count} dari yang lulus bersandar pada yang belum dikonfirmasi: {rules}",
}


@frozen
class Difference:
    """A place where a rule gives something else than is expected.

    Attributes
    ----------
    pointer
        The place, as a JSON pointer (RFC 6901) into `expected`.
    expected, found
        The values there, exact; `found` is `Absent.NOTHING` where the rule gives nothing there.
    """

    pointer: str
    expected: Any
    found: Any


@frozen
class CaseResult:
    """One case that was run.

    Attributes
    ----------
    id, rule
        Which case, and its rule.
    status
        `passed`; `failed`; or `unknown`, where no installed pack brings the rule.
    differences
        Where the rule gives something else.
    findings
        Why nothing could be compared: the rule failed, refused the input, or is not known.
    unconfirmed
        Citations that are not confirmed and on which the result rests; the case's own source where
        the case says so of itself.
    """

    id: str
    rule: str
    status: State
    differences: tuple[Difference, ...] = ()
    findings: tuple[Finding, ...] = ()
    unconfirmed: tuple[str, ...] = ()

    @property
    def broken(self) -> bool:
        """Whether its pack or its rule cannot be used, so that a plugin is at fault and no case."""
        return self.status == "failed" and any(each.code != "CPN-K10" for each in self.findings)

    def text(self, language: Language = "en") -> str:
        """Return a line for each difference or finding, each with the case and its rule."""
        expected, found, nothing, _ = _WORDS[language]
        head = f"{short(self.id)}  {short(self.rule)}"
        lines = [
            f"{head}  {short(each.pointer or '/')}  {expected} {_said(each.expected, nothing)}, "
            f"{found} {_said(each.found, nothing)}"
            for each in self.differences
        ]
        lines += [f"{head}  {each.code}  {each.text(language)}" for each in self.findings]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the case as plain JSON values; numbers that are not whole are exact texts."""
        return {
            "id": self.id,
            "rule": self.rule,
            "status": self.status,
            "differences": [_different(each) for each in self.differences],
            "findings": [each.to_dict() for each in self.findings],
            "unconfirmed": list(self.unconfirmed),
        }


@frozen
class CaseResults:
    """All cases of a file, in its order."""

    results: tuple[CaseResult, ...]

    def count(self, status: State) -> int:
        """Return how many cases have a state."""
        return sum(each.status == status for each in self.results)

    @property
    def passed(self) -> int:
        """How many cases passed."""
        return self.count("passed")

    @property
    def failed(self) -> int:
        """How many cases failed."""
        return self.count("failed")

    @property
    def unknown(self) -> int:
        """How many cases name a rule that no installed pack brings."""
        return self.count("unknown")

    @property
    def unconfirmed(self) -> tuple[CaseResult, ...]:
        """The passed cases whose result rests on something that is not confirmed."""
        return tuple(each for each in self.results if each.status == "passed" and each.unconfirmed)

    @property
    def broken(self) -> bool:
        """Whether a plugin failed."""
        return any(each.broken for each in self.results)

    def text(self, language: Language = "en") -> str:
        """Return every failure, each unknown rule once with its number of cases, and the counts.

        A last line says how many of the passed rest on what is not confirmed, and their rules.
        """
        lines = [each.text(language) for each in self.results if each.status == "failed"]
        unknown = [each for each in self.results if each.status == "unknown"]
        times = Counter(each.rule for each in unknown)
        for each in unknown:
            if count := times.pop(each.rule, 0):
                said = "; ".join(finding.text(language) for finding in each.findings)
                lines.append(f"{count} × {short(each.rule)}  {said}")
        counts = {"passed": self.passed, "failed": self.failed, "unknown": self.unknown}
        lines.append(_WORDS[language][3].format(**counts))
        if unsure := self.unconfirmed:
            rules = ", ".join(f"{short(rule)} ({n})" for rule, n in _times(unsure).items())
            lines.append(_UNSURE[language].format(count=len(unsure), rules=rules))
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the run as plain JSON values: the counts, and every case."""
        return {
            "schema": "capaian/case-results/1",
            "passed": self.passed,
            "failed": self.failed,
            "unknown": self.unknown,
            "unconfirmed": len(self.unconfirmed),
            "cases": [each.to_dict() for each in self.results],
        }

    def to_json(self) -> str:
        """Return the run as canonical JSON: the same bytes as the command line prints."""
        return plain_json(self.to_dict()) + "\n"

    def __str__(self) -> str:
        return self.text()


def _times(results: Iterable[CaseResult]) -> Mapping[str, int]:
    return Counter(each.rule for each in results)


def _different(each: Difference) -> dict[str, Any]:
    made = {"pointer": each.pointer, "expected": plain(each.expected)}
    if each.found is not ABSENT:
        made["found"] = plain(each.found)
    return made


def plain(value: Any) -> Any:
    """Return exact values as every reader of JSON keeps them.

    A number that is not whole, or too large for a float, is text.
    """
    match value:
        case bool() | None | str():
            return value
        case int():
            return value if abs(value) <= SAFE else str(value)
        case Decimal() | Fraction():
            exact = Fraction(value)
            return plain(exact.numerator) if exact.denominator == 1 else number(exact)
        case Mapping():
            return {str(key): plain(each) for key, each in value.items()}
        case _:
            return [plain(each) for each in value]


def _said(value: Any, nothing: str) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | Decimal() | Fraction():
            return number(Fraction(value))
        case str():
            return f'"{short(value)}"'
        case Mapping():
            return "{…}" if value else "{}"
        case list() | tuple():
            return f"[{', '.join(_said(each, nothing) for each in value)}]"
        case _:
            return nothing
