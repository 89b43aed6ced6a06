"""From a document to a policy: read, proved, and every default written out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import evolve

from capaian.errors import PolicyError
from capaian.indicator import (
    Accumulate,
    ColumnRef,
    Condition,
    Indicator,
    Pauses,
    TargetTable,
)
from capaian.policy.document import (
    Membership,
    Policy,
    Roster,
    Units,
)
from capaian.policy.files import document_at
from capaian.policy.meant import band_of, decision_of, evenness_of, guidance_of, rounding_of
from capaian.policy.nodes import active_of, node_of, number_of, parent_of, root_of, steps_of
from capaian.policy.options import plain_options
from capaian.policy.proof import prove
from capaian.policy.sizes import prove_sizes
from capaian.policy.titles import same_text, title_of
from capaian.policy.write import policy_fingerprint, to_document
from capaian.policy.written import (
    Column,
    Conditions,
    How,
    Value,
    WrittenAccumulate,
    WrittenFact,
    WrittenIndicator,
    WrittenMembership,
    WrittenPolicy,
    WrittenRoster,
    WrittenTest,
    WrittenUnits,
    limit_of,
)
from capaian.wire import short

__all__ = ["policy_fingerprint", "read_policy", "to_document"]


def read_policy(source: str | os.PathLike[str] | Mapping[str, Any]) -> Policy:
    """Read and prove one policy document.

    Parameters
    ----------
    source
        The path of a `.toml` or `.json` file, or the same document as a mapping of plain values.
        Numbers are exact: a decimal in a file is what it says, a float in a mapping stands for the
        shortest decimal that names it.

    Raises
    ------
    PolicyError
        All faults at once, each with its path in the document. The policy reference lists them.

    Examples
    --------
    >>> policy = read_policy(
    ...     {
    ...         "id": "front-desk",
    ...         "edition": "2026",
    ...         "in_force": {"from": "2026-01-01"},
    ...         "scale": {"worst": 0, "best": 100},
    ...         "missing": "exclude",
    ...         "subject": "nip",
    ...         "rounding": [{"where": "score", "digits": 2}],
    ...         "indicators": [
    ...             {
    ...                 "id": "answered",
    ...                 "type": "count-based",
    ...                 "table": "complaints",
    ...                 "measure": {"statistic": "count"},
    ...                 "normalise": {"method": "target", "target": 90},
    ...             }
    ...         ],
    ...     }
    ... )
    >>> policy.indicators[0].weight
    Fraction(1, 1)
    """
    return read_mapping(*document_at(source))


def read_mapping(document: Mapping[str, Any], name: str, folder: str = "") -> Policy:
    """Return the policy of a document that has been parsed.

    Parameters
    ----------
    document
        The document as JSON or TOML give it.
    name
        What the user calls it.
    folder
        Where it came from.

    Raises
    ------
    PolicyError
        All faults at once.
    """
    prove_sizes(document, name)
    document, findings = plain_options(document)
    proved = prove(document)
    findings += proved.findings
    if findings or proved.written is None:
        count = "1 problem" if len(findings) == 1 else f"{len(findings)} problems"
        raise PolicyError(f"{count} in the policy '{short(name)}'; nothing was read.", findings)
    return _policy(proved.written, proved.shares, folder)


def _policy(written: WrittenPolicy, shares: Mapping[str, Fraction], folder: str) -> Policy:
    nodes = [root_of(written), *(node_of(each, written, shares[each.id]) for each in written.nodes)]
    indicators = [_indicator(each, written, shares[each.id]) for each in written.indicators]
    return Policy(
        id=written.id,
        edition=written.edition,
        title=title_of(written.title, same_text(written.id)),
        first=written.in_force.from_,
        last=written.in_force.to,
        sources=written.sources,
        scale=written.scale.meant,
        nodes=tuple(sorted(nodes, key=lambda each: each.id)),
        indicators=tuple(sorted(indicators, key=lambda each: each.id)),
        rounding=tuple(rounding_of(each) for each in written.rounding),
        bands=tuple(band_of(each) for each in written.bands),
        precedence=written.precedence is not None,
        subjects=None if written.subjects is None else _roster(written.subjects, written.subject),
        calendar=written.calendar,
        closures=written.closures,
        zone=written.zone or "",
        relative=written.relative,
        units=None if written.units is None else _units(written.units, written.subject),
        targets=_targets(written),
        active=active_of(written),
        numbers=tuple(sorted(map(number_of, written.numbers), key=lambda each: each.id)),
        decision=decision_of(written),
        guidance=guidance_of(written.guidance),
        folder=folder,
    )


def _indicator(each: WrittenIndicator, written: WrittenPolicy, share: Fraction) -> Indicator:
    scale = written.scale.meant
    subject = each.subject or written.subject
    exposure = each.exposure
    if exposure is not None and not exposure.subject:
        exposure = evolve(exposure, subject=written.subject or subject)
    pauses = each.pauses
    return Indicator(
        id=each.id,
        title=title_of(each.title, same_text(each.id)),
        type=each.type,
        table=each.table,
        subject=subject,
        columns={role: column_ref(column) for role, column in sorted(each.columns.items())},
        weight=share,
        measure=each.measure,
        normalise=steps_of(each.normalise),
        missing=each.missing or written.missing,
        parent=parent_of(each.parent),
        where=conditions_of(each.where),
        floor=limit_of(each.floor, scale.floor),
        cap=limit_of(each.cap, scale.cap),
        minimum=each.minimum,
        exposure=exposure,
        pauses=None
        if pauses is None
        else Pauses(
            table=pauses.table,
            case=pauses.case,
            start=column_ref(pauses.start),
            stop=column_ref(pauses.stop),
            key=pauses.key,
        ),
        accumulate=_accumulate(each.accumulate),
        consolidate=each.consolidate,
        source=each.source,
    )


def _accumulate(written: How | WrittenAccumulate) -> Accumulate:
    return Accumulate(written) if isinstance(written, str) else written.meant


def _targets(written: WrittenPolicy) -> TargetTable | None:
    table = written.targets
    return table if table is None or table.subject else evolve(table, subject=written.subject)


def column_ref(written: Column) -> ColumnRef:
    """Return a column as it is meant, written by its name alone or in full."""
    return ColumnRef(written) if isinstance(written, str) else written


def conditions_of(written: Conditions) -> tuple[Condition, ...]:
    """Return conditions on rows, in order of their columns."""
    return tuple(_condition(column, test) for column, test in sorted(written.items()))


def _condition(column: str, test: Value | tuple[Value, ...] | WrittenTest) -> Condition:
    if isinstance(test, WrittenTest):
        return Condition(column, none_of=_values(test.not_), present=test.present)
    return Condition(column, one_of=_values(test))


def _values(written: Value | tuple[Value, ...]) -> tuple[Value, ...]:
    return written if isinstance(written, tuple) else (written,)


def _roster(written: WrittenRoster, subject: str) -> Roster:
    facts = {
        name: WrittenFact(each) if isinstance(each, str) else each
        for name, each in sorted(written.facts.items())
    }
    return Roster(
        table=written.table,
        subject=written.subject or subject,
        label=written.label,
        unit=written.unit,
        where=conditions_of(written.where),
        facts={name: each.column for name, each in facts.items()},
        fact_titles={
            name: title_of(each.title, {}) for name, each in facts.items() if each.title is not None
        },
    )


def _units(written: WrittenUnits, subject: str) -> Units:
    return Units(
        table=written.table,
        unit=written.unit,
        by=written.from_,
        parent=written.parent,
        label=written.label,
        membership=_membership(written.membership, subject),
        weigh=written.weigh or "equal",
        members=written.members or "all",
        missing=written.missing or "withhold",
        taken=written.of or "published",
        rounding=evenness_of(written.rounding),
        bands=tuple(band_of(each) for each in written.bands),
        where=conditions_of(written.where),
    )


def _membership(written: WrittenMembership | None, subject: str) -> Membership | None:
    if written is None:
        return None
    start, stop, weight = (
        None if each is None else column_ref(each)
        for each in (written.from_, written.to, written.weight)
    )
    return Membership(
        table=written.table,
        subject=written.subject or subject,
        unit=written.unit,
        start=start,
        stop=stop,
        weight=weight,
        where=conditions_of(written.where),
    )
