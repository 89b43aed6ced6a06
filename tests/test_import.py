"""Importing capaian costs next to nothing, and plain records need no dataframe library."""

import json
import subprocess
import sys

HEAVY = (
    "numpy",
    "narwhals",
    "polars",
    "pandas",
    "pyarrow",
    "duckdb",
    "pyspark",
    "jinja2",
    "click",
    "rich",
)


def loaded_after(code):
    """Which of the heavy libraries a fresh interpreter has loaded after the code."""
    program = (
        f"{code}\nimport json, sys\nprint(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return json.loads(run.stdout.splitlines()[-1])


def test_import_loads_no_heavy_library():
    """Neither numpy nor a dataframe library, nor anything of an extra."""
    assert loaded_after("import capaian") == []


def test_the_public_names_load_no_heavy_library():
    """Nor does using every public name."""
    assert loaded_after("import capaian\nfor name in capaian.__all__: getattr(capaian, name)") == []


def test_plain_records_are_scored_without_numpy_or_dataframes(tmp_path, office, evidence):
    """Policy, score, ledger, explanation and JSON document of lists of dicts."""
    (tmp_path / "office.json").write_text(json.dumps(office), encoding="utf-8")
    tables = json.dumps(evidence, default=lambda stamp: stamp.isoformat())
    (tmp_path / "evidence.json").write_text(tables, encoding="utf-8")
    code = f"""
import json, pathlib, capaian
folder = pathlib.Path({str(tmp_path)!r})
evidence = json.loads((folder / "evidence.json").read_text())
scores = capaian.score(folder / "office.json", evidence, period="2026-01")
scores.ledger(), scores.explain("a").text(), scores.to_json(), scores.to_native()
"""
    assert loaded_after(code) == []


def test_an_unknown_name_is_an_attribute_error():
    """Lazy names fail like ordinary ones."""
    run = subprocess.run(
        [sys.executable, "-c", "import capaian; capaian.scroe"], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert "AttributeError: module 'capaian' has no attribute 'scroe'" in run.stderr


def test_dir_lists_the_public_names():
    """Completion in a notebook shows what is promised."""
    import capaian

    assert set(capaian.__all__) <= set(dir(capaian))
