"""Names that go away: warned of for two minor versions, and gone in the third at the earliest."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar

from attrs import frozen

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
MINORS = 2
"""For so many minor versions a name is warned of."""


class GoingWarning(DeprecationWarning):
    """A name of capaian that goes away; `-W error::DeprecationWarning` finds its uses."""


@frozen
class Deprecation:
    """A public name that goes away.

    Attributes
    ----------
    name, instead
        The full name, and that of what takes its place.
    since
        The minor version that first warned of it, such as `0.3`.
    """

    name: str
    instead: str
    since: str

    @property
    def until(self) -> str:
        """The first minor version that may be without it."""
        major, minor = _version(self.since)
        return f"{major}.{minor + MINORS}"

    def text(self) -> str:
        """Return what is said to whoever uses it."""
        return (
            f"{self.name} is deprecated since capaian {self.since} and may be gone in "
            f"{self.until}: use {self.instead}."
        )

    def is_due(self, version: str) -> bool:
        """Return whether it may be gone in a version, such as `0.5.1`."""
        return _version(version) >= _version(self.until)


RETIRED: Mapping[str, Deprecation] = {}
"""Names of `capaian` itself that go away; each still stands for what takes its place."""


def warn(deprecation: Deprecation, *, above: int = 1) -> None:
    """Warn the caller of the function that calls this, or of one so much further above."""
    warnings.warn(deprecation.text(), GoingWarning, stacklevel=2 + above)


def deprecated(
    deprecation: Deprecation,
) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
    """Mark a function that goes away: it works as before, and warns its caller each time.

    Examples
    --------
    >>> old = deprecated(Deprecation("capaian.total", "capaian.score", "0.3"))(sum)
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     old([1, 2])
    3
    >>> print(caught[0].message)
    capaian.total is deprecated since capaian 0.3 and may be gone in 0.5: use capaian.score.
    """

    def marked(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
        @wraps(function)
        def call(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
            warn(deprecation)
            return function(*args, **kwargs)

        return call

    return marked


def overdue(retired: Iterable[Deprecation], version: str) -> list[str]:
    """Return the names that a version may be without, and that it still has."""
    return [each.name for each in retired if each.is_due(version)]


def _version(written: str) -> tuple[int, int]:
    major, minor, *_ = written.split(".")
    return int(major), int(minor)
