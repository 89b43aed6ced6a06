"""Workbooks and tables that are bombs: refused or read within bounds, and never calculated."""

import io
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pytest
from doors import LONGEST_TEXT, UNEXPECTED

import capaian
from bounded import bounded
from capaian.errors import CapaianError
from office_sheets import statistics_evidence, statistics_office
from small_office import OFFICE

SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {each} "{f"&{last};" * 10}">' for last, each in zip("abcdefghij", "bcdefghijk", strict=True)
) + "]>"  # fmt: skip
OUTSIDE = '<!DOCTYPE a [<!ENTITY k SYSTEM "file:///etc/passwd">]>'


def _book(change=lambda text: text, more=None):
    """A workbook whose sheet is changed as XML, with further files in its archive."""
    book, first, last = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    for row in (["NIP", "Nilai"], ["7", 1]):
        book.active.append(row)
    book.save(first)
    with zipfile.ZipFile(first) as old, zipfile.ZipFile(last, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            text = old.read(each).decode()
            new.writestr(each, change(text) if each == SHEET else text)
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return last.getvalue()


def _declared(head):
    return lambda text: head + text.replace("<v>1</v>", "<v>&k;</v>")


def _cell(inner):
    return lambda text: text.replace("<v>1</v>", inner)


BOMBS = {
    "entities in entities": lambda: _book(_declared(ENTITIES)),
    "an entity from a file": lambda: _book(_declared(OUTSIDE)),
    "half a gigabyte of blanks": lambda: _book(more={"xl/media/x": b" " * (2**29 + 1)}),
    "deep elements": lambda: _book(lambda text: text.replace("<sheetData>", "<a>" * 200_000 + "<sheetData>")),
    "a formula with many brackets": lambda: _book(_cell(f"<f>{'(' * 10**6}1{')' * 10**6}</f><v>1</v>")),
    "a number of many digits": lambda: _book(_cell(f"<v>{'9' * 10**6}</v>")),
    "an exponent": lambda: _book(_cell("<v>1e1000000000</v>")),
    "no number": lambda: _book(_cell("<v>NaN</v>")),
    "infinite": lambda: _book(_cell("<v>INF</v>")),
    "a shared text that is none": lambda: _book(lambda text: text.replace("<v>0</v>", "<v>999999999</v>")),
    "a long text": lambda: _book(_cell(f"<is><t>{'x' * 10**6}</t></is>")),
    "a merge of everything": lambda: _book(
        lambda text: text.replace("</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    ),
    "a place beyond": lambda: _book(lambda text: text.replace('r="B2"', 'r="ZZZZZ99999999999"')),
    "paths in the archive": lambda: _book(more={"../../../x": b"x", "/etc/x": b"x"}),
    "an archive of nothing": lambda: b"PK\x05\x06" + b"\0" * 18,
    "half": lambda: _book()[:2000],
    "not XML": lambda: _book(lambda _: "\0\xff<"),
}  # fmt: skip


def compared(name):
    """What is said of a workbook."""
    columns = {"subject": "NIP", "score": "Nilai"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        path.write_bytes(BOMBS[name]())
        said = _said(
            lambda: capaian.compare_sheet(
                path,
                statistics_office(),
                statistics_evidence(nip="7"),
                columns=columns,
                period="2025-Q2",
            ).to_json()
        )
        assert [each.name for each in Path(folder).iterdir()] == ["a.xlsx"]
    return said


def _said(call):
    try:
        text = call()
    except CapaianError as error:
        assert error.code not in UNEXPECTED, error.findings[0].values  # noqa: PT017
        text = str(error)
        assert len(text) < LONGEST_TEXT
        assert "root:" not in text
        return error.code
    assert "root:" not in text
    return None


REFUSED = {
    "entities in entities",
    "half a gigabyte of blanks",
    "an archive of nothing",
    "half",
    "not XML",
    "deep elements",
}


def all_compared():
    """What is said of every workbook."""
    return {name: compared(name) for name in BOMBS}


@pytest.mark.slow
def test_workbooks_that_are_bombs():
    """What cannot be a sheet is refused; a value that is none is a finding of its row."""
    codes = bounded(all_compared)
    assert {name for name in REFUSED if codes[name] is None} == set()


TABLES = {
    "many columns": ("csv", lambda: ",".join(f"c{at}" for at in range(10**5)) + "\n" + "1," * 10**5),
    "a name of a million characters": ("csv", lambda: "n" * 10**6 + ",nip\n1,2\n"),
    "a cell of ten million": ("csv", lambda: f"nip,date,u1,u2,u3\n{'x' * 10**7},2026-01-05,1,2,3\n"),
    "an open quotation mark": ("csv", lambda: 'nip,date,u1,u2,u3\n"' + "x\n" * 10**6),
    "a number of many digits": ("csv", lambda: f"nip,date,u1,u2,u3\n7,2026-01-05,{'9' * 10**6},2,3\n"),
    "an exponent": ("csv", lambda: "nip,date,u1,u2,u3\n7,2026-01-05,1e1000000000,2,3\n"),
    "no number": ("csv", lambda: "nip,date,u1,u2,u3\n7,2026-01-05,NaN,-Infinity,3\n"),
    "marks that hide": ("csv", lambda: "nip,date,u1,u2,u3\n\u202e7\u200b\0,2026-01-05,1,2,3\n"),
    "nothing but returns": ("csv", lambda: "\r" * 10**6),
    "deep values": ("jsonl", lambda: '{"nip":' + "[" * 100_000 + "]" * 100_000 + "}\n"),
    "many keys": ("jsonl", lambda: "{" + ",".join(f'"k{at}":1' for at in range(100_000)) + "}\n"),
    "a long key": ("jsonl", lambda: '{"' + "k" * 10**6 + '":1}\n'),
    "twice": ("jsonl", lambda: '{"nip":"7","nip":"8","date":"2026-01-05","u1":1,"u2":2,"u3":3}\n'),
    "digits": ("jsonl", lambda: '{"nip":"7","date":"2026-01-05","u1":' + "9" * 10**6 + ',"u2":2,"u3":3}\n'),
    "halves of characters": ("jsonl", lambda: '{"nip":"\\ud800","date":"2026-01-05","u1":1,"u2":2,"u3":3}\n'),
    "words that are no numbers": ("jsonl", lambda: '{"nip":"7","date":"2026-01-05","u1":NaN,"u2":Infinity,"u3":3}\n'),
    "a parquet of nothing": ("parquet", lambda: "PAR1" + "\0" * 1000 + "PAR1"),
}  # fmt: skip


def scored(name):
    """What is said of a table."""
    form, make = TABLES[name]
    rule = {**OFFICE, "nodes": [], "indicators": [{**OFFICE["indicators"][2], "weight": 1}]}
    policy = capaian.policy.read_policy(rule)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"survey.{form}"
        path.write_text(make(), encoding="utf-8", newline="")
        return [
            _said(
                lambda engine=engine: capaian.score(
                    policy, {"survey": path}, period="2026-01", engine=engine
                ).to_json()
            )
            for engine in ("polars", "duckdb")
        ]


def all_scored():
    """What is said of every table."""
    return {name: scored(name) for name in TABLES}


def test_tables_that_are_bombs():
    """By both engines."""
    codes = bounded(all_scored, memory=16 * 2**30)  # engines reserve much that they never touch
    read = {"marks that hide", "twice", "halves of characters"}
    assert {name for name, said in codes.items() if not any(said)} <= read
