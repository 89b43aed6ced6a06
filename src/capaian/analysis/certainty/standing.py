"""Scores with the errors of what was measured: who is computed how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from capaian.analysis.certainty.additive import Additive, Form, form_of, form_of_shares
from capaian.analysis.certainty.dominant import Sum, sums
from capaian.analysis.certainty.given import REFUSED, errors_of
from capaian.analysis.certainty.moments import Curve, Floats, Mask, Rows, moments
from capaian.analysis.certainty.piecewise import NotPiecewise
from capaian.analysis.matrix import Matrix, matrix_of
from capaian.errors import AnalysisError, Finding
from capaian.scores import Scores
from capaian.scores.columns import facts_of
from capaian.scores.patterns import BITS, groups
from capaian.scores.tail import Tail, make_tail
from capaian.scores.whole import WholeResults

OK, PARTIAL, NO_SCORE, NO_ERROR = "ok", "partial", "no_score", "no_error"
"""Statuses: all indicators have a value; some have none; no score; an error is not known."""
SURE, CONDITIONED, DRAWN, NONE = "exact", "conditioned", "monte_carlo", ""
"""Methods: no error at all; conditioned on the dominant indicator; draws; none."""
FINE = Fraction(1, 10_000)
"""Roundings inside a score may be left out up to this share of the policy's scale."""
NO_TARGETS: Mapping[str, str] = {}
TINY = 1e-14
"""An error below this share of its value is none: the value itself is no finer."""
CLEAR = 4.0
"""A node's limit does not bind where it is so many standard errors away."""


DECISION = "decision"
_SAID = {
    DECISION: "a decision table",
    "geometric": "a geometric mean",
    "min": "a least part",
    "max": "a greatest part",
    "when": "a condition",
    "round": "a rounding",
    "*": "a product",
    "/": "a quotient",
}


@frozen(eq=False)
class Pattern:
    """Subjects of whom the same indicators have a value.

    Attributes
    ----------
    rows
        Their positions.
    tail
        Their program.
    form
        The score as a sum; `None` where it is none, and `reason` says what is in the way.
    targets
        Indicators whose measured value is taken as a share of the subject's own target, to the
        name of that input.
    """

    rows: Rows
    tail: Tail
    form: Form | None
    reason: str = ""
    targets: Mapping[str, str] = NO_TARGETS


@frozen(eq=False)
class Standing:
    """Scores and errors, sorted by how they are to be computed.

    Attributes
    ----------
    scores, matrix
        The scores.
    errors
        Standard errors of the measured values, subjects x indicators.
    patterns
        By what is known of the subjects; only those who have a score.
    shares
        Measured values and errors as forms take them: over the subject's own target, where they
        are shares of it.
    method, status
        Words for each subject.
    gates
        For each gate of a band, whether it is open, one for each subject.
    """

    scores: Scores
    matrix: Matrix
    errors: Floats
    patterns: tuple[Pattern, ...]
    shares: tuple[Floats, Floats]
    method: NDArray[np.str_]
    status: NDArray[np.str_]
    gates: Mapping[str, Mask]

    def sums(self) -> Iterator[tuple[Rows, Form, Sum]]:
        """Give the distributions of the subjects that are conditioned, block by block."""
        for pattern in self.patterns:
            form = pattern.form
            rows = pattern.rows[self.method[pattern.rows] == CONDITIONED]
            if form is None or not len(rows):
                continue
            for block, each in self.of(form.inner, rows):
                yield rows[block], form, each

    def of(self, inner: Additive, rows: Rows) -> Iterator[tuple[slice, Sum]]:
        """Give the distribution of a sum for some subjects."""
        at = [self.matrix.indicators.index(name) for name in inner.terms]
        whole = len(rows) == len(self.matrix)
        curves = [Curve.of(each) for each in inner.terms.values()]
        ends = [float(each) if each is not None else None for each in inner.range()]
        low = -np.inf if ends[0] is None else ends[0]
        high = np.inf if ends[1] is None else ends[1]
        x, errors = self.shares if whole else (each[rows] for each in self.shares)
        return sums(curves, x[:, at], errors[:, at], float(inner.fixed), (low, high))

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed, and how many were computed in another way."""
        said = ["Errors are taken as Gaussian and independent between indicators."]
        if (self.status == PARTIAL).any():
            said.append(
                "Where an indicator has no value, the policy's rule for that is followed, with the "
                "subject's own weights; that it has none adds no error."
            )
        reasons = {_SAID.get(each.reason, "an input of its own") for each in self.patterns
                   if each.reason}  # fmt: skip
        if reasons:
            said.append(f"The score is no sum of separate parts: {', '.join(sorted(reasons))}.")
        loose = max(
            (each.form.inner.loose for each in self.patterns if each.form is not None),
            default=Fraction(0),
        )
        if loose:
            said.append(f"Roundings inside the score are left out: at most {float(loose):g} of it.")
        if unknown := int((self.status == NO_ERROR).sum()):
            said.append(f"{unknown} subjects have an indicator whose error is not known.")
        return tuple(said)


def standing_of(scores: Scores, errors: Any) -> Standing:
    """Sort scores by how their certainty is to be computed.

    Parameters
    ----------
    scores
        Of one period.
    errors
        See `capaian.analysis.certainty.given.errors_of`.

    Raises
    ------
    AnalysisError
        CPN-M15 to M18: errors that cannot be used. CPN-M21: an error of a measured value that the
        achievement is not made of.
    """
    matrix = matrix_of(scores)
    found = errors_of(errors, matrix.indicators, len(matrix))
    _prove_measured(scores, found)
    scored = np.isfinite(matrix.score)
    known = np.isfinite(matrix.measured)
    method = np.full(len(matrix), NONE, dtype="<U11")
    status = np.full(len(matrix), NO_SCORE, dtype="<U10")
    status[scored] = np.where(known[scored].all(axis=1), OK, PARTIAL)
    used = known & (np.isfinite(matrix.weight) | (scores.policy.decision is not None))
    status[scored & (used & np.isnan(found)).any(axis=1)] = NO_ERROR
    seen = used & (found > TINY * (1 + np.abs(matrix.measured)))
    found = np.where(seen | np.isnan(found), found, 0.0)
    found[~used] = 0.0
    patterns = tuple(_patterns(scores, matrix, known, np.flatnonzero(scored)))
    shares = _shares(scores, patterns, matrix, found)
    gates = facts_of(scores.plan, scores.facts, scores.subjects)
    standing = Standing(scores, matrix, found, patterns, shares, method, status, gates)
    for pattern in patterns:
        _choose(standing, pattern)
    method[status == NO_ERROR] = NONE
    return standing


def _prove_measured(scores: Scores, errors: Floats) -> None:
    findings = [
        Finding("CPN-M21", f"errors['{name}']", {"name": name})
        for at, (name, planned) in enumerate(scores.plan.indicators.items())
        if planned.of_achievements and (errors[:, at] != 0).any()
    ]
    if findings:
        raise AnalysisError(REFUSED, findings)


def _patterns(scores: Scores, matrix: Matrix, known: Mask, rows: Rows) -> Iterator[Pattern]:
    if not len(rows):
        return
    names = matrix.indicators
    bits = []
    for start in range(0, len(names), BITS):
        part = known[rows, start : start + BITS]
        bits.append(part @ (1 << np.arange(part.shape[1], dtype=np.int64)))
    slack = FINE * abs(scores.policy.scale.best - scores.policy.scale.worst)
    for pattern, some in groups(bits):
        tail = make_tail(scores.plan, frozenset(names[at] for at in pattern))
        targets = _targets(scores, tail)
        try:
            form = form_of_shares(tail, targets) if targets else form_of(tail)
        except NotPiecewise as found:
            yield Pattern(rows[some], tail, None, str(found))
            continue
        rough = form.inner.loose > slack or form.outer.slack > slack
        if rough or scores.policy.decision is not None:
            reason = "round" if rough else DECISION
            yield Pattern(rows[some], tail, None, reason)
            continue
        yield Pattern(rows[some], tail, form, targets=targets)


def _targets(scores: Scores, tail: Tail) -> dict[str, str]:
    """Return the indicators of a program that read the subject's own target, to its name."""
    found = {}
    for name, planned in scores.plan.indicators.items():
        if tail.parts[name].measured and len(planned.targets) == 1:
            found[name] = next(iter(planned.targets))
    return found


def _shares(
    scores: Scores, patterns: Sequence[Pattern], matrix: Matrix, errors: Floats
) -> tuple[Floats, Floats]:
    """Return measured values and errors over own targets, where forms take them so."""
    if not any(each.targets for each in patterns):
        return matrix.measured, errors
    x, own = matrix.measured.copy(), errors.copy()
    for pattern in patterns:
        sizes = inputs_of(scores, list(pattern.targets.values()), pattern.rows)
        for name, column in pattern.targets.items():
            at = matrix.indicators.index(name)
            size = np.where(sizes[column] > 0, sizes[column], np.nan)  # below 0 it is no share
            x[pattern.rows, at] /= size
            own[pattern.rows, at] /= size
    return x, own


def inputs_of(scores: Scores, names: Sequence[str], rows: Rows) -> dict[str, NDArray[np.int64]]:
    """Return what a score reads besides measured values: own targets, active days."""
    results = scores.results
    if isinstance(results, WholeResults):
        return {name: results.inputs[name][0][rows].astype(np.int64) for name in names}
    given = [results.given(int(row)) for row in rows] if names else []
    return {name: np.array([each[name] for each in given], dtype=np.int64) for name in names}


def _choose(standing: Standing, pattern: Pattern) -> None:
    """Say how the subjects of a pattern are to be computed."""
    rows, form, method = pattern.rows, pattern.form, standing.method
    method[rows] = DRAWN if form is None else CONDITIONED
    names = standing.matrix.indicators
    for name in pattern.targets:
        method[rows[np.isnan(standing.shares[0][rows, names.index(name)])]] = DRAWN
    for limit in () if form is None else form.inner.limits:
        mean = np.full(len(rows), float(limit.fixed))
        variance = np.zeros(len(rows))
        for name, pieces in limit.terms.items():
            at = names.index(name)
            x, error = (each[rows, at] for each in standing.shares)
            each = moments(Curve.of(pieces), x, error)
            mean, variance = mean + each.mean, variance + each.variance
        gap = float(limit.bound) - mean if limit.op == "min" else mean - float(limit.bound)
        binds = ~(gap > CLEAR * np.sqrt(variance)) & (variance > 0)
        binds |= (variance == 0) & (gap < 0)
        method[rows[binds | np.isnan(gap)]] = DRAWN
    method[rows[(standing.errors[rows] == 0).all(axis=1)]] = SURE
