"""The directive `error-codes`: one section per code of the catalogue, in both languages."""

import tomllib
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

CATALOGUE = Path(__file__).parents[2] / "src" / "capaian" / "errors.toml"
GROUPS = {
    "P": "Policy",
    "E": "Evidence",
    "D": "Dates and periods",
    "C": "Calendar",
    "F": "Formula",
    "G": "Plugins",
    "X": "Other",
}


class ErrorCodes(SphinxDirective):
    """Write out the catalogue."""

    def run(self) -> list[nodes.Node]:
        """Return the sections, one for each group of codes."""
        self.env.note_dependency(str(CATALOGUE))
        catalogue = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
        lines: list[str] = []
        for letter, title in GROUPS.items():
            codes = sorted(code for code in catalogue if code[4] == letter)
            lines += [f"## {title}", ""]
            for code in codes:
                texts = catalogue[code]
                lines += [f"({code.lower()})=", f"### {code}", "", f"> {texts['en']}", ">"]
                lines += [f"> *{texts['id']}*", ""]
                if texts.get("fix_en"):
                    lines += [f"{texts['fix_en']} — *{texts['fix_id']}*", ""]
        section = nodes.section()
        section.document = self.state.document
        self.state.nested_parse(StringList(lines, str(CATALOGUE)), 0, section, match_titles=True)
        return section.children


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("error-codes", ErrorCodes)
    return {"parallel_read_safe": True}
