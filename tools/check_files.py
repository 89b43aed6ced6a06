"""Small checks of files, one per name: what pre-commit and the tests both ask.

    python tools/check_files.py CHECK FILE...

Prints `FILE:LINE: what is wrong`, one line per fault, and exits with 1 if there is any.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

Fault: TypeAlias = tuple[int, str]
"""A line (0: the whole file) and what is wrong there."""

LARGE = 512 * 1024
FRAGMENT = re.compile(r"(\d+|\+[a-z0-9][a-z0-9-]*)\.(added|changed|fixed|removed|rule)\.md")

# `[z]` for z, so that this file passes its own check.
AMERICAN = re.compile(r"normali[z]|behavi[o]r|favo[r](?!it)", re.IGNORECASE)
# Names that others chose: methods and options of libraries, and pytest's flag for docstrings.
FOREIGN = re.compile(r"\.normali[z]e\(|\bnormali[z]e=|NORMALI[Z]E_WHITESPACE|charset-normali[z]er")


def whitespace(path: Path) -> Iterator[Fault]:
    """Find trailing white space, foreign line ends, and a file that does not end in one newline."""
    content = path.read_bytes()
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.endswith(b"\r"):
            yield number, "ends in a carriage return"
        elif line != line.rstrip():
            yield number, "ends in white space"
    if content and (not content.endswith(b"\n") or content.endswith(b"\n\n")):
        yield content.count(b"\n") + 1, "the file does not end in exactly one newline"


def toml(path: Path) -> Iterator[Fault]:
    """Find a TOML file that cannot be read."""
    try:
        tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        yield 0, str(error)


def size(path: Path) -> Iterator[Fault]:
    """Find a file too large to be kept in the repository's history for ever."""
    found = path.stat().st_size
    if found > LARGE:
        yield 0, f"{found} bytes; at most {LARGE} are kept in the repository"


def spelling(path: Path) -> Iterator[Fault]:
    """Find American spelling of the words that this project uses most."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        for match in AMERICAN.finditer(FOREIGN.sub("", line)):
            yield number, f"'{match.group()}' is American spelling"


def fragments(path: Path) -> Iterator[Fault]:
    """Find a changelog fragment whose name says no type, or that is no sentence."""
    if path.name == "README.md":
        return
    if not FRAGMENT.fullmatch(path.name):
        yield 0, "name it NUMBER.TYPE.md or +WORDS.TYPE.md; changelog.d/README.md has the types"
    elif not path.read_text(encoding="utf-8").strip().endswith("."):
        yield 0, "write whole sentences, for readers"


CHECKS: dict[str, Callable[[Path], Iterator[Fault]]] = {
    check.__name__: check for check in (whitespace, toml, size, spelling, fragments)
}


def main(arguments: list[str]) -> int:
    """Run one check on every file named."""
    if not arguments or arguments[0] not in CHECKS:
        print(f"usage: check_files.py {{{','.join(CHECKS)}}} FILE...", file=sys.stderr)
        return 2
    name, *files = arguments
    faulty = False
    for file in files:
        for number, fault in CHECKS[name](Path(file)):
            print(f"{file}:{number}: {fault}" if number else f"{file}: {fault}")
            faulty = True
    return int(faulty)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
