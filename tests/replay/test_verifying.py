"""Verifying records: replayed, measured again, and every change found and named."""

import json
import pickle
import random

import pandas as pd
import polars as pl
import pytest

import capaian
from capaian import replay
from capaian.errors import EvidenceError, RecordError
from capaian.record import seal
from capaian.wire import canonical, pointer_at
from recorded import CASES, forged, scored
from visits import ENGINES


def lines(verification, language="en"):
    """The findings as they are shown."""
    return "\n".join(each.line(language) for each in verification.findings)


@pytest.mark.parametrize("name", CASES)
def test_a_record_replays(name):
    """Of every kind of policy, from its bytes alone."""
    for record in scored(name).records(made_at="2026-04-09"):
        found = capaian.verify(record.to_json())
        assert (found.ok, found.replayed, found.findings) == (True, True, ())
        assert found.measured == ""


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_evidence_is_measured_again(name, engine):
    """From whatever it was exported to."""
    rows = CASES[name]()[1]
    tables = {
        key: ENGINES[engine](pl.DataFrame(each, infer_schema_length=None).to_dicts())
        for key, each in rows.items()
    }
    record = scored(name).record("a")
    found = capaian.verify(record.to_json(), tables)
    assert (found.ok, found.measured) == (True, "equal"), str(found)


def test_it_reads_what_it_is_given(tmp_path):
    """A record, a mapping, text, bytes, a path."""
    record = scored("office").record("a")
    path = tmp_path / "record.json"
    path.write_text(record.to_json(), encoding="utf-8")
    for each in (record, record.to_dict(), record.to_json(), record.to_json().encode(), path):
        assert capaian.verify(each).ok
    assert capaian.verify(str(path)).ok
    assert capaian.read_record(path) == record


def test_each_of_200_changes_of_one_byte_is_found_and_its_section_named():
    """Seeded, over the whole file: keys, values, marks of JSON, hashes, and when it was made."""
    text = scored("gated").record("a", made_at="2026-04-09").to_json()
    raw, rng, changed = text.encode(), random.Random(20260409), 0
    while changed < 200:
        at, byte = rng.randrange(len(raw)), rng.randrange(256)
        if raw[at] == byte:
            continue
        changed += 1
        found, places = _found(raw[:at] + bytes([byte]) + raw[at + 1 :])
        section = pointer_at(text, len(raw[:at].decode(errors="replace"))).split("/")[1:2]
        assert found, f"byte {at}"
        assert not section or section[0] in places or str(at + 1) in places, (at, byte, places)


@pytest.mark.parametrize("kind", ["digit", "letter"])
def test_a_change_that_leaves_it_sound_json_is_found_too(kind):
    """Of 200 more, each a digit or a letter for another."""
    text = scored("working").record("a").to_json()
    rng = random.Random(kind)
    signs = {"digit": "0123456789", "letter": "abcdefghijklmnopqrstuvwxyz"}[kind]
    places_of = [at for at, each in enumerate(text) if each in signs]
    for at in rng.sample(places_of, 100):
        other = rng.choice([each for each in signs if each != text[at]])
        found, places = _found((text[:at] + other + text[at + 1 :]).encode())
        section = pointer_at(text, at).split("/")[1]
        assert found
        assert section in places, (at, other, section, places)


def _found(raw):
    """Whether a change was found, and all that was said of where it is."""
    try:
        verification = capaian.verify(raw)
    except RecordError as error:
        findings = error.findings
    else:
        assert not verification.ok
        findings = verification.findings
        assert verification.changed
    said = [f"{each.where} {each.to_dict()}" for each in findings]
    return bool(findings), " ".join(said)


def test_a_cut_off_file_is_found():
    raw = scored("office").record("a").to_json().encode()
    for length in (0, 1, 100, len(raw) // 2, len(raw) - 2, len(raw) - 1):
        assert _found(raw[:length])[0]
    assert _found(raw + b" ")[0]


def test_a_forged_step_is_named_by_its_pointer():
    """Whoever makes the hashes again is found out by the replay."""
    record = scored("office").record("a")
    [at] = [i for i, each in enumerate(record.contents.steps) if each.name == "score:service"]
    exact = record.contents.steps[at].exact
    found = capaian.verify(forged(record, "steps", at, "exact", value="110"))
    assert found.changed
    assert lines(found) == (
        f'  CPN-V08  /steps/{at}/exact: the record says "110", and the replay gives "{exact}".\n'
        "           to fix: do not rely on this value; find out who changed the record."
    )
    assert lines(found, "id") == (
        f'  CPN-V08  /steps/{at}/exact: rekaman menyatakan "110", sedangkan hitung ulang memberi '
        f'"{exact}".\n'
        "           perbaikan: jangan mengandalkan nilai ini; cari tahu siapa yang mengubah rekaman."
    )


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("result", "score"), "99.00", "/result/score"),
        (("result", "band"), "high", "/result/band"),
        (("values", "statistics", "services.0"), "700", "/steps/"),
        (("parts", 0, "weight"), "1/2", "/parts/0/weight"),
        (("missing",), [], "/missing/0"),
        (("policy", "document", "scale", "cap"), 130, "/policy/fingerprint"),
        (("policy", "formulas"), "0" * 64, "/policy/formulas"),
        (("words", "id", "steps", "score:score"), "x", "/words/id/steps/score:score"),
        (("period", "last"), "2026-03-30", "/period/last"),
    ],
)
def test_a_forged_value_is_named(path, value, named):
    """Of every section that the replay makes."""
    found = capaian.verify(forged(scored("office").record("b"), *path, value=value))
    assert found.changed
    assert any(each.where.startswith(named) for each in found.findings), str(found)


def test_forged_evidence_is_found_by_the_evidence():
    """Values that fit one another, and not the rows."""
    policy, evidence = CASES["office"]()
    more = {**evidence, "services": [*evidence["services"], _one_of("a", evidence)]}
    record = capaian.score(capaian.policy.read_policy(policy), more, period="2026-Q1").record("a")
    assert capaian.verify(record).ok
    found = capaian.verify(record, evidence)
    assert (found.ok, found.measured, found.changed) == (False, "different", True)
    rows = sum(each["nip"] == "a" for each in evidence["services"])
    assert lines(found).startswith(
        "  CPN-V10  /evidence/1: the rows of 'services' are not those that were scored "
        f"(services.0): {rows + 1} recorded, {rows} given.\n"
        "           to fix: look for rows that were added, changed or taken away since; columns: "
        "date.\n"
        f"  CPN-V13  /values/statistics/services.0: 'services.0' (all rows): \"{rows + 1}\" "
        f'recorded, "{rows}" measured.\n'
        "           to fix: look for what changed in its table.\n"
    )
    assert "CPN-V23" in {each.code for each in found.findings}


def _one_of(subject, evidence):
    return next(dict(each) for each in evidence["services"] if each["nip"] == subject)


def test_a_row_that_is_changed_and_counts_the_same_is_found():
    """The digest sees what no statistic does."""
    evidence = CASES["working"]()[1]
    record = scored("working").record("a")
    rows = [dict(each) for each in evidence["permits"]]
    rows[4]["status"] = "settled"
    found = capaian.verify(record, {**evidence, "permits": rows})
    assert {each.code for each in found.findings} == {"CPN-V10"}


def test_somebody_who_is_not_in_the_evidence():
    record = scored("office").record("a")
    evidence = {
        key: [each for each in rows if each["nip"] != "a"]
        for key, rows in CASES["office"]()[1].items()
    }
    found = capaian.verify(record, evidence)
    assert lines(found) == (
        "  CPN-V15  /subject: the evidence has nobody of that name.\n"
        "           to fix: give the tables that were scored, with the same identifiers."
    )


def test_evidence_that_cannot_be_measured_is_refused():
    """Bad input is no difference."""
    record = scored("office").record("a")
    with pytest.raises(EvidenceError):
        capaian.verify(record, {"complaints": [{"nip": "a"}]})


def test_a_calendar_that_is_not_there():
    """The replay needs none; the evidence does, and the folder is asked for."""
    evidence = CASES["working"]()[1]
    document = forged(
        scored("working").record("a"), "policy", "document", "calendar", value="holidays.json"
    )
    found = capaian.verify(document, evidence)
    assert found.replayed
    assert found.measured == "not measured"
    assert not found.ok
    assert "CPN-V14" in {each.code for each in found.findings}


def stranger():
    """A plugin that nobody has installed."""
    from types import SimpleNamespace

    from capaian.methods import normalisations
    from capaian.plugin import hookimpl

    made = next(each for each in normalisations.capaian_methods() if each.kind == "identity")
    from attrs import evolve

    def capaian_methods():
        return [evolve(made, kind="as-it-is")]

    return SimpleNamespace(__name__="stranger", capaian_methods=hookimpl(capaian_methods))


def test_without_a_plugin_it_is_read_and_not_replayed():
    """Its hashes are looked at all the same, and it is said in words."""
    policy, evidence = CASES["office"]()
    policy = json.loads(json.dumps(policy))
    policy["indicators"][1]["normalise"] = {"method": "as-it-is"}
    read = capaian.policy.read_policy(policy)
    plugin = stranger()
    scores = capaian.score(read, evidence, period="2026-Q1", plugins=[plugin])
    record = scores.record("a")
    assert record.contents.plugins["as-it-is"].module == "stranger"
    assert capaian.verify(record, plugins=[plugin]).ok
    found = capaian.verify(record.to_json())
    assert (found.ok, found.replayed, found.changed) == (False, False, False)
    assert found.text().splitlines()[1:3] == ["not replayed", "nothing was changed"]
    [finding] = found.findings
    assert (finding.code, finding.severity, finding.where) == ("CPN-V09", "warning", "plugins")
    assert finding.line().startswith(
        "  CPN-V09  plugins: not replayed: nothing installed brings the kind"
    )
    assert "services" in record.text("en", "auditor")
    assert "Cara mengajukan keberatan" in record.text("id")
    changed = record.to_json().replace('"score:score"', '"score:scoer"')
    assert capaian.verify(changed).changed


def test_another_version_says_which_wrote_it():
    """The words may be others then; the steps may not."""
    document = forged(scored("office").record("a"), "engine", "version", value="9.9.0")
    document["words"]["en"]["steps"]["score:score"] = "in other words"
    document = forged(seal_again(document), "made_at", value=None)
    found = capaian.verify(document)
    assert found.ok
    assert lines(found) == (
        "  CPN-V11  /engine/version: the record was written by capaian 9.9.0, and was read with "
        f"{capaian.__version__}."
    )


def seal_again(document):
    """A record with hashes of its own."""
    from capaian.record import open_record

    return seal(open_record(document).record.contents, document["made_at"])


def test_another_version_of_a_plugin_is_noted():
    document = forged(scored("office").record("a"), "plugins", "target", "version", value="0.0.9")
    found = capaian.verify(document)
    assert found.ok
    assert lines(found) == (
        "  CPN-V12  /plugins/target: 'target' came from capaian 0.0.9, and comes from capaian "
        f"{capaian.__version__} here."
    )


def test_values_that_no_policy_takes():
    """Named, and nothing is raised."""
    document = forged(
        scored("office").record("a"), "values", "statistics", "services.0", value="seven"
    )
    found = capaian.verify(document)
    assert not found.replayed
    assert lines(found) == (
        "  CPN-V24  values: not replayed: its values are not those that its policy takes.\n"
        "           to fix: use the record as it was written, and the version of capaian that it "
        "names."
    )


def test_a_policy_that_cannot_be_used():
    document = forged(scored("office").record("a"), "policy", "document", "missing", value="exlude")
    found = capaian.verify(document)
    assert (found.changed, found.replayed) == (True, False)
    assert [(each.code, each.where) for each in found.findings] == [("CPN-V24", "policy")]


def test_it_is_plain_json():
    """And survives a pickle."""
    found = capaian.verify(scored("office").record("a"))
    told = found.to_dict()
    assert json.loads(canonical(told)) == told
    assert (told["ok"], told["measured"], told["findings"]) == (True, None, [])
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own
    assert isinstance(found, replay.Verification)
    assert repr(found).startswith("<Verification · ok>")
    assert found._repr_html_().startswith("<pre>")


@pytest.mark.slow
def test_the_example_office_verifies_against_what_it_is_exported_to(example_office, tmp_path):
    """pandas, Polars, DuckDB, CSV and Parquet, its rows in another order.

    PostgreSQL has its own test, beside the example that uses it.
    """
    policy, tables = example_office
    scores = capaian.score(policy, tables, period="2026-Q1", as_of="2026-04-08")
    records = list(scores.records(made_at="2026-04-09"))
    typed = {
        name: pl.read_csv(path, try_parse_dates=True, schema_overrides={"nip": pl.String})
        for name, path in tables.items()
    }
    mixed = {name: each.sample(fraction=1, shuffle=True, seed=7) for name, each in typed.items()}
    for name, each in mixed.items():
        each.write_parquet(tmp_path / f"{name}.parquet")
        each.write_csv(tmp_path / f"{name}.csv")
    exported = {
        "polars": mixed,
        "pandas": {name: pd.DataFrame(each.to_dicts()) for name, each in mixed.items()},
        "pandas from csv": {n: pd.read_csv(path, dtype={"nip": str}) for n, path in tables.items()},
        "pandas to csv": {name: tmp_path / f"pandas_{name}.csv" for name in mixed},
        "duckdb": {n: ENGINES["duckdb"](each.to_dicts()) for n, each in mixed.items()},
        "csv": {name: tmp_path / f"{name}.csv" for name in mixed},
        "parquet": {name: tmp_path / f"{name}.parquet" for name in mixed},
    }
    for name, path in exported["pandas to csv"].items():
        exported["pandas"][name].to_csv(path, index=False)
    for how, evidence in exported.items():
        for record in records[::12]:
            found = capaian.verify(record.to_json(), evidence)
            assert (found.ok, found.measured) == (True, "equal"), f"{how}\n{found}"


@pytest.mark.slow
def test_each_of_200_changes_of_one_byte_of_the_example_office_is_found(example_office):
    """Seeded; in the records of ten of its officers, twenty changes each."""
    policy, tables = example_office
    scores = capaian.score(policy, tables, period="2026-Q1", as_of="2026-04-08")
    rng, tried = random.Random(20260409), 0
    for record in list(scores.records(made_at="2026-04-09"))[:10]:
        raw = record.to_json().encode()
        assert capaian.verify(raw).ok
        for at in rng.sample(range(len(raw)), 20):
            byte = rng.choice([each for each in range(256) if each != raw[at]])
            found, _ = _found(raw[:at] + bytes([byte]) + raw[at + 1 :])
            assert found, (at, byte)
            tried += 1
    assert tried == 200


@pytest.fixture(scope="module")
def example_office(tmp_path_factory):
    """The front desk of the example office, its evidence written."""
    import sys
    from pathlib import Path

    home = Path(__file__).parents[2] / "examples" / "lubuk_begalung"
    sys.path.insert(0, str(home))
    try:
        import office
        from people import SEED
    finally:
        sys.path.remove(str(home))
    folder = tmp_path_factory.mktemp("office")
    office.write(SEED, folder)
    names = ("complaints", "pauses", "services", "survey")
    tables = {"staff": folder / "staff_2026-Q1.csv"} | {n: folder / f"{n}.csv" for n in names}
    return capaian.load_policy(home / "front_desk.toml"), tables
