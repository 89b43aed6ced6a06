"""The templates of the pages, beside this file; everything put into them is escaped."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup


@cache
def template(name: str) -> jinja2.Template:
    """Return a template by the name of its file."""
    import jinja2  # noqa: PLC0415 - the extra `report`

    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FunctionLoader(_read),
    )
    return environment.get_template(name)


def _read(name: str) -> str:
    return files("capaian.report").joinpath(name).read_text("utf-8")


def unescaped(element: str) -> Markup:
    """Return an element of HTML that goes into a template as it stands."""
    from markupsafe import Markup  # noqa: PLC0415 - jinja2 brings it

    return Markup(element)  # noqa: S704 - drawn by this library, texts escaped
