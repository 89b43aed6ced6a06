"""The directive `fragments`: what the next release brings, from the folder `changelog.d`."""

import tomllib
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "changelog.d"


def read_fragments() -> dict[str, list[str]]:
    """Return the texts of the fragments by the name of their type, in the order of the types."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    types = settings["tool"]["towncrier"]["type"]
    found = {}
    for each in types:
        paths = sorted(FOLDER.glob(f"*.{each['directory']}.md"))
        if paths:
            found[each["name"]] = [path.read_text(encoding="utf-8").strip() for path in paths]
    return found


class Fragments(SphinxDirective):
    """Write out the fragments."""

    def run(self) -> list[nodes.Node]:
        """Return one titled list for each type that has fragments."""
        for path in FOLDER.glob("*.md"):
            self.env.note_dependency(str(path))
        lines: list[str] = []
        for title, texts in read_fragments().items():
            lines += [f"**{title}**", ""]
            for text in texts:
                first, *rest = text.splitlines()
                lines += [f"* {first}", *(f"  {line}" for line in rest)]
            lines.append("")
        holder = nodes.container()
        self.state.nested_parse(StringList(lines or ["Nothing yet."], str(FOLDER)), 0, holder)
        return holder.children


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("fragments", Fragments)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
