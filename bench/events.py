"""Generates the events: a Parquet file of any size, from a fixed seed, in bounded memory.

One row is a case of the first quarter of 2026: who has it, when it was received and, if at all,
responded to, a rating from 1 to 4 or none, and units of work. Every subject has 100 events on
average whatever the size, so that the cost per event and per subject can be compared across sizes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 20260415
CHUNK = 1_000_000
"""Rows generated at a time, and rows of a row group."""
EVENTS_A_SUBJECT = 100
QUARTER = np.datetime64("2026-01-01", "us").astype(np.int64)
SECONDS = 90 * 86_400
SECOND = 1_000_000
SCHEMA = pa.schema(
    [
        ("subject", pa.int64()),
        ("received", pa.timestamp("us")),
        ("responded", pa.timestamp("us")),
        ("rating", pa.int8()),
        ("units", pa.int32()),
    ]
)


def subjects_of(events: int) -> int:
    """Return how many subjects share the events."""
    return max(events // EVENTS_A_SUBJECT, 1)


def file_of(folder: Path, events: int) -> Path:
    """Return where the events are kept."""
    return folder / f"events-{events}.parquet"


def make_events(folder: str, events: int) -> dict[str, int]:
    """Write the events unless they are there; return how many rows and bytes there are."""
    file = file_of(Path(folder), events)
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".unfinished")
        _write(unfinished, events)
        unfinished.rename(file)
    return {"rows": pq.read_metadata(file).num_rows, "bytes": file.stat().st_size}


def _write(file: Path, events: int) -> None:
    subjects = _Subjects(subjects_of(events))
    writer = pq.ParquetWriter(file, SCHEMA, compression="zstd", compression_level=1)
    with writer:
        for number, start in enumerate(range(0, events, CHUNK)):
            size = min(CHUNK, events - start)
            writer.write_table(_chunk(subjects, number, size), row_group_size=CHUNK)


class _Subjects:
    """What subjects differ in: how slow they are, how content people are, how often they say so."""

    def __init__(self, count: int) -> None:
        chance = np.random.default_rng([SEED, count])
        self.count = count
        self.days = chance.gamma(3.0, 1.4, count).astype(np.float32) + np.float32(0.3)
        self.content = chance.beta(8.0, 3.0, count).astype(np.float32)
        self.rated = chance.choice(
            np.array([0.0, 0.08, 0.7], dtype=np.float32), count, p=[0.01, 0.04, 0.95]
        )


def _chunk(subjects: _Subjects, number: int, size: int) -> pa.Table:
    chance = np.random.default_rng([SEED, subjects.count, number])
    subject = chance.integers(0, subjects.count, size)
    received = chance.integers(0, SECONDS, size)
    delay = chance.standard_exponential(size, dtype=np.float32) * subjects.days[subject]
    responded = received + (delay * 86_400).astype(np.int64)
    unanswered = chance.random(size, dtype=np.float32) < 0.02
    good = subjects.content[subject]
    rating = (1 + chance.binomial(3, good, size)).astype(np.int8)
    unrated = chance.random(size, dtype=np.float32) >= subjects.rated[subject]
    units = chance.integers(0, 10, size, dtype=np.int32)
    columns = [
        pa.array(subject + 1),
        _stamps(received),
        _stamps(responded, unanswered),
        pa.array(rating, mask=unrated),
        pa.array(units),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def _stamps(seconds: NDArray[np.int64], missing: NDArray[np.bool_] | None = None) -> pa.Array:
    return pa.array(QUARTER + seconds * SECOND, mask=missing).cast(pa.timestamp("us"))
