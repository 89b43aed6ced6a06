"""What every pack gives is what it gave: a change of a rule shows what it does, and is announced."""

import json

import pytest

import pack_snapshots

FOLDER = pack_snapshots.FOLDER
EMPTY = {section: {} for section in pack_snapshots.SECTIONS}
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


@pytest.fixture(scope="module")
def now():
    return pack_snapshots.snapshots()


@pytest.mark.parametrize("name", NAMES)
def test_a_pack_gives_what_it_gave(now, name):
    """Every case, edge and cell, everybody's score; each document and policy as it was."""
    before = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    after = json.loads(pack_snapshots.text(now.get(name, EMPTY)))
    found = pack_snapshots.changes(before, after)
    if found:
        pytest.fail(pack_snapshots.told(name, found), pytrace=False)


def test_every_pack_has_its_snapshot(now):
    assert sorted(now) == NAMES


def test_a_snapshot_reaches_every_pack_s_cases_and_the_policies_of_the_example_office(now):
    """Nothing is held by an empty file."""
    assert all(each["cases"] or each["boundaries"] for each in now.values())
    counts = {name: len(each["scores"]) for name, each in now.items() if each["scores"]}
    assert counts == {
        "asn-2022": 151,
        "capaian": 6,
        "kemenkeu-2026": 80,
        "pp-30-2019": 80,
        "skm": 32,
    }
    given = [result for each in now.values() for result in each["cases"].values()]
    assert not [each for each in given if "unknown" in each]


def test_the_whole_text_of_a_change():
    """Who had what and has what now first; then documents; then what to do."""
    before = EMPTY | {
        "documents": {"pp-30-2019": "aa"},
        "scores": {"front-desk 9999": "92 baik"},
        "cases": {"a pp-30-2019/band": {"band": "baik"}, "b pp-30-2019/band": {"band": "cukup"}},
    }
    after = EMPTY | {
        "documents": {"pp-30-2019": "bb"},
        "scores": {"front-desk 9999": "92 cukup"},
        "cases": {"a pp-30-2019/band": {"band": "baik"}, "c pp-30-2019/band": {"band": "kurang"}},
    }
    found = pack_snapshots.changes(before, after)
    assert (
        pack_snapshots.told("pp-30-2019", found)
        == """\
The pack 'pp-30-2019' is not what it was (changes: 4):
  scores: front-desk 9999: "92 baik" → "92 cukup"
  cases: b pp-30-2019/band is gone; it gave {"band":"cukup"}
  cases: c pp-30-2019/band is new, and gives {"band":"kurang"}
  documents: pp-30-2019: "aa" → "bb"

If this is meant: run `python tools/pack_snapshots.py`, look through what it changes, and say in a
fragment `changelog.d/+FEW-WORDS.rule.md` what moves for whom, from which date and why. Where a
document or a policy is another and no result is, the fragment says that."""
    )


def test_many_changes_are_counted():
    after = EMPTY | {"scores": {str(each): "1 baik" for each in range(25)}}
    lines = pack_snapshots.told("x", pack_snapshots.changes(EMPTY, after)).splitlines()
    assert lines[20:22] == ['  scores: 19 is new, and gives "1 baik"', "  and 5 more"]


def test_a_snapshot_is_json_with_a_line_for_each_name():
    made = EMPTY | {"cases": {"a": {"x": "1/3"}, "b": {"x": 2}}}
    text = pack_snapshots.text(made)
    assert json.loads(text) == made
    assert '  "a": {"x":"1/3"},\n  "b": {"x":2}\n' in text
