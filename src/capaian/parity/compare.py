"""The verb `compare_sheet`: an office's own sheet against capaian, row by row, step by step."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from capaian.discreet import discreet
from capaian.errors import Finding, PolicyError, SheetError, refuse
from capaian.parity.choices import Choice, Others, choices
from capaian.parity.mapping import Sheet, document, read_mapping
from capaian.parity.quantity import Quantity
from capaian.parity.result import Difference, Parity, Reconciled
from capaian.parity.rows import read_rows
from capaian.parity.sheet import HEADLINE, Row, read_raw
from capaian.parity.steps import Agreement, Parting, Value, parting, quantities
from capaian.period import Period, WrittenInstant
from capaian.policy import Policy
from capaian.registry import Plugins
from capaian.scores import LazyScores, Scores, score
from capaian.scores.account import policy_head
from capaian.shelf import load_policy

SAMPLE = 100
"""Differing rows on which every rounding is tried; what none of them needs is tried on no other."""
KEPT = 8
"""Roundings that are tried on every row."""


@discreet
def compare_sheet(  # noqa: PLR0913 - everything but sheet, policy and evidence is named
    source: str | os.PathLike[str],
    policy: Policy | str | os.PathLike[str],
    evidence: Mapping[str, Any],
    *,
    columns: str | os.PathLike[str] | Mapping[str, Any],
    period: str | Period,
    as_of: WrittenInstant | None = None,
    on: str | date | None = None,
    zone: str | None = None,
    sheet: str | None = None,
    header_row: int | str | None = None,
    locale: str | None = None,
    plugins: Plugins | Iterable[object] = (),
) -> Parity:
    """Return where an office's own sheet and capaian differ, and which rounding would explain it.

    Parameters
    ----------
    source
        A workbook (`.xlsx`, `.xlsm`; extra `parity`), whose values are read as they were stored, or
        a `.csv` file.
    policy, evidence, period, as_of, on, zone, plugins
        As for `capaian.score` and `capaian.load_policy`; one period.
    columns
        Which column holds what: a TOML document or a dictionary with `subject`, and at least one
        of `score`, `band`, `measured`, `achievements`, `weights`, `contributions`, `nodes`.
    sheet
        The name of the sheet in a workbook; its first where left out.
    header_row
        The row of the headings, from 1, or rows such as `"3-4"`; the first where left out.
    locale
        How numbers in texts are written: `id` (1.234,50) or `en` (1,234.50). Needed for CSV.

    Returns
    -------
    Parity
        Counts, every difference with its step, roundings; `text()`, `to_dict()`, `to_json()`.

    Raises
    ------
    SheetError
        The sheet or the mapping cannot be used (CPN-S01 to S15, S19, S20).
    PolicyError, EvidenceError, PeriodError, CalendarError, PluginError
        As `capaian.score`.
    """
    rule = policy if isinstance(policy, Policy) else load_policy(policy, on=on, plugins=plugins)
    if not isinstance(rule, Policy):
        raise refuse(PolicyError, HEADLINE, "CPN-S21")
    mapping = read_mapping(_with(columns, sheet, header_row, locale), rule)
    raw = read_raw(source, mapping.layout)
    rows, findings = read_rows(raw, mapping)
    scores = score(rule, evidence, period=period, as_of=as_of, zone=zone, plugins=plugins)
    if isinstance(scores, LazyScores):
        raise refuse(SheetError, HEADLINE, "CPN-S22")
    return _compared(scores, rows, mapping, findings)


def _with(
    columns: str | os.PathLike[str] | Mapping[str, Any],
    sheet: str | None,
    header_row: int | str | None,
    locale: str | None,
) -> Mapping[str, Any]:
    """Return the mapping with what the call says of the layout."""
    given = {"sheet": sheet, "header_row": header_row, "locale": locale}
    said = {name: value for name, value in given.items() if value is not None}
    return {**document(columns), **said}


def _compared(
    scores: Scores, rows: Sequence[Row], sheet: Sheet, findings: Sequence[Finding]
) -> Parity:
    """Return the comparison of every row of the sheet."""
    wanted = list(sheet.columns)
    places = {subject: row for row, subject in enumerate(scores.subjects)}
    counts: Counter[Agreement] = Counter()
    parted: list[tuple[Row, int | None, Parting | None]] = []
    agreed: list[tuple[Row, int]] = []
    for each in rows:
        at = places.pop(each.subject, None)
        if at is None:
            counts["not_in_capaian"] += 1
            parted.append((each, None, None))
            continue
        found = parting(each, _ours(scores, at, wanted), sheet)
        if isinstance(found, Parting):
            counts[found.agreement] += 1
            parted.append((each, at, found))
        else:
            counts[found] += 1
            agreed.append((each, at))
    counts["not_in_sheet"] += len(places)
    differing = [(row, at) for row, at, found in parted if found and at is not None]
    reconciled, explains = _reconciled(scores, sheet, differing, agreed)
    differences = [
        _difference(row, found, explains.get(row.number, ())) for row, _, found in parted
    ]
    differences += [Difference(subject, None, "not_in_sheet") for subject in sorted(places)]
    return Parity(
        policy=policy_head(scores),
        period=scores.period.label,
        as_of=scores.as_of.isoformat(),
        counts=counts,
        differences=tuple(differences),
        roundings=reconciled,
        findings=tuple(findings),
    )


def _ours(scores: Scores, row: int, wanted: Sequence[Quantity]) -> dict[Quantity, Value]:
    exact = {name: value for name, (_, value) in scores.exact(row).items()}
    band = scores.band(row)
    return quantities(scores, row, exact, wanted, band.id if band else None)


def _difference(row: Row, found: Parting | None, explains: Sequence[Choice]) -> Difference:
    if found is None:
        return Difference(row.subject, row.number, "not_in_capaian")
    return Difference(
        subject=row.subject,
        row=row.number,
        agreement=found.agreement,
        step=found.quantity.step,
        of=found.quantity.of,
        ours=found.ours,
        theirs=found.theirs,
        rounded=found.rounded,
        reconciled_by=tuple(explains),
    )


def _reconciled(
    scores: Scores,
    sheet: Sheet,
    differing: Sequence[tuple[Row, int]],
    agreed: Sequence[tuple[Row, int]],
) -> tuple[tuple[Reconciled, ...], dict[int, list[Choice]]]:
    """Return the roundings under which rows agree that differ now, the best first."""
    others, wanted = Others(scores), list(sheet.columns)

    def agrees(row: Row, at: int, choice: Choice) -> bool:
        values = others.values(at, choice, wanted)
        return not isinstance(parting(row, values, sheet), Parting)

    tried = list(choices(scores)) if differing else []
    first = {each: sum(agrees(*one, each) for one in differing[:SAMPLE]) for each in tried}
    hopeful = sorted((each for each in tried if first[each]), key=lambda each: -first[each])[:KEPT]
    explains: dict[int, list[Choice]] = {}
    found = []
    for choice in hopeful:
        mended = [row for row, at in differing if agrees(row, at, choice)]
        for row in mended:
            explains.setdefault(row.number, []).append(choice)
        broken = sum(not agrees(row, at, choice) for row, at in agreed)
        found.append(Reconciled(choice, len(mended), len(differing), broken))
    found.sort(key=lambda each: each.breaks - each.mends)
    order = {each.choice: place for place, each in enumerate(found)}
    ranked = {row: sorted(several, key=order.__getitem__) for row, several in explains.items()}
    return tuple(found), ranked
