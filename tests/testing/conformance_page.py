"""Makes the page of the checks, with the catch matrix: `python tests/testing/conformance_page.py`."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from capaian.testing.catalogue import EDITIONS, GROUPS, PREVIEW, clauses  # noqa: E402
from testing.mutants.roll import CROOKED, MUTANTS  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "conformance.md"
HEAD = """# Conformance

The checks of `capaian.testing`: what each promises, why, what breaks it and what to do. How they are run
is under [](../start/conform.md).

<!-- Made by tests/testing/conformance_page.py of src/capaian/testing/checks.toml; a test holds it to that. -->

An id is never used again. An edition is frozen: the newest is `{newest}`. A check that is `preview` is
reported as a notice, until an edition takes it in.
"""
MATRIX = """## What the checks catch

{count} plugins are wrong on purpose, one thing each; every one is caught by the check beside it, for the reason
that it is named for, and the built-in types and methods and a few small sound plugins by none. What the
engine makes impossible for a plugin of today is done by an engine that is not sound: those are marked with
*engine*. The tests prove all of it, and make this table.

| check | wrong plugin | what is wrong |
|---|---|---|
"""


def rendered():
    """Return the page."""
    parts = [HEAD.format(newest=EDITIONS[-1])]
    letter = ""
    for each in clauses().values():
        if each.id[0] != letter:
            letter = each.id[0]
            parts.append(f"## {letter}: {GROUPS[letter].lower()}\n")
        parts.append(paragraph(each))
    parts.append(MATRIX.format(count=len(MUTANTS)) + "\n".join(rows()) + "\n")
    return "\n".join(parts)


def paragraph(each):
    """Return what the page says of a check."""
    since = " It is a preview." if each.edition == PREVIEW else ""
    return (
        f"### {each.id}\n\n**{escaped(each.clause)}** {escaped(each.why)}{since} "
        f"Broken by: {escaped(each.example)} To fix: {escaped(each.fix)}\n"
    )


def escaped(text):
    """Return a text in which stars outside code stay stars."""
    return "`".join(
        part if place % 2 else part.replace("*", "\\*")
        for place, part in enumerate(text.split("`"))
    )


def rows():
    """Return the rows of the matrix."""
    found = [
        (mutant.check, f"`{mutant.name}`", mutant.wrong().rstrip(".").replace("\n", " "))
        for mutant in MUTANTS
    ]
    found += [(check, "*engine*", wrong) for check, (wrong, _) in CROOKED.items()]
    return [
        f"| [{check}](#{check.lower()}) | {name} | {wrong[0].lower()}{wrong[1:]} |"
        for check, name, wrong in sorted(found)
    ]


if __name__ == "__main__":
    PAGE.write_text(rendered(), encoding="utf-8")
