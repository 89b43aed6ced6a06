"""The templates of the pages, beside this file; everything put into them is escaped."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2


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
