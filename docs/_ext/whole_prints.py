"""What a cell prints in several pieces is shown as one, as it was printed.

MyST-NB strips each piece before it joins them (1.4.0), so a line that happened to leave the kernel
in two pieces gained an empty line: pages differed from one build to the next.
"""

from typing import Any

from myst_nb.core import render
from sphinx.application import Sphinx


def joined(outputs: list[Any]) -> list[Any]:
    """Return the outputs with the pieces of each stream put together, in the order of the first."""
    kept: list[Any] = []
    streams: dict[str, Any] = {}
    for output in outputs:
        if output["output_type"] != "stream":
            kept.append(output)
        elif output["name"] in streams:
            streams[output["name"]]["text"] += output["text"]
        else:
            streams[output["name"]] = output
            kept.append(output)
    for stream in streams.values():
        stream["text"] = stream["text"].rstrip() + "\n"
    return kept


def setup(app: Sphinx) -> dict[str, bool]:
    """Take the place of MyST-NB's own joining."""
    _ = app, render.coalesce_streams  # a later MyST-NB that has no such name says so here
    render.coalesce_streams = joined
    return {"parallel_read_safe": True, "parallel_write_safe": True}
