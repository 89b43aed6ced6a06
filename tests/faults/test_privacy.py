"""No identifier, name or content of a row in anything that is said, whatever goes wrong.

Every public verb is made to fail, with a secret in every identifier, name and bad value; then
messages, findings, JSON, reprs, arguments, causes, contexts, logs, warnings and what the frames of
capaian's own still hold are searched for it.
"""

import copy
import json

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import capaian
from capaian.cli import main
from capaian.errors import CapaianError
from capaian.policy import read_policy
from office_sheets import statistics_evidence, statistics_office, workbook
from planted import BAD, SECRET, SUBJECTS, leaks, planted_evidence
from posts_office import CLERK, HEAD, RULE, day, noon
from small_office import OFFICE

POLICY = read_policy(OFFICE)
ON_FILES = ("csv", "parquet", "jsonl")


def _polars(rows):
    return pl.DataFrame(rows, strict=False, infer_schema_length=None)


def _objects(rows):
    return pl.DataFrame(
        {name: pl.Series(name, [row[name] for row in rows], dtype=pl.Object) for name in rows[0]}
    )


def _duckdb(rows):
    return duckdb.connect().from_arrow(pa.Table.from_pylist(rows))


FRAMES = {
    "records": list,
    "polars": _polars,
    "polars objects": _objects,
    "polars lazy": lambda rows: _polars(rows).lazy(),
    "pandas": pd.DataFrame,
    "arrow": pa.Table.from_pylist,
    "duckdb": _duckdb,
}


def _csv(rows, path):
    pd.DataFrame(rows).to_csv(path, index=False)


def _parquet(rows, path):
    pd.DataFrame(rows).to_parquet(path)


def _jsonl(rows, path):
    lines = [json.dumps(row, default=str, ensure_ascii=True) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


WRITERS = {"csv": _csv, "parquet": _parquet, "jsonl": _jsonl}
SPOILT = [
    (table, column)
    for table, rows in planted_evidence().items()
    for column in rows[0]
    if column != "name"
]


def spoilt(columns, value):
    """Evidence with a bad value in some columns."""
    evidence = planted_evidence()
    for table, column in columns:
        evidence[table][3][column] = value
    return evidence


def made(form, evidence, folder):
    """Evidence as one kind of table; `None` where a library cannot even hold it."""
    try:
        if form in FRAMES:
            return {name: FRAMES[form](rows) for name, rows in evidence.items()}
        paths = {name: folder / f"{name}.{form}" for name in evidence}
        for name, rows in evidence.items():
            WRITERS[form](rows, paths[name])
    except Exception:  # noqa: BLE001 - the library's own refusal, before capaian sees anything
        return None
    return paths


def prove(call):
    """Whatever comes of a call, it says nothing, and it is capaian's own error with a code."""
    places, error = leaks(call)
    assert places == []
    assert error is None or isinstance(error, CapaianError)
    return error


def test_what_searches_finds_what_there_is_to_find():
    """The verb as it is inside: the engine's error, its text, the tables in the frames."""
    tables = {**planted_evidence(), "complaints": [{"nip": SECRET}]}
    places, _ = leaks(lambda: capaian.score.__wrapped__(POLICY, tables, period="2026-01"))
    assert "score: evidence" in places
    places, _ = leaks(lambda: _quote(SECRET))
    assert {"ValueError text", "ValueError repr", "ValueError args", "traceback"} <= set(places)


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("form", [*FRAMES, *ON_FILES])
def test_bad_values_in_every_column_at_once(form, kind, tmp_path):
    """Score and check; a bad value in every column of every table."""
    tables = made(form, spoilt(SPOILT, BAD[kind]), tmp_path)
    if tables is None:
        return
    for engine in ("polars", "duckdb") if form in {"csv", "parquet"} else ("polars",):
        given = {"period": "2026-01", "engine": engine}
        prove(lambda: capaian.score(POLICY, tables, **given))  # noqa: B023 - called at once
        prove(lambda: capaian.check(POLICY, tables, **given))  # noqa: B023 - called at once


@pytest.mark.parametrize(("table", "column"), SPOILT)
@pytest.mark.parametrize("form", ["records", "pandas", "polars", "csv"])
def test_a_bad_value_in_one_column_is_told_with_a_code(form, table, column, tmp_path):
    """Text where there is none to be: each kind of column by itself."""
    tables = made(form, spoilt([(table, column)], [SECRET]), tmp_path)
    if tables is not None:
        prove(lambda: capaian.score(POLICY, tables, period="2026-01"))


def _quote(value):
    raise ValueError(value)


def _fails(rows):
    quoted = pl.col("nip").map_elements(_quote, return_dtype=pl.String)
    return _polars(rows).lazy().with_columns(quoted.alias("nip"))


def _gone(rows):
    connection = duckdb.connect()
    connection.register("given", pa.Table.from_pylist(rows))
    connection.execute("CREATE TABLE kept AS SELECT * FROM given")
    relation = connection.table("kept")
    connection.execute("DROP TABLE kept")
    return relation


LAZY = {
    "a cast that fails when it is run": lambda rows: (
        _polars(rows).lazy().with_columns(pl.col("nip").cast(pl.Int64))
    ),
    "a function that quotes": _fails,
    "a text that is no date": lambda rows: (
        _polars(rows).lazy().with_columns(pl.col("name").str.to_datetime("%Y").alias("received"))
    ),
    "a relation whose cast fails": lambda rows: _duckdb(rows).project(
        "* REPLACE (CAST(nip AS INTEGER) AS nip)"
    ),
    "a relation that divides text": lambda rows: _duckdb(rows).project(
        "* REPLACE (CAST(name AS DOUBLE) AS nip)"
    ),
    "a relation of a table that is gone": _gone,
}


@pytest.mark.parametrize("how", LAZY)
def test_engines_that_quote_a_value_when_they_run(how):
    """Polars and DuckDB name the value that they could not convert; capaian does not."""
    evidence = planted_evidence()
    tables = {**evidence, "complaints": LAZY[how](evidence["complaints"])}
    for verb in (capaian.score, capaian.check):
        prove(lambda: verb(POLICY, tables, period="2026-01"))  # noqa: B023 - called at once


def _ragged(path):
    text = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*text, f"{SECRET},{SECRET}," * 9]), encoding="utf-8")


def _unclosed(path):
    with path.open("a", encoding="utf-8") as file:
        file.write(f'"{SECRET},x\n')


def _latin(path):
    with path.open("ab") as file:
        file.write(f"{SECRET} Jos".encode() + b"\xe9,,\n")


def _cut(path):
    path.write_bytes(path.read_bytes()[:-40])


def _broken_line(path):
    with path.open("a", encoding="utf-8") as file:
        file.write(f'{{"nip": "{SECRET}", "received": {SECRET}}}\n')


BROKEN = [
    ("csv", _ragged), ("csv", _unclosed), ("csv", _latin),
    ("parquet", _cut), ("jsonl", _broken_line), ("jsonl", _latin),
]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "spoil"), BROKEN, ids=lambda each: getattr(each, "__name__", each)
)
def test_files_that_are_broken_in_a_row(form, spoil, tmp_path):
    """A row with more cells, an open quotation mark, another encoding, a file that is cut off."""
    tables = made(form, planted_evidence(), tmp_path)
    spoil(tables["complaints"])
    for engine in ("polars", "duckdb") if form != "jsonl" else ("polars",):
        given = {"period": "2026-01", "engine": engine}
        prove(lambda: capaian.score(POLICY, tables, **given))  # noqa: B023 - called at once
        prove(lambda: capaian.check(POLICY, tables, **given))  # noqa: B023 - called at once


def test_a_subject_that_is_not_there_is_not_repeated(tmp_path):
    """Explanations of scores, of periods, of units, of postings."""
    scores = capaian.score(POLICY, planted_evidence(), period="2026-01")
    assert prove(lambda: scores.explain(f"{SECRET}-nobody")).code == "CPN-E54"
    many = capaian.score(POLICY, planted_evidence(), period=["2026-01"])
    assert prove(lambda: many.explain(f"{SECRET}-nobody", "2026-01")).code == "CPN-E54"
    found = capaian.score(posts(tmp_path), postings(), period="2026-03")
    assert prove(lambda: found.explain(f"{SECRET}-nobody")).code == "CPN-E54"


def posts(folder):
    """The assignment of the office in which people change posts."""
    for name, document in (("clerk", CLERK), ("head", HEAD)):
        (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    (folder / "posts.json").write_text(json.dumps(RULE), encoding="utf-8")
    return capaian.load_assignment(folder / "posts.json")


def postings():
    """March of two people in two posts each."""
    tables = {"postings": [], "letters": [], "cases": []}
    for nip in SUBJECTS[:2]:
        for post, first, last in (("head", 1, 15), ("clerk", 16, 31)):
            row = {"nip": nip, "post": post, "from": day(first), "to": day(last)}
            tables["postings"].append(row)
            tables["letters"].append({"nip": nip, "on": noon(first + 1)})
            case = {"received": noon(first + 1), "answered": noon(first + 2)}
            tables["cases"].append({"nip": nip, **case})
    return tables


def test_postings_units_and_cohorts(tmp_path):
    """Evidence of an assignment, of units and of a cohort, each with bad values."""
    rule = posts(tmp_path)
    assert prove(lambda: capaian.score(rule, postings(), period="2026-03")) is None
    for table, rows in postings().items():
        for column in rows[0]:
            tables = postings()
            tables[table] = [{**row, column: [SECRET]} for row in tables[table]]
            prove(lambda: capaian.score(rule, tables, period="2026-03"))  # noqa: B023
            prove(lambda: capaian.check(rule, tables, period="2026-03"))  # noqa: B023
    units = {"table": "units", "unit": "unit", "from": "people", "missing": "exclude"}
    document = {**copy.deepcopy(OFFICE), "units": units}
    document["subjects"] = {"table": "staff", "unit": "office", "label": "name"}
    policy = read_policy(document)
    staff = [{"nip": each, "office": SECRET, "name": SECRET} for each in SUBJECTS]
    for rows in ([{"unit": "A"}], [{"unit": [SECRET]}], [{"unit": SECRET}, {"unit": SECRET}]):
        tables = {**planted_evidence(), "staff": staff, "units": rows}
        prove(lambda: capaian.score_units(policy, tables, period="2026-01"))  # noqa: B023
        prove(lambda: capaian.check(policy, tables, period="2026-01"))  # noqa: B023
    relative = copy.deepcopy(OFFICE)
    relative["relative"] = True
    relative["indicators"][1]["normalise"] = {"method": "rank", "better": "higher"}
    relative = read_policy(relative)
    for kind in ("text", "object", "large"):
        tables = spoilt(SPOILT, BAD[kind])
        prove(lambda: capaian.fit(relative, tables, period="2026-01", edition="x"))  # noqa: B023
    assert prove(lambda: capaian.score(relative, planted_evidence(), period="2026-01"))


def test_guidance_and_its_labels():
    """A table of labels that holds something else."""
    document = copy.deepcopy(OFFICE)
    document["subjects"] = {"table": "staff", "unit": "office"}
    document["guidance"] = {
        "group": "unit",
        "labels": {"table": "offices", "unit": "office", "label": "rating", "known": ["good"]},
        "limits": [{"id": "some", "for": ["good"], "bands": ["high"], "most": "10%"}],
    }
    staff = [{"nip": each, "office": "A"} for each in SUBJECTS]
    scores = capaian.score(
        read_policy(document), {**planted_evidence(), "staff": staff}, period="2026-01"
    )
    for rows in ([{"office": "A", "rating": SECRET}], [{"office": [SECRET], "rating": "good"}], 5):
        prove(lambda: scores.guidance({"offices": rows}))  # noqa: B023 - called at once


def test_sheets(tmp_path):
    """A sheet with identifiers, names and words that are nothing."""
    evidence = statistics_evidence(nip=SUBJECTS[0])
    rows = [("NIP", "Nama", "Nilai"), (SUBJECTS[0], f"Budi {SECRET}", SECRET)]
    rows += [(SUBJECTS[0], f"Budi {SECRET}", SECRET)]
    for some in (rows, rows[:2]):
        path = workbook(tmp_path / "a.xlsx", some)
        given = {"columns": {"subject": "NIP", "score": "Nilai", "band": "Nama"}}
        given["period"] = "2025-Q2"
        prove(lambda: capaian.compare_sheet(path, statistics_office(), evidence, **given))  # noqa: B023
    csv = tmp_path / "a.csv"
    csv.write_text(f"NIP;Nilai\n{SUBJECTS[0]};{SECRET}\n", encoding="utf-8")
    given = {"columns": {"subject": "NIP", "score": "Nilai"}, "period": "2025-Q2", "locale": "id"}
    prove(lambda: capaian.compare_sheet(csv, statistics_office(), evidence, **given))
    found = capaian.compare_sheet(csv, statistics_office(), evidence, **given)
    assert SECRET not in repr(found)


def test_tables_that_are_none_and_documents_that_are_evidence(tmp_path):
    """A list of names for a table; rows given as a policy, as cases, as an assignment."""
    for table in ([SECRET], SECRET, {SECRET: SECRET}, 5, [[SECRET]], [{SECRET: 1}, {5: SECRET}]):
        tables = {**planted_evidence(), "complaints": table}
        _, error = leaks(lambda: capaian.score(POLICY, tables, period="2026-01"))  # noqa: B023
        assert isinstance(error, CapaianError)
    rows = tmp_path / "rows.json"
    rows.write_text(json.dumps([{"nip": SECRET, "nama": SECRET}]), encoding="utf-8")
    for verb in (capaian.load_policy, capaian.load_assignment, capaian.run_cases):
        assert prove(lambda: verb(rows))  # noqa: B023 - called at once
        assert prove(lambda: capaian.compare_policies(rows, "skm/2017"))
    # of a case that fails the place is said, and the values where they are the file's own
    case = {"id": "1", "rule": "skm.interval", "input": {"x": SECRET}, "expected": {"y": 1}}
    places, error = leaks(lambda: capaian.run_cases({"cases": [case]}))
    assert (places, error) == ([], None)


@pytest.mark.parametrize("command", ["score", "check", "explain", "fit", "units"])
@pytest.mark.parametrize("as_json", [False, True])
def test_the_command_line(command, as_json, tmp_path, capsys):
    """Standard output and error of a run that fails; as text and as JSON."""
    evidence = planted_evidence()
    for table, column in SPOILT:
        if column != "nip":
            evidence[table][3][column] = SECRET
    tables = made("csv", evidence, tmp_path)
    policy = tmp_path / "desk.json"
    policy.write_text(json.dumps(OFFICE), encoding="utf-8")
    given = [command, str(policy), "--period", "2026-01"]
    given += [part for name, path in tables.items() for part in ("--evidence", f"{name}={path}")]
    given += {"explain": ["--subject", "x"], "fit": ["--out", str(tmp_path / "x.toml")]}.get(
        command, []
    )
    with pytest.raises(SystemExit) as caught:
        main([*given, *(["--json"] if as_json else [])])
    assert caught.value.code in {1, 2}
    out, err = capsys.readouterr()
    assert SECRET not in out + err
    assert "Traceback" not in out + err


def test_a_fault_of_capaians_own_has_a_code_on_the_command_line(monkeypatch, tmp_path, capsys):
    """Whatever is raised, there is no traceback and no text of it."""

    def broken(*_given, **_named):
        raise RuntimeError(SECRET)

    monkeypatch.setattr(capaian, "check", broken)
    policy = tmp_path / "desk.json"
    policy.write_text(json.dumps(OFFICE), encoding="utf-8")
    given = ["check", str(policy), "--period", "2026-01", "--evidence", "a=a.csv"]
    for more in ([], ["--json"]):
        with pytest.raises(SystemExit) as caught:
            main([*given, *more])
        assert caught.value.code == 2
        out, err = capsys.readouterr()
        assert "CPN-X05" in out + err
        assert SECRET not in out + err
