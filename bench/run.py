"""Runs the cases and writes their tables to the terminal and to the page of the reference.

Each case is kept under `build/bench/sections` with its machine and date, and the page is made of
what is there: a case that is measured anew replaces its own section and no other.
"""

from __future__ import annotations

import sys
from datetime import datetime

from cases import RUN, folder_of
from machine import machine, versions
from race import DisagreementError
from settings import CASES, Settings, read_settings

HEAD = """\
# Benchmarks

What capaian costs beside the same job written by hand for one engine at a time. Every figure on
this page was written by `make bench`, which generates the evidence, runs every entry in a process
of its own, in turn with the others, and takes medians. *ratio* is to the best version that is not
capaian's on the same engine, in the same race: trust ratios, not seconds. *peak* is the most memory
that the process held. The clock starts with the engine warm and stops when a table of scores is in
memory.

Entries that do the same job have the same **digest**, a hash of every subject, the 64 bits of its
score, and its band; where digests differ there is no table. An entry that cannot run is told as
refused, with the reason.
"""


def main(arguments: list[str]) -> int:
    """Measure, and return 0, or 1 where a case's entries disagree."""
    settings = read_settings(arguments)
    settings.folder.mkdir(parents=True, exist_ok=True)
    folder_of(settings).mkdir(exist_ok=True)
    failed = 0
    for name in settings.only:
        title, run = RUN[name]
        print(f"{title} ...", file=sys.stderr, flush=True)
        try:
            body = run(settings)
        except DisagreementError as fault:
            print(f"{title}: no table, since {fault}", file=sys.stderr)
            failed = 1
            continue
        section = f"## {title}\n\n{body}\n\n{_measured(settings)}\n"
        (folder_of(settings) / f"{name}.md").write_text(section, encoding="utf-8")
        print(section, flush=True)
    _write_page(settings)
    return failed


def _measured(settings: Settings) -> str:
    day = datetime.now().astimezone().strftime("%-d %B %Y")
    rounds = "1 round" if settings.runs == 1 else f"{settings.runs} rounds"
    return f"*{day}, {rounds}. {machine()}. {versions()}.*"


def _write_page(settings: Settings) -> None:
    files = [folder_of(settings) / f"{name}.md" for name in CASES]
    sections = [file.read_text(encoding="utf-8") for file in files if file.exists()]
    settings.page.write_text("\n".join([HEAD, *sections]), encoding="utf-8")
    print(f"written: {settings.page}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
