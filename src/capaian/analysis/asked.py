"""What a caller asks for, proved: numbers in their range, names among those there are."""

from __future__ import annotations

from collections.abc import Sequence

from capaian.errors import AnalysisError, did_you_mean, refuse


def between(value: float, low: float, high: float, where: str, headline: str) -> float:
    """Return a number that lies between two others, both excluded.

    Raises
    ------
    AnalysisError
        `CPN-M45`.
    """
    if low < value < high:
        return float(value)
    raise refuse(
        AnalysisError, headline, "CPN-M45", where, given=str(value),
        wanted=f"between {low} and {high}", wanted_id=f"antara {low} dan {high}",
        example=f"{where} = {(low + high) * 0.95 if high == 1 else (low + high) / 2:g}",
    )  # fmt: skip


def choice(
    value: str, known: Sequence[str], where: str, headline: str, *, code: str = "CPN-M47"
) -> str:
    """Return a name that is among those there are.

    Raises
    ------
    AnalysisError
        The code, with the names there are and the nearest of them.
    """
    if value in known:
        return value
    listed = ", ".join(map(str, known))
    raise refuse(
        AnalysisError, headline, code, where,
        given=str(value), known=listed, hint=did_you_mean(str(value), known),
    )  # fmt: skip
