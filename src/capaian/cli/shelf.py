"""`capaian cases` and `capaian packs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from capaian.cli import options
from capaian.cli.options import DONE, FOUND, PLUGIN_FAILED
from capaian.errors import Language

if TYPE_CHECKING:
    from capaian.cases import CaseCoverage, CaseResults
    from capaian.rules import Regulation
    from capaian.shelf import ListedPack, ListedPolicy


@click.command()
@click.argument("file")
@click.option(
    "--allow-unknown", is_flag=True, help="Rules that no installed pack brings are no failure."
)
@click.option(
    "--coverage", is_flag=True, help="List the rows and edges of tables that no case meets."
)
@click.option(
    "--boundaries", is_flag=True, help="Print cases at every edge and cell of a pack's tables."
)
@options.as_json
@options.language
def cases(
    file: str,
    allow_unknown: bool,
    coverage: bool,
    boundaries: bool,
    as_json: bool,
    language: Language,
) -> int:
    """Run the cases of a file, or those that a pack brings, against the rules of installed packs.

    Exits with 1 where a case fails, or names a rule that no installed pack brings; with 3 where a
    pack or a rule is broken. With --coverage or --boundaries no case is compared.
    """
    import capaian  # noqa: PLC0415 - not needed for --help

    if boundaries:
        made = {"cases": capaian.boundary_cases(file, plugins=options.switches())}
        options.print_json(made)
        return DONE
    if coverage:
        reach = capaian.cover_cases(file, plugins=options.switches())
        _print(reach, language, as_json=as_json)
        return DONE
    found = capaian.run_cases(file, plugins=options.switches())
    _print(found, language, as_json=as_json)
    if found.broken:
        return PLUGIN_FAILED
    return FOUND if found.failed or (found.unknown and not allow_unknown) else DONE


@click.command()
@click.argument("name", default="")
@options.as_json
def packs(name: str, as_json: bool) -> int:
    """List the installed packs: regulations, editions, rules, and how far each is to be trusted.

    With the NAME of one, its sources too.
    """
    import capaian  # noqa: PLC0415 - not needed for --help

    listed = capaian.list_packs(options.switches())
    if name:
        listed = _named(listed, name)
    if as_json:
        options.print_json({"packs": [each.to_dict() for each in listed]})
    else:
        click.echo(options.shown("\n\n".join(_said(each, whole=bool(name)) for each in listed)))
    return DONE if all(each.status == "available" for each in listed) else PLUGIN_FAILED


def _print(found: CaseResults | CaseCoverage, language: Language, *, as_json: bool) -> None:
    if as_json:
        options.print_json(found.to_dict())
    else:
        click.echo(options.shown(found.text(language)))


def _named(listed: list[ListedPack], name: str) -> list[ListedPack]:
    """Return the one pack of a name.

    Raises
    ------
    PolicyError
        CPN-K06: there is none.
    """
    from capaian.errors import PolicyError, did_you_mean, refuse  # noqa: PLC0415 - the same
    from capaian.wire import short  # noqa: PLC0415 - the same

    names = [each.name for each in listed]
    if name not in names:
        values = {
            "name": short(name),
            "hint": did_you_mean(name, names),
            "known": ", ".join(names) or "-",
        }
        raise refuse(PolicyError, "Nothing is listed.", "CPN-K06", **values)
    return [each for each in listed if each.name == name]


def _said(listed: ListedPack, *, whole: bool = False) -> str:
    """Return a pack as lines: what and from where, then its regulations, policies and rules."""
    where = f"{listed.provenance.distribution} {listed.provenance.version}"
    lines = [f"{listed.name}  ({where})  {_standing(listed)}"]
    lines += [f"  why not  {listed.reason}"] if listed.reason else []
    lines += [f"  law      {_regulation(each)}" for each in listed.regulations]
    lines += [f"  policy   {_edition(each)}" for each in listed.policies]
    lines += [f"  rule     {each.id}  ({each.source.trust})" for each in listed.rules]
    if whole:
        lines += [f"  source   ({each.trust}) {each.cite}" for each in listed.sources]
    return "\n".join(lines)


def _regulation(each: Regulation) -> str:
    force = each.in_force
    days = "no date"
    if force is not None:
        unsure = "" if force.trust == "verified" else f" ({force.trust})"
        days = f"{force.from_.isoformat()} – {force.to.isoformat() if force.to else '…'}{unsure}"
    return f"{each.id}  {days}  {each.cite}"


def _standing(listed: ListedPack) -> str:
    return ", ".join([listed.status, *listed.trust])


def _edition(listed: ListedPolicy) -> str:
    if listed.policy is None:
        return listed.name
    first, last = listed.policy.first, listed.policy.last
    return f"{listed.name}  {first.isoformat()} – {'…' if last is None else last.isoformat()}"
