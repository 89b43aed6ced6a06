"""What an auditor reads of a record besides: evidence, values, every step, plugins, hashes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from capaian.errors import Language
from capaian.record.shape import Contents, Step, Words
from capaian.translation import Say, say_in

if TYPE_CHECKING:
    from capaian.record.document import Record

_NO_WORDS = Words({}, {}, {})


def audit_lines(record: Record, language: Language) -> Iterator[Iterator[str]]:
    """Return blocks of lines, each with its heading.

    Parameters
    ----------
    record
        The record.
    language
        `en` or `id`.
    """
    contents, say = record.contents, say_in(language)
    words = contents.words.get(language, _NO_WORDS)
    yield _evidence(contents, say)
    yield _values(contents, words, say)
    yield _steps(contents.steps, words, say)
    yield _cohorts(contents, say)
    yield _hashes(record, say)


def _evidence(contents: Contents, say: Say) -> Iterator[str]:
    yield say("The evidence")
    for each in contents.evidence:
        columns = ", ".join(one.column for one in each.columns) or "–"
        yield say("• {table}: {rows} rows, columns {columns}; SHA-256 {hash}").format(
            table=each.table, rows=each.rows, columns=columns, hash=each.sha256
        )
    if (calendar := contents.calendar) is not None:
        yield say("• work calendar {id}, edition {edition}; SHA-256 {hash}").format(
            id=calendar.id, edition=calendar.edition, hash=calendar.sha256
        )


def _values(contents: Contents, words: Words, say: Say) -> Iterator[str]:
    yield say("The values")
    for name, value in contents.values.statistics.items():
        said = say("not known") if value is None else value
        yield f"• {name} = {said}: {words.values.get(name, name)}"
    answers = {True: say("holds"), False: say("does not hold"), None: say("not known")}
    for name, fact in contents.values.facts.items():
        yield f"• {name}: {answers[fact]}"


def _steps(steps: tuple[Step, ...], words: Words, say: Say) -> Iterator[str]:
    yield say("The steps, exactly, in order")
    for each in steps:
        line = f"• {each.name} = {each.exact}"
        if each.rounding is not None:
            line += say("; rounded to {digits} decimals ({mode}): {value}").format(
                digits=each.rounding.digits, mode=each.rounding.mode, value=each.rounded
            )
        yield f"{line}: {words.steps.get(each.name, each.name)}"


def _cohorts(contents: Contents, say: Say) -> Iterator[str]:
    if not contents.cohorts:
        return
    yield say("What relative methods were fitted to")
    for each in contents.cohorts:
        found = ", ".join(f"{name} = {value}" for name, value in sorted(each.parameters.items()))
        yield say(
            "• {of}, {method}: {n} subjects of {period}, {left_out} left out; {found}"
        ).format(
            of=each.of,
            method=each.method,
            n=each.n,
            period=each.period,
            left_out=sum(each.left_out.values()),
            found=found,
        )


def _hashes(record: Record, say: Say) -> Iterator[str]:
    contents = record.contents
    yield say("What made it")
    yield f"• {contents.engine.name} {contents.engine.version}"
    for kind, each in contents.plugins.items():
        yield f"• {kind}: {each.distribution} {each.version} ({each.module})".replace("  ", " ")
    yield say("• policy: SHA-256 {hash}; its formulas: {formulas}").format(
        hash=contents.policy.fingerprint, formulas=contents.policy.formulas
    )
    yield say("• this record: SHA-256 {hash}").format(hash=record.content_hash)
