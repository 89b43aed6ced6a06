"""Synchronous work in threads, with a limit of time and of how much may wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from limits import Limits
from problems import ProblemError

Found = TypeVar("Found")


class Workers:
    """Threads that score. capaian's engine holds no state between calls: all may share a policy.

    A thread cannot be stopped. What takes too long is answered in time, and its thread is free
    again when it has come to its end; the limit of size bounds how long that is. Until then it
    counts among what is at work, so that slow requests cannot pile up.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.busy = 0
        self.threads = ThreadPoolExecutor(int(limits.workers), thread_name_prefix="score")

    async def run(self, work: Callable[[], Found]) -> Found:
        """Run a function in a thread.

        Raises
        ------
        ProblemError
            SVC-10: too many wait already. SVC-09: it took too long.
        """
        if self.busy >= self.limits.workers + self.limits.waiting:
            raise ProblemError.of("SVC-10")
        loop = asyncio.get_running_loop()
        self.busy += 1
        task = self.threads.submit(work)
        task.add_done_callback(lambda _: loop.call_soon_threadsafe(self._done))
        try:
            return await asyncio.wait_for(asyncio.shield(_awaited(task)), self.limits.seconds)
        except TimeoutError:
            task.cancel()  # one that has not begun does not begin
            raise ProblemError.of("SVC-09", seconds=self.limits.seconds) from None

    def _done(self) -> None:
        self.busy -= 1

    def close(self) -> None:
        """Begin nothing more."""
        self.threads.shutdown(wait=False, cancel_futures=True)


def _awaited(task: Future[Found]) -> asyncio.Future[Found]:
    found = asyncio.wrap_future(task)
    # What is answered no more may still fail: nobody is left to be told.
    found.add_done_callback(lambda each: each.cancelled() or each.exception())
    return found
