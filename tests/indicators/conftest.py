"""Runs a measure the way one subject's records are scored: integers first, exact ratios then."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from capaian.exact import Program, run_paired
from capaian.formula import Moment, compile_statistics, kind_of, statistics
from capaian.indicator import ColumnRef, Indicator, Step
from capaian.measure import Known, ready, states
from capaian.plugin import Measure

GOLDEN = Path(__file__).parents[1] / "golden"


@frozen
class Result:
    """What a subject gets: a state, and where it is `ok` a value; n, figures, broken checks."""

    status: str
    value: Fraction | None
    near: float | None
    n: int
    figures: Mapping[str, int]
    broken: Mapping[str, int]


def run(
    measure: Measure,
    rows: Iterable[Mapping[str, Any]],
    moment: Moment,
    outside: Mapping[str, int | None] | None = None,
) -> Result:
    """Run a measure on one subject's rows (dictionaries by role; a role that is absent is none)."""
    made = ready("x", measure)
    roles = [need.role for need in measure.columns] + ["pauses"]
    kinds = {need.role: need.kind for need in measure.columns}
    for tree in made.trees:
        for statistic in statistics(tree):
            assert kind_of(statistic, kinds) == "integer"
    nullable = {need.role: need.nullable for need in measure.columns} | {"pauses": False}
    reduce = compile_statistics(made.trees, roles, nullable)
    table = [
        tuple(row.get(role, () if role == "pauses" else None) for role in roles) for row in rows
    ]
    found: dict[str, int | None] = dict(zip(made.names, reduce(table, moment), strict=True))
    found |= {f"x.{name}": value for name, value in (outside or {}).items()}
    known = Known(
        {name: value or 0 for name, value in found.items()},
        {name: value is not None for name, value in found.items()},
    )
    status = next((name for name, holds in states(made, known) if holds), "ok")
    inputs = {name: value for name, value in found.items() if value is not None}
    figures = run_paired(Program((("n", made.n), *made.figures.items())), inputs)
    numbers = {name: figures[name][1] for name in ("n", *made.figures)}
    assert all(number.denominator == 1 for number in numbers.values()), "figures are integers"
    near, value = None, None
    if status == "ok":
        near, value = run_paired(Program((("value", made.value),)), inputs)["value"]
    return Result(
        status=status,
        value=value,
        near=near,
        n=int(numbers.pop("n")),
        figures={name: int(number) for name, number in numbers.items()},
        broken={check.code: found[name] or 0 for check, name in made.checks},
    )


def declare(
    type_: str, columns: Mapping[str, str | ColumnRef] | None = None, **more: Any
) -> Indicator:
    """Return an indicator `x` of a type, with roles mapped to columns."""
    given = {
        role: column if isinstance(column, ColumnRef) else ColumnRef(column)
        for role, column in (columns or {}).items()
    }
    return Indicator(
        id="x",
        title={"en": "X", "id": "X"},
        type=type_,
        table="rows",
        subject="officer",
        columns=given,
        weight=Fraction(1),
        measure={},
        normalise=(Step("identity"),),
        missing="exclude",
        **more,
    )


@pytest.fixture(scope="session")
def measured() -> Callable[..., Result]:
    """Return the function that runs a measure on one subject's rows."""
    return run


@pytest.fixture(scope="session")
def indicator() -> Callable[..., Indicator]:
    """Return the function that declares an indicator."""
    return declare


@pytest.fixture(scope="session")
def golden() -> Callable[[str], list[dict[str, Any]]]:
    """Return the function that reads the cases of a golden file."""

    def cases(name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads((GOLDEN / name).read_text("utf-8"))["cases"]
        return found

    return cases


@pytest.fixture(scope="session")
def office() -> Callable[[datetime], Moment]:
    """Return the function `as_of -> Moment` of a small office, with clocks of its own.

    Monday to Friday, 08:00 to 16:00 without a break; 18 to 24 March 2026 off.
    """
    off = {date(2026, 3, day) for day in range(18, 25)}
    first = date(2026, 1, 1)

    def works(day: date) -> bool:
        return day.weekday() < 5 and day not in off

    def work_days(start: datetime, end: datetime) -> int:
        return _begun(end) - _begun(start)

    def _begun(stamp: datetime) -> int:
        days = (stamp.date() - first).days + 1
        return sum(works(first + timedelta(days=day)) for day in range(days))

    def work_time(start: datetime, end: datetime) -> int:
        return _worked(end) - _worked(start)

    def _worked(stamp: datetime) -> int:
        hour = 3_600_000_000
        before = _begun(datetime.combine(stamp.date() - timedelta(days=1), stamp.time())) * 8 * hour
        time = (stamp - datetime.combine(stamp.date(), datetime.min.time())) // timedelta(
            microseconds=1
        )
        return before + (min(max(time - 8 * hour, 0), 8 * hour) if works(stamp.date()) else 0)

    def moment(as_of: datetime) -> Moment:
        return Moment(as_of, datetime(2026, 1, 1), datetime(2027, 1, 1), work_time, work_days)

    return moment
