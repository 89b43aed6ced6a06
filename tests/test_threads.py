"""Work side by side gives what work one after another gives."""

import threading

import pytest

from capaian import threads
from capaian.threads import FEW, side_by_side

MANY = FEW + 1


@pytest.mark.parametrize("count", [0, 1, 2, 50])
@pytest.mark.parametrize("processors", [1, 2, 8, None])
def test_results_come_in_the_order_of_the_items(monkeypatch, count, processors):
    """Whatever the number of items and of processors."""
    monkeypatch.setattr(threads.os, "cpu_count", lambda: processors)
    assert side_by_side(lambda each: each * each, range(count), MANY) == [
        n * n for n in range(count)
    ]


def test_two_items_are_worked_on_at_once(monkeypatch):
    """Each waits for the other to have begun: one after the other they would wait for ever."""
    monkeypatch.setattr(threads.os, "cpu_count", lambda: 2)
    begun = threading.Barrier(2, timeout=60)
    assert sorted(side_by_side(lambda _: begun.wait(), [0, 1], MANY)) == [0, 1]


def test_one_processor_starts_no_thread(monkeypatch):
    """All is done by the caller's own."""
    monkeypatch.setattr(threads.os, "cpu_count", lambda: 1)
    mine = threading.get_ident()
    assert side_by_side(lambda _: threading.get_ident(), range(3), MANY) == [mine] * 3


def test_few_rows_start_no_thread(monkeypatch):
    """A host that scores one person pays for none."""
    monkeypatch.setattr(threads.os, "cpu_count", lambda: 2)
    mine = threading.get_ident()
    assert side_by_side(lambda _: threading.get_ident(), range(3), FEW) == [mine] * 3


def test_the_first_error_is_raised(monkeypatch):
    """The first in the order of the items, not in time."""
    monkeypatch.setattr(threads.os, "cpu_count", lambda: 2)

    def work(item):
        raise KeyError(item)

    with pytest.raises(KeyError, match="0"):
        side_by_side(work, range(4), MANY)
