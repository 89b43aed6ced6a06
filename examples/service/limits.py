"""What a caller may ask for: sizes, times, and how much at once. Read from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Limits:
    """The service's limits.

    Attributes
    ----------
    megabytes
        Largest body of a request.
    seconds
        Longest time for the body to arrive, and for the work to be done.
    workers
        Threads that score.
    waiting
        Requests that may wait for a thread; one more is told to come back.
    """

    megabytes: float = 10.0
    seconds: float = 30.0
    workers: float = 4
    waiting: float = 16

    @property
    def most_bytes(self) -> int:
        """The largest body, in bytes."""
        return int(self.megabytes * 1_000_000)

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Limits:
        """Return the limits that `CAPAIAN_SERVICE_SECONDS` and so on set."""
        given = {
            each.name: float(written)
            for each in fields(cls)
            if (written := environment.get(f"CAPAIAN_SERVICE_{each.name.upper()}"))
        }
        return cls(**given)
