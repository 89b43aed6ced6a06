"""A record in words, from the record alone, for three readers in two languages."""

import copy
from fractions import Fraction

import pytest

from capaian.errors import RecordError
from capaian.record import read_record
from capaian.report import page
from recorded import CASES, scored

READERS = ("employee", "appraiser", "auditor")


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("reader", READERS)
def test_the_page(reader, language, snapshot):
    """As it is shown: a band that needs a fact, services missing, a source not confirmed."""
    record = read_record(scored("gated").record("b", made_at="2026-04-09").to_json())
    snapshot(f"{reader}.{language}.txt", record.text(language, reader))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("language", ["en", "id"])
def test_every_record_says_everything(name, language):
    """Each part, each step and each value; and what the employee reads is in all the others."""
    for record in scored(name).records():
        texts = {each: record.text(language, each) for each in READERS}
        for part in record.contents.parts:
            assert record.contents.words[language].parts[part.id] in texts["employee"]
        for step in record.contents.steps:
            assert f"{step.name} = {step.exact}" in texts["auditor"]
        for value in record.contents.values.statistics:
            assert f"• {value} = " in texts["auditor"]
        for digest in record.contents.evidence:
            assert digest.sha256 in texts["auditor"]
        assert record.content_hash in texts["auditor"]
        lines = set(texts["employee"].splitlines())
        assert lines <= set(texts["appraiser"].splitlines()) <= set(texts["auditor"].splitlines())


def test_what_was_special_is_said():
    """Targets, sub-periods, a cohort, a table's decision, a score that is not rounded."""
    assert "  own target: 5" in scored("last").record("a").text()
    assert "  2026-02: exactly 4 (observations: 4)" in scored("monthly").record("a").text()
    assert "  2026-02: no target" in scored("monthly").record("b").text()
    relative = scored("relative").record("a").text("en", "auditor")
    assert "• visits, z-score: 2 subjects of 2026-Q1, 0 left out; deviation = " in relative
    assert "What the decision table read" in scored("decided").record("a").text()
    working = scored("working").record("a").text("en", "auditor")
    assert "• the score is not rounded" in working
    assert "• work calendar id/2024-2027, edition" in working
    assert "  source: article 5" in working


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_fact_that_a_band_asks_for_is_called_what_the_policy_calls_it(language):
    """In an explanation, on a person's page and in a record; else by its id as words."""
    rule = copy.deepcopy(CASES["gated"]()[0])
    title = {"en": "an idea in use", "id": "ide yang dipakai"}
    said = {"en": ["new idea", "an idea in use"], "id": ["new idea", "ide yang dipakai"]}[language]
    for fact, words in zip(("idea", {"column": "idea", "title": title}), said, strict=True):
        rule["subjects"]["facts"] = {"new_idea": fact}
        scores = scored("gated", rule=rule)
        it = scores.explain("b")
        assert it.next_gate == "new_idea"
        for text in (
            it.text(language),
            page(it, best=Fraction(120), pictures=False),
            scores.record("b").text(language),
        ):
            assert f": {words}" in " ".join(text.split())
            assert "new_idea" not in text


def test_a_result_without_a_score():
    rule = CASES["office"]()[0] | {"missing": "withhold"}
    record = scored("office", rule=rule).record("b")
    assert record.score is None
    assert "Result: withheld" in record.text()
    assert "• services: no evidence; no score is given" in record.text()
    assert "Hasil: ditahan" in record.text("id")


def test_a_reader_that_there_is_not():
    with pytest.raises(RecordError) as caught:
        scored("office").record("a").text("en", "employe")
    assert str(caught.value) == (
        "There is no such text.\n"
        "  CPN-V22  reader: no reader 'employe'. Did you mean 'employee'?\n"
        "           to fix: use one of: employee, appraiser, auditor."
    )
