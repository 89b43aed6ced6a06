"""Files of cases are read exactly and proved before any rule is called."""

import json
from decimal import Decimal
from fractions import Fraction

import pytest

from capaian.cases.written import read_cases
from capaian.errors import CaseError
from capaian.wire import short

CASE = {"id": "a", "rule": "city/half", "input": {"x": 4}, "expected": {"half": 2}}


def file(tmp_path, text):
    path = tmp_path / "cases.json"
    path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
    return path


def refused(source, language="en"):
    with pytest.raises(CaseError) as caught:
        read_cases(source)
    return caught.value.text(language)


def test_numbers_are_exact_whole_ones_are_integers(tmp_path):
    """4.50 is nine halves, 0.1 a tenth, 5.0 the integer 5, and no float is ever made."""
    text = (
        '{"cases": [{"id": "a", "rule": "city/half", "tolerance": 0.0005,'
        ' "input": {"x": [4.50, 0.1, 5.0, 7, 1e2, true, null, "4.50"]}, "expected": {"y": 3.3}}]}'
    )
    (case,) = read_cases(file(tmp_path, text))
    given = case.input["x"]
    assert given == [Fraction(9, 2), Fraction(1, 10), 5, 7, 100, True, None, "4.50"]
    assert [type(each) for each in given[:5]] == [Fraction, Fraction, int, int, int]
    assert case.expected == {"y": Fraction(33, 10)}
    assert case.tolerance == Fraction(1, 2000)


def test_a_mapping_is_what_stands_in_a_file():
    assert read_cases({"cases": [CASE]}) == read_cases({"cases": (CASE,), "title": "of no matter"})
    (case,) = read_cases({"cases": [{**CASE, "input": {"x": Decimal("0.5")}}]})
    assert case.input == {"x": Fraction(1, 2)}


def test_what_is_for_readers_is_let_be(tmp_path):
    """Keys of the file, and source, confidence, basis and notes of a case."""
    case = {**CASE, "source": "a decree", "confidence": "verified", "basis": "table", "notes": "n"}
    document = {"title": "t", "generated_for": "x", "basis_key": {"a": "b"}, "cases": [case]}
    assert read_cases(file(tmp_path, document))[0].source == "a decree"


def test_the_tolerance_of_the_file_is_for_cases_without_one(tmp_path):
    """A text in its place is for readers."""
    cases = [CASE, {**CASE, "id": "b", "tolerance": 0}]
    first, second = read_cases(file(tmp_path, {"tolerance": 0.5, "cases": cases}))
    assert (first.tolerance, second.tolerance) == (Fraction(1, 2), 0)
    (case,) = read_cases(file(tmp_path, {"tolerance": "absolute", "cases": [CASE]}))
    assert case.tolerance is None


def test_a_key_that_is_not_known_is_refused_with_what_could_have_been_meant(tmp_path):
    path = file(tmp_path, {"cases": [{**CASE, "tolerence": 1}]})
    assert refused(path) == (
        f"The cases in '{short(str(path))}' cannot be read; nothing was run.\n"
        "  CPN-P01  line 1, cases['a']: unknown key 'tolerence'. Did you mean 'tolerance'?\n"
        "           to fix: remove it, or use one of: id, rule, input, expected, tolerance, refused,"
        " source, confidence, basis, notes."
    )


def test_all_that_is_wrong_is_told_at_once():
    cases = [
        CASE,
        CASE,
        {"id": "b", "rule": "city/half", "input": {}},
        {**CASE, "id": "c", "refused": True},
        {**CASE, "id": "d", "tolerance": -0.5},
    ]
    assert refused({"cases": cases, "count": 6}) == (
        "The cases in '(given)' cannot be read; nothing was run.\n"
        "  CPN-K24  count: the file says that it holds 6 cases, and it holds 5.\n"
        "           to fix: restore what is missing, or correct count.\n"
        "  CPN-K21  cases: 2 cases have the id 'a'.\n"
        "           to fix: give each case an id of its own.\n"
        "  CPN-K22  cases['b']: a case says what is expected, or that the input is refused; this one"
        " says neither.\n"
        "           to fix: write either expected or refused = true.\n"
        "  CPN-K22  cases['c']: a case says what is expected, or that the input is refused; this one"
        " says both.\n"
        "           to fix: write either expected or refused = true.\n"
        "  CPN-K23  cases['d']: the tolerance is -0.5, less than 0.\n"
        "           to fix: write 0 or more, or leave it out: then numbers must be the same."
    )


def test_faults_in_indonesian():
    assert refused({"cases": [{"id": "b", "rule": "r", "input": {}}], "count": 2}, "id") == (
        "The cases in '(given)' cannot be read; nothing was run.\n"
        "  CPN-K24  count: berkas menyatakan memuat 2 kasus, padahal memuat 1.\n"
        "           perbaikan: pulihkan yang hilang, atau perbaiki count.\n"
        "  CPN-K22  cases['b']: sebuah kasus menyatakan hasil yang diharapkan atau bahwa masukannya"
        " ditolak; ini menyatakan tidak keduanya.\n"
        "           perbaikan: tulis salah satu: expected atau refused = true."
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[]", "P07"),
        ("{", "P07"),
        ('{"cases": [{"id": "a", "id": "b"}]}', "P45"),
        ('{"cases": NaN}', "P46"),
        ("{}", "P02"),
        ('{"cases": {}}', "P04"),
        ('{"cases": [{"id": 1, "rule": "r", "input": {}, "expected": {}}]}', "P04"),
        ('{"cases": [{"id": "a", "rule": "r", "input": [], "expected": {}}]}', "P04"),
        ('{"cases": [{"id": "a", "rule": "r", "input": {}, "expected": {}, "tolerance": "x"}]}', "P04"),
        ('{"cases": [{"id": "a", "rule": "r", "input": {"x": 1e999}, "expected": {}}]}', "K25"),
    ],
)  # fmt: skip
def test_bad_files_are_refused_with_a_code(tmp_path, text, code):
    assert f"  CPN-{code}  " in refused(file(tmp_path, text))


def test_a_number_of_too_many_digits_is_placed(tmp_path):
    path = file(tmp_path, '{"cases": [{"id": "a", "rule": "r", "input": {"x": [1e999]}}]}')
    assert refused(path) == (
        f"The cases in '{short(str(path))}' cannot be read; nothing was run.\n"
        "  CPN-K25  line 1, cases['a'].input.x[0]: a number in it has more than 400 digits.\n"
        "           to fix: write a number that can be worked with."
    )


@pytest.mark.parametrize("name", ["nothing.json", "cases.csv", ".", "x" * 10_000, "a\0.json"])
def test_a_file_that_cannot_be_opened(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    assert "  CPN-P10  it cannot be opened: " in refused(name)
