"""The cases: who takes part in each race, and what its section of the page says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from measure import run_child, run_python
from race import BY_HAND, FLOOR, MINE, PEER, Entry, Result, race
from settings import Settings
from tables import figure, of_race, table

WARM = 2000
"""Events of the small file on which everything is warmed up."""
PANDAS_MOST = 10_000_000
"""pandas takes ten times as long for ten times the rows, a row group at a time; larger files are
left out because they would only show that again, a minute a round."""


def events_of(settings: Settings, events: int) -> str:
    """Return the path of so many events, which are generated where they are not there yet."""
    made = run_child("events", "make_events", folder=str(settings.folder), events=events)
    if made.refused:
        raise RuntimeError(f"the events could not be generated: {made.refused}")
    return str(settings.folder / f"events-{events}.parquet")


def _on_file(settings: Settings, path: str) -> Callable[..., Entry]:
    warm = events_of(settings, WARM)

    def entry(name: str, kind: str, group: str, call: str, *, weighs: bool = True) -> Entry:
        function = "read_file" if kind == FLOOR else "score_file"
        run = partial(run_child, "jobs", function, call=call, path=path, warm=warm)
        return Entry(name, kind, group, run, weighs)

    return entry


def _event_entries(settings: Settings, events: int) -> list[Entry]:
    entry = _on_file(settings, events_of(settings, events))
    polars, duckdb = "by_hand.polars_streaming", "by_hand.duckdb_sql"
    entries = [
        entry("capaian, Polars", MINE, "polars", "ours.on_polars"),
        entry("Polars, dates joined", BY_HAND, "polars", f"{polars}.joined_by_date"),
        entry("Polars, dates gathered", BY_HAND, "polars", f"{polars}.gathered_by_date"),
        entry("Polars, half-hours gathered", BY_HAND, "polars", f"{polars}.gathered_by_half_hour"),
        entry("Polars, columns read", FLOOR, "polars", f"{polars}.read_columns"),
        entry("Polars, count and one sum", FLOOR, "polars", f"{polars}.count_and_sum"),
        entry("capaian, DuckDB", MINE, "duckdb", "ours.on_duckdb"),
        entry("DuckDB, dates joined", BY_HAND, "duckdb", f"{duckdb}.joined_by_date"),
        entry("DuckDB, half-hours joined", BY_HAND, "duckdb", f"{duckdb}.joined_by_half_hour"),
        entry("DuckDB, columns read", FLOOR, "duckdb", f"{duckdb}.read_columns"),
        entry("DuckDB, count and one sum", FLOOR, "duckdb", f"{duckdb}.count_and_sum"),
    ]
    if events <= PANDAS_MOST:
        entries.append(entry("pandas", BY_HAND, "polars", "by_hand.pandas_groupby.score"))
    return entries


def events(settings: Settings) -> str:
    """Race over each size of events, then compare the cost of one event across sizes."""
    results = {size: race(_event_entries(settings, size), settings.runs) for size in settings.sizes}
    said = (
        "From a Parquet file to every subject's score and band, by ten indicators with all three\n"
        "clocks. Subjects have 100 events on average at every size. Versions by hand join or look\n"
        "up the work calendar by the date of a stamp, or by its half-hour; they check nothing of\n"
        "what capaian refuses (a stop before its start, a rating off the scale). Floors do less\n"
        "than the job. pandas, which is compared with the best on Polars, is left out above\n"
        f"{PANDAS_MOST:,} events: a row group at a time its cost grows with the rows, and the\n"
        "whole frame would not fit."
    )
    parts = [said]
    for size, found in results.items():
        parts += [f"### {size:,} events, {max(size // 100, 1):,} subjects", of_race(found)]
    if len(results) > 1:
        parts += ["### Cost of one event and of one subject", _flatness(results)]
    return "\n\n".join(parts)


def _flatness(results: Mapping[int, list[Result]]) -> str:
    sizes = list(results)
    head = ["", *(f"ns an event, {size:,}" for size in sizes)]
    head += [f"µs a subject, {size:,}" for size in sizes]
    rows = []
    for name in [each.entry.name for each in results[sizes[0]]]:
        seconds = []
        for size in sizes:
            found = [each for each in results[size] if each.entry.name == name]
            known = bool(found) and not found[0].refused
            seconds.append(found[0].seconds if known else None)
        if any(seconds):
            pairs = list(zip(seconds, sizes, strict=True))
            costs = [figure(each * 1e9 / size) if each else "" for each, size in pairs]
            costs += [
                figure(each * 1e6 / max(size // 100, 1)) if each else "" for each, size in pairs
            ]
            rows.append([name, *costs])
    return table(head, rows)


def tail(settings: Settings) -> str:
    """Race from integers in memory to score and band."""
    size = settings.tail
    entries = [
        Entry(name, kind, "tail", partial(run_child, "tail", function, subjects=size))
        for name, kind, function in (
            ("capaian, exact", MINE, "mine"),
            ("NumPy in blocks, not checked", BY_HAND, "by_hand"),
            ("one pass over the memory", FLOOR, "one_pass"),
        )
    ]
    said = (
        f"From integers in memory to score and band: {size:,} subjects, ten indicators. By hand a\n"
        "score that float error has put on the wrong side of a tie stays there, but for a guard\n"
        "digit; capaian's is proved, row by row. The median of five calls a round. The peak holds\n"
        "the integers too."
    )
    return f"{said}\n\n{of_race(race(entries, settings.runs), 'ms', 1e3)}"


def one(settings: Settings) -> str:
    """Race over one subject's records, call by call."""
    path, calls = events_of(settings, WARM), 200
    entries = [
        Entry(name, kind, "one", partial(run_child, "subject", function, path=path, calls=calls))
        for name, kind, function in (
            ("plain Python", BY_HAND, "by_hand"),
            ("capaian, measured values and score", MINE, "scored"),
            ("capaian, with the ledger", MINE, "with_ledger"),
        )
    ]
    said = (
        "Fifty events of one subject as a list of dicts, ten indicators; one call, warm, the\n"
        f"policy read once. The median of {calls} calls a round. Digests are of the measured\n"
        "values, the score and the band."
    )
    return f"{said}\n\n{of_race(race(entries, settings.runs), 'ms', 1e3)}"


def imports(settings: Settings) -> str:
    """Race from the start of an interpreter to its end."""
    entries = [
        Entry(name, kind, "import", partial(run_python, ["-c", statement]), weighs=False)
        for name, kind, statement in (
            ("a bare interpreter", BY_HAND, "pass"),
            ("`import capaian`", MINE, "import capaian"),
            ("`import numpy`, to compare", FLOOR, "import numpy"),
            ("`import polars`, to compare", FLOOR, "import polars"),
        )
    ]
    rounds = settings.runs * 7
    said = f"The whole life of an interpreter that does nothing else; {rounds} rounds."
    return f"{said}\n\n{of_race(race(entries, rounds), 'ms', 1e3)}"


def peers(settings: Settings) -> str:
    """Race over the peers' job."""
    size = settings.peers
    entries = [
        Entry(name, kind, "peers", partial(run_child, "peers", function, subjects=size, **options))
        for name, kind, function, options in (
            ("capaian", MINE, "mine", {}),
            ("scikit-criteria", PEER, "scikit_criteria", {}),
            ("pymcdm", PEER, "pymcdm", {"validation": True}),
            ("pymcdm without its validation", PEER, "pymcdm", {"validation": False}),
            ("NumPy in four lines", FLOOR, "by_hand", {}),
        )
    ]
    results = race(entries, settings.runs)
    said = (
        f"A matrix of {size:,} rows and ten columns in memory: min-max of each column, weighted\n"
        "sum, ranking. scikit-criteria does it by a pipeline of `MinMaxScaler` and\n"
        "`WeightedSumModel`, the fastest way of its documentation; pymcdm by `WSM` and `rank`, as\n"
        "it comes, and without its validation, which is its fastest. capaian, which checks its\n"
        "evidence as ever, fits the cohort and scores it, on two threads; its scores are\n"
        "rounded, whole numbers of 10^-9, and are ranked as such. Plain NumPy, of which nothing\n"
        "is checked, is the floor. The median of three calls a round. All give one ranking:\n"
        "each is shown to follow its scores, and the scores are the same."
    )
    return "\n\n".join([said, of_race(results), _times_faster(results)]).strip()


def _times_faster(results: list[Result]) -> str:
    mine, *others = results
    if mine.refused:
        return ""
    told = [
        f"{figure(each.seconds / mine.seconds)} times as fast as {each.entry.name}"
        for each in others
        if not each.refused and each.entry.kind == PEER
    ]
    return f"capaian is {' and '.join(told)}." if told else ""


def spark(settings: Settings) -> str:
    """Race on Spark, with the digests of the other engines beside it."""
    entry = _on_file(settings, events_of(settings, settings.spark))
    entries = [
        entry("capaian, Spark", MINE, "spark", "ours.on_spark", weighs=False),
        entry("Spark SQL", BY_HAND, "spark", "by_hand.spark_sql.score_file", weighs=False),
        entry("capaian, Polars", MINE, "spark", "ours.on_polars"),
        entry("capaian, DuckDB", MINE, "spark", "ours.on_duckdb"),
    ]
    said = (
        f"{settings.spark:,} events on Spark, `local[2]`, eight partitions after the shuffle. The\n"
        "peak of a Java process is not seen. The other engines show that the answer is the same."
    )
    return f"{said}\n\n{of_race(race(entries, settings.runs))}"


RUN: dict[str, tuple[str, Callable[[Settings], Any]]] = {
    "events": ("Events", events),
    "tail": ("The tail alone", tail),
    "one": ("One employee", one),
    "import": ("Import", imports),
    "peers": ("The peers' job", peers),
    "spark": ("Spark", spark),
}
"""For each case its title and what runs it."""


def folder_of(settings: Settings) -> Path:
    """Return where the sections are kept, so that a case may be measured by itself."""
    return settings.folder / "sections"
