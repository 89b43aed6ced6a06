"""The whole comparison: where a row and capaian part, how many agree, what would reconcile them."""

import json
from decimal import Decimal

import polars as pl
import pytest

import capaian
from capaian.errors import SheetError
from capaian.parity import Choice
from capaian.parity.quantity import Quantity
from capaian.policy import read_policy
from office_sheets import officers, statistics_evidence, statistics_office, workbook

COLUMNS = {"subject": "NIP", "score": "Nilai"}
WHOLE = {
    **COLUMNS,
    "band": "Predikat",
    "measured": {"kipapp": "Rata Kipapp"},
    "achievements": {"kipapp": "Tertimbang"},
    "weights": {"kipapp": {"column": "Bobot", "times": "1/100"}},
    "contributions": {"kipapp": "Sumbangan"},
}
HEADS = ("NIP", "Rata Kipapp", "Tertimbang", "Bobot", "Sumbangan", "Nilai", "Predikat")
EXACT = ("1", 94.5166666666667, 99.536019536019536, 40, 39.814407814407814, 99.81, "Sangat Baik")


def compared(path, columns=None, evidence=None, **named):
    """Compare with the statistics office's second quarter."""
    policy = named.pop("policy", statistics_office())
    given = evidence or statistics_evidence()
    columns = columns or COLUMNS
    return capaian.compare_sheet(
        path, policy, given, columns=columns, period="2025-Q2", **named
    )  # fmt: skip


def test_the_worked_example_parts_at_the_score_and_is_reconciled(tmp_path):
    """99.82 in the manual; 99.81 exactly; the mean to two decimals explains it."""
    path = workbook(tmp_path / "a.xlsx", [("NIP", "Nilai"), ("1", 99.82)])
    found = compared(path)
    assert not found.same
    assert found.counts["differs"] == 1
    (one,) = found.differences
    assert (one.step, one.ours, one.theirs, one.row) == ("score", Decimal("99.81"),
                                                         Decimal("99.82"), 2)  # fmt: skip
    assert Choice("measured", 2, "half-up") in one.reconciled_by
    assert found.roundings[0].mends == 1
    assert found.steps() == {"score": 1}


def test_every_step_is_compared_and_agrees(tmp_path):
    """Measured, achievement, weight in points, contribution, score, band by its title."""
    path = workbook(tmp_path / "a.xlsx", [HEADS, EXACT])
    found = compared(path, WHOLE)
    assert found.same
    assert dict(found.counts) == {"exact": 1, "not_in_sheet": 0}


@pytest.mark.parametrize(
    ("column", "value", "step", "of"),
    [
        (1, 94.53, "measured", "kipapp"),
        (2, 99.56, "achievement", "kipapp"),
        (3, 50, "weight", "kipapp"),
        (4, 39.7, "contribution", "kipapp"),
        (5, 99.7, "score", ""),
        (6, "Baik", "band", ""),
    ],
)
def test_the_first_step_that_differs_is_named(tmp_path, column, value, step, of):
    """In the order of the ledger, whatever else differs after it."""
    row = [*EXACT]
    row[column] = value
    row[5], row[6] = (row[5], row[6]) if column > 4 else (1, "Baik")
    found = compared(workbook(tmp_path / "a.xlsx", [HEADS, row]), WHOLE)
    (one,) = found.differences
    assert (one.step, one.of, one.agreement) == (step, of, "differs")


def test_a_sheet_that_goes_on_with_rounded_values_is_told_where(tmp_path):
    """94.52 shows the same as 94.51666..., and 99.56 does not show the same as 99.536."""
    row = ("1", 94.52, 99.56, 40, 39.824, 99.82, "Sangat Baik")
    found = compared(workbook(tmp_path / "a.xlsx", [HEADS, row]), WHOLE)
    (one,) = found.differences
    assert (one.step, one.rounded) == ("achievement", Quantity("measured", "kipapp"))
    assert one.reconciled_by == (
        Choice("measured", 2, "half-up"),
        Choice("measured", 2, "half-even"),
    )
    assert "achievement kipapp (only shown digits agree from measured kipapp on)" in found.text()


def test_what_shows_the_same_digits_agrees_as_far_as_it_shows(tmp_path):
    """A cached 99.814407... under the format 0.00 shows 99.81."""
    rows = [("NIP", "Nilai"), ("1", 99.814407)]
    path = workbook(tmp_path / "a.xlsx", rows, formats=("", "0.00"))
    assert compared(path).counts["displayed"] == 1
    general = workbook(tmp_path / "b.xlsx", rows)
    assert compared(general).counts["differs"] == 1


def test_whoever_is_missing_on_a_side_is_counted_there(tmp_path):
    """A subject that the sheet lacks, one that capaian lacks, an empty cell."""
    rows = [("NIP", "Nilai"), ("1", None), ("9", 80.5), (None, 5), ("3", 99.81)]
    found = compared(workbook(tmp_path / "a.xlsx", rows), evidence=officers())
    assert dict(found.counts) == {"exact": 1, "not_in_sheet": 2, "not_in_capaian": 1}
    assert [(each.subject, each.agreement, each.row) for each in found.differences] == [
        ("1", "not_in_sheet", 2), ("9", "not_in_capaian", 3), ("2", "not_in_sheet", None),
    ]  # fmt: skip
    (note,) = found.findings
    assert note.line() == (
        "  CPN-S18  Rekap: 1 rows below the headings have no subject and are left out.\n"
        "           to fix: nothing, if they are totals or notes; else write the subject into them."
    )


def test_a_rounding_that_mends_some_and_breaks_others_is_told_so(tmp_path):
    """Two rows of the manual's way, one of the exact way."""
    rows = [("NIP", "Nilai"), ("1", 99.82), ("2", 99.82), ("3", 99.81)]
    found = compared(workbook(tmp_path / "a.xlsx", rows), evidence=officers())
    best = found.roundings[0]
    assert (best.mends, best.of, best.breaks) == (2, 2, 1)
    assert "2 of 2, but 1 that agree now would differ" in found.text()
    assert "2 dari 2, tetapi 1 yang kini sama menjadi berbeda" in found.text("id")


def test_a_difference_of_another_kind_is_reconciled_by_no_rounding(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [("NIP", "Nilai"), ("1", 42)])
    found = compared(path)
    assert found.roundings == ()
    assert "No rounding that was tried reconciles any of them." in found.text()
    assert "Tidak ada pembulatan yang dicoba" in found.text("id")


def test_a_csv_of_a_decimal_comma(tmp_path):
    """With its locale; the other locale reads nothing, and says so; nothing is guessed."""
    path = tmp_path / "a.csv"
    path.write_text("Rekap\nNIP;Nilai;Predikat\n1;99,81;sangat  baik\n", encoding="utf-8")
    given = {**COLUMNS, "band": "Predikat"}
    assert compared(path, given, locale="id", header_row=2).counts["exact"] == 1
    other = compared(path, given, locale="en", header_row="2")
    assert other.counts["not_in_sheet"] == 1
    assert other.findings[0].line() == (
        "  CPN-S13  a.csv.Nilai [B]: 1 cells hold no number as it is written in 'en' (rows 3); "
        "they count as empty.\n"
        "           to fix: give the locale in which numbers are written as text, or correct the "
        "cells."
    )


def test_cells_without_a_value_are_found_and_count_as_empty(tmp_path):
    """An error of the spreadsheet's, a formula that was never calculated, a word that is no band."""
    heads = ("NIP", "Nilai", "Predikat")
    rows = [heads, ("1", "#DIV/0!", "Sangat Baik"), ("2", "=1+1", "Luar biasa"), ("3", 99.81, "a")]
    given = {**COLUMNS, "band": "Predikat"}
    found = compared(workbook(tmp_path / "a.xlsx", rows), given, evidence=officers())
    assert [each.line().splitlines()[0] for each in found.findings] == [
        (
            "  CPN-S16  Rekap.Nilai [B]: 1 cells hold an error of the spreadsheet, such as #DIV/0! "
            "(rows 2); they count as empty."
        ),
        (
            "  CPN-S17  Rekap.Nilai [B]: 1 cells hold a formula whose value was never stored (rows 3); "
            "they count as empty."
        ),
        "  CPN-S23  Rekap.Predikat [C]: 1 cells hold a word that is no band (rows 3).",
    ]
    assert dict(found.counts) == {"exact": 1, "not_in_sheet": 2}
    words = {**given, "bands": {"luar BIASA": "a"}}
    assert len(compared(tmp_path / "a.xlsx", words, evidence=officers()).findings) == 2


def test_identifiers_that_a_number_cannot_hold_and_subjects_that_come_twice(tmp_path):
    """By rows; an identifier is in no message."""
    rows = [("NIP", "Nilai"), (198701012010011001, 1), ("7", 1), (7, 2), ("8", 3), ("8", 3)]
    with pytest.raises(SheetError) as caught:
        compared(workbook(tmp_path / "a.xlsx", rows))
    assert (
        str(caught.value)
        == "The sheet was not compared.\n  CPN-S14  Rekap.NIP: 1 identifiers are kept as numbers of more than 15 digits (rows 2): the last digits are lost.\n           to fix: format the column as text and enter the identifiers anew.\n  CPN-S15  Rekap.NIP: 4 rows have a subject that another row has too (rows 3, 4, 5, 6).\n           to fix: keep one row for each subject."
    )


def test_a_mapping_with_faults_is_refused_with_all_of_them(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [("NIP", "Nilai"), ("1", 99.82)])
    given = {
        "subject": "NIP",
        "measured": {"kipap": "x"},
        "nodes": {"kipapp": "x"},
        "bands": {"x": "c"},
        "header_row": "3-2",
    }
    with pytest.raises(SheetError) as caught:
        compared(path, given)
    assert [each.line().splitlines()[0] for each in caught.value.findings] == [
        "  CPN-S10  measured['kipap']: the policy has no 'kipap'. Did you mean 'kipapp'?",
        "  CPN-S10  nodes['kipapp']: the policy has no 'kipapp'.",
        "  CPN-S10  bands['x']: the policy has no 'c'.",
        "  CPN-S12  header_row: '3-2' is no row.",
    ]
    with pytest.raises(SheetError, match="CPN-S11  no column is named that could be compared"):
        compared(path, {"subject": "NIP"})
    with pytest.raises(SheetError, match=r"CPN-P01  unknown key .scor.\. Did you mean .score."):
        compared(path, {"subject": "NIP", "scor": "Nilai"})
    with pytest.raises(SheetError, match="CPN-P05  locale"):
        compared(path, {**COLUMNS, "locale": "fr"})


def test_a_mapping_as_a_document(tmp_path):
    """Nodes too; what the call says goes before the document."""
    path = workbook(tmp_path / "a.xlsx", [("NIP", "Nilai"), ("1", 99.81)], first=3)
    document = tmp_path / "columns.toml"
    document.write_text('subject = "NIP"\nscore = "Nilai"\nheader_row = 1\n', encoding="utf-8")
    assert compared(path, document, header_row=3).same
    document.write_text("subject = \n", encoding="utf-8")
    with pytest.raises(SheetError) as caught:
        compared(path, document)
    assert str(caught.value).splitlines()[1] == (
        "  CPN-S20  columns.toml: the mapping cannot be read as TOML (TOMLDecodeError)."
    )


def test_nodes_and_gaps(tmp_path, office, evidence):
    """The small office: a node's score is compared, and whoever has no value on either side."""
    policy = read_policy(office)
    scores = capaian.score(policy, evidence, period="2026-01")
    rows = [("NIP", "Pelayanan", "Nilai", "Band")]
    for row, subject in enumerate(scores.subjects):
        exact = scores.exact(row)
        node = exact["score:service"][0] if "score:service" in exact else None
        band = scores.band(row)
        rows.append((subject, node, scores.columns()["score"][row], band and band.id))
    path = workbook(tmp_path / "a.xlsx", rows)
    given = {"subject": "NIP", "nodes": {"service": "Pelayanan"}, "score": "Nilai", "band": "Band"}
    for tables in (evidence, {name: pl.DataFrame(each) for name, each in evidence.items()}):
        found = capaian.compare_sheet(path, policy, tables, columns=given, period="2026-01")
        assert found.counts["exact"] == len(scores)
    rows[1] = (rows[1][0], 1, 2, "low")
    workbook(path, rows)
    found = capaian.compare_sheet(path, policy, evidence, columns=given, period="2026-01")
    assert [each.step for each in found.differences] == ["node"]


def test_the_result_as_text_and_as_a_document(tmp_path, snapshot):
    """In both languages; JSON is canonical; the repr names nobody."""
    rows = [("NIP", "Nilai"), ("1", 99.82), ("2", 99.81), ("9", 1)]
    found = compared(workbook(tmp_path / "a.xlsx", rows), evidence=officers())
    snapshot("parity_en.txt", found.text())
    snapshot("parity_id.txt", found.text("id", rows=1))
    snapshot("parity.json", json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
    assert found.to_json() == compared(tmp_path / "a.xlsx", evidence=officers()).to_json()
    assert str(found) == found.text()
    assert "<pre>" in found._repr_html_()
    assert repr(found) == (
        "<Parity bps 2025-Q2 · 1 exact, 0 displayed, 1 differs, 1 not_in_sheet, 1 not_in_capaian>"
    )
