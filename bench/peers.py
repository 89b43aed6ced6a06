"""The peers' job: min-max of ten columns, a weighted sum, a ranking; a matrix in memory to ranks.

Values are whole numbers from 0 to 10 000, both of which occur in every column, and weights are
whole hundredths, so that every true score is a whole number of millionths: what a score was meant
to be is read off it, and float error can neither hide a disagreement nor make one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from events import SEED

TOP, GRID, PUBLISHED = 10_000, 1_000_000, 1_000_000_000
WEIGHTS = np.array([19, 17, 15, 13, 11, 9, 7, 4, 3, 2]) / 100
CRITERIA = len(WEIGHTS)
POLICY = Path(__file__).with_name("peers.toml")
WARM = 1000
CALLS = 3
BLOCK = 2048
"""Rows that are turned into columns together."""
FIRST = 10_000_000
"""The number of the first row."""

Matrix = NDArray[np.int64]
Ranked = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Scores, and ranks of which the least is the best; equal scores may share a rank in any way."""


def make_matrix(subjects: int) -> Matrix:
    """Return a matrix of so many rows, from a fixed seed."""
    chance = np.random.default_rng([SEED, subjects])
    matrix = chance.integers(0, TOP + 1, (subjects, CRITERIA))
    matrix[0], matrix[1] = 0, TOP
    return matrix


def scikit_criteria(subjects: int) -> dict[str, Any]:
    """Run scikit-criteria: a pipeline of its min-max scaler and its weighted sum."""
    import warnings  # noqa: PLC0415 - only this peer warns

    from skcriteria import mkdm  # noqa: PLC0415 - each child loads its own library
    from skcriteria.agg.simple import WeightedSumModel  # noqa: PLC0415
    from skcriteria.pipeline import mkpipe  # noqa: PLC0415
    from skcriteria.preprocessing.scalers import MinMaxScaler  # noqa: PLC0415

    warnings.simplefilter("ignore")
    pipe = mkpipe(MinMaxScaler(target="matrix"), WeightedSumModel())

    def run(matrix: Matrix) -> Ranked:
        names = np.arange(len(matrix))  # faster than the texts that it makes up by itself
        problem = mkdm(matrix, [max] * CRITERIA, weights=WEIGHTS, alternatives=names)
        found = pipe.evaluate(problem)
        return found.e_.score, found.rank_

    return _timed(run, subjects)


def pymcdm(subjects: int, *, validation: bool) -> dict[str, Any]:
    """Run pymcdm: its weighted sum over min-max, and its ranks.

    It validates what it is given unless told not to.
    """
    from pymcdm.methods import WSM  # noqa: PLC0415 - each child loads its own library

    method, types = WSM("minmax"), np.ones(CRITERIA)

    def run(matrix: Matrix) -> Ranked:
        scores = method(matrix, WEIGHTS, types, validation=validation)
        return scores, method.rank(scores)

    return _timed(run, subjects)


def by_hand(subjects: int) -> dict[str, Any]:
    """Run NumPy in four lines: nothing is checked, and a tie may fall either way."""

    def run(matrix: Matrix) -> Ranked:
        low, high = matrix.min(axis=0), matrix.max(axis=0)
        scores = ((matrix - low) / (high - low)) @ WEIGHTS
        return scores, _ranks(scores)

    return _timed(run, subjects)


def mine(subjects: int) -> dict[str, Any]:
    """Run capaian: fit the cohort, score, rank the scores."""
    import polars as pl  # noqa: PLC0415 - each child loads its own library

    import capaian  # noqa: PLC0415

    policy = capaian.load_policy(POLICY)
    period = "2026-Q1"

    def run(matrix: Matrix) -> Ranked:
        columns = {f"c{at}": column for at, column in enumerate(_columns(matrix))}
        # Numbers of one length, as those of civil servants are: results come in order of the text.
        names = np.arange(FIRST, FIRST + len(matrix))
        evidence = {"matrix": pl.DataFrame({"subject": names, **columns})}
        fitted = capaian.fit(policy, evidence, period=period)
        found = capaian.score(fitted, evidence, period=period).to_native()
        scores = found["score"].to_numpy()
        return scores, _exact_ranks(scores)

    return _timed(run, subjects)


def _columns(matrix: Matrix) -> Matrix:
    """Return the columns of a matrix, each in one piece.

    They are copied by blocks that fit the cache, halves side by side.
    """
    columns = np.empty(matrix.T.shape, dtype=matrix.dtype)
    middle = len(matrix) // 2
    with ThreadPoolExecutor(2) as pool:
        halves = [(0, middle), (middle, len(matrix))]
        list(pool.map(partial(_copy, matrix, columns), halves))
    return columns


def _copy(matrix: Matrix, columns: Matrix, rows: tuple[int, int]) -> None:
    for start in range(rows[0], rows[1], BLOCK):
        stop = min(start + BLOCK, rows[1])
        columns[:, start:stop] = matrix[start:stop].T


def _ranks(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each score's rank, the greatest first; equal scores share the best of theirs."""
    order = np.argsort(-scores)
    inside = scores[order]
    first = np.arange(1.0, len(scores) + 1)
    first[1:] *= inside[1:] != inside[:-1]
    ranks = np.empty(len(scores))
    ranks[order] = np.maximum.accumulate(first, out=first)
    return ranks


def _exact_ranks(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the same ranks of scores as they are published: whole numbers of 10^-9, from 0 to 1.

    With its place in the low bits a score is one integer, and integers are sorted sooner than
    places are by what stands there. Scores that are not rounded have no such form.
    """
    bits = len(scores).bit_length()
    points = np.rint(scores * PUBLISHED).astype(np.int64)
    keys = ((PUBLISHED - points) << bits) | np.arange(len(scores))
    keys.sort()
    inside = keys >> bits
    first = np.arange(1.0, len(scores) + 1)
    first[1:] *= inside[1:] != inside[:-1]
    ranks = np.empty(len(scores))
    ranks[keys & ((1 << bits) - 1)] = np.maximum.accumulate(first, out=first)
    return ranks


def _timed(run: Callable[[Matrix], Ranked], subjects: int) -> dict[str, Any]:
    run(make_matrix(WARM))
    matrix = make_matrix(subjects)
    taken = []
    for _ in range(CALLS):
        started = time.perf_counter()
        scores, ranks = run(matrix)
        taken.append(time.perf_counter() - started)
    return {"seconds": median(taken), "digest": _digest(np.asarray(scores), np.asarray(ranks))}


def _digest(scores: NDArray[np.float64], ranks: NDArray[np.float64]) -> str:
    """Return a hash of the scores meant, once it is shown that the ranks put them in order."""
    meant = np.rint(scores * GRID).astype(np.int64)
    if np.abs(scores * GRID - meant).max() > 1e-3:
        raise ValueError("a score is not a whole number of millionths")
    if np.diff(meant[np.argsort(ranks, kind="stable")]).max() > 0:
        raise ValueError("a worse score has a better rank")
    return sha256(meant.tobytes()).hexdigest()[:16]
