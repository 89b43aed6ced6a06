"""The same plugin in a new process: watched, under another seed, locale, folder, or optimised."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from attrs import field, frozen

from capaian.testing.outcome import Broken, Skipped

PLAIN: Mapping[str, Any] = {"seed": "0"}
OTHERWISE: Mapping[str, Mapping[str, Any]] = {
    "seed": {"seed": "4242"},
    "locale": {"locale": True},
    "decimal": {"decimal": True},
    "folder": {"folder": True},
    "environment": {"environment": True},
}
"""What is different elsewhere, one at a time."""
_LOCALES = ("tr_TR.UTF-8", "de_DE.UTF-8", "id_ID.UTF-8", "C")


@frozen(eq=False, slots=False)
class Elsewhere:
    """What new processes say of a plugin; each kind of process is started once, when it is asked.

    Attributes
    ----------
    modules
        What a new process imports; `None` where it cannot.
    home
        The package that blame goes to.
    job
        Returns the documents and the evidence that are scored there, as plain JSON values.
    seconds
        How long a process may take.
    """

    modules: tuple[str, ...] | None
    home: str
    job: Callable[[], Mapping[str, Any]]
    seconds: float
    said: dict[str, dict[str, Any]] = field(factory=dict)

    @cached_property
    def watched(self) -> dict[str, Any]:
        """What a process says in which the plugin is watched."""
        return self.ask("watched", {**PLAIN, "watch": True})

    @cached_property
    def optimised(self) -> dict[str, Any]:
        """What a process says that leaves assertions out and in which warnings are errors."""
        return self.ask("optimised", {**PLAIN, "flags": ["-O", "-W", "error"]})

    @cached_property
    def otherwise(self) -> dict[str, Any]:
        """What a process says in which everything is different at once."""
        every: dict[str, Any] = {}
        for each in OTHERWISE.values():
            every |= each
        return self.ask("otherwise", every)

    def differs(self, factor: str) -> bool:
        """Return whether one difference alone changes what the plugin makes of the evidence."""
        here = self.watched["made"]
        if self.otherwise.get("made") == here:
            return False
        alone = self.ask(factor, {**PLAIN, **OTHERWISE[factor]})
        return bool(alone.get("made") != here)

    def ask(self, name: str, how: Mapping[str, Any]) -> dict[str, Any]:
        """Run a process and return what it says.

        Raises
        ------
        Skipped
            A new process cannot import the plugin.
        Broken
            It took too long.
        """
        if self.modules is None:
            raise Skipped(
                "a new process cannot import the plugin: give a module that stands in a file"
            )
        if name not in self.said:
            self.said[name] = self._run(how)
        found = self.said[name]
        if found.get("late"):
            raise Broken(f"it did not finish within {self.seconds:g} s")
        return found

    def _run(self, how: Mapping[str, Any]) -> dict[str, Any]:
        given = {
            **self.job(),
            "modules": list(self.modules or ()),
            "home": self.home,
            "path": [os.path.abspath(each or ".") for each in sys.path],  # noqa: PTH100
            "watch": bool(how.get("watch")),
            "decimal": bool(how.get("decimal")),
            "locales": list(_LOCALES) if how.get("locale") else [],
        }
        surroundings = {**os.environ, "PYTHONHASHSEED": how.get("seed", "0")}
        if how.get("environment"):
            surroundings |= {"TZ": "Asia/Jayapura", "HOME": os.devnull, "USER": "nobody"}
            surroundings |= {"LANG": "C"}
        program = "from capaian.testing.apart import main; main()"
        start = f"import sys; sys.path[:] = {given['path']!r}; {program}"
        command = [sys.executable, *how.get("flags", ()), "-c", start]
        with tempfile.TemporaryDirectory() as folder:
            try:
                run = subprocess.run(  # noqa: S603 - this interpreter, our own program
                    command, input=json.dumps(given), capture_output=True, text=True,
                    encoding="utf-8", timeout=self.seconds, check=False, env=surroundings,
                    cwd=folder if how.get("folder") else None,
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                return {"late": True}
        try:
            answer: dict[str, Any] = json.loads(run.stdout.rpartition("\x1e")[2])
        except ValueError:
            last = run.stderr.strip().splitlines()[-1:] or [f"exit code {run.returncode}"]
            return {"error": f"the process ended: {last[0]}", "made": None}
        answer["printed"] = run.stdout.rpartition("\x1e")[0]
        return answer
