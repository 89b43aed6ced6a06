"""Names as paths and cells as formulas: nothing leaves a folder, no two people share a file."""

import copy
import csv
import io
import json
import re
import unicodedata

import pytest
from hostile import LONG

import capaian
from capaian.cli import main
from capaian.errors import CapaianError, PolicyError
from capaian.policy import read_policy
from capaian.report import safe_name, write_reports
from small_office import OFFICE, made_up_evidence

LIVE = "=+-@＝＋－＠"  # noqa: RUF001 - full width, which some spreadsheets take for the same
FORMULAS = [
    "=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1+1", '"=1', "=cmd|'/c calc'!A0", "＝1+1",  # noqa: RUF001
    "x;=1+1", "x\t=1", "x\n=1", 'x";=1', "x; =1", "x;;-1", 'x;"=HYPERLINK(1)"', "-", "=", "\ufeff=1",
]  # fmt: skip
NAMES = [
    "../../x", "..", ".", "", "/etc/passwd", "..\\..\\x", "C:\\x", "C:x", "\\\\server\\share", "a/b", "a\\b", "a_b",
    "CON", "con", "NUL.txt", "nul.txt", "aux.", "com1", "COM1", "lpt9.x", "x" * 300, "x" * 301, "\0", "a\0b", "a\nb",
    "ani", "Ani", "ANI", "a ", "a.", "a", " a", "é", "e\u0301", "É", "ﬁ", "fi", "ſ", "s", "ß", "ss", "K", "\u212a", "k",  # noqa: RUF001
    "~", "-rf", "$(id)", "`id`", "%2e%2e%2f", "x:y", "x::$DATA", "*", "?", "\u202egpj.exe", "\u200b", "\ud800", "😀",
]  # fmt: skip
PATHS = [
    "../{}", "../../../../{}", "/{}", "/etc/passwd", "/dev/zero", "{}/../..", "..\\{}", "{}\0", "{}\0.toml", "x" * LONG,
    "x/" * 5_000, "{}/" + "../" * 100 + "etc/passwd", "\ud800", "\u202e", "~/{}", "file:///etc/passwd", "http://127.0.0.1:9/{}",
    "C:\\{}", "{}/.", "./{}/../x", "%2e%2e/{}", "", ".", "..", "\n", "-",
]  # fmt: skip


def office(subjects):
    """January of the small office, of these people."""
    return capaian.score(read_policy(OFFICE), made_up_evidence(subjects), period="2026-01")


def test_no_two_people_share_a_file_on_any_disk():
    """Also where capitals, blanks, dots or forms of Unicode are taken for the same."""
    names = {*NAMES, *(safe_name(each) for each in NAMES if each)}
    files = [safe_name(each) for each in names]
    same = {unicodedata.normalize("NFKC", each).casefold().rstrip(". ") for each in files}
    assert len(same) == len(names)
    for each in files:
        assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", each)
        assert len(each) <= 111
        assert each.partition(".")[0].lower() not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


def test_pages_of_people_with_hostile_names_stay_in_their_folder(tmp_path):
    """One page each, by the library and by the command line."""
    people = [each for each in NAMES if each.strip() and "\ud800" not in each]
    evidence = made_up_evidence(people, 40 * len(people))
    scores = capaian.score(read_policy(OFFICE), evidence, period=["2026-01"])
    out = tmp_path / "deep" / "er" / "out"
    written = write_reports(scores, out)
    subjects = scores[0].subjects
    assert len(set(written)) == len(written) == 4 + len(subjects)
    everything = {each for each in tmp_path.rglob("*") if not each.is_dir()}
    assert everything == set(written)
    assert all(each.resolve().is_relative_to(out.resolve()) for each in written)
    for subject in subjects:
        page = out / "2026-01" / "pages" / f"{safe_name(subject)}.html"
        assert page.is_file()


def test_the_command_line_writes_nothing_outside_of_its_folder(tmp_path, monkeypatch):
    """Records are named by their hash; pages by a safe name."""
    work = tmp_path / "a" / "b" / "c"
    work.mkdir(parents=True)
    monkeypatch.chdir(work)
    people = ["../../x", "/tmp/x", "..\\x", "a"]  # noqa: S108 - nothing is written there
    given = ["policy.json", "--period", "2026-01", "--out", "out"]
    (work / "policy.json").write_text(json.dumps(OFFICE), encoding="utf-8")
    for table, rows in made_up_evidence(people).items():
        lines = [json.dumps(row, default=str) for row in rows]
        (work / f"{table}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        given += ["--evidence", f"{table}={table}.jsonl"]
    for more in (["score", *given, "--pages", "--no-pictures"], ["record", *given]):
        with pytest.raises(SystemExit) as caught:
            main(more)
        assert caught.value.code == 0
    files = {each for each in tmp_path.rglob("*") if each.is_file()}
    outside = {each for each in files if not each.is_relative_to(work / "out")}
    assert {each.name for each in outside} == {
        "policy.json",
        "complaints.jsonl",
        "services.jsonl",
        "survey.jsonl",
    }
    assert len(files - outside) == 4 + len(people) * 2


VERBS = {
    "policy": capaian.load_policy,
    "assignment": capaian.load_assignment,
    "evidence": capaian.load_evidence,
    "cases": capaian.run_cases,
    "calendar": capaian.load_calendar,
    "record": capaian.read_record,
    "table": lambda path: capaian.score(
        read_policy(OFFICE), {**made_up_evidence(), "survey": path}, period="2026-01"
    ),
    "sheet": lambda path: capaian.compare_sheet(
        path, read_policy(OFFICE), made_up_evidence(), columns={"subject": "a", "score": "b"}, period="2026-01"
    ),
    "mapping": lambda path: capaian.compare_sheet(
        "x.csv", read_policy(OFFICE), made_up_evidence(), columns=path, period="2026-01"
    ),
    "calendar of a policy": lambda path: capaian.score(
        read_policy({**copy.deepcopy(OFFICE), "calendar": path}), made_up_evidence(), period="2026-01"
    ),
}  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_names_that_are_paths_to_elsewhere_are_refused(verb, tmp_path, monkeypatch):
    """With a code, in a short text; nothing is written, and no pack is left by `..`."""
    monkeypatch.chdir(tmp_path)
    for path in PATHS:
        for name in ("skm", "capaian/contoh"):
            try:
                VERBS[verb](path.format(name))
            except CapaianError as error:
                assert error.code != "CPN-X05", (path[:40], error.findings[0].values)  # noqa: PT017
                assert len(str(error)) < 5_000  # noqa: PT017
            else:
                assert (verb, path) == ("calendar of a policy", "") or verb == "evidence", path[:40]
    assert list(tmp_path.iterdir()) == []


def test_no_evidence_outside_of_a_pack_is_found():
    """`..` in the name of a pack's evidence once led out of its folder."""
    inside = capaian.load_evidence("capaian/contoh")
    for more in ("/..", "/../..", "/../policies", "/.", "//", "/../../contoh/policies/contoh"):
        assert capaian.load_evidence(f"capaian/contoh{more}") == inside
    with pytest.raises(PolicyError, match="CPN-K07"):
        capaian.load_evidence("../capaian/contoh")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_of_a_table_is_a_live_formula(separator, tmp_path):
    """In whichever list separator the spreadsheet reads: in Indonesia it is the semicolon."""
    scores = office(FORMULAS)
    write_reports(scores, tmp_path, pages=False)
    for file in ("scores.csv", "ledger.csv"):
        text = (tmp_path / file).read_text(encoding="utf-8")
        numbers = re.compile(r"-?[0-9./]+")
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            for cell in row:
                bare = cell.lstrip('\ufeff "\r\n\t')
                assert bare[:1] not in LIVE or not bare or numbers.fullmatch(bare), (file, cell)


def test_an_ordinary_name_is_written_as_it_is(tmp_path):
    """Only what would run is changed; documents in JSON keep every identifier byte for byte."""
    people = ["198706152010121003", "Siti Nur-Aini", "x;y", "a=b", "Ani, S.E.", "=1+1"]
    scores = office(people)
    write_reports(scores, tmp_path, pages=False)
    with (tmp_path / "scores.csv").open(encoding="utf-8", newline="") as file:
        written = {row["subject"] for row in csv.DictReader(file)}
    assert written == {*people[:-1], "'=1+1"} & written
    assert len(written) == len(scores.subjects)
    assert (tmp_path / "scores.json").read_bytes() == scores.to_json().encode()
