"""What is installed here, and what each part is for."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

from capaian.registry import Plugins, list_plugins

_PARTS = {
    "attrs": "records",
    "pluggy": "plugins",
    "numpy": "scoring whole tables",
    "narwhals": "dataframes",
    "polars": "the embedded engine; files",
    "duckdb": "extra duckdb: evidence in a database",
    "pandas": "extra pandas: evidence as pandas",
    "pyarrow": "extra arrow: evidence as Arrow tables",
    "pyspark": "extra spark: evidence on a cluster",
    "holidays": "extra calendar: proposing work calendars",
    "jinja2": "extra report: pages in HTML",
    "click": "extra cli: this command",
    "rich": "extra cli: this command",
}
_STATES = {"available": "ok", "blocked": "blocked"}
_BASE = frozenset({"attrs", "pluggy", "numpy", "narwhals", "polars"})


def examine(plugins: Plugins | Iterable[object] = ()) -> list[dict[str, str]]:
    """Return one row per part: `part`, `state` (ok, absent, blocked, broken), `version`, `use`."""
    rows = [
        {
            "part": "python",
            "state": "ok" if sys.version_info >= (3, 11) else "broken",
            "version": ".".join(str(each) for each in sys.version_info[:3]),
            "use": "3.11 or newer",
        }
    ]
    for part, use in _PARTS.items():
        try:
            found, state = version(part), "ok"
        except PackageNotFoundError:
            found, state = "", "broken" if part in _BASE else "absent"
        rows.append({"part": part, "state": state, "version": found, "use": use})
    for plugin in list_plugins(plugins):
        state = _STATES.get(plugin.status, "broken")
        use = plugin.reason or f"plugin of {plugin.provenance.distribution}"
        rows.append(
            {
                "part": f"plugin {plugin.name}",
                "state": state,
                "version": plugin.provenance.version,
                "use": use,
            }
        )
    return rows
