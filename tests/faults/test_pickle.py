"""Nothing that comes in is ever run: no pickle, no `eval`, no `exec`, no import by a name in a document."""

import ast
import io
import pickle
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from doors import DOORS, said

import capaian
from capaian.errors import CapaianError
from capaian.policy import read_policy
from small_office import OFFICE, made_up_evidence

HOUSE = Path(capaian.__file__).parent
RUNS = {"eval", "exec", "compile", "__import__"}
UNPICKLERS = {
    "pickle",
    "cPickle",
    "dill",
    "joblib",
    "marshal",
    "shelve",
    "cloudpickle",
    "yaml",
    "jsonpickle",
}
SHELLS = {"system", "popen", "spawnl", "execv", "fork"}
PRINTERS = {
    "columns/one_pass.py", "exact/printed.py", "exact/single.py", "formula/python.py", "scores/printed.py",
}  # fmt: skip
"""Rooms that compile what they have printed themselves, from a tree that was checked: names in it are
made by the printer, and texts and numbers are literals."""
RIG = {"testing/purity.py"}
"""Where the kit for plugin authors pickles a value of its own and reads it back."""
STARTERS = {"testing/apart.py", "testing/elsewhere.py"}
"""Where the kit starts a Python of its own to try a plugin apart."""


def calls():
    """Return every call of a name or an attribute in the sources: file, name, line."""
    for file in sorted(HOUSE.rglob("*.py")):
        where = file.relative_to(HOUSE).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func
                yield where, name.id if isinstance(name, ast.Name) else "", node
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield where, "import", node


def test_no_source_runs_what_it_is_given():
    """Only printers compile, and only what they have printed."""
    runs = {where for where, name, _ in calls() if name in RUNS}
    assert runs == PRINTERS


def test_no_source_reads_a_pickle_or_starts_a_shell():
    found, shells, starters = set(), set(), set()
    for where, name, node in calls():
        if name == "import":
            modules = {each.name.partition(".")[0] for each in node.names}
            modules |= {(getattr(node, "module", "") or "").partition(".")[0]}
            found |= {where} if modules & UNPICKLERS else set()
            starters |= {where} if "subprocess" in modules else set()
        elif isinstance(node.func, ast.Attribute) and node.func.attr in SHELLS:
            shells.add(where)
        elif any(each.arg == "allow_pickle" for each in node.keywords):
            found.add(where)
    assert found == RIG
    assert shells == set()
    assert starters <= STARTERS


class Bomb:
    """A value that says so when it is unpickled."""

    def __reduce__(self):
        return Path.write_text, (Path("was-run"), "x")


def pickled():
    """Return files with a pickle in them, by ending."""
    raw = pickle.dumps(Bomb())
    saved = io.BytesIO()
    np.save(saved, np.array([Bomb()], dtype=object), allow_pickle=True)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("archive/data.pkl", raw)
    return {
        "pickle": raw,
        "text pickle": pickle.dumps(Bomb(), 0),
        "npy": saved.getvalue(),
        "zip": archive.getvalue(),
    }


ENDINGS = [
    ".csv",
    ".parquet",
    ".jsonl",
    ".pkl",
    ".pickle",
    ".npy",
    ".joblib",
    ".arrow",
    ".feather",
    ".xlsx",
    ".json",
    "",
]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("kind", pickled())
def test_a_pickle_as_evidence_is_refused(kind, ending, tmp_path, monkeypatch):
    """Under every ending, by both engines, as a table and as an office's sheet; nothing in it is run."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / f"table{ending}"
    path.write_bytes(pickled()[kind])
    policy, evidence = read_policy(OFFICE), made_up_evidence()
    columns = {"subject": "a", "score": "b"}
    for call in (
        lambda: capaian.score(policy, {**evidence, "survey": path}, period="2026-01"),
        lambda: capaian.score(
            policy, dict.fromkeys(evidence, path), period="2026-01", engine="duckdb"
        ),
        lambda: capaian.compare_sheet(
            path, policy, evidence, columns=columns, period="2026-01", locale="id"
        ),
    ):
        with pytest.raises(CapaianError) as caught:
            call()
        assert caught.value.code != "CPN-X05", caught.value.findings[0].values
    assert not (tmp_path / "was-run").exists()


@pytest.mark.parametrize("door", DOORS)
def test_a_pickle_as_a_document_is_refused(door, tmp_path, monkeypatch):
    """By every door of documents."""
    monkeypatch.chdir(tmp_path)
    for content in pickled().values():
        assert said(door, content, tmp_path) is not None
    assert not (tmp_path / "was-run").exists()


def test_a_column_of_pickles_is_bytes_and_refused(tmp_path, monkeypatch):
    """In Parquet, Arrow and object columns a pickle is a value of the wrong kind."""
    monkeypatch.chdir(tmp_path)
    raw = pickle.dumps(Bomb())
    evidence = made_up_evidence()
    rows = [{**row, "u1": raw} for row in evidence["survey"]]
    path = tmp_path / "survey.parquet"
    frame = pl.DataFrame(rows)
    frame.write_parquet(path)
    for table in (
        path,
        frame,
        pa.Table.from_pylist(rows),
        rows,
        [{**row, "u1": Bomb()} for row in rows],
    ):
        with pytest.raises(CapaianError) as caught:
            capaian.score(read_policy(OFFICE), {**evidence, "survey": table}, period="2026-01")
        assert caught.value.code != "CPN-X05"
    assert not (tmp_path / "was-run").exists()
