"""Group H, errors: ours, coded, in both languages, without anybody's content."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs

from capaian.errors import CapaianError, Finding, catalogue
from capaian.testing.outcome import Broken, Skipped
from capaian.testing.rig import Rig
from capaian.testing.sample import said
from capaian.testing.strategies import functions_of

MARK = "Rahasia-1987"
"""What must not come up in any message: it stands for a person's identifier."""
_STRANGE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    10**12,
    "",
    "x",
    "-1",
    "1/3",
    "0",
    [],
    ["x", "x"],
    {"x": 1},
)
_TRIED = 80


def options(rig: Any) -> None:
    """H01: options that do not fit are refused with a code, in both languages."""
    for changed in list(_strange(rig.record.options, rig.options_table()))[:_TRIED]:
        try:
            rig.tried(changed)
        except CapaianError as error:
            sound(error, changed)
        except Exception as error:  # noqa: BLE001 - whatever a stranger's code raises
            raise Broken(f"it raised {said(error)}", changed) from None


def sound(error: CapaianError, example: object) -> None:
    """Refuse an error that has no code, or no sentence in both languages."""
    if not error.findings:
        raise Broken(f"a {type(error).__name__} without a finding, so without a code", example)
    for finding in error.findings:
        for language in ("en", "id"):
            _sentence(finding, language, example)


def _sentence(finding: Finding, language: Any, example: object) -> None:
    if finding.code not in catalogue():
        raise Broken(f"the code '{finding.code}' is not in the catalogue", example)
    try:
        finding.text(language)
        finding.remedy(language)
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        reason = f"{finding.code} cannot be said in '{language}': {said(error)}"
        raise Broken(reason, example) from None


def _strange(cls: type, table: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the sample's options with one of them changed, left out or unknown."""
    yield {**table, "no_such_option": 1}
    for key in table:
        yield {name: value for name, value in table.items() if name != key}
    try:
        hints = get_type_hints(cls)
    except Exception:  # noqa: BLE001 - annotations that cannot be resolved are not the matter here
        hints = {}
    for each in attrs.fields(cls) if attrs.has(cls) else ():
        key = each.name.removesuffix("_")
        for value in _values(hints.get(each.name, Any)):
            yield {**table, key: value}


def _values(kind: Any) -> Iterator[Any]:
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        for each in get_args(kind):
            yield from _values(each)
    elif origin is Literal:
        yield from get_args(kind)
    elif kind in {int, Fraction}:
        yield from (0, -1, 1, 10**12, "1/3", "-1/3")
    elif kind is str:
        yield from ("", "x", "1 day", "-1 day")
    else:
        yield from _STRANGE


def checks(rig: Rig) -> None:
    """H02: what a row check refuses is said with a code, in both languages."""
    for check in rig.measure.checks:
        values = {"rows": 1, "of": 2, "table": "rows", "indicator": "x", **check.values}
        for language in ("en", "id"):
            _sentence(Finding(check.code, "rows", values), language, f"RowCheck({check.code!r})")


def content(rig: Rig) -> None:
    """H03: no message repeats what stands in a row, or whom a condition names."""
    where = {"holder": [MARK, "x"]}
    checks = rig.plan(where=where).indicators["x"].measure.checks
    messages = [str(dict(check.values)) for check in checks]
    for changed in list(_strange(rig.record.options, rig.options_table()))[:_TRIED]:
        try:
            rig.tried(changed, where=where)
        except CapaianError as error:
            messages.append(f"{error!r} {[each.values for each in error.findings]}")
        except Exception:  # noqa: BLE001, S112 - H01 says so
            continue
    messages += _of_rows(rig)
    for message in messages:
        if MARK in message:
            raise Broken(
                "a message repeats a value of the policy's conditions or of a row", message
            )


def _of_rows(rig: Rig) -> list[str]:
    found = []
    row = rig.example()[-1]
    for need in rig.measure.columns:
        bad = [MARK] if need.kind != "text" else [1.5]
        for value in bad:
            rows = [{**row, rig.columns[need.role]: value, "note": MARK}]
            try:
                rig.score(rows)
            except CapaianError as error:
                found.append(f"{error} {error!r} {error.to_dict()}")
    return found


def measuring(rig: Rig) -> None:
    """H04: functions give whole numbers for all rows that they may get, and raise nothing."""
    if not functions_of(rig.measure):
        raise Skipped("the measure uses no functions")

    def proof(rows: list[dict[str, Any]]) -> None:
        for engine in rig.engines:
            try:
                rig.score(rows, engine=engine)
            except CapaianError as error:
                raise Broken(f"on {engine}: {said(error)}", rows) from None

    rig.hunt(rig.evidence(most=16), proof, share=2)
