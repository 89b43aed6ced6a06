"""Every command that writes files, with files that it reads: for tests of what becomes of an output."""

import json

from capaian.policy import read_policy, to_document
from posts_office import CLERK, HEAD, RULE, noon
from small_office import OFFICE, made_up_evidence

UNITS = {"table": "units", "unit": "unit", "from": "people", "missing": "exclude",
         "membership": {"table": "members", "subject": "nip", "unit": "unit"}}  # fmt: skip
LEAGUE = """\
id = "league"
edition = "2026"
in_force = { from = 2026-01-01 }
relative = true
scale = { worst = 0, best = 100 }
missing = "exclude"
subject = "nip"
rounding = [{ where = "score", digits = 2 }]

[[indicators]]
id = "handled"
type = "count-based"
table = "services"
measure = { statistic = "sum", no_rows = "missing" }
columns = { amount = "pages" }
normalise = { method = "min-max", better = "higher" }
"""
HALVES = ("2026-01-01/2026-01-14", "2026-01-15/2026-01-31")
NAMES = {"fit to JSON": "out.json", "fit to TOML": "out.toml"}
"""What a command writes, where it is not a folder."""
COMMANDS = (
    "score", "score with pages", "score of two periods", "score of posts", "units", "record",
    *NAMES,
)  # fmt: skip
FILES = {"score": 3, "score with pages": 5, "score of two periods": 6, "score of posts": 4,
         "units": 3, "record": 2, "fit to JSON": 1, "fit to TOML": 1}  # fmt: skip
"""How many files each writes."""


def make_files(folder, number=0):
    """Write policies and evidence; another number is other evidence."""
    folder.mkdir(parents=True, exist_ok=True)
    office = to_document(read_policy(OFFICE))
    documents = {"desk.json": office, "units.json": office | {"units": UNITS}, "posts.json": RULE,
                 "clerk.json": CLERK, "head.json": HEAD}  # fmt: skip
    for name, each in documents.items():
        (folder / name).write_text(json.dumps(each), encoding="utf-8")
    (folder / "league.toml").write_text(LEAGUE, encoding="utf-8")
    day = 3 + number % 20
    tables = made_up_evidence(("ani", "budi"), size=24 + number) | {
        "units": [{"unit": "one"}, {"unit": "two"}],
        "members": [{"nip": "ani", "unit": "one"}, {"nip": "budi", "unit": "two"}],
        "postings": [{"nip": "ani", "post": "clerk", "from": "2026-03-01", "to": None}],
        "letters": [{"nip": "ani", "on": noon(each)} for each in (3, 4, day)],
        "cases": [{"nip": "ani", "received": noon(3), "answered": noon(4)}],
        "pages": [{"nip": "ani", "pages": 3}, {"nip": "budi", "pages": 9 + number}],
    }
    for name, rows in tables.items():
        lines = [json.dumps(row, default=lambda stamp: stamp.isoformat()) for row in rows]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def arguments(command, folder, out):
    """Return a whole command line."""
    verb, policy, period, *more = _COMMANDS[command]
    given = [verb, str(folder / policy), "--out", str(out), *more]
    given += [word for each in ([period] if isinstance(period, str) else period)
              for word in ("--period", each)]  # fmt: skip
    for name in _TABLES[policy]:
        path = "pages" if policy == "league.toml" else name
        given += ["--evidence", f"{name}={folder / f'{path}.jsonl'}"]
    return given


_OFFICE = ("complaints", "services", "survey")
_TABLES = {
    "desk.json": _OFFICE,
    "units.json": (*_OFFICE, "units", "members"),
    "posts.json": ("postings", "letters", "cases"),
    "league.toml": ("services",),
}
_COMMANDS = {
    "score": ("score", "desk.json", "2026-01"),
    "score with pages": ("score", "desk.json", "2026-01", "--pages"),
    "score of two periods": ("score", "desk.json", HALVES),
    "score of posts": ("score", "posts.json", "2026-03"),
    "units": ("units", "units.json", "2026-01"),
    "record": ("record", "desk.json", "2026-01"),
    "fit to JSON": ("fit", "league.toml", "2026-01"),
    "fit to TOML": ("fit", "league.toml", "2026-01"),
}


def tree(folder):
    """Return everything below a folder: the bytes of files, `None` for folders."""
    return {
        each.relative_to(folder).as_posix(): each.read_bytes() if each.is_file() else None
        for each in folder.rglob("*")
    }
