"""Evidence that counts for no posting, or for all of a subject: counted and said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import evolve, frozen

from capaian.columns import Attribution, Filter, Request, Table, reduce_all
from capaian.errors import Finding
from capaian.formula import Moment, agg
from capaian.scores.requests import Ask
from capaian.scores.roll import Roll
from capaian.scores.stretches import Days, merged, stamps_of


@frozen(eq=False)
class _Count:
    """Rows to be counted: all of them, and those on a day on which the subject held a post."""

    code: str
    where: str
    request: Request


@frozen(eq=False)
class Codes:
    """What is said of rows without a key that day, of rows that name another, of undated rows."""

    unheld: str
    unnamed: str
    undated: str


POSTS = Codes("CPN-A16", "CPN-A17", "CPN-A18")
UNITS = Codes("CPN-A40", "CPN-A40", "CPN-A41")


def beyond_posts(
    roll: Roll, asked: Sequence[Ask], tables: Mapping[str, Table], names_post: str
) -> list[Finding]:
    """Return notes on evidence that is attributed to no posting, or without a date to all.

    Parameters
    ----------
    roll
        The postings of the period.
    asked
        What the policies ask of the tables, without attribution.
    tables
        The tables, open.
    names_post
        The column of the evidence that names a post; empty where there is none.
    """
    anyone = held(roll.subjects, *merged(roll.codes, roll.first, roll.stop))
    named = evolve(
        held(roll.subjects, roll.codes, roll.first, roll.stop),
        posts=roll.posts,
        column=names_post,
    )
    return beyond(asked, tables, anyone, named, POSTS)


def beyond(
    asked: Sequence[Ask],
    tables: Mapping[str, Table],
    anyone: Attribution,
    named: Attribution,
    codes: Codes,
) -> list[Finding]:
    """Return notes on rows that count for no key, and on tables whose rows nothing dates.

    Parameters
    ----------
    asked
        What is asked of the tables, without attribution.
    tables
        The tables, open.
    anyone
        On which days each subject has any key, all under one; for rows that name no post.
    named
        The same with posts, for rows that name one.
    codes
        What is said.
    """
    counts: dict[str, dict[tuple[Any, ...], _Count]] = {}
    findings: list[Finding] = []
    for ask in asked:
        if ask.planned is None:
            continue
        request = ask.request
        if not request.dated:
            undated = Finding(codes.undated, ask.table, {"table": ask.table}, "note")
            findings += [] if undated in findings else [undated]
            continue
        column = named.column if named.column in tables[ask.table].columns else ""
        key = (request.subject, request.dated, request.readings, request.filters, request.zone)
        for each in _counts(ask, column, anyone, named, codes):
            counts.setdefault(ask.table, {})[each.code, *key] = each
    for table, some in counts.items():
        found = reduce_all(tables[table], [each.request for each in some.values()])
        for each, reduced in zip(some.values(), found, strict=True):
            rows = reduced.rows - reduced.total(0)
            note = Finding(each.code, each.where, {"rows": rows, "table": table}, "note")
            if rows and note not in findings:
                findings.append(note)
    return findings


def _counts(
    ask: Ask, column: str, anyone: Attribution, named: Attribution, codes: Codes
) -> Iterator[_Count]:
    """Return what is counted of one request: rows that name no post, and rows that name one."""
    request = ask.request
    dated = tuple(each for each in request.readings if each.role == request.dated)
    where = f"{ask.table}.{dated[0].column}"
    counting = evolve(
        request,
        readings=dated,
        statistics=_ROWS,
        calendar=None,
        pauses=None,
        attribution=anyone,
    )
    if not column:
        yield _Count(codes.unheld, where, counting)
        return
    for code, attribution, present in ((codes.unheld, anyone, False), (codes.unnamed, named, True)):
        filters = (*request.filters, Filter(column, present=present))
        yield _Count(code, where, evolve(counting, filters=filters, attribution=attribution))


def over(moment: Moment, asked: Sequence[Ask]) -> list[Ask]:
    """Return requests over the whole period in place of the parts that indicators measure."""
    return [evolve(each, request=evolve(each.request, moment=moment)) for each in asked]


_ROWS = (agg.count(),)


def held(subjects: Sequence[str], codes: Days, first: Days, stop: Days) -> Attribution:
    """Return on which days subjects have any key, all under one."""
    return Attribution(
        subjects=[subjects[code] for code in codes.tolist()],
        keys=np.zeros(len(codes), dtype=np.int64),
        starts=stamps_of(first),
        stops=stamps_of(stop),
    )
