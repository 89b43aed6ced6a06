"""Results under pseudonyms: the same scores, and nobody who can be named without the key."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from capaian.errors import EvidenceError, refuse
from capaian.scores.gathered import Gathered
from capaian.scores.plain import PlainResults

if TYPE_CHECKING:
    from capaian.scores.result import Scores
    from capaian.scores.results import Results

SHORTEST = 16
"""Bytes that a key has at least."""
DIGITS = 32
"""Hexadecimal digits of a pseudonym: 128 bits."""
_MARK = b"capaian/pseudonym/1:"


def pseudonym(subject: str, key: bytes) -> str:
    """Return the pseudonym of a subject: the first 128 bits of an HMAC-SHA-256, in hexadecimal.

    Parameters
    ----------
    subject
        The identifier.
    key
        The secret, at least 16 bytes. The same key gives the same pseudonym, so that results of
        several periods can be joined; another key gives another.

    Raises
    ------
    EvidenceError
        The key is no bytes, or fewer than 16 (CPN-Y01).
    """
    return _pseudonyms([subject], _sound(key))[0]


def _sound(key: object) -> bytes:
    if not isinstance(key, bytes) or len(key) < SHORTEST:
        given = f"{len(key)} bytes" if isinstance(key, bytes) else type(key).__name__
        values = {"given": given, "least": SHORTEST}
        raise refuse(EvidenceError, "Nothing was put under pseudonyms.", "CPN-Y01", "key", **values)
    return key


def _pseudonyms(subjects: Sequence[str], key: bytes) -> list[str]:
    start = hmac.new(key, _MARK, hashlib.sha256)
    made = []
    for each in subjects:
        one = start.copy()
        one.update(each.encode("utf-8", "surrogatepass"))
        made.append(one.hexdigest()[:DIGITS])
    return made


def under_pseudonyms(scores: Scores, key: bytes) -> Scores:
    """Return the same scores with other subjects, in their own order, and without labels.

    Parameters
    ----------
    scores
        A result.
    key
        As for `pseudonym`.

    Raises
    ------
    EvidenceError
        CPN-Y01.

    Notes
    -----
    Nothing of the old result is kept in the new one, however it is looked at: the integers of each
    subject are put in the order of the pseudonyms and scored once more.
    """
    names = _pseudonyms(scores.subjects, _sound(key))
    order = sorted(range(len(names)), key=names.__getitem__)
    subjects = [names[row] for row in order]
    said = dict(zip(scores.subjects, names, strict=True))
    facts = {name: _renamed(known, said) for name, known in scores.facts.items()}
    return type(scores)(
        plan=scores.plan,
        period=scores.period,
        as_of=scores.as_of,
        subjects=subjects,
        labels={},
        units=_renamed(scores.units, said),
        facts=facts,
        results=_ordered(scores, order, subjects, facts),
        origin=scores.origin,
        findings=scores.findings,
    )


def _renamed(known: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, Any]:
    return {said[subject]: value for subject, value in known.items() if subject in said}


def _ordered(
    scores: Scores,
    order: Sequence[int],
    subjects: Sequence[str],
    facts: Mapping[str, Mapping[str, bool | None]],
) -> Results:
    results: Any = scores.results
    if isinstance(results, PlainResults):
        rows = [results.rows[row] for row in order]
        held = [{name: bool(known.get(each)) for name, known in facts.items()} for each in subjects]
        return PlainResults(results.line, rows, held if facts else ())
    import numpy as np  # noqa: PLC0415 - records need no NumPy

    from capaian.scores.whole import WholeResults  # noqa: PLC0415 - loads NumPy

    places = np.array(order, dtype=np.intp)
    inputs = {
        # A slice takes sums out of their pack; and what was lent by a table is the result's own.
        name: (np.asarray(values[:])[places].astype(np.int64), np.asarray(known)[places])
        for name, (values, known) in results.inputs.items()
    }
    gathered = Gathered(
        subjects, inputs, {}, {}, facts, whole=True, origin=scores.origin, findings=()
    )
    return WholeResults(scores.plan, gathered)
