"""How long cases took: the same on every engine, counted and not named."""

from datetime import datetime, timedelta

import pytest

from capaian.columns import Filter, PauseReading, Reading, Request, lengths_of, open_table
from capaian.formula import Moment, agg, as_of, col, elapsed, paused, when
from visits import ENGINES

START, CUT = datetime(2026, 1, 1), datetime(2026, 4, 1)
DAY = timedelta(days=1)
MICRO = 86_400_000_000
TAKEN = {"a": (1, 3, 3, None, None), "b": (2, None), "c": (5,)}
ROWS = [
    {"id": f"{who}{at}", "who": who, "from": START, "to": None if d is None else START + d * DAY,
     "kind": "void" if who == "c" else "x"}
    for who, some in TAKEN.items()
    for at, d in enumerate(some)
]  # fmt: skip
OPEN = (CUT - START).days


def request(*, with_pauses=None):
    stop = col("stop")
    end = when(stop.present(), stop, as_of())
    time = elapsed(col("start"), end)
    if with_pauses is not None:
        time = time - paused(col("start"), end)
    return Request(
        subject="who",
        readings=(Reading("start", "from", "stamp"), Reading("stop", "to", "stamp", nullable=True)),
        filters=(Filter("kind", one_of=("x",)),),
        statistics=(agg.quantile(time, "1/2", stop.present()),),
        moment=Moment(as_of=CUT, start=START, end=CUT),
        dated="start",
        pauses=with_pauses,
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_lengths(engine):
    """In order of subject and length; those of nobody that is wanted are left out."""
    found = lengths_of(open_table(ENGINES[engine](ROWS), "t"), request(), ["a", "z"])
    assert found.subjects.tolist() == [0, 0, 0]
    assert [each / MICRO for each in found.durations.tolist()] == [1, 3, OPEN]
    assert found.ended.tolist() == [1, 2, 0]
    assert found.cases.tolist() == [1, 2, 2]


@pytest.mark.parametrize("engine", ENGINES)
def test_pauses_are_taken_off(engine):
    pauses = [{"id": "b0", "on": START, "off": START + DAY}]
    reading = PauseReading(
        open_table(pauses, "p"), "id", Reading("start", "on", "stamp"),
        Reading("stop", "off", "stamp", nullable=True), "id",
    )  # fmt: skip
    found = lengths_of(open_table(ENGINES[engine](ROWS), "t"), request(with_pauses=reading), ["b"])
    assert [each / MICRO for each in found.durations.tolist()] == [1, OPEN]


def test_nobody_has_no_lengths():
    found = lengths_of(open_table(ROWS, "t"), request(), [])
    assert len(found.subjects) == len(found.cases) == 0


def test_it_is_asked_by_a_survival_statistic():
    from attrs import evolve

    with pytest.raises(TypeError, match="aggregate"):
        lengths_of(open_table(ROWS, "t"), evolve(request(), statistics=(agg.count(),)), ["a"])
