"""The table of faults in the reference is that of the tests."""

from pathlib import Path

from tried import PAGE, PARTS, page


def test_the_page_has_the_rows_of_the_tests():
    """`PYTHONPATH=src:tests:tests/faults python tests/faults/tried.py` writes them anew."""
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text


def test_every_row_names_a_test_that_is_there():
    for row in (row for part in PARTS for row in part()):
        file, _, function = row.test.partition("::")
        text = (Path(__file__).parent / file).read_text(encoding="utf-8")
        assert f"def {function}" in text
        assert row.inputs > 0
