"""A pair of functions: what it gives is held against what it declares, and said without evidence."""

import traceback
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import FormulaError, PluginError
from capaian.formula import (
    Functions,
    Own,
    agg,
    col,
    compile_statistics,
    from_data,
    kind_of,
    to_data,
)
from capaian.formula.python import Moment

MOMENT = Moment(datetime(2027, 1, 1), datetime(2026, 1, 1), datetime(2027, 1, 1))


def span(rows):
    """The distance between the first and the last, and how many there are."""
    times = [row["time"] for row in rows if row["time"] is not None]
    return {"span": max(times) - min(times) if times else None, "n": len(times)}


def pair(records=span, name="span"):
    return Functions(name, ["time"], ["span", "n"], records, lambda frame: frame)


@given(st.lists(st.none() | st.integers(-5, 99), max_size=6))
def test_the_function_is_called_once_with_the_rows_of_a_subject(times):
    """Whichever outputs are wanted; and not at all where there is no row."""
    calls = []

    def counted(rows):
        calls.append(rows)
        return span(rows)

    functions = pair(counted)
    trees = [agg.own(functions, "n"), agg.own(functions, "span"), agg.count()]
    run = compile_statistics(trees, ["time"], {})
    found = run([(each,) for each in times], MOMENT)
    known = [each for each in times if each is not None]
    width = max(known) - min(known) if known else None
    assert found == ((len(known), width, len(times)) if times else (None, None, 0))
    assert calls == ([[{"time": each} for each in times]] if times else [])


def test_stamps_are_whole_microseconds_and_inputs_may_be_formulas():
    """As they are in frames."""
    seen = []
    functions = pair(lambda rows: seen.extend(rows) or {"span": 0, "n": 0})
    run = compile_statistics([agg.own(functions, "n", time=col("at"))], ["at"], {})
    run([(datetime(1970, 1, 1, 0, 0, 2),), (None,)], MOMENT)
    assert seen == [{"time": 2_000_000}, {"time": None}]


def test_rows_are_copies():
    """What a function does to them is seen by nobody else."""

    def spoil(rows):
        rows[0]["time"] = 5
        rows.clear()
        return {"span": 0, "n": 0}

    given_rows = [(1,), (2,)]
    trees = [agg.own(pair(spoil), "n"), agg.sum(col("time"))]
    assert compile_statistics(trees, ["time"], {})(given_rows, MOMENT) == (0, 3)
    assert given_rows == [(1,), (2,)]


def failing(rows):
    raise ValueError(f"secret {rows}")


@pytest.mark.parametrize(
    ("records", "said"),
    [
        (
            failing,
            (
                "failed on records: ValueError at test_functions.py, line "
                f"{failing.__code__.co_firstlineno + 1}."
            ),
        ),
        (
            lambda _: {"span": 0.5, "n": 1},
            "gave 'span' on records as float, not as an integer of 64 bits.",
        ),
        (
            lambda _: {"span": 2**63, "n": 1},
            "gave 'span' on records as int, not as an integer of 64 bits.",
        ),
        (
            lambda _: {"span": True, "n": 1},
            "gave 'span' on records as bool, not as an integer of 64 bits.",
        ),
        (lambda _: {"span": 0, "m": 1}, "gave span, m on records, not span, n."),
        (lambda _: [1, 2], "gave list on records, not span, n."),
    ],
    ids=["raises", "float", "large", "truth", "another name", "a list"],
)
def test_what_is_not_as_declared_is_said(records, said):
    """With the functions' name and plugin, and never with the rows."""
    with pytest.raises(PluginError) as error:
        pair(records).of([(1,)])
    (finding,) = error.value.findings
    assert finding.text() == f"the functions 'span' of the plugin (given) {said}"
    assert "secret" not in str(error.value)
    assert "secret" not in "".join(traceback.format_exception(error.value))


def test_what_is_declared_is_checked_before_anything_runs():
    """An output that is not there, an input of another name, a statistic inside."""
    columns = {"time": "integer"}
    assert kind_of(agg.own(pair(), "n"), columns) == "integer"
    with pytest.raises(FormulaError) as error:
        kind_of(agg.own(pair(), "median"), columns)
    assert error.value.findings[0].text() == (
        "the functions 'span' have no output 'median', or not as many inputs."
    )
    with pytest.raises(FormulaError, match="CPN-F09"):
        kind_of(Own(pair(), "n", ()), columns)
    with pytest.raises(FormulaError, match="CPN-F04"):
        kind_of(agg.own(pair(), "n", time=agg.count()), columns)
    with pytest.raises(TypeError, match="the functions 'span' have no input 'times'"):
        agg.own(pair(), "n", times=col("time"))


def test_functions_stand_in_a_fingerprint_by_their_name():
    """And cannot be read back from it."""
    tree = agg.own(pair(), "n")
    assert to_data(tree) == [
        "own", ["functions", "span", "span", "n"], "n", ["tuple", ["column", "time"]],
    ]  # fmt: skip
    assert to_data(tree) != to_data(agg.own(pair(name="span-2"), "n"))
    with pytest.raises(FormulaError, match="CPN-F03  own: 'functions' cannot stand here"):
        from_data(to_data(tree))
