"""The picture as a value: a Vega-Lite document, and what is made of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from attrs import field, frozen

from capaian.errors import AnalysisError, Language, plain_json, refuse
from capaian.writing import write_bytes

HEADLINE = "The picture cannot be drawn."
VEGA_LITE = "5.20"
"""The version by which pictures are drawn: every vl-convert from 1.7 on has it."""
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
"""What the document says it is. A name; nothing is read from there."""
ENDINGS = (".svg", ".png", ".json")
_NAMES = re.compile(r"(?<=id=\")(?:clip|gradient_)\d+(?=\")|(?<=url\(#)(?:clip|gradient_)\d+(?=\))")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML may hold."""
_ROOT = re.compile(r"<svg\b[^>]*>")


@frozen(eq=False, repr=False)
class Picture:
    """A picture of scores or of an analysis.

    In a notebook it shows itself. Its document holds all its values: it is as confidential as what
    it was made of.

    Attributes
    ----------
    spec
        The Vega-Lite document.
    title
        What it shows, in a few words.
    description
        What there is to see, in words, for those who do not see it: the alternative text.
    language
        Of all its texts: `en` or `id`.
    """

    spec: Mapping[str, Any]
    title: str
    description: str
    language: Language = field(default="en")

    def to_dict(self) -> dict[str, Any]:
        """Return the Vega-Lite document, a copy."""
        return deepcopy(dict(self.spec))

    def to_json(self) -> str:
        """Return the Vega-Lite document as canonical JSON: the same bytes for the same picture."""
        return plain_json(self.to_dict()) + "\n"

    def to_svg(self) -> str:
        """Return the picture as SVG, with its title and its description for those who listen.

        Raises
        ------
        AnalysisError
            `CPN-M92`: vl-convert is not installed.
        """
        library = _library("vl_convert", "vl-convert-python")
        document = self._drawable()
        drawn: str = library.vegalite_to_svg(document, vl_version=VEGA_LITE, allowed_base_urls=[])
        # vl-convert numbers patterns from picture to picture. Named for its own document, a picture
        # is the same each time, and several of them in one page of HTML do not share patterns.
        own = f"p{sha256(document.encode()).hexdigest()[:8]}"
        names: dict[str, str] = {}
        named = _NAMES.sub(lambda it: names.setdefault(it[0], f"{own}-{len(names)}"), drawn)
        return _ROOT.sub(lambda root: self._heard(root[0], own), named, count=1)

    def _drawable(self) -> str:
        """Return the document without what vl-convert cannot draw: it would end the process."""
        return plain_json(_clean(self.spec))

    def _heard(self, root: str, own: str) -> str:
        """Return the head of the SVG with title and description."""
        role = f' role="img" lang="{self.language}" aria-labelledby="{own}-title {own}-desc">'
        title, said = _clean(self.title), _clean(self.description)
        return (
            f'{root[:-1]}{role}<title id="{own}-title">{escape(title)}</title>'
            f'<desc id="{own}-desc">{escape(said)}</desc>'
        )

    def to_png(self, scale: float = 2.0) -> bytes:
        """Return the picture as PNG.

        Parameters
        ----------
        scale
            Pixels for each pixel of the document, above 0; 2 is sharp on paper.

        Raises
        ------
        AnalysisError
            `CPN-M92`: vl-convert is not installed. `CPN-M91`: a scale that is none.
        """
        if not 0 < scale <= _LARGEST:
            known = f"0 < scale <= {_LARGEST}"
            raise refuse(AnalysisError, HEADLINE, "CPN-M91", "scale", count=1, known=known)
        library = _library("vl_convert", "vl-convert-python")
        drawn: bytes = library.vegalite_to_png(
            self._drawable(), vl_version=VEGA_LITE, scale=scale, allowed_base_urls=[]
        )
        return drawn

    def to_altair(self) -> Any:
        """Return the picture as a chart of Altair, to be changed further.

        Raises
        ------
        AnalysisError
            `CPN-M92`: Altair is not installed.
        """
        return _library("altair", "altair").Chart.from_dict(self.to_dict())

    def save(self, path: str | Path, *, scale: float = 2.0) -> Path:
        """Write the picture to a file, whole or not at all.

        Parameters
        ----------
        path
            A name that ends in `.svg`, `.png`, or `.json` (the document); its folder is made.
        scale
            Of a PNG.

        Returns
        -------
        Path
            What was written.

        Raises
        ------
        AnalysisError
            `CPN-M94`: another ending. `CPN-M92`: vl-convert is not installed.
        OutputError
            `CPN-X02`, `X03`, `X04`: it cannot be written there.
        """
        place = Path(path)
        ending = place.suffix.lower()
        if ending not in ENDINGS:
            known = ", ".join(ENDINGS)
            raise refuse(AnalysisError, _UNWRITTEN, "CPN-M94", "path", known=known)
        made = {".svg": self.to_svg, ".json": self.to_json}
        text = made[ending]() if ending in made else ""
        write_bytes(place, text.encode() if text else self.to_png(scale), _UNWRITTEN)
        return place

    def __repr__(self) -> str:
        return f"<Picture {self.title!r}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Return the picture as a notebook shows it; in words where it cannot be drawn."""
        said = f"{self.title}. {self.description}"
        try:
            return {"text/plain": said, "image/svg+xml": self.to_svg()}
        except AnalysisError as error:
            return {"text/plain": f"{said}\n{error.text(self.language)}"}

    def _repr_svg_(self) -> str | None:
        return self._repr_mimebundle_().get("image/svg+xml")


_LARGEST = 20
_UNWRITTEN = "The picture could not be written."


def _library(module: str, package: str) -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != module:
            raise
        raise refuse(AnalysisError, HEADLINE, "CPN-M92", "", library=package) from None


def _clean(value: Any) -> Any:
    """Return a document in which every text is one that XML can hold."""
    if isinstance(value, str):
        return _CONTROLS.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {_clean(name): _clean(each) for name, each in value.items()}
    return [_clean(each) for each in value] if isinstance(value, list | tuple) else value


def shown(value: float) -> float:
    """Return a number for a document of Vega-Lite; a whole one as such, so that JSON is short."""
    return int(value) if float(value).is_integer() else float(value)
