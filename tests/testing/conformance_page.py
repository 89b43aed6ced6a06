"""Makes the pages of the checks, and that of all with the catch matrix: `python tests/testing/conformance_page.py`."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from capaian.testing.catalogue import EDITIONS, GROUPS, PREVIEW, clauses  # noqa: E402
from testing.mutants.roll import CROOKED, MUTANTS  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "conformance.md"
CHECKS = PAGE.with_name("checks")
HEAD = """# Conformance

The checks of `capaian.testing`, each with a page of its own: what it promises, why, what breaks it and what to
do. How they are run is under [](../start/conform.md).

<!-- Made by tests/testing/conformance_page.py of src/capaian/testing/checks.toml; a test holds it to that. -->

An id is never used again. An edition is frozen: the newest is `{newest}`. A check that is `preview` is
reported as a notice, until an edition takes it in.

```{{toctree}}
:hidden:
:glob:

checks/*
```
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
    """Return the page of all checks."""
    parts = [HEAD.format(newest=EDITIONS[-1])]
    letter = ""
    for each in clauses().values():
        if each.id[0] != letter:
            letter = each.id[0]
            parts.append(
                f"\n## {letter}: {GROUPS[letter].lower()}\n\n| check | promises |\n|---|---|\n"
            )
        parts.append(f"| {linked(each.id)} | {escaped(each.clause)} |\n")
    table = "\n".join(
        f"| {linked(check)} | {name} | {wrong[0].lower()}{wrong[1:]} |"
        for check, name, wrong in wrongs()
    )
    parts.append("\n" + MATRIX.format(count=len(MUTANTS)) + table + "\n")
    return "".join(parts)


def pages():
    """Return the page of each check, by its id."""
    return {each.id: page(each) for each in clauses().values()}


def page(each):
    """Return what is said of a check: clause, why, example, fix, what it caught, since when."""
    caught = [
        f"{name}: {wrong[0].lower()}{wrong[1:]}"
        for check, name, wrong in wrongs()
        if check == each.id
    ]
    since = (
        "A preview: reported as a notice."
        if each.edition == PREVIEW
        else f"Since edition {each.edition}."
    )
    proved = "\n".join(f"* {one}" for one in caught)
    return (
        f"# {each.id}: {escaped(each.clause.rstrip('.'))}\n\n{escaped(each.why)}\n\n"
        f"Broken by\n: {escaped(each.example)}\n\nTo fix\n: {escaped(each.fix)}\n\n"
        f"{since} `python -m capaian.testing {each.id}` says the same; [](../conformance.md) has all checks.\n"
        + (f"\n## Caught by it\n\n{proved}\n" if proved else "")
    )


def linked(check):
    """Return a link to the page of a check."""
    return f"[{check}](checks/{check}.md)"


def escaped(text):
    """Return a text in which stars outside code stay stars."""
    return "`".join(
        part if place % 2 else part.replace("*", "\\*")
        for place, part in enumerate(text.split("`"))
    )


def wrongs():
    """Return every wrong plugin or engine: the check that catches it, its name, what is wrong."""
    found = [
        (mutant.check, f"`{mutant.name}`", mutant.wrong().rstrip(".").replace("\n", " "))
        for mutant in MUTANTS
    ]
    return sorted(found + [(check, "*engine*", wrong) for check, (wrong, _) in CROOKED.items()])


if __name__ == "__main__":
    PAGE.write_text(rendered(), encoding="utf-8")
    CHECKS.mkdir(exist_ok=True)
    for old in CHECKS.glob("*.md"):
        old.unlink()
    for name, text in pages().items():
        (CHECKS / f"{name}.md").write_text(text, encoding="utf-8")
