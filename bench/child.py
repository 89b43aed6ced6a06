"""Runs one function in a process of its own and prints its answer as the last line, in JSON.

    python child.py MODULE FUNCTION ARGUMENTS

ARGUMENTS is a JSON object. Whatever the function raises becomes the answer `refused`, with the
first line of what it said: a case that cannot run is told, and does not end the others.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

from measure import MARK


def answer(module: str, function: str, arguments: str) -> dict[str, Any]:
    """Return what the function answers, or why it refused."""
    try:
        found = getattr(import_module(module), function)(**json.loads(arguments))
    except Exception as error:  # noqa: BLE001 - any failure is an answer
        said = str(error).strip().splitlines()
        return {"refused": f"{type(error).__name__}: {said[0] if said else ''}"}
    return dict(found)


if __name__ == "__main__":
    print(MARK + json.dumps(answer(*sys.argv[1:])))
