"""`capaian record` and `capaian verify`: files written, exit codes, text and JSON."""

import csv
import json

import pytest

import capaian
from capaian.cli import main
from capaian.cli.recording import READERS
from capaian.record import Override, apply, page
from recorded import CASES, forged


@pytest.fixture
def call(capsys):
    """Run the command line; return the exit code, output and errors."""

    def run(*arguments):
        with pytest.raises(SystemExit) as caught:
            main([str(each) for each in arguments])
        out, err = capsys.readouterr()
        return caught.value.code, out, err

    return run


@pytest.fixture
def files(tmp_path):
    """The small office as files: the policy, and each table as NAME=FILE."""
    rule, evidence = CASES["office"]()
    (tmp_path / "policy.json").write_text(json.dumps(rule), encoding="utf-8")
    tables = []
    for name, rows in evidence.items():
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        tables += ["--evidence", f"{name}={tmp_path / name}.csv"]
    return tmp_path, [tmp_path / "policy.json", *tables, "--period", "2026-Q1"], tables


def recorded(call, files):
    folder, asked, _ = files
    code, out, _ = call("record", *asked, "--subject", "a", "--made-at", "2026-04-09")
    assert code == 0
    path = folder / "record.json"
    path.write_text(out, encoding="utf-8")
    return path


def test_one_record_is_printed_as_it_is(call, files):
    path = recorded(call, files)
    record = capaian.read_record(path)
    assert (record.subject, record.made_at) == ("a", "2026-04-09")
    assert path.read_text(encoding="utf-8") == record.to_json()


def test_records_of_everybody_are_named_by_their_hash(call, files):
    """No identifier is in the name of a file; writing them again changes nothing."""
    folder, asked, _ = files
    code, out, err = call("record", *asked, "--out", folder / "out")
    assert (code, out, err) == (0, "", f"4 records in {folder / 'out'}\n")
    found = sorted((folder / "out").iterdir())
    for each in found:
        assert capaian.read_record(each).content_hash == each.stem
    code, out, _ = call("record", *asked, "--out", folder / "out", "--json")
    assert sorted(json.loads(out)["records"]) == [each.name for each in found]
    assert sorted((folder / "out").iterdir()) == found


def test_nobody_and_nowhere_is_a_question(call, files):
    code, _, err = call("record", *files[1])
    assert code == 2
    assert "Give --out, or one --subject and one --period." in err


def test_a_record_that_holds(call, files):
    """0, with and without the evidence."""
    path = recorded(call, files)
    number = capaian.read_record(path).content_hash[:12]
    head = f"desk 2026 · 2026-Q1 · {number}\nreplayed: 21 steps\n"
    assert call("verify", path) == (0, f"{head}nothing was changed\n", "")
    code, out, _ = call("verify", path, *files[2])
    assert code == 0
    assert out == (f"{head}the evidence was measured again and is the same\nnothing was changed\n")
    code, out, _ = call("verify", path, "--json", "--language", "id")
    assert code == 0
    assert json.loads(out)["ok"] is True


def test_a_record_that_was_changed(call, files):
    """1, and what differs is named."""
    path = recorded(call, files)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"label":"2026-Q1"', '"label":"2026-Q2"'), encoding="utf-8")
    code, out, _ = call("verify", path, "--language", "id")
    assert code == 1
    assert out.splitlines()[2] == "ada yang berubah"
    assert "CPN-V05  period: nilai hash tidak cocok" in out
    code, out, _ = call("verify", path, "--json")
    assert code == 1
    assert json.loads(out)["changed"] is True


def test_bad_input(call, files):
    """2: no record, or evidence that cannot be read; an error with --json is JSON."""
    path = recorded(call, files)
    code, _, err = call("verify", files[0] / "absent.json")
    assert code == 2
    assert "CPN-V07" in err
    path.write_text("{", encoding="utf-8")
    code, out, _ = call("verify", path, "--json")
    assert code == 2
    assert json.loads(out)["code"] == "CPN-V03"
    code, _, _ = call("verify", recorded(call, files), *files[2][:2])
    assert code == 2


def test_a_plugin_that_may_not_be_loaded(call, files):
    """3: the record is read and not replayed."""
    path = recorded(call, files)
    document = json.loads(path.read_text(encoding="utf-8"))
    rule = document["policy"]["document"]
    rule["indicators"][0]["type"] = "of-another-office"
    changed = forged(capaian.read_record(path), "policy", "document", value=rule)
    record = capaian.record.open_record(changed).record
    path.write_text(record.to_json(), encoding="utf-8")
    code, out, _ = call("verify", path)
    assert code == 3
    assert "CPN-V09  plugins: not replayed" in out


def test_what_else_is_printed(call, files):
    """The record for a reader, and its corrections."""
    path = recorded(call, files)
    record = capaian.read_record(path)
    made = apply(record, Override(author="x", reason="y", date="2026-05-01", score="50"))
    (files[0] / "1.json").write_text(made.to_json(), encoding="utf-8")
    more = ["--correction", files[0] / "1.json", "--reader", "employee", "--language", "id"]
    code, out, _ = call("verify", path, *more)
    assert code == 0
    assert record.text("id") in out
    assert "menjadi 50.00 · low pada 2026-05-01" in out
    code, out, _ = call("verify", path, *more, "--json")
    told = json.loads(out)
    assert told["standing"] == {"score": "50.00", "band": "low"}
    assert told["corrections"] == [made.content_hash]
    assert told["text"] == record.text("id")


def test_the_readers_are_those_of_a_record():
    assert READERS == page.READERS
