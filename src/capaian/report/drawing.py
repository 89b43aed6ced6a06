"""Pictures on a page: drawn where the extra `charts` is installed, and left out where it is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from capaian.charts import Picture

_NAMESPACE = re.compile(r'\sxmlns(?::xlink)?="[^"]*"')


def can_draw() -> bool:
    """Return whether there is what draws pictures."""
    return find_spec("vl_convert") is not None


def figure(draw: Callable[[], Picture]) -> str:
    """Return a picture as an element of a page; empty where pictures cannot be drawn.

    On a narrow screen the picture keeps a size in which it can be read and is moved sideways, also
    by the keyboard; the page itself is not.

    Parameters
    ----------
    draw
        Makes the picture; not called where it could not be drawn.
    """
    if not can_draw():
        return ""
    picture = draw()
    # An element of a page of HTML needs no namespaces, and the page then names no address at all.
    drawn = _NAMESPACE.sub("", picture.to_svg(), count=2)
    label = escape(picture.title)
    return (
        f'<figure><div class="wide" role="group" tabindex="0" aria-label="{label}">'
        f"{drawn}</div></figure>"
    )
