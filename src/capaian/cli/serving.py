"""`capaian schema` and `capaian serve-stdio`: for callers in other languages."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from capaian.cli import options
from capaian.cli.options import DONE
from capaian.errors import Language


@click.command()
@click.argument("name")
@click.option("--policy", help="With evidence: the policy whose tables and columns are described.")
@click.option("--on", help="Pick the policy edition in force on this date.")
@options.as_json
def schema(name: str, policy: str | None, on: str | None, as_json: bool) -> int:
    """Print the JSON Schema of a kind of document: policy, evidence, result, error and others."""
    import capaian  # noqa: PLC0415 - not needed for --help
    from capaian.schemas import schema_text  # noqa: PLC0415 - the same

    plugins = options.switches()
    rule: Any = None if policy is None else capaian.load_policy(policy, on=on, plugins=plugins)
    made = capaian.schema(name, rule, plugins=plugins)
    if as_json:
        options.print_json(made)
    else:
        click.echo(schema_text(made), nl=False)
    return DONE


@click.command("serve-stdio")
@click.option("--policy", help="The policy or assignment of requests that name none; read once.")
@click.option("--period", multiple=True, help="The period of requests that name none. Repeat.")
@click.option("--as-of", help="Evidence is known up to here; the period's end if left out.")
@click.option("--on", help="Pick the policy edition in force on this date.")
@click.option("--zone", type=click.Choice(["WIB", "WITA", "WIT"]), help="The office zone.")
@click.option(
    "--longest-line", type=click.IntRange(min=1_000), metavar="BYTES",
    help="The most bytes of a request; 16777216 if left out.",
)  # fmt: skip
@options.language
def serve_stdio(
    policy: str | None, period: tuple[str, ...], as_of: str | None, on: str | None,
    zone: str | None, longest_line: int | None, language: Language,
) -> int:  # fmt: skip
    """Answer JSON requests, one on each line of the input, in JSON Lines, until the input ends.

    Exits with the greatest code of all requests: 0 done, 1 something was found, 2 bad input, 3 a
    plugin failed.
    """
    from capaian.shelf import load_editions, load_rule  # noqa: PLC0415 - not needed for --help
    from capaian.stdio import LONGEST_LINE, Defaults, serve  # noqa: PLC0415 - the same

    plugins = options.switches()
    rule: Any = policy
    if policy is not None:
        whole = on is not None or os.path.isfile(policy)  # noqa: PTH113 - a name that is too long
        # Of a name with several editions each period takes its own, request by request.
        if whole or len(load_editions(policy, plugins=plugins)) == 1:
            rule = load_rule(policy, on=on, plugins=plugins)
    defaults = Defaults(rule, period, as_of, on, zone, language, plugins)
    return serve(
        sys.stdin.buffer, sys.stdout.buffer, defaults, longest=longest_line or LONGEST_LINE
    )
