"""`capaian parity`: everything that is printed, exit codes, JSON, errors as JSON."""

import csv
import json
from types import SimpleNamespace

import pytest

import capaian
from capaian.cli import main
from capaian.plugin import hookimpl
from office_sheets import (
    STATISTICS,
    officers,
    statistics_evidence,
    statistics_office,
    workbook,
)

HEADS = ("NIP", "Nilai", "Predikat")
ROWS = (("1", 99.82, "Sangat Baik"), ("2", "99,81", "Baik sekali"), ("9", 80, None))
COLUMNS = 'subject = "NIP"\nscore = "Nilai"\nlocale = "id"\n'


@pytest.fixture
def files(tmp_path):
    """The statistics office's second quarter of three officers, as files; a sheet, a mapping."""
    rule = tmp_path / "policy.json"
    rule.write_text(json.dumps(STATISTICS), encoding="utf-8")
    given = []
    for name, rows in officers().items():
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        given += ["--evidence", f"{name}={tmp_path / name}.csv"]
    (tmp_path / "columns.toml").write_text(COLUMNS, encoding="utf-8")
    sheet = workbook(tmp_path / "rekap.xlsx", [HEADS, *ROWS])
    how = ["--policy", rule, *given, "--period", "2025-Q2"]
    return SimpleNamespace(folder=tmp_path, sheet=sheet, how=how)


@pytest.fixture
def call(files, capsys):
    """Run the command; return the exit code, output and errors."""

    def run(*more, sheet=files.sheet, how=files.how):
        with pytest.raises(SystemExit) as caught:
            main([str(each) for each in ("parity", sheet, *how, *more)])
        out, err = capsys.readouterr()
        return caught.value.code, out, err

    return run


def test_differences_are_printed_whole(files, call, snapshot):
    """1: counts, the step, roundings, who differs, what is to be known of the sheet."""
    given = ["--columns", files.folder / "columns.toml", "--band", "Predikat"]
    for language in ("en", "id"):
        code, out, err = call(*given, "--language", language)
        assert (code, err) == (1, "")
        snapshot(f"parity_{language}.txt", out.rstrip("\n"))


def test_only_so_many_differences_are_shown(files, call):
    _, out, _ = call("--columns", files.folder / "columns.toml", "--rows", "1")
    assert out.splitlines()[-1] == "… 2 more"
    assert " 9 " not in out


def test_everybody_agrees(files, call):
    """0; every column by an option, one of the sheet's by its letters, units by the mapping."""
    heads = ("NIP", "Rata", "Tertimbang", "Bobot", "Sumbangan", "Nilai", "Predikat")
    row = (94.5166666666667, 99.536019536019536, 0.4, 39.814407814407814, 99.81, "sangat baik")
    rows = [heads, *((nip, *row) for nip in ("1", "2", "3"))]
    sheet = workbook(files.folder / "b.xlsx", rows, first=3, title="TW II")
    options = {
        "subject": "[A]", "measured": "kipapp=Rata", "achievements": "kipapp=Tertimbang",
        "weights": "kipapp=Bobot", "contributions": "kipapp=Sumbangan", "score": "Nilai",
        "band": "Predikat", "sheet": "TW II", "header-row": "3",
    }  # fmt: skip
    code, out, err = call(*(f"--{name}={value}" for name, value in options.items()), sheet=sheet)
    assert (code, err) == (0, "")
    assert out.splitlines()[1:] == [
        "      3  agree exactly",
        "      0  agree in the digits that the sheet shows",
        "      0  differ",
        "      0  are missing in the sheet",
        "      0  are missing in capaian",
    ]


def test_a_csv_with_a_locale(files, call):
    sheet = files.folder / "rekap.csv"
    sheet.write_text("NIP;Nilai\n1;99,81\n2;99,81\n3;99,81\n", encoding="utf-8")
    given = ["--subject", "NIP", "--score", "Nilai"]
    assert call(*given, "--locale", "id", sheet=sheet)[0] == 0
    code, _, err = call(*given, sheet=sheet)
    assert code == 2
    assert err == (
        "The sheet was not compared.\n"
        "  CPN-S05  rekap.csv: it does not say how its numbers are written.\n"
        '           to fix: give locale = "id" (1.234,50) or locale = "en" (1,234.50).\n'
    )


def test_json_is_the_library_s_document(files, call):
    """Byte for byte; 1 where somebody differs."""
    columns = files.folder / "columns.toml"
    code, out, err = call("--columns", columns, "--json")
    assert (code, err) == (1, "")
    found = capaian.compare_sheet(
        files.sheet, statistics_office(), officers(), columns=columns, period="2025-Q2"
    )
    assert out == found.to_json()
    assert json.loads(out)["schema"] == "capaian/parity/1"


def test_errors_are_json_too(files, call):
    """2: every fault of the mapping at once, and nothing but the document."""
    code, out, err = call("--subject", "NIP", "--score", "Nilay", "--band", "Predika", "--json")
    assert (code, err) == (2, "")
    told = json.loads(out)
    assert (told["schema"], told["error"], told["code"]) == (
        "capaian/error/1", "SheetError", "CPN-S08",
    )  # fmt: skip
    assert [each["code"] for each in told["findings"]] == ["CPN-S08", "CPN-S08"]
    assert [each["values"]["column"] for each in told["findings"]] == ["Nilay", "Predika"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--measured", "kipapp"], "'kipapp' is not ID=COLUMN, such as in-time=Capaian"),
        (["--period", "2025-Q1"], "a sheet is of one period"),
        (["--locale", "fr"], "'fr' is not one of 'id', 'en'."),
        (["--rows", "-1"], "-1 is not in the range x>=0."),
    ],
)
def test_a_command_that_cannot_be_read(call, given, said):
    """2, with and without --json."""
    code, out, err = call("--subject", "NIP", "--score", "Nilai", *given)
    assert (code, out) == (2, "")
    assert said in err
    code, out, _ = call("--subject", "NIP", "--score", "Nilai", *given, "--json")
    assert code == 2
    told = json.loads(out)
    assert (told["error"], told["code"]) == ("UsageError", "CPN-X01")
    assert said in told["headline"]


def test_bad_evidence_is_said_and_nobody_is_named(files, call):
    """2: as `capaian score` says it."""
    rows = statistics_evidence(nip="198706152010121003")["kipapp"]
    table = "nip,on,value\n" + "".join(f"{each['nip']},{each['on']},NaN\n" for each in rows)
    (files.folder / "kipapp.csv").write_text(table, encoding="utf-8")
    code, out, err = call("--columns", files.folder / "columns.toml")
    assert (code, out) == (2, "")
    assert "kipapp.value" in err
    assert "198706152010121003" not in err


def test_a_plugin_that_fails(files, call, monkeypatch):
    """3, in text and in JSON; the plugin is named, with what it raised."""

    @hookimpl
    def capaian_methods():
        raise RuntimeError("not today")

    stranger = SimpleNamespace(__name__="stranger", capaian_methods=capaian_methods)
    monkeypatch.setattr("capaian.cli.options.switches", lambda: (stranger,))
    given = ["--columns", files.folder / "columns.toml"]
    code, out, err = call(*given)
    assert (code, out) == (3, "")
    assert "stranger" in err
    assert "Traceback" not in err
    code, out, _ = call(*given, "--json")
    assert code == 3
    assert json.loads(out)["code"] == "CPN-G03"
