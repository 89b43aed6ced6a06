"""The command line: a command for each thing that the library does.

Exit codes: 0 done, 1 findings or failed cases, 2 bad input, 3 a plugin failed. With `--json`
everything, errors too, is one JSON document on standard output; there is never a traceback.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from capaian import __version__
from capaian.errors import Finding, Language, findings_document

if TYPE_CHECKING:
    from capaian.scores import PostingScores, Scores, ScoresByPeriod, UnitScores

try:
    import click
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Table
    from rich.text import Text

    from capaian.cli.comparing import diff
    from capaian.cli.ending import ended, whole_output
    from capaian.cli.guiding import document_of, text_of
    from capaian.cli.inputs import document, evaluated, rule_of
    from capaian.cli.options import (
        DONE,
        FOUND,
        PLUGIN_FAILED,
        print_json,
        shown,
        switches,
    )
    from capaian.cli.options import as_json as _as_json
    from capaian.cli.options import language as _language
    from capaian.cli.parity import parity
    from capaian.cli.recording import record, verify
    from capaian.cli.serving import schema, serve_stdio
    from capaian.cli.shelf import cases, packs
except ImportError:  # pragma: no cover - tried in a bare environment by tests/test_packaging.py
    sys.exit("The command line needs the extra 'cli': pip install 'capaian[cli]'")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="capaian")
@click.option(
    "--plugins", metavar="SWITCHES",
    help="Which plugins may be loaded: none, strict, allow=NAME,NAME; or CAPAIAN_PLUGINS.",
)  # fmt: skip
@click.pass_context
def cli(context: click.Context, plugins: str | None) -> None:
    """Turn evidence about work into scores that can be explained."""
    if plugins is not None:
        from capaian.registry import Plugins  # noqa: PLC0415 - not needed for --help

        context.obj = Plugins.read(plugins, "--plugins")


@cli.command()
@evaluated
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the documents.")
@click.option("--pages", is_flag=True, help="With --out: HTML pages of the team and each subject.")
@click.option("--pictures/--no-pictures", default=True, help="Whether pages have pictures.")
@_as_json
@_language
def score(
    policy: str, evidence: dict[str, Path], period: tuple[str, ...], as_of: str | None,
    on: str | None, zone: str | None, out: Path | None, pages: bool, pictures: bool,
    as_json: bool, language: Language,
) -> int:  # fmt: skip
    """Score every subject of a policy, or of an assignment of posts to policies."""
    from capaian.scores import Scores, ScoresByPeriod  # noqa: PLC0415 - not needed for --help

    scores = _score(policy, evidence, period, as_of, on, zone, quiet=as_json)
    if pages and not isinstance(scores, Scores | ScoresByPeriod):
        raise click.UsageError("--pages goes with a policy; an assignment has none.")
    if out is not None:
        from capaian.report import write_reports  # noqa: PLC0415 - only with --out

        written = write_reports(scores, out, pages=pages, pictures=pictures, language=language)
        _said(written, out, quiet=as_json)
    if as_json:
        click.echo(document_of(scores, evidence), nl=False)
    else:
        _print_scores(scores, language)
        if said := text_of(scores, evidence, language):
            click.echo(shown(f"\n{said}"))
    return DONE


@cli.command()
@evaluated
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the documents.")
@_as_json
@_language
def units(
    policy: str, evidence: dict[str, Path], period: tuple[str, ...], as_of: str | None,
    on: str | None, zone: str | None, out: Path | None, as_json: bool, language: Language,
) -> int:  # fmt: skip
    """Score every unit of a policy that says how."""
    import capaian  # noqa: PLC0415 - not needed for --help

    scores = capaian.score_units(
        policy if on is None else capaian.load_policy(policy, on=on),
        dict(evidence),
        period=_one_or_many(period),
        as_of=as_of,
        zone=zone,
        plugins=switches(),
    )
    if out is not None:
        from capaian.report import write_reports  # noqa: PLC0415 - only with --out

        _said(write_reports(scores, out, pages=False), out, quiet=as_json)
    if as_json:
        click.echo(scores.to_json(), nl=False)
    else:
        _print_scores(scores, language)
    return DONE


def _said(written: Sequence[Path], folder: Path, *, quiet: bool) -> None:
    if not quiet:
        click.echo(f"{len(written)} files in {folder}", err=True)


@cli.command()
@evaluated
@click.option("--edition", help="What the fitted edition is called; EDITION+PERIOD if left out.")
@click.option(
    "--out",
    required=True,
    callback=document,
    metavar="FILE",
    help="The fitted policy: .toml or .json. An existing file is replaced.",
)
@_as_json
def fit(
    policy: str, evidence: dict[str, Path], period: tuple[str, ...], as_of: str | None,
    on: str | None, zone: str | None, edition: str | None, out: Path, as_json: bool,
) -> int:  # fmt: skip
    """Freeze what the relative methods of a policy find in a cohort."""
    from capaian.cli.fitting import fit_to_file, told  # noqa: PLC0415 - not needed for --help

    if len(period) > 1:
        raise click.BadParameter("a cohort is of one period", param_hint="--period")
    options = {"period": period[0], "as_of": as_of, "zone": zone, "edition": edition}
    options |= {"plugins": switches()}
    fitted = fit_to_file(policy, evidence, out, on=on, **options)
    if as_json:
        print_json(told(fitted, out))
    else:
        said = told(fitted, out)
        for line in said["fitted"]:
            left_out = sum(line["left_out"].values())
            words = f"{line['indicator']}: {line['method']}, n = {line['n']}, left out = {left_out}"
            click.echo(shown(words))
        for name in said["left_behind"]:
            note = f"note: the policy names '{name}', which is not beside {out}"
            click.echo(shown(note), err=True)
        click.echo(shown(f"{fitted.id} {fitted.edition} in {out}"), err=True)
    return DONE


@cli.command()
@evaluated
@_as_json
@_language
def check(
    policy: str, evidence: dict[str, Path], period: tuple[str, ...], as_of: str | None,
    on: str | None, zone: str | None, as_json: bool, language: Language,
) -> int:  # fmt: skip
    """Show everything that is wrong with a policy and its evidence; score nothing."""
    import capaian  # noqa: PLC0415 - not needed for --help

    found = capaian.check(
        rule_of(policy, on),
        dict(evidence),
        period=_one_or_many(period),
        as_of=as_of,
        zone=zone,
        plugins=switches(),
    )
    if as_json:
        print_json(findings_document(found))
    else:
        for finding in found:
            click.echo(shown(finding.line(language)))
        click.echo(_counted(found))
    return FOUND if any(each.severity != "note" for each in found) else DONE


@cli.command()
@evaluated
@click.option("--subject", required=True, help="Whose score is explained.")
@_as_json
@_language
def explain(
    policy: str, evidence: dict[str, Path], period: tuple[str, ...], as_of: str | None,
    on: str | None, zone: str | None, subject: str, as_json: bool, language: Language,
) -> int:  # fmt: skip
    """Explain one subject's score: contributions, band, what the next band takes."""
    import capaian  # noqa: PLC0415 - not needed for --help
    from capaian.explain import SCHEMA  # noqa: PLC0415 - the same

    scores = _score(policy, evidence, period, as_of, on, zone, quiet=as_json)
    explained = [one.explain(subject) for one in _each(scores)]
    if not as_json:
        click.echo(shown("\n\n".join(one.text(language) for one in explained)))
        return DONE
    made = [one.to_dict() for one in explained]
    several = isinstance(scores, capaian.ScoresByPeriod)
    print_json({"schema": f"{SCHEMA}+periods", "periods": made} if several else made[0])
    return DONE


@cli.command()
@_as_json
def plugins(as_json: bool) -> int:
    """List the plugins: what each brings, where it is from, and why one cannot be used."""
    import capaian  # noqa: PLC0415 - not needed for --help
    from capaian.cli.listing import in_short, told  # noqa: PLC0415 - the same

    listed = capaian.list_plugins(switches())
    if as_json:
        print_json({"plugins": told(listed)})
    else:
        table = Table()
        for name in ("plugin", "distribution", "version", "kinds", "status", "why not"):
            table.add_column(name, overflow="fold")
        for row in in_short(listed):
            table.add_row(*(Text(shown(each)) for each in row))
        Console().print(table)
    bad = any(each.status in {"broken", "duplicate"} for each in listed)
    return PLUGIN_FAILED if bad else DONE


@cli.command()
@_as_json
def doctor(as_json: bool) -> int:
    """Say what is installed, and whether the parts that a policy may need are there."""
    from capaian.cli.doctor import examine  # noqa: PLC0415 - not needed for --help

    findings = examine(switches())
    if as_json:
        print_json({"version": __version__, "checks": findings})
    else:
        table = Table("part", "state", "version", "for")
        for each in findings:
            table.add_row(each["part"], each["state"], each["version"], each["use"])
        Console().print(table)
    return FOUND if any(each["state"] == "broken" for each in findings) else DONE


cli.add_command(cases)
cli.add_command(diff)
cli.add_command(packs)
cli.add_command(parity)
cli.add_command(record)
cli.add_command(verify)
cli.add_command(schema)
cli.add_command(serve_stdio)


def _score(
    policy: str, evidence: dict[str, Path], period: tuple[str, ...], as_of: str | None,
    on: str | None, zone: str | None, *, quiet: bool,
) -> Scores | ScoresByPeriod | PostingScores:  # fmt: skip
    import capaian  # noqa: PLC0415 - not needed for --help

    loaded: Any = rule_of(policy, on)
    how: dict[str, Any] = {"period": _one_or_many(period), "as_of": as_of, "zone": zone}
    how |= {"plugins": switches()}
    made: Scores | ScoresByPeriod | PostingScores
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        made = capaian.score(loaded, dict(evidence), **how)
        return made
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def tell(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage, completed=done, total=total)

        made = capaian.score(loaded, dict(evidence), progress=tell, **how)
    return made


def _one_or_many(period: Sequence[str]) -> Any:
    return period[0] if len(period) == 1 else tuple(period)


def _each(scores: Scores | ScoresByPeriod | PostingScores | UnitScores) -> list[Any]:
    """Return the results of all periods, or the only one."""
    from capaian.scores import ScoresByPeriod  # noqa: PLC0415 - not needed for --help

    return list(scores) if isinstance(scores, ScoresByPeriod) else [scores]


def _print_scores(
    scores: Scores | ScoresByPeriod | PostingScores | UnitScores, language: Language
) -> None:
    console = Console()
    each = _each(scores)
    rows = max(len(one) for one in each)
    long = console.is_terminal and sum(len(one) for one in each) > console.height
    with console.pager() if long else nullcontext():
        text = shown(scores.text(language, rows=rows))
        console.print(text, highlight=False, markup=False, emoji=False, soft_wrap=True)


def _counted(found: Sequence[Finding]) -> str:
    counts = {
        kind: sum(each.severity == kind for each in found) for kind in ("error", "warning", "note")
    }
    return ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in counts.items())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    with whole_output():
        code = _code(given)
    sys.exit(code)


def _code(given: Sequence[str]) -> int:
    try:
        code = cli.main(given, prog_name="capaian", standalone_mode=False)
        click.echo(nl=False)  # what is not written yet is written here, where a failure is told
    except SystemExit as left:
        # click leaves by itself with 1 where nobody reads any more, which here would mean that
        # something was found.
        return ended(BrokenPipeError(), given) if left.code == 1 else DONE
    except Exception as error:  # noqa: BLE001 - a fault of capaian's own has a code too
        return ended(error, given)
    return code if isinstance(code, int) else DONE
