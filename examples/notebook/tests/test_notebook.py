"""The notebook runs from top to bottom in a kernel of its own, and is kept without outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbformat import reads

FOLDER = Path(__file__).parents[1]


def notebook_of() -> Any:
    """Return the notebook."""
    return reads((FOLDER / "front_desk.ipynb").read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call,unused-ignore]


def test_the_notebook_runs() -> None:
    """Every cell, and the last one finds who moves between bands."""
    notebook = notebook_of()
    resources = {"metadata": {"path": str(FOLDER)}}
    NotebookClient(notebook, timeout=120, resources=resources).execute()
    code = [each for each in notebook.cells if each.cell_type == "code"]
    shown = ["".join(out.get("data", {}).get("text/plain", "") for out in each.outputs)
             for each in code]  # fmt: skip
    assert "good" in shown[1]
    assert "score" in shown[2]
    assert "no_evidence" in shown[3]
    assert "band_other" in shown[4]


def test_it_is_kept_without_what_it_printed() -> None:
    """Outputs would be another's, and may hold what nobody should keep."""
    notebook = notebook_of()
    assert not any(each.get("outputs") or each.get("execution_count") for each in notebook.cells)
