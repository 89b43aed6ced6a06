"""From the integers of sub-periods to those that a score's program takes.

A sub-period of which there is no value gets a 0 as its presence, and harmless integers in place of
those that its value is made of, so that no formula divides by nothing; the program never reads
them. Which sub-periods have a value is decided here, by the states of their measure, in integers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from capaian.measure import NO_EVIDENCE, OK, Known, Statistics, states
from capaian.scores.ask import rows_name
from capaian.scores.planned import Planned, Window
from capaian.scores.windows import inputs_of

Inputs: TypeAlias = dict[str, Any]


def settle(planned: Planned, inputs: Inputs, count: int, *, whole: bool) -> None:
    """Fill in what an indicator's program takes of its sub-periods; nothing where it has none.

    Parameters
    ----------
    planned
        The indicator, made ready for the period.
    inputs
        Integers by name, as `capaian.scores.gather` has them; they are changed.
    count
        How many subjects there are.
    whole
        Whether they are whole columns or lists.
    """
    if planned.indicator.consolidate is not None:
        _consolidate(planned, inputs, count, whole=whole)
    elif planned.indicator.accumulate.how == "last":
        _latest(planned, inputs, count, whole=whole)


def state_names(statistic: Statistics) -> tuple[str, ...]:
    """Return the states of a sub-period, by the number that stands for each."""
    anything = Known(defaultdict(int))  # which states there are does not depend on the integers
    return tuple(dict.fromkeys((OK, *(name for name, _ in states(statistic, anything)))))


def _consolidate(planned: Planned, inputs: Inputs, count: int, *, whole: bool) -> None:
    begun = [each for each in planned.windows if each.begun]
    codes = [_codes(each.statistics, inputs, count, whole=whole) for each in begun]
    present, empty = [], []
    for window, found in zip(begun, codes, strict=True):
        nothing = state_names(window.statistics).index(NO_EVIDENCE)
        there = [each == 0 for each in found] if not whole else found == 0
        bare = [each == nothing for each in found] if not whole else found == nothing
        present.append(there)
        empty.append(bare)
        inputs[f"{window.prefix}.present"] = _known(_integers(there, whole=whole), whole=whole)
        inputs[f"{window.prefix}.state"] = _known(found, whole=whole)
        divisors = window.statistics.divisors
        for name in inputs_of(planned, window):
            inputs[name] = _harmless(inputs[name], there, int(name in divisors), whole=whole)
    name, waiting = planned.indicator.id, len(planned.windows) - len(begun)
    inputs[f"{name}.periods"] = _known(_total(present, count, 0, whole=whole), whole=whole)
    inputs[f"{name}.empty"] = _known(_total(empty, count, waiting, whole=whole), whole=whole)


def _codes(statistic: Statistics, inputs: Inputs, count: int, *, whole: bool) -> Any:
    """Return the number of the state of each subject in one sub-period."""
    words = state_names(statistic)
    if not whole:
        return [
            next((words.index(state) for state, holds in states(statistic, known) if holds), 0)
            for known in _rows(inputs, count)
        ]
    import numpy as np  # noqa: PLC0415 - records need no NumPy

    known = Known(
        {name: pair[0] for name, pair in inputs.items()},
        {name: pair[1] for name, pair in inputs.items()},
    )
    code = np.zeros(count, dtype=np.int64)
    for state, holds in reversed(states(statistic, known)):
        code[np.broadcast_to(np.asarray(holds, dtype=np.bool_), (count,))] = words.index(state)
    return code


def _rows(inputs: Inputs, count: int) -> Iterator[Known]:
    for row in range(count):
        given = {name: column[row] for name, column in inputs.items()}
        yield Known(
            {name: value or 0 for name, value in given.items()},
            {name: value is not None for name, value in given.items()},
        )


def _integers(flags: Any, *, whole: bool) -> Any:
    return flags.astype("int64") if whole else [int(each) for each in flags]


def _known(values: Any, *, whole: bool) -> Any:
    """Return values all of which are known."""
    if not whole:
        return list(values)
    import numpy as np  # noqa: PLC0415 - records need no NumPy

    return values, np.ones(len(values), dtype=np.bool_)


def _total(flags: Sequence[Any], count: int, more: int, *, whole: bool) -> Any:
    """Return how many of the flags hold of each subject, and some more that hold of all."""
    if not whole:
        return [more + sum(each[row] for each in flags) for row in range(count)]
    import numpy as np  # noqa: PLC0415 - records need no NumPy

    made = np.full(count, more, dtype=np.int64)
    for each in flags:
        made += each
    return made


def _harmless(column: Any, there: Any, instead: int, *, whole: bool) -> Any:
    """Return a column with another integer wherever a sub-period has no value."""
    if not whole:
        return [value if sure else instead for value, sure in zip(column, there, strict=True)]
    import numpy as np  # noqa: PLC0415 - records need no NumPy

    values, known = column
    return np.where(there, values, instead), known | ~there


def _latest(planned: Planned, inputs: Inputs, count: int, *, whole: bool) -> None:
    """Take each statistic from the last sub-period in which the subject has any row."""
    begun = [each for each in planned.windows if each.begun]
    chosen = _chosen([inputs[rows_name(each)] for each in begun], count, whole=whole)
    inputs[f"{planned.indicator.id}.window"] = _known(chosen, whole=whole)
    names = (*planned.statistics.names, *planned.statistics.outside)
    own = [(*each.statistics.names, *each.statistics.outside) for each in begun]
    for index, name in enumerate(names):
        columns = [inputs[each[index]] for each in own]
        inputs[name] = _picked(columns, chosen, count, whole=whole)
    used = {name for each in own for name in each} | {rows_name(each) for each in begun}
    for name in used:
        inputs.pop(name, None)


def _chosen(rows: Sequence[Any], count: int, *, whole: bool) -> Any:
    """Return the place, from 1, of the last sub-period with rows; 0 where there is none."""
    if not whole:
        places = range(len(rows), 0, -1)
        return [
            next((place for place in places if rows[place - 1][row]), 0) for row in range(count)
        ]
    import numpy as np  # noqa: PLC0415 - records need no NumPy

    made = np.zeros(count, dtype=np.int64)
    for place, (values, _) in enumerate(rows, 1):
        made[values > 0] = place
    return made


def _picked(columns: Sequence[Any], chosen: Any, count: int, *, whole: bool) -> Any:
    """Return for each subject the value of the sub-period that was chosen; else of the first."""
    if not whole:
        return [columns[max(place - 1, 0)][row] for row, place in enumerate(chosen)]
    import numpy as np  # noqa: PLC0415 - records need no NumPy

    values, known = (each.copy() for each in columns[0])
    for place, (others, sure) in enumerate(columns, 1):
        here = chosen == place
        values, known = np.where(here, others, values), np.where(here, sure, known)
    del count
    return values, known


def chosen_window(planned: Planned, given: Mapping[str, int]) -> Window | None:
    """Return the sub-period from which a subject's value was taken, where it is the last."""
    place = given.get(f"{planned.indicator.id}.window", 0)
    begun = [each for each in planned.windows if each.begun]
    return begun[place - 1] if place else None
