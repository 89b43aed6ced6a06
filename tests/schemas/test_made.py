"""The schemas that are shipped: made of the classes, sound, and with versions that are kept."""

import hashlib
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import capaian
import schemas as tool
from capaian.schemas import DIALECT, VERSIONS, schema_text

SHIPPED = Path(capaian.__file__).parent / "schemas"
RECORDED = Path(__file__).parents[1] / "snapshots" / "schemas.json"


@pytest.mark.parametrize("name", VERSIONS)
def test_a_shipped_schema_is_what_the_classes_say(name):
    """Run `tools/schemas.py` after a change of a class that reads or describes a document."""
    text = (SHIPPED / f"{name}.json").read_text(encoding="utf-8")
    assert text == schema_text(tool.make_schema(name))
    assert capaian.schema(name) == json.loads(text)


@pytest.mark.parametrize("name", VERSIONS)
def test_a_schema_is_sound_and_says_what_it_is(name):
    """JSON Schema 2020-12, with an identifier that has its version; it refers to nothing outside."""
    made = capaian.schema(name)
    Draft202012Validator.check_schema(made)
    assert made["$schema"] == DIALECT
    assert made["$id"] == f"urn:capaian:schema:{name}:{VERSIONS[name]}"
    references = [each.split('"')[0] for each in json.dumps(made).split('"$ref": "')[1:]]
    assert all(each.removeprefix("#/$defs/") in made.get("$defs", {}) for each in references)
    assert set(made.get("$defs", {})) <= {each.removeprefix("#/$defs/") for each in references}


def test_the_folder_holds_the_schemas_and_no_others():
    assert {each.stem for each in SHIPPED.glob("*.json")} == set(VERSIONS) == set(tool.ROOTS)


@pytest.mark.parametrize("name", VERSIONS)
def test_a_schema_that_changes_has_a_new_version(name):
    """`tests/snapshots/schemas.json` has the hash of every version; a new version adds a line."""
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    text = schema_text(capaian.schema(name))
    digest = hashlib.sha256(text.encode()).hexdigest()
    key = f"{name} {VERSIONS[name]}"
    assert recorded[key] == digest, f"{name} has changed: give it a new version, and record {key}"


def test_a_schema_is_the_caller_s_own():
    """What one caller does to it, the next does not see."""
    capaian.schema("finding")["$id"] = "spoilt"
    assert capaian.schema("finding")["$id"] == "urn:capaian:schema:finding:1.0.0"


def test_a_name_that_is_none_is_refused():
    with pytest.raises(capaian.RequestError) as caught:
        capaian.schema("polcy")
    assert str(caught.value) == (
        "There is no schema.\n"
        "  CPN-J01  there is no schema 'polcy'. Did you mean 'policy'?\n"
        "           to fix: use one of: assignment, case-results, cases, error, evidence, "
        "explanation, finding, findings, override, parity, policy, published, record, result, "
        "stdio-answer, stdio-request."
    )


def test_only_evidence_depends_on_a_policy():
    policy = capaian.load_policy("skm/2017")
    with pytest.raises(capaian.RequestError) as caught:
        capaian.schema("result", policy)
    assert caught.value.text("id") == (
        "There is no schema.\n"
        "  CPN-J02  kebijakan tidak menentukan apa pun tentang skema 'result'.\n"
        "           perbaikan: hilangkan kebijakannya, atau minta 'evidence'."
    )


def texts_of(node, path=""):
    """Every number that a schema allows as a JSON number, by its place."""
    if isinstance(node, dict):
        kind = node.get("type")
        if kind in ("integer", "number") or (isinstance(kind, list) and "number" in kind):
            yield path, node
        for key, each in node.items():
            yield from texts_of(each, f"{path}/{key}")
    elif isinstance(node, list):
        for index, each in enumerate(node):
            yield from texts_of(each, f"{path}/{index}")


WRITTEN = ("result", "explanation", "case-results", "error", "findings", "parity", "published")


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_has_no_number_but_counts(name):
    """Scores, ratios, weights and figures are text: no reader of JSON rounds them."""
    for path, node in texts_of(capaian.schema(name)):
        assert node["type"] == "integer", path
        assert node["minimum"] == 0, path
