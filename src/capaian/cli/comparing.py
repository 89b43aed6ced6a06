"""`capaian diff`."""

from __future__ import annotations

import click

from capaian.cli import options
from capaian.cli.options import DONE, FOUND
from capaian.errors import Language


@click.command()
@click.argument("before")
@click.argument("after")
@options.as_json
@options.language
def diff(before: str, after: str, as_json: bool, language: Language) -> int:
    """Show what changed from one policy to another, rule by rule.

    Exits with 0 where both are the same rule, and with 1 where they are not.
    """
    import capaian  # noqa: PLC0415 - not needed for --help

    found = capaian.compare_policies(before, after, plugins=options.switches())
    if as_json:
        options.print_json(found.to_dict())
    else:
        click.echo(options.shown(found.text(language)))
    return DONE if found.same else FOUND
