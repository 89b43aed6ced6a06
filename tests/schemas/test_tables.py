"""Evidence that another program sent: what is taken, what is refused, and no path is opened."""

import json

import pytest

import capaian
from capaian.errors import SAFE, CapaianError
from capaian.policy import read_policy
from small_office import OFFICE, made_up_evidence

POLICY = read_policy(OFFICE)


def sent():
    return json.loads(json.dumps(made_up_evidence(), default=lambda stamp: stamp.isoformat()))


def refused(evidence):
    with pytest.raises(CapaianError) as caught:
        capaian.read_evidence(POLICY, evidence)
    return caught.value


def test_rows_are_scored_whether_numbers_are_numbers_or_text():
    """The bytes of the library from rows of Python's own types."""
    usual = capaian.score(POLICY, made_up_evidence(), period="2026-01").to_json()
    as_text = sent()
    for row in as_text["survey"]:
        row.update({key: None if each is None else str(each) for key, each in row.items()})
    for rows in (sent(), as_text):
        tables = capaian.read_evidence(POLICY, rows)
        assert capaian.score(POLICY, tables, period="2026-01").to_json() == usual


def test_a_path_is_not_opened(tmp_path):
    """Not even one that is there; what it says is not repeated."""
    (tmp_path / "secret.csv").write_text("nip\n1\n", encoding="utf-8")
    error = refused({"complaints": str(tmp_path / "secret.csv"), "services": None, "survey": {}})
    assert error.text() == (
        "The evidence cannot be read.\n"
        "  CPN-J20  complaints: the table is text, not a list of rows.\n"
        "           to fix: send a list of objects, one for each row.\n"
        "  CPN-J20  services: the table is nothing, not a list of rows.\n"
        "           to fix: send a list of objects, one for each row.\n"
        "  CPN-J20  survey: the table is a single object, not a list of rows.\n"
        "           to fix: send a list of objects, one for each row."
    )
    assert "  CPN-J20  staff: tabel itu bilangan atau jawaban, bukan daftar baris." in refused(
        {"staff": 1}
    ).text("id")


@pytest.mark.parametrize("value", [0.5, SAFE + 1, -SAFE - 1, [1], {"a": 1}])
def test_a_value_is_text_a_whole_number_an_answer_or_null(value):
    """Told by its place; what it is is not repeated."""
    rows = [{"nip": "1", "points": SAFE}, {"nip": None, "points": value}, {"points": value}]
    error = refused({"services": rows})
    assert error.text() == (
        "The evidence cannot be read.\n"
        "  CPN-J19  services[1].points: values that are neither text, a whole number, true, false "
        "nor null (2 of them).\n"
        "           to fix: write decimals, identifiers and stamps as text, in quotes; put nothing "
        "inside a row's value."
    )
    assert "tulis desimal, pengenal, dan waktu sebagai teks" in error.text("id")


def test_a_row_is_an_object():
    """Also in a table that nothing reads."""
    error = refused({"staff": [1, {"nip": "1"}, None]})
    assert error.text() == (
        "The evidence cannot be read.\n"
        "  CPN-E07  staff: 2 of 3 rows are not dictionaries.\n"
        "           to fix: make each row a dictionary from column names to values."
    )
