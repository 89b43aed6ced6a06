"""Group E, purity: the same answer always and everywhere, and nothing read that is not given."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from hypothesis import strategies as st

from capaian.formula import Functions
from capaian.testing.outcome import Broken, Skipped
from capaian.testing.sample import said
from capaian.testing.strategies import functions_of

Rows = list[dict[str, Any]]
_PLAIN = (bool, int, float, str, bytes, list, dict, set, tuple, type(None))
_THREADS = 4


def same_again(rig: Any) -> None:
    """E01: building and scoring again, with other options in between, changes nothing."""
    plans = [rig.formulas(), *rig.others(), rig.formulas()]
    if plans[0] != plans[-1]:
        raise Broken("the formulas differ the second time they are built")
    rows = rig.example()
    first, second = (rig.score(rows).to_json() for _ in range(2))
    if first != second:
        raise Broken("the scores differ the second time", rows)


def given_unchanged(rig: Any) -> None:
    """E02: what is handed to `build` is as it was afterwards."""
    given = rig.handed()
    before = copy.deepcopy(given)
    try:
        rig.build(given)
    except Exception as error:
        raise Broken(f"it cannot be built: {said(error)}") from error
    for name, old in before.items():
        if old != given[name]:
            raise Broken(f"'{name}' is changed", f"before {old}\nafter  {given[name]}")


def rows_unchanged(rig: Any) -> None:
    """E03: evidence is as it was afterwards."""
    rows = rig.example()
    before = copy.deepcopy(rows)
    rig.score(rows)
    if rows != before:
        raise Broken("the rows are changed", rows)


def functions_unchanged(rig: Any) -> None:
    """E17: functions do not change the rows that they are given."""
    pairs = functions_of(rig.measure)
    if not pairs:
        raise Skipped("the measure uses no functions")
    wide = st.integers(-10, 10) | st.none()
    for pair in pairs:
        row = st.fixed_dictionaries(dict.fromkeys(pair.inputs, wide))

        def proof(rows: Rows, pair: Functions = pair) -> None:
            before = copy.deepcopy(rows)
            try:
                pair.records(rows)
            except Exception:  # noqa: BLE001 - these rows are made without the row checks
                return
            if rows != before:
                raise Broken(f"'{pair.name}' changes the rows that it is given", before)

        rig.hunt(st.lists(row, min_size=1, max_size=6), proof)


def new_process(rig: Any) -> None:
    """E04: a new process gives the same."""
    said_there = rig.elsewhere.watched
    if "error" in said_there:
        raise Broken(said_there["error"])
    here = rig.made()
    for mine, theirs in zip(here, said_there["made"], strict=True):
        if mine != theirs:
            raise Broken(f"a new process gives {differing(mine, theirs)}")


def differing(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> str:
    """Say how two results differ, without repeating what is in them."""
    for name in ("error", "formulas", "scores"):
        if mine.get(name) != theirs.get(name):
            wrong = theirs.get("error") if name == "error" else None
            return f"an error, {wrong} {theirs.get('said', '')}" if wrong else f"other {name}"
    return "another result"


def _elsewhere(factor: str, words: str) -> Callable[[Any], None]:
    def check(rig: Any) -> None:
        _not_seen(
            rig,
            {"locale": "locale", "folder": "folder", "environment": "environment"}.get(factor, ""),
        )
        if rig.elsewhere.differs(factor):
            raise Broken(f"the result is another under {words}")

    return check


def _not_seen(rig: Any, what: str) -> None:
    found = rig.elsewhere.watched.get("seen", {}).get(what, [])
    if found:
        raise Broken(f"it reads what it is not given: {'; '.join(found[:3])}")


def _unseen(what: str) -> Callable[[Any], None]:
    def check(rig: Any) -> None:
        _not_seen(rig, what)

    return check


hash_seed = _elsewhere("seed", "another PYTHONHASHSEED")
locales = _elsewhere("locale", "another locale")
decimals = _elsewhere("decimal", "another decimal context")
folders = _elsewhere("folder", "another working directory")
environment = _elsewhere("environment", "other environment variables and another time zone")
clock = _unseen("clock")
chance = _unseen("chance")
files = _unseen("files")
outside = _unseen("outside")


def threads(rig: Any) -> None:
    """E14: building in several threads at once gives what one gives."""
    alone = rig.formulas()
    with ThreadPoolExecutor(_THREADS) as pool:
        made = list(pool.map(lambda _: _tried(rig.formulas), range(2 * _THREADS)))
    for each in made:
        if each != alone:
            words = each if isinstance(each, str) and " " in each else "other formulas"
            raise Broken(f"{_THREADS} threads at once give {words}")


def _tried(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises in a thread
        return f"an error, {said(error)}"


def copies(rig: Any) -> None:
    """E15: what is built can be copied and pickled, and is then the same."""
    made = rig.build(rig.handed())
    for name, make in (("copied", copy.deepcopy), ("pickled", _pickled)):
        try:
            other = make(made)
        except Exception as error:  # noqa: BLE001 - whatever a stranger's code raises
            raise Broken(f"it cannot be {name}: {said(error)}") from None
        if other != made:
            raise Broken(f"it is another when {name}")


def _pickled(made: Any) -> Any:
    return pickle.loads(pickle.dumps(made))  # noqa: S301 - what was pickled here


def no_state(rig: Any) -> None:
    """E16: building leaves nothing behind in the plugin's modules."""
    before = _globals(rig.found.home)
    rig.formulas()
    rig.others()
    after = _globals(rig.found.home)
    changed = sorted(name for name in before if before[name] != after.get(name))
    if changed:
        raise Broken(f"building changes: {', '.join(changed)}")


def _globals(home: str) -> Mapping[str, str]:
    modules = {
        name: module
        for name, module in list(sys.modules.items())
        if name == home or name.startswith(f"{home}.")
    }
    if not modules:
        raise Skipped("the plugin is in no module")
    return {
        f"{name}.{key}": repr(value)
        for name, module in modules.items()
        for key, value in list(vars(module).items())
        if isinstance(value, _PLAIN) and not key.startswith("__")
    }
