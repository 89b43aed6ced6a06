"""Group P, packs: cases that pass, rules that are pure and refuse in their own words, policies."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from attrs import frozen

from capaian.cases import run_cases
from capaian.cases.run import call_rule
from capaian.cases.written import Case, read_cases
from capaian.errors import CapaianError, Finding
from capaian.plugin import Pack, Rule
from capaian.scores import make_plan
from capaian.shelf import documents_of, find_pack, load_named
from capaian.testing.elsewhere import Elsewhere
from capaian.testing.outcome import Broken, Skipped
from capaian.testing.sample import Resolved, said
from capaian.wire import canonical

MARK = "Rahasia-1987"
_STRANGE: tuple[Any, ...] = (None, True, "", "no such word", -1, 10**12, [], {"x": 1})


@frozen(eq=False, slots=False)
class PackRig:
    """A pack set up to be checked; the attributes are those of `Rig`."""

    found: Resolved
    seed: int
    seconds: float

    @property
    def record(self) -> Pack:
        """The pack."""
        made: Pack = self.found.record
        return made

    @cached_property
    def cases(self) -> list[Case]:
        """The cases that the pack brings."""
        return [case for each in self.record.cases for case in read_cases(each)]

    @cached_property
    def all_rules(self) -> tuple[Rule, ...]:
        """The rules of the pack: its functions, and those of its documents."""
        found = find_pack(self.record.id, self.found.extra)
        return found.rules if found else ()

    def rules(self) -> Iterator[tuple[Rule, Case]]:
        """Return every case with its rule."""
        known = {rule.id: rule for rule in self.all_rules}
        for case in self.cases:
            if case.rule in known:
                yield known[case.rule], case

    @cached_property
    def elsewhere(self) -> Elsewhere:
        """What new processes say of the same plugin."""
        return Elsewhere(self.found.modules, self.found.home, self.job, self.seconds)

    def job(self) -> dict[str, Any]:
        """Return what a new process is to do."""
        return {"documents": [], "evidence": {}, "period": "", "pack": self.record.id}

    def made(self) -> list[Any]:
        """Return what is made here of the job of a new process."""
        return [{"formulas": "", "scores": results_of(self.record.id, self.found.extra)}]


def results_of(pack: str, plugins: Any) -> str:
    """Return the results of a pack's cases as text."""
    found = run_cases(pack, plugins=plugins).results
    return canonical([[each.id, each.status, [str(d) for d in each.differences]] for each in found])


def usable(rig: PackRig) -> None:
    """A01: the pack can be found and used."""
    try:
        pack = find_pack(rig.record.id, rig.found.extra)
    except CapaianError as error:
        raise Broken(f"it is refused: {said(error)}") from None
    if pack is None:
        raise Broken(f"nothing brings a pack '{rig.record.id}'")


def cited(rig: PackRig) -> None:
    """P01: the pack and its rules have a source and titles in both languages."""
    if not rig.record.sources or not all(each.cite.strip() for each in rig.record.sources):
        raise Broken("the pack has no source")
    for rule in rig.all_rules:
        if not rule.source.cite.strip():
            raise Broken(f"the rule '{rule.id}' has no source")
        for language in ("en", "id"):
            if not str(rule.title.get(language, "")).strip():
                raise Broken(f"the title of the rule '{rule.id}' has no text for '{language}'")


def cases(rig: PackRig) -> None:
    """P02: every case of the pack passes."""
    if not rig.all_rules:
        raise Skipped("the pack brings no rule")
    for each in run_cases(rig.record.id, plugins=rig.found.extra).results:
        if each.status != "passed":
            why = [f"{at.pointer} is {at.found}, not {at.expected}" for at in each.differences]
            why += [finding.text() for finding in each.findings]
            raise Broken(f"the case '{each.id}' has {each.status}: {'; '.join(why[:3])}")


def covered(rig: PackRig) -> None:
    """P03: every rule has a case."""
    if not rig.all_rules:
        raise Skipped("the pack brings no rule")
    without = {rule.id for rule in rig.all_rules} - {case.rule for case in rig.cases}
    if without:
        raise Broken(f"rules without a case: {', '.join(sorted(without))}")


def policies(rig: PackRig) -> None:
    """P04: every policy of the pack can be read and made ready."""
    names = list(documents_of(rig.record))
    if not names:
        raise Skipped("the pack brings no policy")
    for name in names:
        try:
            for edition in load_named(name, plugins=rig.found.extra):
                make_plan(edition, rig.found.extra)
        except CapaianError as error:
            if not any(each.code == "CPN-R03" for each in error.findings):
                raise Broken(f"the policy '{name}' is refused: {said(error)}") from None


def pure(rig: PackRig) -> None:
    """P05: a rule gives the same for the same input and does not change it."""
    pairs = list(rig.rules())
    if not pairs:
        raise Skipped("the pack brings no rule with a case")
    first = [call_rule(rule, case.input) for rule, case in pairs]
    again = [call_rule(rule, case.input) for rule, case in reversed(pairs)][::-1]
    for (rule, case), one, other in zip(pairs, first, again, strict=True):
        if one != other:
            raise Broken(f"'{rule.id}' gives another result the second time", dict(case.input))
        given = copy.deepcopy(dict(case.input))
        _call(rule, given)
        if given != case.input:
            raise Broken(f"'{rule.id}' changes its input", dict(case.input))


def _call(rule: Rule, given: Mapping[str, Any]) -> None:
    try:
        rule.apply(given)
    except Exception:  # noqa: BLE001 - P06 says so
        return


def refusals(rig: PackRig) -> None:
    """P06: what a rule cannot take it refuses with a `ValueError`; what it gives is exact."""
    pairs = list(rig.rules())
    if not pairs:
        raise Skipped("the pack brings no rule with a case")
    for rule, case in pairs:
        for changed in _changed(case.input):
            found = call_rule(rule, changed)
            if isinstance(found, Finding) and found.code != "CPN-K10":
                raise Broken(found.text(), changed)


def content(rig: PackRig) -> None:
    """P07: a refusal does not repeat the values that it refuses."""
    pairs = list(rig.rules())
    if not pairs:
        raise Skipped("the pack brings no rule with a case")
    for rule, case in pairs:
        for key in case.input:
            found = call_rule(rule, {**case.input, key: MARK})
            if isinstance(found, Finding) and MARK in found.text():
                raise Broken(f"'{rule.id}' repeats what stands in '{key}'", found.text())


def _changed(given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Return an input with one value left out, strange or unknown."""
    yield {}
    yield {**given, "no_such_value": 1}
    for key in given:
        yield {name: value for name, value in given.items() if name != key}
        for value in _STRANGE:
            yield {**given, key: value}
