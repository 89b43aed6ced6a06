"""The steps of a page of the documentation, as a reader follows them: files and commands, in order.

A fenced block with a caption is a file; where the caption ends in ", at the end", what is added to
one. The lines of a `console` block that begin with `$ ` are commands, the others what they print.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_OPTION = re.compile(r"^:(?P<name>[a-z-]+): *(?P<value>.*)$")
_LATER = ", at the end"


@dataclass(frozen=True)
class File:
    """A file that is written, or to which is added."""

    path: str
    text: str
    adds: bool = False

    def write(self, folder: Path) -> None:
        """Write it as the page says."""
        path = folder / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if self.adds else ""
        path.write_text(before + self.text, encoding="utf-8")


@dataclass(frozen=True)
class Command:
    """A command, and what the page says it prints; nothing where it does not say."""

    line: str
    prints: str = ""

    def run(self, folder: Path) -> None:
        """Run it in a folder, as a reader does who has activated the virtual environment.

        Raises
        ------
        AssertionError
            It fails, and the page does not show an error; or it prints something else.
        """
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        done = subprocess.run(
            shlex.split(self.line), cwd=folder, env={**os.environ, "PATH": path, "PYTHONUTF8": "1"},
            capture_output=True, text=True, check=False, encoding="utf-8",
        )  # fmt: skip
        said = done.stdout + done.stderr
        if (done.returncode == 0) == ("Error" in self.prints):
            raise AssertionError(f"{self.line} ends with {done.returncode}: {said}")
        if self.prints and said != self.prints:
            raise AssertionError(f"{self.line} prints {said!r}, not {self.prints!r}")


def steps(page: Path) -> Iterator[File | Command]:
    """Return what a reader writes and runs, from the top of a page to its end."""
    for block in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        kind, text = block["kind"].strip(), block["text"]
        if kind == "console":
            yield from _commands(text)
            continue
        options, body = _options(text)
        caption = options.get("caption")
        if caption is None:
            continue
        if kind.startswith("{literalinclude}"):
            body = (page.parent / kind.removeprefix("{literalinclude}").strip()).read_text("utf-8")
        yield File(caption.removesuffix(_LATER), body, adds=caption.endswith(_LATER))


def _options(text: str) -> tuple[dict[str, str], str]:
    lines, found = text.splitlines(keepends=True), {}
    while lines and (match := _OPTION.match(lines[0].rstrip("\n"))):
        found[match["name"]] = match["value"]
        lines.pop(0)
    return found, "".join(lines)


def _commands(text: str) -> Iterator[Command]:
    line, printed = "", ""
    for each in text.splitlines(keepends=True):
        if each.startswith("$ ") or line.endswith("\\\n"):
            if line and not line.endswith("\\\n"):
                yield Command(line.replace("\\\n", "").strip(), printed)
                line, printed = "", ""
            line += each.removeprefix("$ ")
        else:
            printed += each
    if line:
        yield Command(line.replace("\\\n", "").strip(), printed)
