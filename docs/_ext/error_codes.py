"""Two directives: `error-codes` writes out the catalogue, `errors-of` a table of some of it."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

CATALOGUE = Path(__file__).parents[2] / "src" / "capaian" / "errors.toml"
GROUPS = {
    "P": "Policy",
    "B": "Decision tables",
    "E": "Evidence",
    "W": "Nodes: weights, formulas, conversions",
    "A": "Postings and units",
    "D": "Dates and periods",
    "C": "Work calendar",
    "F": "Formula",
    "G": "Plugins",
    "J": "Wire format",
    "K": "Packs and cases",
    "L": "Regulations as data",
    "M": "Analysis",
    "N": "Analysis, continued",
    "R": "Relative methods",
    "S": "Sheets",
    "T": "Conformance kit",
    "U": "Guidance",
    "V": "Records",
    "X": "Other",
    "Y": "Privacy",
}
WORDS = {"en": "To fix", "id": "Perbaikan"}


def read_catalogue() -> dict[str, dict[str, str]]:
    """Return every code with its texts."""
    return tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))


def grouped(catalogue: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    """Return the codes in order, by the letter of their group."""
    letters: dict[str, list[str]] = {letter: [] for letter in GROUPS}
    for code in sorted(catalogue):
        letters[code[4]].append(code)
    return letters


def said(texts: Mapping[str, str], language: str) -> str:
    """Return one language's paragraph as people read it; `{count:,}` is a place named count."""
    text = texts[language]
    if fix := texts.get(f"fix_{language}"):
        text += f" {WORDS[language]}: {fix}"
    text = re.sub(r"\{(\w+):[^}]*\}", r"{\1}", text)
    text = text.replace("{hint}", "")
    return text[0].upper() + text[1:]


class ErrorCodes(SphinxDirective):
    """Write out the catalogue: a paragraph for each code, in both languages, with an anchor."""

    def run(self) -> list[nodes.Node]:
        """Return the sections, one for each group of codes."""
        self.env.note_dependency(str(CATALOGUE))
        catalogue = read_catalogue()
        return [
            self._section(GROUPS[letter], codes, catalogue)
            for letter, codes in grouped(catalogue).items()
            if codes
        ]

    def _section(
        self, title: str, codes: list[str], catalogue: Mapping[str, Mapping[str, str]]
    ) -> nodes.section:
        section = nodes.section("", nodes.title("", title), ids=[nodes.make_id(f"codes {title}")])
        self.state.document.note_implicit_target(section)
        listed = nodes.definition_list(classes=["error-codes"])
        for code in codes:
            term = nodes.term("", code, ids=[code.lower()], names=[code.lower()])
            self.state.document.note_explicit_target(term)
            body = nodes.definition()
            for language in WORDS:
                paragraph = nodes.paragraph("", said(catalogue[code], language))
                paragraph["support_smartquotes"] = False  # keys and values are quoted as written
                if language == "id":
                    paragraph["classes"].append("indonesian")
                body += paragraph
            listed += nodes.definition_list_item("", term, body)
        section += listed
        return section


class ErrorsOf(SphinxDirective):
    """Write a table of the codes that are named, each with a link to its place in the catalogue."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Return the table: the code, and what it says in English."""
        self.env.note_dependency(str(CATALOGUE))
        catalogue = read_catalogue()
        table, group, body = nodes.table(classes=["errors-of"]), nodes.tgroup(cols=2), nodes.tbody()
        group += [nodes.colspec(colwidth=15), nodes.colspec(colwidth=85)]
        group += [nodes.thead("", _row(nodes.Text("code"), nodes.Text("what it says"))), body]
        for code in self.arguments[0].split():
            link = addnodes.pending_xref(
                "", nodes.literal("", code), refdomain="std", reftype="ref", refexplicit=True,
                reftarget=code.lower(), refdoc=self.env.docname, refwarn=True,
            )  # fmt: skip
            text = nodes.inline("", said(catalogue[code], "en"))
            text["support_smartquotes"] = False
            body += _row(link, text)
        table += group
        return [table]


def _row(*cells: nodes.Node) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", each)) for each in cells))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    app.add_directive("error-codes", ErrorCodes)
    app.add_directive("errors-of", ErrorsOf)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
