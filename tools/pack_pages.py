"""Writes the page of each pack that comes with capaian, rule by rule, in Indonesian and English.

    python tools/pack_pages.py

Everything on a page stands in the pack's documents; a test holds the pages to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

import capaian
from capaian.band import interval_text
from capaian.formula import number
from capaian.plugin import Rule
from capaian.policy import Policy
from capaian.rules import DataRule, Regulation
from capaian.rules.document import Curve, Erratum, Force, Grades, Input, Number, Table
from capaian.rules.rule import said
from capaian.rules.tables import cells_of, outputs_of, steps_of
from capaian.shelf import ListedPack

PAGES = Path(__file__).parents[1] / "docs" / "packs"
OWN = "capaian"
TRUST = {
    "verified": "✓ terverifikasi · verified",
    "derived": "≈ turunan · derived",
    "unconfirmed": "? belum dikonfirmasi · unconfirmed",
}
HEAD = """# {title}

*{english}*

<!-- Made by tools/pack_pages.py of the pack's documents; a test holds it to them. -->

    capaian packs {name}
    capaian cases {name}
"""


def pages() -> dict[str, str]:
    """Return the pages by the name of their file."""
    packs = [each for each in capaian.list_packs() if each.provenance.distribution == OWN]
    made = {f"{each.name}.md": page(each) for each in packs}
    made["index.md"] = index(packs)
    return made


def index(packs: Iterable[ListedPack]) -> str:
    """Return the page of all packs."""
    lines = [
        "# Rule packs",
        "",
        "Each regulation comes as data: policies that can be scored, rules as functions, and cases",
        "that show what both give. No page is legal advice. A trust state says how far one can go",
        "by a source:",
        "",
        *[f"- {each}" for each in TRUST.values()],
        "",
        "| paket · pack | |",
        "|---|---|",
    ]
    names = []
    for each in packs:
        names.append(each.name)
        title = each.pack.title if each.pack else {"id": "", "en": ""}
        lines.append(
            f"| [`{each.name}`]({each.name}.md) | {cell(title['id'])} · *{cell(title['en'])}* |"
        )
    return "\n".join([*lines, "", "```{toctree}", ":hidden:", "", *names, "```", ""])


def page(listed: ListedPack) -> str:
    """Return the page of a pack."""
    assert listed.pack is not None, listed.reason  # noqa: S101 - capaian's own packs can be used
    title = listed.pack.title
    parts = [HEAD.format(title=title["id"], english=title["en"], name=listed.name)]
    for regulation in listed.regulations:
        parts += regulation_part(regulation, listed.rules)
    functions = [each for each in listed.rules if not isinstance(each.apply, DataRule)]
    if functions:
        parts.append("\n## Aturan sebagai fungsi · Rules as functions\n")
        parts += [function_part(each) for each in functions]
    policies = [each.policy for each in listed.policies if each.policy]
    if policies:
        parts.append("\n## Kebijakan · Policies\n")
        for entry in listed.policies:
            if entry.policy:
                parts += policy_part(entry.name, entry.policy)
    return "\n".join(parts).rstrip() + "\n"


def regulation_part(whole: Regulation, rules: Sequence[Rule]) -> Iterator[str]:
    """Return the lines about one regulation: its days, sources, rules, numbers and tables."""
    regulation = own_part(whole)
    title = said(regulation.title)
    yield f"\n## {both(title)}\n\n`{regulation.id}` · {regulation.cite}\n"
    yield days(regulation.in_force) + "\n"
    yield note(regulation.note)
    if regulation.uses:
        yield (
            "Memakai · Uses: "
            + "; ".join(
                f"`{other}` ({', '.join(f'`{each}`' for each in names)})"
                for other, names in regulation.uses.items()
            )
            + "\n"
        )
    yield table(
        ["sumber · source", "", "kepercayaan · trust"],
        [
            [f"`{name}`", cell(each.cite) + noted(each.note), TRUST[each.trust]]
            for name, each in regulation.sources.items()
        ],
    )
    own = {each.id: each for each in rules}
    for name in regulation.rules:
        yield from rule_part(regulation, name, own[f"{regulation.id}/{name}"])
    if regulation.numbers:
        yield "\n### Bilangan · Numbers\n"
        yield table(
            ["", "", "nilai · value", "sumber · source"],
            [
                [f"`{name}`", title_cell(each), figure(each), source_cell(regulation, each.source)]
                for name, each in regulation.numbers.items()
            ],
        )
    for name, made in regulation.tables.items():
        yield from decision_part(regulation, name, made)
    for name, grades in regulation.grades.items():
        yield from grades_part(regulation, name, grades)
    for name, curve in regulation.curves.items():
        yield from curve_part(regulation, name, curve)


def own_part(regulation: Regulation) -> Regulation:
    """Return a regulation without what it uses from others, which stands on their pages."""
    used = {name for names in regulation.uses.values() for name in names}
    kinds: dict[str, Any] = {
        kind: {name: each for name, each in getattr(regulation, kind).items() if name not in used}
        for kind in ("numbers", "tables", "grades", "curves")
    }
    sources = {name: each for name, each in regulation.sources.items() if "/" not in name}
    return evolve(regulation, sources=sources, **kinds)


def rule_part(regulation: Regulation, name: str, rule: Rule) -> Iterator[str]:
    """Return the lines about one rule."""
    written = regulation.rules[name]
    yield f"\n### {both(rule.title)}\n\n`{rule.id}` · {source_cell(regulation, written.source)}\n"
    if written.in_force:
        yield days(written.in_force) + "\n"
    yield note(written.note)
    if written.input:
        yield table(
            ["masukan · input", "", ""],
            [[f"`{key}`", *input_cells(each)] for key, each in fields(written.input)],
        )
    formulas = [(key, "", text) for key, text in written.steps.items()]
    formulas += [(f"**{key}**", "", text) for key, text in written.gives.items()]
    yield table(
        ["", "rumus · formula"],
        [[f"`{key}`" if "*" not in key else key, f"`{cell(text)}`"] for key, _, text in formulas],
    )
    for each in written.refuses:
        because = said(each.because)
        yield f"Ditolak bila · refused where `{each.when}`: {because['id']} · *{because['en']}*\n"
    for rest in written.rests:
        yield f"Juga bersandar pada · rests on `{rest.source}` too where `{rest.when}`\n"
    if written.errata:
        yield errata(written.errata)


def fields(inputs: Mapping[str, Input], place: str = "") -> Iterator[tuple[str, Input]]:
    """Return inputs with those inside records, by their place."""
    for key, each in inputs.items():
        yield f"{place}{key}", each
        yield from fields(each.fields, f"{place}{key}.")


def input_cells(each: Input) -> list[str]:
    """Return what an input is, and its limits."""
    limits = [
        f"{sign} {number(limit)}"
        for sign, limit in (
            ("≥", each.least),
            (">", each.above),
            ("≤", each.most),
            ("<", each.below),
        )
        if limit is not None
    ]
    limits += [", ".join(f"`{label}`" for label in each.of)] if each.of else []
    limits += ["boleh kosong · optional"] if each.optional else []
    return [each.kind, "; ".join(limits)]


def decision_part(regulation: Regulation, name: str, made: Table) -> Iterator[str]:
    """Return a decision table."""
    yield head(regulation, name, made)
    outputs = outputs_of(made)
    yield table(
        [*made.inputs, *(f"→ {each}" for each in outputs), "sumber · source"],
        [
            [
                *(
                    ", ".join(label(regulation, each) for each in row.labels[key])
                    for key in made.inputs
                ),
                *given_cells(regulation, row.gives, outputs, row.none),
                source_cell(regulation, row.source),
            ]
            for row in cells_of(made)
        ],
    )


def grades_part(regulation: Regulation, name: str, made: Grades) -> Iterator[str]:
    """Return a table of intervals."""
    yield head(regulation, name, made)
    if made.digits is not None:
        mode = {"half-up": "separuh ke atas · half up", "half-even": "separuh ke genap · half even"}
        yield (
            f"Dibulatkan ke {made.digits} desimal · rounded to {made.digits} decimals: "
            f"{mode[made.mode]}.\n"
        )
    outputs = outputs_of(made)
    yield table(
        ["x", *(f"→ {each}" for each in outputs), "sumber · source"],
        [
            [
                row.interval.text(),
                *given_cells(regulation, row.gives, outputs, row.none),
                source_cell(regulation, row.source),
            ]
            for row in steps_of(made)
        ],
    )


def curve_part(regulation: Regulation, name: str, made: Curve) -> Iterator[str]:
    """Return the points of a curve."""
    yield head(regulation, name, made)
    yield table(["x", "y"], [[number(x), number(y)] for x, y in made.points])
    yield f"{source_cell(regulation, made.source)}\n"


def head(regulation: Regulation, name: str, made: Table | Grades | Curve) -> str:
    """Return the heading of a table."""
    del regulation
    title = said(made.title)
    shown = both(title) if title["id"] or title["en"] else f"`{name}`"
    return (
        f"\n### {shown}\n\n`{name}`" + (f" · {days(made.in_force)}" if made.in_force else "") + "\n"
    )


def given_cells(
    regulation: Regulation, gives: Mapping[str, Any], outputs: Iterable[str], none: str
) -> list[str]:
    """Return what a row gives."""
    return [
        (f"– ({cell(none)})" if none else "–")
        if gives[each] is None
        else value(regulation, gives[each])
        for each in outputs
    ]


def value(regulation: Regulation, given: Any) -> str:
    """Return a value that a row gives: a label by its title, a number as it is."""
    if isinstance(given, tuple):
        return ", ".join(value(regulation, each) for each in given)
    return label(regulation, given) if isinstance(given, str) else number(given)


def label(regulation: Regulation, name: str) -> str:
    """Return a label with its titles."""
    if name not in regulation.labels:
        return f"`{name}`"
    title = said(regulation.labels[name])
    return (
        title["id"]
        if title["id"] == title["en"]
        else f"{cell(title['id'])} · *{cell(title['en'])}*"
    )


def function_part(rule: Rule) -> str:
    """Return the lines about a rule that is a function."""
    lines = [f"\n### {both(rule.title)}\n", f"`{rule.id}` · {TRUST[rule.source.trust]}\n"]
    return "\n".join(
        [*lines, rule.source.cite + (f" ({rule.source.note})" if rule.source.note else ""), ""]
    )


def policy_part(name: str, policy: Policy) -> Iterator[str]:
    """Return the lines about a policy."""
    last = policy.last.isoformat() if policy.last else "…"
    yield f"\n### {both(policy.title)}\n\n`{name}` · {policy.first.isoformat()} – {last}\n"
    if policy.bands:
        yield table(
            ["predikat · band", "", "sumber · source"],
            [
                [
                    f"{cell(each.title['id'])} · *{cell(each.title['en'])}*",
                    interval_text(each) if each.low is not None or each.high is not None else "–",
                    cited(policy, each.source),
                ]
                for each in policy.bands
            ],
        )
    yield table(
        ["sumber · source", "kepercayaan · trust"],
        [
            [cell(each.cite) + (f"<br>{cell(each.note)}" if each.note else ""), TRUST[each.trust]]
            for each in policy.sources
        ],
    )


def cited(policy: Policy, written: str) -> str:
    """Return a citation; of one that is the id of a source, what that says, and its trust."""
    found = next((each for each in policy.sources if each.id and each.id == written), None)
    return cell(written) if found is None else f"{cell(found.cite)} {TRUST[found.trust][0]}"


def errata(found: Iterable[Erratum]) -> str:
    """Return the printed examples that do not agree with the formula."""
    rows = [[cell(e.where), cell(e.printed), cell(e.right) + noted(e.note)] for e in found]
    return "Ralat · errata\n\n" + table(["", "tercetak · printed", "benar · right"], rows)


def figure(each: Number) -> str:
    """Return a number with its unit."""
    return f"{number(each.value)} {each.unit}".strip()


def title_cell(each: Number) -> str:
    """Return a title for a cell; empty where there is none."""
    title = said(each.title)
    return f"{cell(title['id'])} · *{cell(title['en'])}*" if title["en"] else ""


def source_cell(regulation: Regulation, name: str) -> str:
    """Return a source by its name, and its trust."""
    return f"`{name}` {TRUST[regulation.sources[name].trust][0]}"


def days(force: Force | None) -> str:
    """Return the days of being in force."""
    if force is None:
        return "tanpa tanggal · no date"
    last = force.to.isoformat() if force.to else "…"
    return f"berlaku · in force {force.from_.isoformat()} – {last} ({TRUST[force.trust]})" + noted(
        force.note
    )


def both(title: Mapping[str, str]) -> str:
    """Return a title in both languages."""
    return title["id"] if title["id"] == title["en"] else f"{title['id']} · *{title['en']}*"


def note(written: Any) -> str:
    """Return a note in both languages, as a paragraph of each."""
    title = said(written)
    if not title["en"]:
        return ""
    return (
        title["id"] + "\n" if title["id"] == title["en"] else f"{title['id']}\n\n*{title['en']}*\n"
    )


def noted(written: Any) -> str:
    """Return a note for a cell."""
    title = said(written)
    if not title["en"]:
        return ""
    if title["id"] == title["en"]:
        return f"<br>{cell(title['en'])}"
    return f"<br>{cell(title['id'])}<br>*{cell(title['en'])}*"


def cell(text: str) -> str:
    """Return a text that can stand in a cell."""
    return text.replace("|", "\\|").replace("\n", " ")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the pages; one of a pack that is gone is taken away."""
    PAGES.mkdir(parents=True, exist_ok=True)
    made = pages()
    for old in PAGES.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (PAGES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
