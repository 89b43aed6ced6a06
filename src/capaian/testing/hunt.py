"""Looks for the smallest input that breaks a clause, the same way for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from capaian.testing.outcome import Broken, Skipped
from capaian.testing.sample import said

Drawn = TypeVar("Drawn")


def hunt(
    strategy: st.SearchStrategy[Drawn],
    proof: Callable[[Drawn], None],
    *,
    start: int,
    examples: int,
    show: Callable[[Drawn], object] = lambda drawn: drawn,
) -> None:
    """Try a proof on inputs; raise `Broken` with the smallest that breaks it.

    Parameters
    ----------
    strategy
        The inputs.
    proof
        Raises `Broken` where the clause does not hold. Any other exception breaks it too.
    start
        The seed.
    examples
        How many inputs are tried.
    show
        What is shown of an input that breaks the clause.

    Raises
    ------
    Broken
        The clause does not hold.
    Skipped
        Hardly any input could be generated.
    """
    last: list[Broken] = []

    @seed(start)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=False,
        phases=(Phase.generate, Phase.shrink),
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(strategy)
    def tried(drawn: Drawn) -> None:
        try:
            proof(drawn)
        except Broken as broken:
            last.append(Broken(broken.reason, broken.example or _text(show(drawn))))
        except Skipped:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a plugin makes the engine raise
            last.append(Broken(f"it raised {said(error)}", _text(show(drawn))))
        else:
            return
        raise last[-1]

    try:
        tried()
    except Broken:
        raise last[-1] from None
    except Unsatisfiable:
        raise Skipped("no rows that pass the row checks could be generated") from None


def _text(example: object) -> str:
    return Broken("", example).example
