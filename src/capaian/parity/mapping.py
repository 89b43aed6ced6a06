"""Which column of a sheet holds what: the small mapping that an office writes once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

from attrs import field, frozen

from capaian.errors import Finding, SheetError, did_you_mean, refuse
from capaian.parity.cells import Locale
from capaian.parity.quantity import Quantity, Step
from capaian.parity.sheet import HEADLINE, Layout
from capaian.policy import Policy
from capaian.toml import read_toml
from capaian.wire import short, structure


@frozen
class ColumnOf:
    """A column, and what its numbers are multiplied by to be in the policy's unit."""

    column: str
    times: Fraction = Fraction(1)


Named: TypeAlias = str | ColumnOf


@frozen
class WrittenMapping:
    """The mapping as a document has it.

    Attributes
    ----------
    subject
        The column of the subject.
    score, band
        The columns of the results.
    measured, achievements, weights, contributions, nodes
        Indicator (or node) to its column.
    bands
        A word of the sheet to the id of a band, where it is neither its id nor its title.
    sheet, header_row, locale
        Where the table lies; `3` or `"3-4"` for the row or rows of the headings.
    """

    subject: str
    score: Named | None = None
    band: str | None = None
    measured: Mapping[str, Named] = field(factory=dict)
    achievements: Mapping[str, Named] = field(factory=dict)
    weights: Mapping[str, Named] = field(factory=dict)
    contributions: Mapping[str, Named] = field(factory=dict)
    nodes: Mapping[str, Named] = field(factory=dict)
    bands: Mapping[str, str] = field(factory=dict)
    sheet: str = ""
    header_row: int | str = 1
    locale: Locale | None = None


@frozen
class Sheet:
    """A mapping made ready for a policy.

    Attributes
    ----------
    subject
        The column of the subject.
    columns
        Each quantity, in the order of the ledger, to its column.
    bands
        A word, in lower case, to the id of a band.
    layout
        Where the table lies.
    """

    subject: str
    columns: Mapping[Quantity, ColumnOf]
    bands: Mapping[str, str]
    layout: Layout


def read_mapping(source: str | os.PathLike[str] | Mapping[str, Any], policy: Policy) -> Sheet:
    """Return a mapping that is proved against a policy.

    Parameters
    ----------
    source
        The path of a TOML document, or the same as a dictionary.
    policy
        The policy that the sheet is compared with.

    Raises
    ------
    SheetError
        A document that cannot be read (CPN-S20), keys and values as in other documents (CPN-P01,
        P02, P04, P05), an indicator, node or band that the policy does not have (S10), no column to
        compare (S11), rows of headings that are none (S12).
    """
    made, findings = structure(document(source), WrittenMapping)
    if made is None:
        raise SheetError(HEADLINE, findings)
    findings = list(_strangers(made, policy))
    columns = dict(_columns(made, policy))
    rows = _rows(made.header_row)
    if not columns:
        findings.append(Finding("CPN-S11"))
    if rows is None:
        findings.append(Finding("CPN-S12", "header_row", {"given": short(str(made.header_row))}))
    if findings or rows is None:
        raise SheetError(HEADLINE, findings)
    layout = Layout(made.sheet, *rows, made.locale)
    return Sheet(made.subject, columns, _bands(made, policy), layout)


def document(source: str | os.PathLike[str] | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a mapping as plain values; see `read_mapping`."""
    if isinstance(source, Mapping):
        return source
    path = Path(source)
    try:
        # os.path and not pathlib, which raises for names that no file can have.
        if not os.path.isfile(path):  # noqa: PTH113
            raise FileNotFoundError
        text = path.read_text(encoding="utf-8-sig")
        return read_toml(text, parse_float=Decimal)
    except (OSError, ValueError, RecursionError, ArithmeticError) as error:
        failed = type(error).__name__
    raise refuse(SheetError, HEADLINE, "CPN-S20", short(path.name), error=failed)


_TABLES: Mapping[str, Step] = {
    "measured": "measured",
    "achievements": "achievement",
    "weights": "weight",
    "contributions": "contribution",
    "nodes": "node",
}


def _columns(made: WrittenMapping, policy: Policy) -> Iterator[tuple[Quantity, ColumnOf]]:
    """Return the quantities in the order of the ledger, and within a step in the policy's."""
    order = [each.id for each in policy.indicators] + [each.id for each in policy.nodes]
    for table, step in _TABLES.items():
        named: Mapping[str, Named] = getattr(made, table)
        for name in sorted(named, key=lambda each: order.index(each) if each in order else 0):
            yield Quantity(step, name), _column(named[name])
    if made.score is not None:
        yield Quantity("score"), _column(made.score)
    if made.band is not None:
        yield Quantity("band"), ColumnOf(made.band)


def _column(named: Named) -> ColumnOf:
    return ColumnOf(named) if isinstance(named, str) else named


def _strangers(made: WrittenMapping, policy: Policy) -> Iterator[Finding]:
    indicators = [each.id for each in policy.indicators]
    nodes = [each.id for each in policy.nodes if each.id != "score"]
    bands = [each.id for each in policy.bands]
    for table in _TABLES:
        known = nodes if table == "nodes" else indicators
        for name in getattr(made, table):
            if name not in known:
                yield _stranger(f"{table}['{short(name)}']", name, known)
    for word, band in made.bands.items():
        if band not in bands:
            yield _stranger(f"bands['{short(word)}']", band, bands)


def _stranger(where: str, name: str, known: list[str]) -> Finding:
    listed = ", ".join(f"'{each}'" for each in known) or "–"
    values = {"name": short(name), "hint": did_you_mean(name, known), "known": listed}
    return Finding("CPN-S10", where, values)


def _bands(made: WrittenMapping, policy: Policy) -> dict[str, str]:
    """Return what each word means: those of the mapping, then ids, then titles."""
    found: dict[str, str] = {}
    for word, band in made.bands.items():
        found.setdefault(plain(word), band)
    for each in policy.bands:
        found.setdefault(plain(each.id), each.id)
    for each in policy.bands:
        for title in each.title.values():
            found.setdefault(plain(title), each.id)
    return found


def plain(word: str) -> str:
    """Return a word as it is compared: in lower case, with single blanks."""
    return " ".join(word.split()).casefold()


def _rows(given: int | str) -> tuple[int, int] | None:
    """Return the first and last row of the headings; `None` where they are none."""
    first, dash, last = str(given).partition("-")
    ends = [first.strip(), last.strip() if dash else first.strip()]
    if not all(each.isascii() and each.isdigit() and len(each) <= 7 for each in ends):  # noqa: PLR2004 - a sheet has 1,048,576 rows
        return None
    rows = int(ends[0]), int(ends[1])
    return rows if 1 <= rows[0] <= rows[1] else None
