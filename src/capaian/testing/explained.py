"""Group G, explanation: it adds up, replays, says its formula, and survives being written down."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from capaian.exact import Program, run_paired
from capaian.formula import from_data, sentence, to_data
from capaian.testing.outcome import Broken
from capaian.testing.rig import Rig
from capaian.testing.strategies import functions_of, trees_of
from capaian.wire import canonical

Rows = list[dict[str, Any]]


def adds_up(rig: Rig) -> None:
    """G01: contributions and adjustments are the score, as fractions."""

    def proof(rows: Rows) -> None:
        scores = rig.score(rows)
        for subject in scores.subjects:
            explanation = scores.explain(subject)
            if explanation.score is not None and explanation.total() != explanation.score:
                raise Broken(f"{explanation.total()} explains {explanation.score}", rows)

    rig.hunt(rig.evidence(), proof, share=2)


def replays(rig: Rig) -> None:
    """G02: the value can be computed again from the statistics that are kept."""
    program = Program((("value", rig.plan().indicators["x"].statistics.value),))

    def proof(rows: Rows) -> None:
        scores = rig.score(rows)
        for row, subject in enumerate(scores.subjects):
            part = scores.explain(subject).parts[0]
            if part.measured is None:
                continue
            again = run_paired(program, scores.given(row))["value"][1]
            if Fraction(again) != part.measured:
                raise Broken(f"{part.measured} is {again} when it is computed again", rows)

    rig.hunt(rig.evidence(), proof, share=2)


def words(rig: Any) -> None:
    """G03: every formula can be said in both languages, and an explanation names the plugin."""
    scores = rig.score(rig.example())
    explanation = scores.explain(scores.subjects[0])
    part = explanation.parts[0]
    for language in ("en", "id"):
        if not part.formula.get(language, "").strip():
            raise Broken(f"the formula has no words in '{language}'")
        if not explanation.text(language):
            raise Broken(f"the explanation has no text in '{language}'")
    if not part.plugin:
        raise Broken("the explanation does not name the plugin")


def documents(rig: Rig) -> None:
    """G04: formulas and results can be written as JSON and read back, the same."""
    own = bool(functions_of(rig.measure))  # functions have a name in a document, and stay outside
    for tree in [] if own else trees_of(rig.measure):
        try:
            again = from_data(json.loads(json.dumps(to_data(tree))))
        except Exception as error:  # noqa: BLE001 - whatever a stranger's code raises
            raise Broken(f"a formula cannot be written down: {type(error).__name__}") from None
        if again != tree:
            raise Broken(f"a formula is another when it is read back: {sentence(tree)}")
    text = rig.score(rig.example()).to_json()
    if canonical(json.loads(text)) + "\n" != text:
        raise Broken("the document of the scores is not the same when it is written again")
