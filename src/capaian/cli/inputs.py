"""The options of commands that evaluate: a policy, evidence, periods."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from capaian.policy import Assignment, Policy


def evidence_tables(
    _context: click.Context, _parameter: click.Parameter, given: Sequence[str]
) -> dict[str, Path]:
    """Return the tables of evidence by name, from NAME=FILE."""
    tables = {}
    for each in given:
        name, separator, path = each.partition("=")
        if not separator or not name or not path:
            raise click.BadParameter(
                f"'{each}' is not NAME=FILE, such as complaints=complaints.csv"
            )
        tables[name] = Path(path)
    return tables


def document(_context: click.Context, _parameter: click.Parameter, given: str) -> Path:
    """Return the path of a document that is written; its ending says its form."""
    if not given.endswith((".toml", ".json")):
        raise click.BadParameter(f"'{given}' does not end in .toml or .json")
    return Path(given)


def evaluated(command: Any) -> Any:
    """Add the options that say what is to be scored, and the policy as an argument."""
    return click.argument("policy")(with_evidence(command))


def with_evidence(command: Any) -> Any:
    """Add the options that say what is to be scored, but for the policy."""
    options = [
        click.option(
            "--evidence", multiple=True, required=True, callback=evidence_tables,
            metavar="NAME=FILE",
            help="A table of evidence: CSV, Parquet or JSON Lines. Repeat for each table.",
        ),
        click.option(
            "--period", multiple=True, required=True,
            help="2026, 2026-S1, 2026-Q1, 2026-03 or FROM/TO. Repeat for several periods.",
        ),
        click.option("--as-of", help="Evidence is known up to here; the period's end if left out."),
        click.option(
            "--on", help="Take the policy edition of this date; the period's own if left out."
        ),
        click.option("--zone", type=click.Choice(["WIB", "WITA", "WIT"]), help="The office zone."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def rule_of(name: str, on: str | None) -> Policy | Assignment | str:
    """Return the rule of a day, or its name: then each period takes the edition in force in it."""
    from capaian.shelf import load_rule  # noqa: PLC0415 - not needed for --help

    # os.path and not pathlib, which raises where a name is too long for a path.
    named = on is None and not os.path.isfile(name)  # noqa: PTH113
    return name if named else load_rule(name, on=on)
