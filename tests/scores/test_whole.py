"""The tail runs over sums that stay in their packs, a block of rows at a time."""

import tracemalloc

import numpy as np
import pytest

from capaian import threads
from capaian.columns.packing import Packed
from capaian.exact.filtered import BLOCK
from capaian.policy import read_policy
from capaian.scores.columns import STRETCH
from capaian.scores.gathered import Gathered
from capaian.scores.plan import make_plan
from capaian.scores.whole import WholeResults
from small_office import OFFICE

PLAN = make_plan(read_policy(OFFICE))
NAMES = list(
    dict.fromkeys(name for planned in PLAN.indicators.values() for name in planned.statistics.names)
)
BITS = 6
RESULT = 8 + 1 + 1 + 4
"""Bytes of a subject's result: score, band, status, and by which program it was scored."""


class Noted(Packed):
    """Sums in a pack that note how many rows are taken out together."""

    most = 0

    def __getitem__(self, rows):
        found = super().__getitem__(rows)
        Noted.most = max(Noted.most, np.size(found))
        return found


def packed(count, gaps=0.0, kind=Packed):
    """Statistics of so many subjects, ten in each pack."""
    rng = np.random.default_rng(5)
    ones = sum(1 << BITS * place for place in range(10))
    there = rng.random(count) >= gaps
    packs = [
        (rng.integers(0, 2**60, count) | ones) * there for _ in range(-(-len(NAMES) // 10))
    ]  # no sum is zero but where all are
    sure = np.ones(count, dtype=np.bool_)
    return {
        name: (kind(packs[place // 10], BITS * (place % 10), BITS), sure)
        for place, name in enumerate(NAMES)
    }


def gathered(inputs, count):
    return Gathered(
        range(count), inputs, {}, {}, {}, whole=True, origin="duckdb", findings=()
    )  # fmt: skip


@pytest.mark.parametrize("gaps", [0, 0.1])
def test_sums_in_packs_give_the_bits_of_whole_columns(gaps):
    """Scores, bands, statuses, every column of the ledger, and what is asked of one subject."""
    count = 2 * BLOCK + 99
    inputs = packed(count, gaps)
    plain = {name: (values[:], known) for name, (values, known) in inputs.items()}
    one = WholeResults(PLAN, gathered(inputs, count))
    two = WholeResults(PLAN, gathered(plain, count))
    for mine, its in ((one.columns(), two.columns()), (one.ledger(), two.ledger())):
        for name, column in its.items():
            for part in ("codes", "values", "known"):
                if hasattr(column, part):
                    got, wanted = getattr(mine[name], part), getattr(column, part)
                    assert got.tobytes() == wanted.tobytes()
            if isinstance(column, np.ndarray):
                assert mine[name].tobytes() == column.tobytes()
    for row in (0, count - 1):
        assert one.given(row) == two.given(row)
        assert [one.state(each, row) for each in PLAN.indicators] == [
            two.state(each, row) for each in PLAN.indicators
        ]


@pytest.mark.parametrize("gaps", [0, 0.1])
def test_no_more_than_a_block_of_rows_is_taken_out_at_once(gaps):
    """Whether subjects lack something or not."""
    Noted.most = 0
    results = WholeResults(PLAN, gathered(packed(5 * BLOCK, gaps, Noted), 5 * BLOCK))
    assert Noted.most == BLOCK
    assert len(set(results.scored.patterns.tolist())) == (2 if gaps else 1)


def test_beyond_the_result_the_tail_holds_as_much_for_any_number_of_subjects(monkeypatch):
    """Three times the subjects, the same memory but for their scores, bands and programs."""
    monkeypatch.setattr(threads.os, "cpu_count", lambda: 2)  # each thread has blocks of its own
    WholeResults(PLAN, gathered(packed(BLOCK), BLOCK))  # what is printed once is kept
    held = []
    for count in (2 * STRETCH, 6 * STRETCH):
        given = gathered(packed(count), count)
        tracemalloc.start()
        results = WholeResults(PLAN, given)
        held.append(tracemalloc.get_traced_memory()[1] - RESULT * len(results))
        tracemalloc.stop()
    assert held[0] < 2 * 16 * 8 * BLOCK  # for two, a block of twice as many columns as there are
    assert held[1] - held[0] < 8 * BLOCK  # a column of a block; 32 blocks are between them
