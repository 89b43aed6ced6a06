"""Files are written whole or not at all, under names that are safe."""

import csv

import pytest

import capaian
from capaian.policy import read_policy
from capaian.report import safe_name, write_report


@pytest.fixture
def scores(office, evidence):
    """The made-up office's January."""
    return capaian.score(read_policy(office), evidence, period="2026-01")


def test_the_folder_holds_documents_tables_and_pages(scores, tmp_path):
    """And what is written is what was asked for."""
    paths = write_report(scores, tmp_path)
    assert sorted(path.name for path in paths) == [
        "a.html", "b.html", "c.html", "d.html", "ledger.csv", "scores.csv", "scores.json",
        "team.html",
    ]  # fmt: skip
    assert (tmp_path / "scores.json").read_text(encoding="utf-8") == scores.to_json()
    with (tmp_path / "scores.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["subject"] for row in rows] == ["a", "b", "c", "d"]


def test_no_two_subjects_share_a_file_and_none_leaves_the_folder():
    """Path traversal, separators and empty names are made harmless and stay distinct."""
    names = ["../etc/passwd", "a/b", "a_b", "a b", "", ".", "x" * 400, "x" * 401]
    safe = [safe_name(name) for name in names]
    assert len(set(safe)) == len(names)
    assert all("/" not in name and name not in {"", ".", ".."} for name in safe)
    assert all(len(name) < 200 for name in safe)


def test_a_text_that_a_spreadsheet_would_run_is_kept_inert(office, evidence, tmp_path):
    """`=cmd` as an identifier is written as text."""
    for rows in evidence.values():
        for row in rows:
            row["nip"] = "=1+1" if row["nip"] == "b" else row["nip"]
    scores = capaian.score(read_policy(office), evidence, period="2026-01")
    write_report(scores, tmp_path, pages=False)
    assert "\n'=1+1," in (tmp_path / "scores.csv").read_text(encoding="utf-8")
