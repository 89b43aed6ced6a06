"""Cases run against the rules of packs; whatever a rule does comes back as a result."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from fractions import Fraction
from typing import Any

from capaian.cases.compare import InexactError, differences, settled_mapping
from capaian.cases.result import ABSENT, CaseResult, CaseResults, Difference, State
from capaian.cases.written import Case, Cases, read_cases
from capaian.discreet import discreet
from capaian.errors import Finding, PluginError, did_you_mean, place_of
from capaian.plugin import Rule
from capaian.policy.files import ENDINGS
from capaian.registry import Plugins, plugins_of
from capaian.shelf import FoundPack, find_pack, known_packs, pack_hint
from capaian.wire import short

REFUSED = "CPN-K10"
UNSURE = ("memory", "unconfirmed")
"""What a case's `confidence` is where nobody has confirmed it."""


@discreet
def run_cases(
    source: Cases,
    *,
    plugins: Plugins | Iterable[object] = (),
) -> CaseResults:
    """Run cases against the rules that they name.

    Parameters
    ----------
    source
        The path of a `.json` (or `.toml`) file, the file itself, or what stands in one; or the id
        of a pack, such as `ph-spms`, for the cases that it brings. Each case
        has `id`, `rule`, `input` and `expected` (or `refused = true`), may have `tolerance`,
        absolute, and for readers `source`, `confidence`, `basis` and `notes`. A `tolerance` of the
        file that is a number is that of all cases without one; a `count` is proved.
    plugins
        As for `capaian.score`; packs of modules that are not installed are known besides.

    Returns
    -------
    CaseResults
        One result for each case. A rule that fails, or returns what is not exact, is a result
        too: nothing of it reaches the caller, nor the other cases. Only packs that the cases name
        are loaded.

    Raises
    ------
    CaseError
        A file that cannot be used; nothing is run.
    PluginError
        The pack whose cases are asked for cannot be used.
    """
    desk = _Desk(plugins_of(plugins))
    cases = [case for each in files_of(source, desk.plugins) for case in read_cases(each)]
    return CaseResults(tuple(desk.run(each) for each in cases))


def files_of(source: Cases, plugins: Plugins) -> Sequence[Cases]:
    """Return the files of a pack, where its id is given; else what was given."""
    # os.path and not pathlib, which raises where a name is too long for a path.
    name = isinstance(source, str) and not source.endswith(ENDINGS) and "/" not in source
    if name and not os.path.exists(str(source)):  # noqa: PTH110
        found = find_pack(str(source), plugins)
        if found:
            return found.pack.cases
    return (source,)


class _Desk:
    """Keeps the packs of a run, each found once."""

    def __init__(self, plugins: Plugins) -> None:
        self.plugins = plugins
        self.known = known_packs(plugins)
        self.packs: dict[str, FoundPack | PluginError | None] = {}

    def run(self, case: Case) -> CaseResult:
        pack = self.pack(case.rule.partition("/")[0])
        if isinstance(pack, PluginError):
            return CaseResult(case.id, case.rule, "failed", findings=pack.findings)
        rule = pack.rule(case.rule) if pack else None
        if rule is None:
            known = [each.id for each in pack.rules] if pack else []
            hint = did_you_mean(case.rule, known) if pack else pack_hint(case.rule, self.known)
            values = {"rule": short(case.rule), "hint": hint}
            return CaseResult(
                case.id, case.rule, "unknown", findings=(Finding("CPN-K20", "", values),)
            )
        return _compared(case, rule)

    def pack(self, name: str) -> FoundPack | PluginError | None:
        if name not in self.known:
            return None
        if name not in self.packs:
            try:
                found = find_pack(name, self.plugins)
            except PluginError as error:
                self.packs[name] = error
                return error
            names = (found.pack.id, *found.pack.regulations) if found else ()
            self.packs |= dict.fromkeys((name, *names), found)
        return self.packs[name]


def _compared(case: Case, rule: Rule) -> CaseResult:
    found = call_rule(rule, case.input)
    unsure = unconfirmed(case, rule)
    if isinstance(found, Finding):
        right = case.refused and found.code == REFUSED
        return CaseResult(
            case.id,
            case.rule,
            "passed" if right else "failed",
            findings=() if right else (found,),
            unconfirmed=unsure,
        )
    if case.expected is None:
        different: tuple[Difference, ...] = (Difference("/refused", True, ABSENT),)  # noqa: FBT003
    else:
        different = tuple(differences(case.expected, found, case.tolerance or Fraction(0)))
    state: State = "failed" if different else "passed"
    return CaseResult(case.id, case.rule, state, different, unconfirmed=unsure)


def unconfirmed(case: Case, rule: Rule) -> tuple[str, ...]:
    """Return what a case's result rests on that is not confirmed, each citation once.

    Parameters
    ----------
    case
        The case. One that says of itself that it is not confirmed (`confidence` is `memory` or
        `unconfirmed`) names its own source, or its id where it has none.
    rule
        Its rule.
    """
    try:
        sources = rule.sources(deepcopy(dict(case.input))) if rule.sources else [rule.source]
    except (Exception, SystemExit):  # noqa: BLE001 - what the rule itself is told of elsewhere
        sources = [rule.source]
    cites = [each.cite for each in sources if each.trust == "unconfirmed"]
    if case.confidence in UNSURE:
        cites.append(str(case.source) or case.id)
    return tuple(dict.fromkeys(cites))


def call_rule(rule: Rule, values: Mapping[str, Any]) -> dict[str, Any] | Finding:
    """Return what a rule gives for its input, or why it gives nothing that can be used.

    Parameters
    ----------
    rule
        The rule.
    values
        Its input, numbers exact. The rule has a copy: it cannot change them.

    Returns
    -------
    dict or Finding
        A finding where it refuses the input (CPN-K10), fails (K11), or returns something that is
        not a mapping of JSON values with exact numbers (K12).
    """
    name = short(rule.id)
    try:
        made = settled_mapping(rule.apply(deepcopy(dict(values))))
    except InexactError as error:
        values = {"rule": name, "pointer": error.pointer or "/", "given": error.given}
        return Finding("CPN-K12", "", values)
    except ValueError as error:
        return Finding(REFUSED, "", {"rule": name, "reason": _sentence(error)})
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a stranger's function raises
        return Finding("CPN-K11", "", {"rule": name, **place_of(error)})
    return made


def _sentence(error: ValueError) -> str:
    said = str(error) or type(error).__name__
    return said if said.endswith((".", "!", "?")) else f"{said}."
