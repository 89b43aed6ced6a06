"""How errors read, in two languages, and what they never hold."""

import pickle

import pytest

from capaian.errors import (
    CapaianError,
    EvidenceError,
    Finding,
    FormulaError,
    OutputError,
    PeriodError,
    PluginError,
    PolicyError,
    did_you_mean,
    place_of,
    refuse,
)
from capaian.formula import agg, col, kind_of

ONE = Finding(
    "CPN-P03",
    "score",
    {"node": "score", "total": 95, "wanted": 100, "gap": "5 short", "gap_id": "kurang 5"},
)


def test_a_finding_is_said_in_both_languages():
    """What is wrong and by how much, where, what to do, a code."""
    assert ONE.line("en") == (
        "  CPN-P03  score: the weights of 'score' add up to 95, not 100 (5 short).\n"
        '           to fix: correct one of them, or set weights = "relative" to rescale them.'
    )
    assert ONE.line("id") == (
        "  CPN-P03  score: jumlah bobot 'score' adalah 95, bukan 100 (kurang 5).\n"
        '           perbaikan: perbaiki salah satunya, atau tulis weights = "relative" agar '
        "disesuaikan."
    )


def test_at_most_ten_findings_are_shown_and_the_rest_counted():
    """In the language asked for."""
    error = PolicyError("Twelve problems.", [ONE] * 12)
    assert error.text().count("CPN-P03") == 10
    assert error.text().endswith("\n  … and 2 more")
    assert error.text("id").endswith("\n  … dan 2 lagi")
    assert len(error.findings) == 12


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (PolicyError, ValueError),
        (EvidenceError, ValueError),
        (PeriodError, ValueError),
        (OutputError, RuntimeError),
        (PluginError, RuntimeError),
    ],
)
def test_each_error_is_also_the_builtin_that_a_caller_expects(kind, builtin):
    """And all have one base."""
    assert issubclass(kind, builtin)
    assert issubclass(kind, CapaianError)


def test_an_error_survives_pickling():
    """A worker process can raise it in its parent."""
    error = refuse(EvidenceError, "Nothing was scored.", "CPN-E54", count=3)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (str(again), again.code, again.findings) == (str(error), "CPN-E54", error.findings)


def test_an_error_as_plain_values():
    """What a web service or a PHP caller gets."""
    data = refuse(EvidenceError, "Nothing was scored.", "CPN-E54", count=3).to_dict()
    assert data["error"] == "EvidenceError"
    assert data["code"] == "CPN-E54"
    assert set(data["findings"][0]["text"]) == {"en", "id"}


def test_an_error_without_findings_has_a_code_all_the_same():
    """A host that shows only codes always has one."""
    assert CapaianError("Something.").code == "CPN-X00"


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("tabel", ["table", "type"], " Did you mean 'table'?"),
        ("Tanggal", ["tanggal", "nip"], " Did you mean 'tanggal'?"),
        ("xyz", ["table", "type"], ""),
        ("x", [], ""),
    ],
)
def test_suggestions(name, known, hint):
    """The nearest name, whatever the case, and none where nothing is near."""
    assert did_you_mean(name, known) == hint


def test_a_suggestion_is_translated_too():
    """An Indonesian sentence does not end in English."""
    values = {"key": "tabel", "known": "table", "hint": did_you_mean("tabel", ["table"])}
    said = Finding("CPN-P01", "x", values).text("id")
    assert said == "kunci 'tabel' tidak dikenal. Maksud Anda 'table'?"


def test_a_sentence_may_have_a_place_called_kind():
    """As that of a formula that adds up stamps has."""
    with pytest.raises(FormulaError) as caught:
        kind_of(agg.sum(col("day")), {"day": "stamp"})
    assert str(caught.value) == (
        "The formula cannot be used.\n"
        "  CPN-F06  aggregate: 'aggregate' needs integer, not stamp.\n"
        "           to fix: integers stay integers: divide only at the top of a measure."
    )


def test_a_place_is_in_a_file_and_never_repeats_what_was_raised():
    """The innermost frame that stands in a file; code that was printed has none."""

    def failing():
        exec("raise KeyError('secret')")  # noqa: S102 - as a printed program fails

    try:
        failing()
    except KeyError as error:
        found = place_of(error)
    line = failing.__code__.co_firstlineno + 1
    assert found == {"error": "KeyError", "file": "test_errors.py", "line": line}
    assert place_of(ValueError("never raised")) == {"error": "ValueError", "file": "", "line": 0}
