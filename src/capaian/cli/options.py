"""What all commands have in common: exit codes, and the options for the output."""

from __future__ import annotations

from typing import Any

import click

from capaian.errors import visible
from capaian.wire import canonical

DONE, FOUND, BAD_INPUT, PLUGIN_FAILED = 0, 1, 2, 3
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
language = click.option(
    "--language", type=click.Choice(["en", "id"]), default="en", help="Language of the texts."
)


def switches() -> Any:
    """Return which plugins the command line lets take part; empty where it says nothing."""
    return click.get_current_context().find_root().obj or ()


def print_json(document: dict[str, Any]) -> None:
    """Print a document as canonical JSON, one line: the bytes that the library gives."""
    click.echo(canonical(document))


def shown(text: str) -> str:
    r"""Return a text for a terminal: what would steer it is shown as it is written, `\x1b`.

    A document in JSON is never changed so: its bytes are those that the library gives.
    """
    return visible(text)
