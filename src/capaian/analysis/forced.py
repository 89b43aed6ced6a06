"""What a quota of bands does to people and units: who is forced, and how often wrongly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, cast, get_args

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from capaian.analysis.asked import choice
from capaian.analysis.groups import Groups, groups_of, matrix_from, units_of
from capaian.analysis.matrix import Matrix
from capaian.analysis.seats import (
    Semantics,
    Ties,
    capped_labels,
    proportional_labels,
    ranked,
    seats,
)
from capaian.analysis.table import Table
from capaian.columns import Coded
from capaian.discreet import discreet
from capaian.errors import AnalysisError, Finding, refuse
from capaian.exact import read_number
from capaian.scores import Scores

HEADLINE = "The quota cannot be tried."
_EXAMPLE = '{"high": "20%", "middle": "60%", "low": "20%"}'
_SURE = 0.05
"""A unit is large enough where it has no true member of a band with at most this probability."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@frozen(eq=False, repr=False)
class ForcedEffects:
    """What a quota does.

    Attributes
    ----------
    sizes
        A row for each band of the quota and each size of unit: seats, how many true members such a
        unit has, the probability that it has none, and how many labels are wrong though everybody
        is measured without error.
    bands
        A row for each band of the quota: the smallest unit with a seat, and the smallest that has
        a true member with a probability of 95 %.
    moves
        A row for each plain band and label by the quota that somebody has; empty for sizes alone.
    people
        A row for each subject with a band: both labels side by side; empty for sizes alone.
    forced_down, forced_up
        How many would stand higher, or lower, without the quota.
    tied
        How many labels hang on how equal scores are told apart.
    guidance
        What the policy's own guidance on the set of results finds; it is no quota.
    """

    sizes: Table
    bands: Table
    moves: Table | None = None
    people: Table | None = None
    forced_down: int = 0
    forced_up: int = 0
    tied: int = 0
    guidance: tuple[Finding, ...] = ()

    def text(self) -> str:
        """Return all that names nobody as plain text."""
        tables = [each for each in (self.moves, self.bands, self.sizes) if each is not None]
        lines = [each.text() for each in tables]
        if self.people is not None:
            lines.insert(
                0,
                f"{self.forced_down} forced down, {self.forced_up} forced up, of "
                f"{len(self.people)}; {self.tied} labels depend on how equal scores are told "
                "apart.",
            )
        lines += [each.line() for each in self.guidance]
        return "\n\n".join(lines)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<ForcedEffects {self.forced_down} down, {self.forced_up} up>"


def none_of(sizes: ArrayLike, members: int, population: int) -> Floats:
    r"""Return the probability that a unit has no true member of a band.

    .. math:: \binom{N-K}{n} / \binom{N}{n}

    Parameters
    ----------
    sizes
        Of units, n; whole numbers.
    members, population
        How many of all N people are true members, K. Units are drawn from all at random.

    Notes
    -----
    Hypergeometric (`scipy.stats.hypergeom`). A unit of 5 among 100 with 20 true members has none
    with probability 0.319. Source of the concern: Scullen, Bergey & Aiman-Smith 2005.
    """
    found = stats.hypergeom.pmf(0, population, members, np.asarray(sizes, dtype=np.int64))
    return np.asarray(found, dtype=np.float64)


def expected_wrong(size: int, seat: int, members: int, population: int) -> tuple[float, float]:
    """Return how many labels a quota gets wrong in a unit, though all are measured without error.

    Parameters
    ----------
    size, seat
        Of the unit, and its seats in the band.
    members, population
        As for `none_of`.

    Returns
    -------
    tuple of float
        Expected people with the label who are no true members, and true members without it.
    """
    most = min(size, members)
    chance = stats.hypergeom.pmf(np.arange(most + 1), population, members, size)
    short = seat - np.arange(most + 1)
    return float((chance * np.maximum(short, 0)).sum()), float(
        (chance * np.maximum(-short, 0)).sum()
    )


@discreet
def forced_distribution_effects(
    scores: Scores | Matrix | ArrayLike,
    quota: Mapping[str, Any],
    *,
    semantics: Semantics,
    ties: Ties | None = None,
    units: Any = None,
) -> ForcedEffects:
    """Return what a quota of bands does to people and to units of every size. No score changes.

    Parameters
    ----------
    scores
        Of one period; or only the sizes of units, whole numbers.
    quota
        Band to share, such as `"20%"` or `"1/5"`; a float is taken as it is written. Without scores
        the names are free.
    semantics
        * `at_most`: the share is a cap, rounded down; who is above it falls to the next band. The
          lowest band has no cap.
        * `proportional`: every unit hands out the shares, whatever its people did; they add up to
          1, seats go by largest remainders.
    ties
        Needed with scores. What people with equal scores at the edge get: all the `better` label
        (a cap may then be exceeded), all the `worse`, or one after another in `order` of their
        identifiers, which is chance.
    units
        Subject to unit, as `group` of `fairness`; where left out, as the evidence says.

    Returns
    -------
    ForcedEffects

    Raises
    ------
    AnalysisError
        `CPN-M43`: no such band. `CPN-M46`: there are no units. `CPN-M47`: `semantics` or `ties` is
        not one of the choices. `CPN-M48`: the quota cannot be used.

    Notes
    -----
    `sizes` takes units as drawn at random from all people, of whom the same share truly belongs to
    the band. Sources: hypergeometric law; Scullen et al. 2005; Balinski & Young 2001. Guidance by
    which an appraiser considers the distribution (SE Menteri PANRB 3/2023) is no quota: it is in
    `guidance`, as `Scores.guidance` finds it.
    """
    choice(str(semantics), get_args(Semantics), "semantics", HEADLINE)
    given = isinstance(scores, Scores | Matrix)
    matrix = matrix_from(cast("Scores | Matrix", scores)) if given else None
    if matrix is not None:
        choice(str(ties), get_args(Ties), "ties", HEADLINE)
        for each in quota:
            choice(each, matrix.bands, "quota", HEADLINE, code="CPN-M43")
    names, shares = _shares(quota, matrix, semantics)
    if matrix is None:
        return ForcedEffects(*_by_size(names, shares, _sizes(scores), semantics, "records"))
    homes = units_of(matrix) if units is None else groups_of(matrix.subjects, units, "units")
    found = _labelled(matrix, homes, names, shares, semantics, cast("Ties", ties))
    guidance: tuple[Finding, ...] = ()
    if isinstance(scores, Scores) and scores.policy.guidance is not None:
        own = scores.policy.guidance
        if own.labels is None or (scores.given_evidence and scores.given_evidence.evidence):
            given_ = scores.given_evidence.evidence if scores.given_evidence else None
            guidance = tuple(scores.guidance(given_))
    return ForcedEffects(*found, guidance)


def _sizes(given: Any) -> Ints:
    sizes = np.asarray(given).ravel()
    if sizes.dtype.kind not in "iu" or not len(sizes) or sizes.min() < 1:
        raise refuse(
            AnalysisError, HEADLINE, "CPN-M45", "scores", given="it",
            wanted="scores, or whole numbers from 1 on: the sizes of units",
            wanted_id="nilai, atau bilangan bulat mulai 1: ukuran unit", example="[5, 9, 12]",
        )  # fmt: skip
    return sizes.astype(np.int64)


def _shares(
    quota: Mapping[str, Any], matrix: Matrix | None, semantics: Semantics
) -> tuple[tuple[str, ...], tuple[Fraction, ...]]:
    """Return the bands, the lowest first where the order is known, and their exact shares."""
    read: dict[str, Fraction] = {}
    for name, written in quota.items():
        try:
            share = read_number(written)
        except (TypeError, ValueError):
            share = Fraction(-1)
        if not 0 <= share <= 1:
            raise _bad(f"the share of '{name}' is no number from 0 to 1",
                       f"bagian '{name}' bukan bilangan dari 0 sampai 1")  # fmt: skip
        read[name] = share
    if not read:
        raise _bad("it names no band", "tidak menyebut predikat apa pun")
    if semantics == "proportional" and (total := sum(read.values())) != 1:
        raise _bad(f"the shares add up to {total}, not 1", f"jumlah bagian {total}, bukan 1")
    if matrix is None:
        return tuple(read), tuple(read.values())
    if semantics == "at_most" and matrix.bands[0] in read:
        raise _bad(f"'{matrix.bands[0]}' is the lowest band, and nobody can fall from it",
                   f"'{matrix.bands[0]}' predikat terendah, tiada yang dapat turun")  # fmt: skip
    return matrix.bands, tuple(read.get(each, Fraction(0)) for each in matrix.bands)


def _bad(reason: str, reason_id: str) -> AnalysisError:
    return refuse(AnalysisError, HEADLINE, "CPN-M48", "quota", reason=reason, reason_id=reason_id,
                  example=_EXAMPLE)  # fmt: skip


def _by_size(
    names: Sequence[str], shares: Sequence[Fraction], sizes: Ints, semantics: Semantics,
    origin: Any, capped: Sequence[bool] | None = None,
) -> tuple[Table, Table]:  # fmt: skip
    """Return the tables of sizes and of bands."""
    population = int(sizes.sum())
    known, units = np.unique(sizes[sizes > 0], return_counts=True)
    own = seats(known, shares, semantics=semantics)
    members = seats([population], shares, semantics=semantics)[0]
    rows: list[list[Any]] = []
    bands: list[list[Any]] = []
    for at, name in enumerate(names):
        if capped is not None and not capped[at]:
            continue
        true = int(members[at])
        none = none_of(known, true, population)
        wrong = [expected_wrong(int(n), int(k), true, population)
                 for n, k in zip(known, own[:, at], strict=True)]  # fmt: skip
        for index, n in enumerate(known):
            into, out = wrong[index]
            if semantics == "at_most":
                into = 0.0  # a cap forces nobody in
            rows.append([name, int(n), int(units[index]), int(own[index, at]),
                         float(n) * true / population, float(none[index]), into, out,
                         float(units[index]) * (into + out)])  # fmt: skip
        bands.append([name, str(shares[at]), *_smallest(at, shares, semantics, true, population)])
    heads = ("band", "size", "units", "seats", "expected_true", "p_none", "wrongly_in",
             "wrongly_out", "wrong_in_all_units")  # fmt: skip
    notes = (
        f"Units are taken as drawn at random from {population} people, measured without error.",
        "p_none: the probability that a unit has no true member of the band.",
    )
    sized = Table("Units of each size under the quota", _table(heads, rows), origin, notes)
    least = Table(
        "Bands of the quota",
        _table(("band", "share", "smallest_with_a_seat", "smallest_with_a_true_member"), bands),
        origin,
        ("smallest_with_a_true_member: with a probability of at least 95 %.",),
    )
    return sized, least


def _smallest(
    at: int, shares: Sequence[Fraction], semantics: Semantics, members: int, population: int
) -> tuple[float, float]:
    """Return the smallest unit with a seat, and the smallest that has a true member surely."""
    nan = float("nan")
    share = shares[at]
    if not share:
        return nan, nan
    upto = np.arange(1, -(-share.denominator // share.numerator) + 1)
    has = seats(upto, shares, semantics=semantics)[:, at] > 0
    seat = float(upto[has.argmax()]) if has.any() else nan
    low, high = 1, population
    if not members or none_of([population], members, population)[0] > _SURE:
        return seat, nan
    while low < high:
        middle = (low + high) // 2
        if none_of([middle], members, population)[0] <= _SURE:
            high = middle
        else:
            low = middle + 1
    return seat, float(low)


def _labelled(
    matrix: Matrix, homes: Groups, names: Sequence[str], shares: Sequence[Fraction],
    semantics: Semantics, ties: Ties,
) -> tuple[Table, Table, Table, Table, int, int, int]:  # fmt: skip
    """Return all tables of people who have a band, a score and a unit, and the counts."""
    rows = np.flatnonzero((matrix.band >= 0) & np.isfinite(matrix.score) & (homes.code >= 0))
    unit, band = homes.code[rows], matrix.band[rows].astype(np.int64)
    people = ranked(unit, matrix.score[rows])
    sizes = np.bincount(unit, minlength=len(homes.names))
    own = seats(sizes, shares, semantics=semantics)
    capped = [share > 0 for share in shares]

    def labels(how: Ties) -> Ints:
        if semantics == "proportional":
            made = proportional_labels(people, own, how)
        else:
            made = capped_labels(people, band[people.order], own, capped, how)
        found = np.empty_like(made)
        found[people.order] = made
        return found

    label = labels(ties)
    tied = int((labels("better") != labels("worse")).sum())
    moved = np.sign(label - band)
    everyone = np.arange(len(matrix)) if len(rows) == len(matrix) else rows
    subjects = [matrix.subjects[at] for at in everyone.tolist()]
    told = Table(
        "Labels with and without the quota",
        {
            "subject": subjects,
            "unit": Coded(unit, homes.names),
            "score": matrix.score[rows],
            "band": Coded(band, names),
            "quota_band": Coded(label, names),
            "moved": moved,
        },
        matrix.origin,
        _left_out(len(matrix) - len(rows)),
    )
    count = len(names)
    pairs = np.bincount(band * count + label, minlength=count * count)
    at = np.flatnonzero(pairs)
    moves = Table(
        "How many move by the quota",
        {
            "band": Coded(at // count, names),
            "quota_band": Coded(at % count, names),
            "count": pairs[at],
        },
        matrix.origin,
    )
    limited = capped if semantics == "at_most" else None
    sized, least = _by_size(names, shares, sizes, semantics, matrix.origin, limited)
    return (
        sized, least, moves, told, int((moved < 0).sum()), int((moved > 0).sum()), tied,
    )  # fmt: skip


def _left_out(count: int) -> tuple[str, ...]:
    return (f"{count} subjects have no band or no unit and are left out.",) if count else ()


def _table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    return {
        name: [row[at] for row in rows]
        if name in {"band", "share"}
        else np.array([row[at] for row in rows], dtype=np.float64)
        for at, name in enumerate(names)
    }
