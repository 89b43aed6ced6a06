"""`python -m capaian.testing KIND`: the report of a plugin's checks, as text or as JSON.

Exit codes: 0 all passed, 1 a check failed, 2 bad input, 3 the plugin cannot be loaded.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from capaian.errors import CapaianError, Finding, PluginError, refuse
from capaian.plugin import Pack
from capaian.registry import Plugins, build_registry
from capaian.testing.catalogue import EDITIONS, clauses
from capaian.testing.outcome import Report
from capaian.testing.run import EXAMPLES, UNLOADED, Profile, check_sample
from capaian.testing.sample import METHODS, AnySample, MethodSample, PackSample, Sample
from capaian.testing.tables import ENGINES, installed

DONE, FOUND, BAD_INPUT, PLUGIN_FAILED = 0, 1, 2, 3


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m capaian.testing",
        description="Check whether a plugin keeps the promises that scores rest on.",
    )
    parser.add_argument(
        "kind", help="the kind of a type or method, the id of a pack; or a check, to read"
    )
    parser.add_argument(
        "--sample", type=Path, metavar="FILE.toml",
        help="an indicator's table as a policy has it, or the options of a method",
    )  # fmt: skip
    parser.add_argument(
        "--module", action="append", default=[], help="a module that is not installed; repeat"
    )
    parser.add_argument("--calendar", default="", help="the work calendar of an indicator")
    parser.add_argument("--edition", default=EDITIONS[-1], help="the edition of the checks")
    parser.add_argument(
        "--expect", action="append", default=[], metavar="ID=REASON",
        help="a check that is known to fail, and why; repeat",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="where the search begins")
    parser.add_argument("--examples", type=int, default=EXAMPLES, help="inputs that a check tries")
    parser.add_argument(
        "--engine", action="append", choices=ENGINES, default=[],
        help="a kind of table that is compared; repeat; all that are installed if left out",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--all", action="store_true", help="print what passed, too")
    return parser


def run(given: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    asked = _parser().parse_args(given)
    if asked.kind in clauses():
        _tell(asked.kind)
        return DONE
    try:
        report = _report(asked)
    except CapaianError as error:
        sys.stdout.write(json.dumps(error.to_dict(), indent=2) + "\n" if asked.json else "")
        sys.stderr.write("" if asked.json else f"{error}\n")
        return BAD_INPUT
    sys.stdout.write((report.to_json() if asked.json else report.text(every=asked.all)) + "\n")
    if any(each.check == "A01" and each.reason.startswith(UNLOADED) for each in report):
        return PLUGIN_FAILED
    return FOUND if report.failures else DONE


def _report(asked: argparse.Namespace) -> Report:
    modules = tuple(_module(each) for each in asked.module)
    table = _table(asked.sample) if asked.sample else {}
    expected = dict(each.partition("=")[::2] for each in asked.expect)
    engines = tuple(asked.engine) or installed()
    profile = Profile(seed=asked.seed, examples=asked.examples, engines=engines)
    sample: AnySample = Sample(asked.kind, table, calendar=asked.calendar, plugins=modules)
    registry, _ = build_registry([asked.kind], Plugins(given=modules))
    if registry.find(asked.kind, METHODS):
        sample = MethodSample(asked.kind, table, plugins=modules)
    elif registry.find(asked.kind, Pack):
        sample = PackSample(asked.kind, plugins=modules)
    return check_sample(sample, edition=asked.edition, expected_failures=expected, profile=profile)


def _module(name: str) -> object:
    sys.path.insert(0, "")
    try:
        return import_module(name)
    except Exception as error:  # noqa: BLE001 - whatever a stranger's code raises
        values = {"plugin": name, "error": type(error).__name__, "reason": str(error)}
        values |= {"file": "", "line": "0", "stage": "import"}
        raise PluginError("Nothing was checked.", [Finding("CPN-G03", name, values)]) from None


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        headline = "Nothing was checked."
        raise refuse(PluginError, headline, "CPN-T03", str(path), problem=str(error)) from None


def _tell(check: str) -> None:
    each = clauses()[check]
    sys.stdout.write(
        f"{each.id}  {each.clause}\n\nWhy: {each.why}\nBroken by: {each.example}\n"
        f"To fix: {each.fix}\nEdition: {each.edition}\n"
    )


def main() -> None:
    """Run the command line and exit with its code."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
