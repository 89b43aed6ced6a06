"""Case mix: whether cases are put down as of another kind, or handed over before their limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from capaian.analysis.asked import between, choice
from capaian.analysis.funnels import (
    LEVELS,
    funnel_limits,
    over_dispersion,
    standard_errors,
)
from capaian.analysis.quality.checks import Asked, Look, Seen
from capaian.analysis.quality.diagnosis import Diagnoses, Diagnosis, Note, judged
from capaian.analysis.quality.front import EPOCH, HEADLINE, Case, case_of, columns_named
from capaian.analysis.quality.handover import handed_over
from capaian.analysis.quality.kinds import Kind, kinds_of
from capaian.analysis.quality.rates import share_change, share_trend
from capaian.analysis.quality.screens import Screened, notes_of, tables_of_screens
from capaian.analysis.quality.sources import Act, acts_of, clock_of, coded_units, units_from
from capaian.analysis.quality.texts import NO_GIVER, NO_LIMIT, ONE_HALF
from capaian.analysis.table import Table
from capaian.columns import Coded
from capaian.discreet import discreet
from capaian.errors import AnalysisError, refuse
from capaian.indicator import ColumnRef
from capaian.period import Period, WrittenInstant
from capaian.registry import Plugins
from capaian.scores import Scores
from capaian.scores.run import Source

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
PARTS = 6
"""Parts of the period in which a trend is looked for."""


@discreet
def diagnose_case_mix(  # noqa: PLR0913 - everything but policy and evidence is named
    policy: Source | Scores,
    evidence: Mapping[str, Any] | None = None,
    *,
    kinds: Mapping[str, Any] | None = None,
    transferred: Mapping[str, Any] | None = None,
    period: str | Period | None = None,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Plugins | Iterable[object] = (),
    units: Any = None,
    level: float = 0.95,
    seed: int | None = None,
) -> Diagnoses:
    """Return whether kinds of cases became more frequent, and hand-overs just before the limit.

    A rule that counts easy cases as much as hard ones, or leaves out what was reopened or handed
    over, makes it worth something how a case is put down. Nothing here accuses anybody, and no
    score changes.

    Parameters
    ----------
    policy, evidence, period, as_of, zone, plugins, units, level, seed
        As for `diagnose`.
    kinds
        For a table, kinds of cases with the conditions of their rows, as under `where` of a policy:
        `{"complaints": {"easy": {"category": ["question"]}, "reopened": {"status": "reopened"}}}`.
        Which kinds are easy, only who knows the work can say.
    transferred
        For a table, the column that says when a case was handed over: its name, or a mapping with
        `column`, `format` and `by`, the column that says who did. Without `by` nobody is screened.

    Returns
    -------
    Diagnoses
        `kind_share` for each kind, `handed_over` for each indicator with a limit.

    Raises
    ------
    AnalysisError
        `CPN-M45`, `M49`, `M51`. `CPN-N10`: a kind that does not say which rows it has. `CPN-N11`:
        nothing says when the rows of a table came in. `CPN-N12`: neither kinds nor transfers.
    EvidenceError
        A table that cannot be read, or lacks a column.

    Notes
    -----
    Shares: the later half of the period against the earlier (Fisher's exact test), so that whoever
    has many easy cases all the time is no finding; `p_trend` of the values is of a steady rise over
    six parts (Cochran 1954, Armitage 1955). A unit's or person's cases of a kind are as likely to
    lie in the later half as its cases do, and more so where the share of all rose. Hand-overs: of
    the cases open at each age, those handed over in the last unit of time before the limit, against
    the ages around it, or those before it where that lets expect more. Behaviour: Bevan & Hood
    2006.
    """
    between(level, 0, 1, "level", HEADLINE)
    if not kinds and not transferred:
        raise refuse(AnalysisError, HEADLINE, "CPN-N12")
    case = case_of(policy, evidence, period, as_of, zone, plugins)
    moved = columns_named(transferred, case, "transferred")
    giver = {
        name: ColumnRef(str(each["by"]))
        for name, each in (transferred or {}).items()
        if isinstance(each, Mapping) and "by" in each
    }
    acts = _acts(case, moved, giver)
    homes = units_from(case.plan, case.tables, units, case.zone)
    clock = clock_of(case.plan.calendar) if case.plan.calendar else None
    look = Look(case.start, case.end, case.as_of, clock, level, 0.1, 0, seed)
    found: list[Diagnosis] = []
    screens: list[Screened] = []
    notes: list[Note] = []
    for kind in kinds_of(case, acts, kinds):
        seen = list(_later(kind, case, level))
        if not seen:
            notes.append(Note(ONE_HALF, {"place": kind.place}))
        _put(seen, kind.people, found, screens, homes, level)
    for name in moved:
        seen = list(handed_over(acts[name], look)) if name in acts else []
        if not seen:
            notes.append(Note(NO_LIMIT, {"table": name}))
        elif name not in giver:
            notes.append(Note(NO_GIVER, {"table": name}))
        _put(seen, acts[name].people if name in acts else None, found, screens, homes, level)
    tables = tables_of_screens(screens, case.origin, level)
    told = (*notes_of(screens, level), *notes)
    return Diagnoses(judged(found, level=level), *tables, told, case.origin)


def _acts(
    case: Case,
    moved: Mapping[str, ColumnRef] | None = None,
    giver: Mapping[str, ColumnRef] | None = None,
) -> dict[str, Act]:
    """Return the stamped acts of each table: those of whole cases where it has any."""
    made = acts_of(
        case.plan, case.tables, case.zone, {}, (case.start, case.end), moved=moved, giver=giver
    )
    return {each.table: each for each in reversed(made)}


def _put(
    seen: Iterable[Diagnosis | Asked],
    people: Any,
    found: list[Diagnosis],
    screens: list[Screened],
    homes: Mapping[str, str | None],
    level: float,
) -> None:
    for each in seen:
        if isinstance(each, Asked):
            screens.append(Screened.of(each, people, homes, level))
        else:
            found.append(each)


def _parts(kind: Kind, case: Case, count: int) -> tuple[Ints, Ints, Ints]:
    """Return the part of the period of each case, and the cases and those of the kind by part."""
    span = min(case.end, case.as_of) - case.start
    part = (kind.when - case.start) * count // max(span, 1)
    n = np.bincount(part, minlength=count)
    return part, n, np.bincount(part[kind.hit], minlength=count)


def _later(kind: Kind, case: Case, level: float) -> Seen:
    """Yield the later half of the period against the earlier one."""
    half, n, hits = _parts(kind, case, 2)
    if not n.all():
        return
    change = share_change(int(hits[0]), int(n[0]), int(hits[1]), int(n[1]), level=level)
    _, per_part, hits_per_part = _parts(kind, case, PARTS)
    later = kind.hit & (half == 1)
    share = hits[0] / n[0]
    yield Diagnosis(
        "kind_share", kind.place, int(n[1]), change.observed, change.expected, change.low,
        change.high, change.p, change.power, rows=kind.rows[later], table=kind.table,
        values={"kind": kind.name, "share": f"{share:.1%}",
                "p_trend": share_trend(hits_per_part, per_part)[1]},
    )  # fmt: skip
    # Of each person's cases of the kind, as many lie in the later half as of all its cases.
    size = len(kind.people.words)
    early = np.bincount(kind.who[half == 0], minlength=size)
    late = np.bincount(kind.who[half == 1], minlength=size)
    with np.errstate(invalid="ignore"):
        chance = late / (early + late)
    of_kind = kind.who[kind.hit]
    yield Asked("kind_share", kind.place, of_kind, half[kind.hit] == 1, 0.0, chance[of_kind])


@discreet
def case_mix(  # noqa: PLR0913 - everything but policy and evidence is named
    policy: Source | Scores,
    evidence: Mapping[str, Any] | None = None,
    *,
    kinds: Mapping[str, Any],
    by: Literal["part", "unit"] = "part",
    parts: int = PARTS,
    period: str | Period | None = None,
    as_of: WrittenInstant | None = None,
    zone: str | None = None,
    plugins: Plugins | Iterable[object] = (),
    units: Any = None,
) -> Table:
    """Return the share of each kind of cases over time, or by unit, with the limits of a funnel.

    Parameters
    ----------
    policy, evidence, period, as_of, zone, plugins, units, kinds
        As for `diagnose_case_mix`.
    by
        `part`: equal parts of the period. `unit`: the units of the subjects.
    parts
        How many parts, 2 or more.

    Returns
    -------
    Table
        `kind`, `table`, `part` and `first` (its first day), or `unit`; `n`, `observed`, `share`;
        for 95 % and 99.8 % `low_95`, `high_95`, `low_99.8`, `high_99.8`, about the share of all;
        `position`: `inside`, `above_95`, `below_99.8`, ...

    Raises
    ------
    AnalysisError
        As for `diagnose_case_mix`; `CPN-M45`: fewer than two parts; `CPN-M47`: another `by`.

    Notes
    -----
    Limits: Spiegelhalter 2005a. Units have different work: where their shares differ more than
    chance, the variance between them is added (Spiegelhalter 2005b), and only what stands out among
    them lies outside. Nobody is named here: whose work it is comes after which unit's.
    """
    choice(by, ("part", "unit"), "by", HEADLINE)
    if parts % 1 or parts < 2:  # noqa: PLR2004 - one part is no course of time
        raise refuse(
            AnalysisError, HEADLINE, "CPN-M45", "parts", given=str(parts),
            wanted="a whole number from 2 on", wanted_id="bilangan bulat mulai 2",
            example="parts = 6",
        )  # fmt: skip
    case = case_of(policy, evidence, period, as_of, zone, plugins)
    found = kinds_of(case, _acts(case), kinds)
    homes = units_from(case.plan, case.tables, units, case.zone) if by == "unit" else {}
    blocks = [
        _by_unit(each, homes) if by == "unit" else _by_part(each, case, parts) for each in found
    ]
    notes = []
    for each, block in zip(found, blocks, strict=True):
        outside = int((block["position"] > 0).sum())
        known = int((block["n"] > 0).sum())
        notes.append(
            f"{each.place}: {outside} of {known} lie outside the 95 % limits; about "
            f"{known * (1 - LEVELS[0]):.1f} would by chance."
        )
    columns: dict[str, Any] = {
        name: np.concatenate([each[name] for each in blocks])
        if hasattr(blocks[0][name], "dtype")
        else [one for each in blocks for one in each[name]]
        for name in (blocks[0] if blocks else {})
    }
    if columns:
        columns["position"] = Coded(columns["position"], list(_WORDS))
    return Table("Kinds of cases", columns, case.origin, notes)


_WORDS = ("inside", *(f"{side}_{100 * level:g}" for level in LEVELS for side in ("below", "above")))


def _by_part(kind: Kind, case: Case, parts: int) -> dict[str, Any]:
    _, n, hits = _parts(kind, case, parts)
    span = min(case.end, case.as_of) - case.start
    first = [
        str((EPOCH + timedelta(microseconds=case.start + span * at // parts)).date())
        for at in range(parts)
    ]
    head: dict[str, Any] = {"part": np.arange(1, parts + 1), "first": first}
    return _funnel(kind, n, hits, head, spread=False)


def _by_unit(kind: Kind, homes: Mapping[str, str | None]) -> dict[str, Any]:
    home, names = coded_units(kind.people, homes)
    if not names:
        raise refuse(AnalysisError, "Units cannot be compared.", "CPN-M46", "by")
    unit = home[kind.who]
    n = np.bincount(unit[unit >= 0], minlength=len(names))
    hits = np.bincount(unit[(unit >= 0) & kind.hit], minlength=len(names))
    return _funnel(kind, n, hits, {"unit": list(names)}, spread=True)


def _funnel(
    kind: Kind, n: Ints, hits: Ints, head: Mapping[str, Any], *, spread: bool
) -> dict[str, Any]:
    """Return shares with their limits about the share of all; units may differ beyond chance."""
    some = n > 0
    size = n[some].astype(np.float64)
    share = np.full(len(n), np.nan)
    share[some] = hits[some] / size
    target = float(hits.sum()) / max(int(n.sum()), 1)
    columns: dict[str, Any] = {
        "kind": [kind.name] * len(n), "table": [kind.table] * len(n), **head, "n": n,
        "observed": hits, "share": share,
    }  # fmt: skip
    position = np.zeros(len(n), dtype=np.int64)
    error = standard_errors("binomial", target, size)
    between_units = 0.0
    if spread and 0 < target < 1:
        z = (share[some] - target) / error
        between_units = over_dispersion(z, error, estimated=True).tau2
    for at, (level, low, high) in enumerate(_limits(target, size, error, between_units)):
        said = f"{100 * level:g}"
        for name, limit, outside in (
            ("low", low, share[some] < low), ("high", high, share[some] > high),
        ):  # fmt: skip
            whole = np.full(len(n), np.nan)
            whole[some] = limit
            columns[f"{name}_{said}"] = whole
            position[np.flatnonzero(some)[outside]] = 2 * at + (1 if name == "low" else 2)
    return {**columns, "position": position}


def _limits(
    target: float, size: Floats, error: Floats, tau2: float
) -> Iterator[tuple[float, Floats, Floats]]:
    for level in LEVELS:
        if not 0 < target < 1:  # all cases are of the kind, or none: nobody can stand out
            low = high = np.full(len(size), target)
        elif tau2 > 0:
            reach = float(ndtri((1 + level) / 2)) * np.sqrt(error**2 + tau2)
            low, high = np.maximum(target - reach, 0.0), np.minimum(target + reach, 1.0)
        else:
            low, high = funnel_limits("binomial", target, size, level)
        yield level, low, high
