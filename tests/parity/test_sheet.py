"""Reading sheets: headings of any row, merged or not, and the whole text of every refusal."""

import struct
import zipfile
from datetime import date
from fractions import Fraction

import openpyxl
import pytest

from capaian.errors import SheetError
from capaian.parity import sheet as rooms
from capaian.parity import workbook as reading
from capaian.parity.cells import Cell
from capaian.parity.sheet import Layout, find_columns, letters, position, read_raw
from office_sheets import workbook


def refusal(call, *given, **named):
    """The text of the error that a call raises, after its headline."""
    with pytest.raises(SheetError) as caught:
        call(*given, **named)
    headline, *lines = str(caught.value).splitlines()
    assert headline == "The sheet was not compared."
    return [each.strip() for each in lines]


def test_letters_and_back():
    for column in (1, 26, 27, 702, 703, 16384):
        assert position(f"[{letters(column)}]") == column
    assert (letters(28), position("[xfd]"), position("F"), position("[F1]")) == (
        "AB", 16384, None, None,
    )  # fmt: skip


def test_merged_headings_stand_over_all_their_columns(tmp_path):
    """Two rows of headings; `NIP` merged downwards, `Capaian` across."""
    rows = [
        ("Dinas Kota", None, None, None),
        ("NIP", "Capaian", None, "Nilai"),
        (None, "Waktu", "Mutu", None),
        ("7", 1, 2, 3),
    ]
    path = workbook(tmp_path / "a.xlsx", rows, merged=("A2:A3", "B2:C2", "D2:D3"))
    raw = read_raw(path, Layout(first=2, last=3))
    assert raw.headings == {1: "NIP", 2: "Capaian / Waktu", 3: "Capaian / Mutu", 4: "Nilai"}
    assert list(raw.rows) == [4]
    # the second row alone: what is merged into it from above stands over it too
    raw = read_raw(path, Layout(first=3, last=3))
    assert raw.headings == {1: "NIP", 2: "Waktu", 3: "Mutu", 4: "Nilai"}


def test_a_stray_cell_far_away_costs_nothing(tmp_path):
    """A sheet whose last cell is in the last row and column there can be."""
    path = workbook(tmp_path / "a.xlsx", [("NIP", "Nilai"), ("7", 1)])
    book = openpyxl.load_workbook(path)
    book.active.cell(1_048_576, 16_384, "x")
    book.save(path)
    raw = read_raw(path, Layout())
    assert list(raw.rows) == [2, 1_048_576]


def test_cells_of_a_workbook(tmp_path):
    """Numbers with their digits, text, errors, truth, dates, blanks."""
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["NIP", "a", "b", "c", "d", "e"])
    sheet.append([" 7 ", 99.5, "#DIV/0!", True, "2026-01-01", "   "])
    sheet["B2"].number_format = "0.00"
    sheet["E2"].value = date(2026, 1, 1)
    book.save(path)
    (cells,) = read_raw(path, Layout()).rows.values()
    assert cells[1] == Cell("text", text="7")
    assert (cells[2].number, cells[2].digits) == (Fraction("99.5"), 2)
    assert cells[3].state == "fault"
    assert cells[4] == Cell("text", text="TRUE")
    assert cells[5].state == "unreadable"
    assert 6 not in cells


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_commas(tmp_path, separator):
    """The separator of the headings; a byte order mark; short rows."""
    path = tmp_path / "a.csv"
    text = f"Kota\nNIP{separator} Nilai \n7{separator}1\n8\n"
    path.write_text(text, encoding="utf-8-sig")
    raw = read_raw(path, Layout(first=2, last=2, locale="id"))
    assert raw.headings == {1: "NIP", 2: "Nilai"}
    assert [{at: cell.text for at, cell in row.items()} for row in raw.rows.values()] == [
        {1: "7", 2: "1"}, {1: "8"},
    ]  # fmt: skip


def test_columns_that_are_not_there_or_several(tmp_path):
    """All at once; by letters they can be told apart."""
    path = workbook(tmp_path / "a.xlsx", [("NIP", "Bobot", "Nilai", "Bobot"), ("7", 1, 2, 3)])
    raw = read_raw(path, Layout())
    assert find_columns(raw, ["NIP", "[D]", " Nilai "]) == {"NIP": 1, "[D]": 4, " Nilai ": 3}
    assert refusal(find_columns, raw, ["Bobot", "nip"]) == [
        "CPN-S09  Rekap: 2 columns are headed 'Bobot': B, D.",
        (
            "to fix: name the column by its letters, such as '[B]', or take further rows into "
            "header_row."
        ),
        "CPN-S08  Rekap: there is no column 'nip'. Did you mean 'NIP'?",
        (
            "to fix: name a heading, or the letters of a column as '[F]'; headings: 'NIP', 'Bobot', "
            "'Nilai'."
        ),
    ]


def test_files_that_are_none(tmp_path):
    """Not there, another form, broken, without headings, without a locale, without such a sheet."""
    assert refusal(read_raw, tmp_path / "x.xlsx", Layout()) == [
        "CPN-S01  there is no file 'x.xlsx'.",
        "to fix: give the path of a workbook or a CSV file.",
    ]
    assert refusal(read_raw, "a\0b.xlsx", Layout())[0].startswith("CPN-S01")
    (tmp_path / "a.xls").write_bytes(b"x")
    assert refusal(read_raw, tmp_path / "a.xls", Layout()) == [
        "CPN-S02  a file that ends in '.xls' is not read.",
        "to fix: save it as one of: .xlsx, .xlsm, .csv.",
    ]
    (tmp_path / "a.xlsx").write_bytes(b"PK no workbook")
    assert refusal(read_raw, tmp_path / "a.xlsx", Layout()) == [
        "CPN-S03  a.xlsx: it cannot be read as XLSX (BadZipFile).",
        (
            "to fix: open it in a spreadsheet, without a password, and save it again; a CSV file in "
            "UTF-8."
        ),
    ]
    (tmp_path / "a.csv").write_bytes(b"NIP;Nama\n7;Jos\xe9\n")
    assert refusal(read_raw, tmp_path / "a.csv", Layout(locale="id"))[0] == (
        "CPN-S03  a.csv: it cannot be read as CSV (UnicodeDecodeError)."
    )
    assert refusal(read_raw, tmp_path / "a.csv", Layout()) == [
        "CPN-S05  a.csv: it does not say how its numbers are written.",
        'to fix: give locale = "id" (1.234,50) or locale = "en" (1,234.50).',
    ]
    path = workbook(tmp_path / "b.xlsx", [("NIP",), ("7",)])
    assert refusal(read_raw, path, Layout(sheet="Rekapp")) == [
        "CPN-S06  b.xlsx: there is no sheet 'Rekapp'. Did you mean 'Rekap'?",
        "to fix: name one of: 'Rekap'.",
    ]
    assert refusal(read_raw, path, Layout(first=4, last=5)) == [
        "CPN-S07  Rekap: there are no headings in row 4-5.",
        'to fix: give the row of the headings, such as header_row = 4, or rows such as "4-5".',
    ]


def test_the_library_that_reads_workbooks_is_missing(tmp_path, monkeypatch):
    path = workbook(tmp_path / "a.xlsx", [("NIP",)])
    monkeypatch.setattr(reading, "find_spec", lambda name: None)
    assert refusal(read_raw, path, Layout()) == [
        "CPN-S04  a.xlsx: openpyxl, which reads workbooks, is not installed.",
        "to fix: pip install 'capaian[parity]', or save the sheet as CSV.",
    ]


def test_a_workbook_that_is_larger_than_it_looks_is_not_unpacked(tmp_path, monkeypatch):
    """A zip bomb: a gigabyte of zeros in a megabyte; nothing of it is unpacked."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"\0" * 2**21)
    monkeypatch.setattr(reading, "LARGEST", 2**20)
    assert refusal(read_raw, path, Layout()) == [
        "CPN-S19  a.xlsx: it is 2 MB when it is unpacked; at most 1 MB are read.",
        "to fix: save the one sheet that is compared as a workbook of its own, or as CSV.",
    ]


def test_a_workbook_that_lies_about_its_size_is_refused(tmp_path):
    """Its directory says few bytes and the stream holds more: it is broken, and no more is read."""
    path = workbook(tmp_path / "a.xlsx", [("NIP", "Nilai"), ("7", 1)])
    entries = zipfile.ZipFile(path).namelist()
    made = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for each in entries:
            new.writestr(each, old.read(each) if "sheet1" not in each else b"<x/>" * 100_000)
    raw = bytearray(made.read_bytes())
    size = struct.pack("<I", 400_000)
    raw = raw.replace(size, struct.pack("<I", 10))
    made.write_bytes(raw)
    assert refusal(read_raw, made, Layout())[0].startswith("CPN-S03  b.xlsx")


def test_entities_that_multiply_are_refused(tmp_path):
    """A billion laughs inside a workbook: a second, a code, no memory."""
    path = workbook(tmp_path / "a.xlsx", [("NIP", "Nilai"), ("7", 1)])
    bomb = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
    )
    bomb += (
        "]><worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
        "<row r='1'><c r='A1' t='inlineStr'><is><t>&j;</t></is></c></row></sheetData></worksheet>"
    )
    made = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for each in old.namelist():
            new.writestr(each, bomb if "sheet1" in each else old.read(each))
    assert refusal(read_raw, made, Layout())[0].startswith("CPN-S03  b.xlsx")


def test_headings_in_an_error_are_counted(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [[f"h{at}" for at in range(20)], ["7"]])
    said = refusal(find_columns, read_raw(path, Layout()), ["zzz"])
    assert said[1].endswith("'h11' (+8).")
    assert rooms.SHOWN == 12
