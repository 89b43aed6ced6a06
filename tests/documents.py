"""Every document that a test writes is held to its schema."""

import json
from functools import cache, wraps

from jsonschema import Draft202012Validator

import capaian
from capaian.errors import CapaianError, plain_json

MOST = 4
"""So many of a document's scores or cases are looked at; the others are written in the same way."""


@cache
def validator(name):
    """Return the validator of a shipped schema."""
    made = capaian.schema(name)
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


def faults_of(name, document, schema=None):
    """Return what is wrong with a document, read back from its canonical JSON."""
    plain = json.loads(plain_json(document))
    used = validator(name) if schema is None else Draft202012Validator(schema)
    found = []
    for error in used.iter_errors(plain):
        # Of alternatives, those that come furthest say what is meant.
        causes = sorted(error.context or [error], key=lambda each: -len(each.absolute_path))
        found += [f"{each.json_path}: {each.message}"[:300] for each in causes[:3]]
    return found


def cut(document):
    """Return a document with the first few of its scores or cases."""
    if "periods" in document:
        return document | {"periods": [cut(each) for each in document["periods"][:MOST]]}
    for name in ("scores", "cases"):
        if isinstance(document.get(name), list):
            return document | {name: document[name][:MOST]}
    return document


def held(cls, name):
    """Make a class check every document that it gives; return how to undo it."""
    usual = cls.to_dict
    seen = set()

    @wraps(usual)
    def to_dict(self):
        document = usual(self)
        small = cut(document)
        if (text := plain_json(small)) not in seen:
            seen.add(text)
            if faults := faults_of(name, small):
                raise AssertionError("\n".join(faults))
        return document

    cls.to_dict = to_dict
    return lambda: setattr(cls, "to_dict", usual)


def hold_everything():
    """Hold every kind of document to its schema; return how to undo it."""
    from capaian import cases, explain, parity, record, scores
    from capaian.scores.published import Published

    kinds = {
        CapaianError: "error",
        cases.CaseResults: "case-results",
        explain.Explanation: "explanation",
        explain.PostingExplanation: "explanation",
        explain.UnitExplanation: "explanation",
        Published: "published",
        parity.Parity: "parity",
        record.Correction: "override",
        record.Record: "record",
        scores.PostingScores: "result",
        scores.Scores: "result",
        scores.ScoresByPeriod: "result",
        scores.UnitScores: "result",
    }
    undo = [held(cls, name) for cls, name in kinds.items()]
    return lambda: [each() for each in undo]
