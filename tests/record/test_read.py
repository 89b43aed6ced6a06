"""Records read back: what cannot be read is refused with every fault, what was changed is told."""

import json

import pytest

import capaian
from capaian.errors import RecordError
from capaian.record import open_record, read_record
from recorded import scored


@pytest.fixture(scope="module")
def record():
    return scored("gated").record("a", made_at="2026-04-09")


def refused(source):
    with pytest.raises(RecordError) as caught:
        open_record(source)
    return caught.value


def test_what_is_written_is_read_back(record):
    """The same value and the same bytes."""
    again = read_record(record.to_json())
    assert again == record
    assert again.to_json() == record.to_json()
    assert json.loads(record.to_json()) == record.to_dict()


def test_the_document_is_canonical_json(record):
    """Keys in order, no number that is not whole, one line."""
    text = record.to_json()
    assert text.endswith("}\n")
    assert text.count("\n") == 1
    document = json.loads(text, parse_float=lambda _: pytest.fail("a float"))
    assert list(document) == sorted(document)
    assert document["schema"] == "capaian/record/1"


def test_every_fault_of_its_shape_is_told_at_once(record):
    document = record.to_dict()
    document["subjekt"] = document.pop("subject")
    document["period"]["first"] = 20260101
    document["steps"][0]["inputs"] = "response.0"
    del document["seal"]
    assert str(refused(document)) == (
        "The record cannot be read.\n"
        "  CPN-P01  unknown key 'subjekt'. Did you mean 'subject'?\n"
        "           to fix: remove it, or use one of: engine, subject, period, policy, calendar, "
        "plugins, evidence, values, targets, cohorts, parts, missing, steps, findings, result, "
        "words, schema.\n"
        "  CPN-P02  'subject' is missing.\n"
        "           to fix: add 'subject' (text).\n"
        "  CPN-P04  period.first: it is 20260101, not text.\n"
        '           to fix: write it like this: "…".\n'
        "  CPN-P04  steps[0].inputs: it is 'response.0', not a list.\n"
        '           to fix: write it like this: ["…"].\n'
        "  CPN-P02  'seal' is missing.\n"
        "           to fix: add 'seal' (text)."
    )


def test_no_message_repeats_who_it_is_about(record):
    """A name in the wrong form is no reason to say it."""
    error = refused(record.to_dict() | {"subject": 198701012010011001})
    assert "198701012010011001" not in str(error)
    assert error.findings[0].line() == (
        "  CPN-P04  subject: it is another value, not text.\n"
        '           to fix: write it like this: "…".'
    )


def test_another_schema_says_who_wrote_it(record):
    document = record.to_dict() | {"schema": "capaian/record/2"}
    document["engine"]["version"] = "3.0.0"
    error = refused(document)
    assert error.findings[0].line() == (
        "  CPN-V04  schema: 'capaian/record/2' was written by capaian 3.0.0, and "
        "'capaian/record/1' is read here.\n"
        "           to fix: use a version of capaian that knows it, or correct the text if it was "
        "changed."
    )
    assert error.findings[0].line("id") == (
        "  CPN-V04  schema: 'capaian/record/2' ditulis oleh capaian 3.0.0, sedangkan yang dibaca "
        "di sini 'capaian/record/1'.\n"
        "           perbaikan: pakai versi capaian yang mengenalnya, atau betulkan teksnya bila "
        "telah diubah."
    )


@pytest.mark.parametrize(
    ("source", "where", "byte"),
    [
        ('{"a": {"b": [1, 2x]}}', "/a/b/1", 18),
        ('{"a": 1', "/a", 8),
        (b'{"a": "\xff"}', "/a", 8),
        ("[1]", "/", 1),
        ('{"a": ' + "[" * 100_000, "/", 1),
        ('{"schema": "\\ud800"}', None, None),
    ],
)
def test_what_is_no_json(source, where, byte):
    """Named by pointer and byte; nested beyond reason, and half of a surrogate pair, too."""
    error = refused(source)
    if where is None:
        return
    assert str(error) == (
        "The record cannot be read.\n"
        f"  CPN-V03  {where}: no JSON object in UTF-8, from byte {byte} on.\n"
        "           to fix: use the file as it was written; something in it was changed or cut off."
    )


def test_half_of_a_surrogate_pair(record):
    text = record.to_json().replace('"subject":"a"', '"subject":"\\ud800"')
    assert refused(text).code == "CPN-V03"


def test_a_file_that_is_not_there(tmp_path):
    """Its name alone is repeated, not where it was looked for."""
    error = refused(tmp_path / "absent.json")
    assert str(error) == (
        "The record cannot be read.\n"
        "  CPN-V07  the file 'absent.json' cannot be read.\n"
        "           to fix: check the path, and that it may be read."
    )
    assert refused("x" * 5000).code == "CPN-V07"


def test_a_hash_that_does_not_hold(record):
    document = record.to_dict()
    document["period"]["label"] = "2026-Q2"
    with pytest.raises(RecordError) as caught:
        read_record(document)
    assert str(caught.value) == (
        "The record is not as it was written.\n"
        "  CPN-V05  period: the hash does not hold: period is not what was recorded, or the hash "
        "was changed.\n"
        "           to fix: use the file as it was written; compare its content hash with the one "
        "in your register."
    )


@pytest.mark.parametrize("key", ["made_at", "seal", "content_hash"])
def test_what_stands_beside_the_sections_is_sealed(record, key):
    document = record.to_dict()
    document[key] = "2026-04-10" if key == "made_at" else "0" * 64
    assert {each.code for each in open_record(document).findings} == {"CPN-V05"}


def test_bytes_that_are_not_canonical(record):
    """The same values written anew: the place where it begins is named."""
    pretty = json.dumps(record.to_dict(), indent=1, sort_keys=True)
    [finding] = open_record(pretty).findings
    assert finding.code == "CPN-V06"
    twice = record.to_json().replace('"subject":"a"', '"subject":"a","subject":"a"')
    [finding] = open_record(twice).findings
    assert finding.line() == (
        "  CPN-V06  /subject: the bytes are not those of canonical JSON from here on: the file was "
        "written anew or changed.\n"
        "           to fix: keep the file as capaian wrote it."
    )


def test_a_number_that_is_not_whole_is_refused(record):
    """Also where it would fill the memory as a number."""
    text = record.to_json().replace('"n":12', '"n":1e999999999')
    assert refused(text).findings[0].where == "parts['response'].n"


def test_its_repr_names_nobody(record):
    assert "'a'" not in repr(record)
    assert repr(record) == f"<Record desk 2026 · 2026-Q1 · {record.content_hash[:12]}>"


def test_it_is_public():
    assert capaian.read_record is read_record
