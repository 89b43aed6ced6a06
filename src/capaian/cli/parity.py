"""`capaian parity`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from capaian.cli import options
from capaian.cli.inputs import with_evidence
from capaian.cli.options import DONE, FOUND
from capaian.errors import Language


def _pairs(
    _context: click.Context, _parameter: click.Parameter, given: Sequence[str]
) -> dict[str, str]:
    found = {}
    for each in given:
        name, separator, column = each.partition("=")
        if not separator or not name or not column:
            raise click.BadParameter(f"'{each}' is not ID=COLUMN, such as in-time=Capaian")
        found[name] = column
    return found


_COLUMNS = ("measured", "achievements", "weights", "contributions", "nodes")


def _mapped(command: Any) -> Any:
    """Add the options that say which column holds what."""
    made = [
        click.option("--columns", type=click.Path(), help="A TOML document: which column is what."),
        click.option("--subject", help="The column of the subject: its heading, or '[F]'."),
        click.option("--score", help="The column of the score."),
        click.option("--band", help="The column of the band."),
    ]
    made += [
        click.option(
            f"--{name}", multiple=True, callback=_pairs, metavar="ID=COLUMN",
            help=f"A column of {name}. Repeat.",
        )
        for name in _COLUMNS
    ]  # fmt: skip
    made += [
        click.option("--sheet", help="The sheet of the workbook; its first if left out."),
        click.option("--header-row", help="The row of the headings, or rows such as 3-4."),
        click.option(
            "--locale", type=click.Choice(["id", "en"]),
            help="How numbers are written in texts: id 1.234,50, en 1,234.50. Needed for CSV.",
        ),
        click.option(
            "--rows", type=click.IntRange(min=0), default=20, show_default=True,
            help="How many differences are shown.",
        ),
    ]  # fmt: skip
    for option in reversed(made):
        command = option(command)
    return command


@click.command()
@click.argument("results", type=click.Path())
@click.option("--policy", required=True, help="The policy: a document, or a name such as skm/2017.")
@with_evidence
@_mapped
@options.as_json
@options.language
def parity(
    results: str, policy: str, evidence: dict[str, Path], period: tuple[str, ...],
    as_of: str | None, on: str | None, zone: str | None, columns: str | None, rows: int,
    sheet: str | None, header_row: str | None, locale: str | None, as_json: bool,
    language: Language, **named: Any,
) -> int:  # fmt: skip
    """Compare an office's own sheet with capaian: where they part, and which rounding explains it.

    Exits with 0 where everybody agrees, and with 1 where somebody does not.
    """
    import capaian  # noqa: PLC0415 - not needed for --help
    from capaian.parity.mapping import document  # noqa: PLC0415 - the same

    if len(period) > 1:
        raise click.BadParameter("a sheet is of one period", param_hint="--period")
    given = document(columns) if columns is not None else {}
    found = capaian.compare_sheet(
        results,
        policy,
        dict(evidence),
        columns={**given, **{name: value for name, value in named.items() if value}},
        period=period[0],
        as_of=as_of,
        on=on,
        zone=zone,
        sheet=sheet,
        header_row=header_row,
        locale=locale,
        plugins=options.switches(),
    )
    if as_json:
        click.echo(found.to_json(), nl=False)
    else:
        click.echo(options.shown(found.text(language, rows=rows)))
    return DONE if found.same else FOUND
