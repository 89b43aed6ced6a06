"""`capaian record` and `capaian verify`: audit records made, and held against what they say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from capaian.cli import options
from capaian.cli.inputs import evaluated, evidence_tables, rule_of
from capaian.cli.options import BAD_INPUT, DONE, FOUND, PLUGIN_FAILED
from capaian.errors import Language

if TYPE_CHECKING:
    from capaian.replay import Verification

READERS = ("employee", "appraiser", "auditor")


@click.command()
@evaluated
@click.option("--subject", help="Whose record; of everybody if left out, which needs --out.")
@click.option("--made-at", help="When it is made, ISO 8601; the record says nothing if left out.")
@click.option(
    "--out", type=click.Path(path_type=Path),
    help="Folder for the records; each file is named by its record's content hash.",
)  # fmt: skip
@options.as_json
def record(
    policy: str, evidence: dict[str, Path], period: tuple[str, ...], as_of: str | None,
    on: str | None, zone: str | None, subject: str | None, made_at: str | None,
    out: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Write the audit record of one subject, or of everybody.

    Without --out the record itself is printed, which is JSON. With it, --json lists the files.
    """
    import capaian  # noqa: PLC0415 - not needed for --help
    from capaian.report import write_texts  # noqa: PLC0415 - the same

    if out is None and (subject is None or len(period) > 1):
        raise click.UsageError("Give --out, or one --subject and one --period.")
    rule: Any = rule_of(policy, on)
    scored = capaian.score(
        rule, dict(evidence), period=period[0] if len(period) == 1 else list(period),
        as_of=as_of, zone=zone, plugins=options.switches(),
    )  # fmt: skip
    made = (
        each
        for one in (scored if isinstance(scored, capaian.ScoresByPeriod) else [scored])
        for each in (one.records(made_at) if subject is None else [one.record(subject, made_at)])
    )
    if out is None:
        for each in made:
            click.echo(each.to_json(), nl=False)
        return DONE
    texts = ((out / f"{each.content_hash}.json", each.to_json()) for each in made)
    written = write_texts(out, texts)
    if as_json:
        options.print_json({"records": [each.name for each in written]})
    else:
        click.echo(f"{len(written)} records in {out}", err=True)
    return DONE


@click.command()
@click.argument("record", type=click.Path(path_type=Path))
@click.option(
    "--evidence", multiple=True, callback=evidence_tables, metavar="NAME=FILE",
    help="A table of evidence, to be measured again. Repeat for each table.",
)  # fmt: skip
@click.option("--folder", default="", help="Where the policy's calendar and closures are.")
@click.option(
    "--correction", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
    help="A correction of the record. Repeat for each, in the order in which they were made.",
)  # fmt: skip
@click.option("--reader", type=click.Choice(READERS), help="Print the record for this reader too.")
@options.as_json
@options.language
def verify(
    record: Path, evidence: dict[str, Path], folder: str, correction: tuple[Path, ...],
    reader: str | None, as_json: bool, language: Language,
) -> int:  # fmt: skip
    """Find everything in a record that is not as it was recorded.

    Exits with 0 where it was replayed and is equal, 1 where something differs, 2 where it or the
    evidence cannot be read, and 3 where a plugin that it needs is missing or failed.
    """
    import capaian  # noqa: PLC0415 - not needed for --help
    from capaian.record import chain  # noqa: PLC0415 - the same

    found = capaian.verify(record, evidence or None, options.switches(), folder)
    history = chain(record, correction) if correction else None
    if as_json:
        said: dict[str, Any] = found.to_dict()
        if history is not None:
            said["corrections"] = [each.content_hash for each in history.corrections]
            said["standing"] = {"score": history.standing.score, "band": history.standing.band}
        if reader is not None:
            said["text"] = found.record.text(language, reader)
        options.print_json(said)
    else:
        texts = [found.text(language), history.text(language) if history else ""]
        texts.append(found.record.text(language, reader) if reader else "")
        click.echo(options.shown("\n\n".join(filter(None, texts))))
    return _code(found)


def _code(found: Verification) -> int:
    if found.changed:
        return FOUND
    if any(each.code == "CPN-V09" for each in found.findings):
        return PLUGIN_FAILED
    return DONE if found.ok else BAD_INPUT
