"""The program of a new process: imports a plugin, watches it, scores with it, and says what it saw.

Everything that outlasts a check (an audit hook, a locale, a decimal context) is set in this process
and never in the author's.
"""

from __future__ import annotations

import _random
import decimal
import json
import locale
import sys
import threading
import time
from collections.abc import Mapping
from importlib import import_module
from types import FrameType
from typing import Any

from capaian.errors import CapaianError

HEAVY = ("duckdb", "matplotlib", "narwhals", "numpy", "pandas", "polars", "pyarrow", "pyspark",
         "scipy", "sklearn", "torch")  # fmt: skip
"""Libraries that an import of a plugin should not load."""
_OUTSIDE = ("socket.", "subprocess.", "os.exec", "os.spawn", "os.posix_spawn", "os.system",
            "os.fork", "urllib.", "http.", "ftplib.", "smtplib.", "sqlite3.connect")  # fmt: skip
_FILES = ("open", "os.listdir", "os.scandir", "os.remove", "os.rename", "os.mkdir", "os.rmdir",
          "os.chmod", "os.truncate", "shutil.", "tempfile.", "glob.")  # fmt: skip
_CLOCK = {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns",
          "process_time", "process_time_ns", "thread_time", "localtime", "gmtime", "ctime",
          "asctime"}  # fmt: skip
_NOW = {"now", "utcnow", "today"}


class Watch:
    """Notes what a plugin's own functions read that is not handed to them."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.seen: dict[str, list[str]] = {}
        self.on = True
        self.folders: tuple[str, ...] = ()

    def start(self) -> None:
        """Begin to watch; an audit hook stays for the rest of the process."""
        sys.addaudithook(self.event)
        sys.setprofile(self.call)
        threading.setprofile(self.call)

    def stop(self) -> None:
        """Watch no longer."""
        self.on = False
        sys.setprofile(None)
        threading.setprofile(None)

    def note(self, what: str, name: str, frame: FrameType | None) -> None:
        """Keep what was read, if the plugin read it, with the line that did."""
        place = self._blamed(frame)
        if place and (noted := f"{name} at {place}") not in self.seen.setdefault(what, []):
            self.seen[what].append(noted)

    def event(self, name: str, arguments: tuple[Any, ...]) -> None:
        """Judge an audit event."""
        if not self.on:
            return
        if name.startswith(_OUTSIDE):
            self.note("outside", name, sys._getframe(1))  # noqa: SLF001 - as `inspect` does
        elif name.startswith(_FILES) and not self._own(arguments):
            self.note("files", name, sys._getframe(1))  # noqa: SLF001 - the same

    def call(self, frame: FrameType, event: str, called: Any) -> None:
        """Judge a call of a built-in function, or of one that reads the environment."""
        if not self.on:
            return
        if event == "c_call":
            kind = _kind(called)
            if kind:
                self.note(kind, getattr(called, "__qualname__", str(called)), frame)
        elif event == "call" and _reads_environment(frame):
            self.note("environment", "os.environ", frame.f_back)

    def _own(self, arguments: tuple[Any, ...]) -> bool:
        """Return whether a file is opened to be read that came with the plugin itself."""
        path = str(arguments[0]) if arguments else ""
        writes = (
            len(arguments) > 1 and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
        )
        return not writes and path.startswith(self._folders())

    def _folders(self) -> tuple[str, ...]:
        known = [each for name, each in sys.modules.items() if self._inside(name)]
        found = [getattr(each, "__file__", None) for each in known]
        return tuple(each.rpartition("/")[0] + "/" for each in found if each) or ("\0",)

    def _inside(self, name: str) -> bool:
        return name == self.home or name.startswith(f"{self.home}.")

    def _blamed(self, frame: FrameType | None) -> str:
        """Return the plugin's line behind a call; empty where an import or capaian is."""
        while frame is not None:
            name = str(frame.f_globals.get("__name__", ""))
            if self._inside(name):
                return f"{frame.f_code.co_filename.rpartition('/')[2]}, line {frame.f_lineno}"
            if (
                name.startswith(("importlib", "_frozen_importlib"))
                or name.split(".", maxsplit=1)[0] == "capaian"
            ):
                return ""
            frame = frame.f_back
        return ""


def _reads_environment(frame: FrameType) -> bool:
    return frame.f_code.co_name == "__getitem__" and frame.f_globals.get("__name__") == "os"


def _kind(called: Any) -> str:
    """Return which hidden input a built-in function reads; empty for most."""
    name, module = getattr(called, "__name__", ""), getattr(called, "__module__", None)
    owner = getattr(called, "__self__", None)
    if module == "time" and name in _CLOCK:
        return "clock"
    if name in _NOW and isinstance(owner, type) and owner.__module__ == "datetime":
        return "clock"
    if isinstance(owner, _random.Random) or (name == "urandom" and module in {"posix", "nt"}):
        return "chance"
    if module == "_locale":
        return "locale"
    return "folder" if name == "getcwd" and module in {"posix", "nt"} else ""


def main() -> None:
    """Do the job on standard input and say what came of it on standard output."""
    given = json.load(sys.stdin)
    _surround(given)
    import capaian.scores  # noqa: PLC0415 - what follows times and watches the plugin alone
    import capaian.scores.plain  # noqa: F401, PLC0415 - the same

    watch = Watch(given["home"])
    before, threads = set(sys.modules), threading.active_count()
    if given["watch"]:
        watch.start()
    answer: dict[str, Any] = {}
    begun = time.perf_counter()
    try:
        modules = [import_module(each) for each in given["modules"]]
        if not modules:
            import_module(given["home"])
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises
        answer["error"] = f"{type(error).__name__} at import: {error}"
        modules = []
    answer["seconds"] = time.perf_counter() - begun
    answer["heavy"] = [each for each in HEAVY if each in set(sys.modules) - before]
    answer["threads"] = threading.active_count() - threads
    answer["made"] = (
        [] if "error" in answer else [_made(each, given, modules) for each in given["documents"]]
    )
    if given.get("pack") and "error" not in answer:
        from capaian.testing.packs import results_of  # noqa: PLC0415 - of packs alone

        results = results_of(given["pack"], modules)
        answer["made"] = [{"formulas": "", "scores": results}]
    watch.stop()
    answer["seen"] = watch.seen
    sys.stdout.write("\x1e" + json.dumps(answer))


def _surround(given: Mapping[str, Any]) -> None:
    if given["decimal"]:
        narrow = decimal.Context(prec=2, rounding=decimal.ROUND_FLOOR)
        decimal.setcontext(narrow)
        decimal.DefaultContext.prec, decimal.DefaultContext.rounding = 2, decimal.ROUND_FLOOR
    for name in given["locales"]:
        try:
            locale.setlocale(locale.LC_ALL, name)
        except locale.Error:
            continue
        break


def _made(document: Mapping[str, Any], given: Mapping[str, Any], modules: list[Any]) -> Any:
    """Return what the plugin makes of a document, and of the evidence."""
    from capaian.policy import read_policy  # noqa: PLC0415 - after the surroundings
    from capaian.scores import make_plan, score  # noqa: PLC0415 - the same
    from capaian.wire import canonical  # noqa: PLC0415 - the same

    try:
        policy = read_policy(document)
        formulas = make_plan(policy, modules).formulas
        if not given["evidence"]:
            return {"formulas": formulas}
        evidence = given["evidence"]
        scores = score(policy, evidence, period=given["period"], plugins=modules)
        if given.get("frames"):
            from capaian.testing.tables import as_table  # noqa: PLC0415 - loads Polars

            tables = {name: as_table(rows, "polars") for name, rows in evidence.items()}
            score(policy, tables, period=given["period"], plugins=modules)
        return {"formulas": formulas, "scores": canonical(scores.to_dict()["scores"])}
    except CapaianError as error:
        return {"error": type(error).__name__, "code": error.code}
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises
        return {"error": type(error).__name__, "said": str(error)}
