"""What changed between two policies: nothing is overlooked, and each change has its place."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capaian.policy import read_policy, to_document
from capaian.policy.difference import difference
from capaian.policy.difference.result import between
from capaian.wire import below, canonical
from desk import DESK, documents, indicator, small

NAMING = ("id", "cite", "method", "post", "where")


def diff(before, after):
    """The comparison of two documents as they are written."""
    return difference(read_policy(before), read_policy(after))


def lines(before, after, language="en"):
    """What is said below the head."""
    return diff(before, after).text(language).splitlines()[1:]


def leaves(value, path=()):
    """The path of every leaf; a list of anything but tables is one leaf."""
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from leaves(each, (*path, key))
    elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        for index, each in enumerate(value):
            yield from leaves(each, (*path, index))
    else:
        yield path


def place_of(document, path):
    """The place of a leaf in words, by another way than the walk's own."""
    place, value = "", document
    for step in path:
        if isinstance(step, int):
            key = next((each for each in NAMING if all(each in item for item in value)), None)
            name = value[step][key] if key else step
            if key == "where" and value[step].get("of"):
                name = f"{name}: {', '.join(value[step]['of'])}"
            place += f"['{name}']" if key else f"[{step}]"
        else:
            place = below(place, step)
        value = value[step]
    return place


def at(document, path):
    for step in path:
        document = document[step]
    return document


def changed(document, path, value):
    """A copy of a document with another value at a path."""
    made = copy.deepcopy(document)
    at(made, path[:-1])[path[-1]] = value
    return made


CANONICAL = to_document(read_policy(DESK))
# Keys that no reader knows yet: a table of decisions, numbers, rows without a name.
FUTURE = CANONICAL | {
    "decision": {"cells": [{"if": {"a": "x", "b": 1}, "then": "good"}, {"if": {}, "then": "bad"}]},
    "numbers": {"rate": {"value": "0.25", "trust": "unconfirmed"}},
    "convert": [[0, 50], [50, "89.5"]],
    "quality": {"levels": ["a", "b"], "on": True},
}
PATHS = list(leaves(FUTURE))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_every_leaf_that_is_changed_is_named(path):
    """By its place; where the leaf is itself the name of its thing, by the list."""
    other = changed(FUTURE, path, "something else")
    found = between(FUTURE, other)
    assert found.changes
    naming = path[-1] in {*NAMING, "of"} and len(path) > 1 and isinstance(path[-2], int)
    if naming:
        wanted = place_of(FUTURE, path[:-2])
        assert any(each.place.startswith(wanted) for each in found.changes)
    else:
        (change,) = found.changes
        assert change.place == place_of(FUTURE, path)
        assert (change.kind, change.before, change.after) == (
            "changed", at(FUTURE, path), "something else",
        )  # fmt: skip


@given(st.sampled_from(PATHS))
def test_every_key_that_goes_or_comes_is_named(path):
    """At whatever depth it is cut out."""
    keys = [step for step, each in enumerate(path) if isinstance(each, str)]
    cut = path[: keys[-1] + 1]
    without = copy.deepcopy(FUTURE)
    del at(without, cut[:-1])[cut[-1]]
    if cut[-1] in NAMING:
        assert between(FUTURE, without).changes
        return
    (gone,), (come,) = between(FUTURE, without).changes, between(without, FUTURE).changes
    assert (gone.kind, come.kind) == ("removed", "added")
    assert gone.place == come.place == place_of(FUTURE, cut)
    assert gone.before == come.after == at(FUTURE, cut)


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "1", "1.0", "90%"]),
    lambda each: (
        st.lists(each, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "where", "of", "x", "y z", "method"]), each)
    ),
    max_leaves=12,
)
head = {"id": "a", "edition": "1"}
anything = st.dictionaries(st.sampled_from(["rounding", "measure", "u", "v"]), plain)


@given(anything, anything)
@settings(max_examples=300)
def test_there_is_no_change_if_and_only_if_the_documents_are_the_same(before, after):
    # 'rounding' is a list of tables in every document that was read.
    before, after = ({**each, "rounding": []} | head for each in (before, after))
    found = between(before, after)
    assert (not found.changes) == (canonical(before) == canonical(after)) == found.same
    assert found.text()
    assert found.text("id")
    assert json.dumps(found.to_dict())


@given(documents(), documents())
def test_of_policies_too(before, after):
    one, two = read_policy(before), read_policy(after)
    found = difference(one, two)
    assert (not found.changes) == found.same == (to_document(one) == to_document(two))
    assert not difference(one, one).changes


@given(documents())
def test_the_order_of_things_and_keys_is_no_change(document):
    turned = {key: document[key] for key in reversed(document)}
    turned["indicators"] = turned["indicators"][::-1]
    assert diff(document, turned).same


def test_the_same_rule_says_that_no_score_changes():
    found = diff(small(), small(weights="relative"))
    mark = found.fingerprints[0][:12]
    assert str(found) == (
        f"desk 2026 ({mark}) → desk 2026 ({mark})\nThe same rule: no score and no band changes."
    )
    assert found.text("id").splitlines()[1] == (
        "Aturan yang sama: tidak ada nilai maupun predikat yang berubah."
    )
    assert (found.effect, found.same, found.changes) == ("nothing", True, ())


def test_texts_dates_sources_and_guidance_change_no_score():
    limits = [{"id": "x", "bands": ["all"], "most": 1}]
    bands = [{"id": "all"}]
    changes = {
        "title": "Desk",
        "edition": "2027",
        "in_force": {"from": "2027-01-01"},
        "sources": [{"cite": "x", "trust": "derived"}],
        "guidance": {"group": "all", "limits": limits},
        "score": {"source": "article 1", "title": "Nilai"},
        "bands": [{"id": "all", "title": "All", "source": "b"}],
        "indicators": [indicator("answered", title="Answered", source="a")],
    }
    found = diff(small(bands=bands), small(bands=bands) | changes)
    assert found.effect == "texts"
    assert lines(small(bands=bands), small(bands=bands) | changes)[0] == (
        "Another document; no score and no band changes by it."
    )


def test_weights_are_exact_shares_also_of_those_that_were_rescaled():
    things = [indicator("a", weight=1), indicator("b", weight=2)]
    before = small(weights="relative", indicators=things)
    after = small(weights="relative", indicators=[*things, indicator("c", weight=1)])
    assert lines(before, after) == [
        "Scores or bands may change: 3 of 3 changes.",
        "",
        "indicator 'a'",
        "  weight: 1/3 (≈ 33.33%) → 25%",
        "",
        "indicator 'b'",
        "  weight: 2/3 (≈ 66.67%) → 50%",
        "",
        "indicator 'c': added",
        "  weight: 25%",
        "  type: 'count-based'",
        "  table: 'complaints'",
        "  subject: 'nip'",
        "  normalise: [{ method = 'identity' }]",
        "  missing: 'exclude'",
        "  floor: 0",
        "  cap: 100",
        "  minimum: 1",
    ]


def test_a_thing_with_another_name_and_the_same_content_is_renamed():
    before = small(
        nodes=[{"id": "care", "weight": "40%"}, {"id": "z", "weight": "60%", "cap": 90}],
        indicators=[
            indicator("a", parent="care", table="one"),
            indicator("b", parent="z", table="two", title="B"),
        ],
        rounding=[
            {"where": "score", "digits": 2},
            {"where": "node", "digits": 1, "of": ["care", "z"]},
            {"where": "achievement", "digits": 1, "of": ["a"]},
        ],
    )
    text = json.dumps(before)
    for old, new in (('"care"', '"zeal"'), ('"a"', '"w"')):
        text = text.replace(old, new)
    found = diff(before, json.loads(text))
    assert [(each.place, each.kind, each.before) for each in found.changes] == [
        ("nodes['zeal']", "renamed", "care"),
        ("indicators['w']", "renamed", "a"),
    ]
    assert found.text("id").splitlines()[1:] == [
        "Nilai atau predikat dapat berubah: 2 dari 2 perubahan.",
        "",
        "simpul 'zeal': berganti nama; sebelumnya 'care'",
        "",
        "indikator 'w': berganti nama; sebelumnya 'a'",
    ]


def test_a_node_with_other_things_below_it_is_another_node():
    before = small(nodes=[{"id": "x"}], indicators=[indicator("a", parent="x", table="one")])
    after = small(nodes=[{"id": "y"}], indicators=[indicator("b", parent="y", table="two")])
    assert [(each.place, each.kind) for each in diff(before, after).changes] == [
        ("nodes['x']", "removed"),
        ("nodes['y']", "added"),
        ("indicators['a']", "removed"),
        ("indicators['b']", "added"),
    ]


def target(value):
    normalise = {"method": "target", "target": value}
    return small(indicators=[indicator("a", normalise=normalise)])


def test_a_number_that_is_written_in_another_way_is_said_to_be():
    assert diff(target(0.90), target("0.9")).same
    found = diff(target("90%"), target("0.9"))
    assert (found.effect, [each.kind for each in found.changes]) == ("texts", ["rewritten"])
    assert lines(target("90%"), target("0.9"))[2:] == [
        "indicator 'a'",
        (
            "  normalise['target'].target: 90% → 0.9 (the same number, written in another way; the "
            "fingerprint changes)"
        ),
    ]
    assert [each.kind for each in diff(target("90%"), target("91%")).changes] == ["changed"]
    assert [each.kind for each in diff(target("007"), target(7)).changes] == ["changed"]


def test_text_of_a_condition_is_never_a_number():
    before, after = (
        small(indicators=[indicator("a", where={"grade": value})]) for value in ("1", "1.0")
    )
    assert [each.kind for each in diff(before, after).changes] == ["changed"]


def test_steps_in_another_order_are_said():
    steps = [{"method": "round", "digits": 1}, {"method": "target", "target": 9}]
    before, after = (
        small(indicators=[indicator("a", normalise=each)]) for each in (steps, steps[::-1])
    )
    assert lines(before, after)[2:] == [
        "indicator 'a'",
        "  normalise: another order: ['round', 'target'] → ['target', 'round']",
    ]


def test_bands_in_another_order_are_said():
    assert lines(small(bands=BANDS), small(bands=BANDS[::-1])) == [
        "Scores or bands may change: 1 of 1 change.",
        "",
        "bands",
        "  another order: ['A', 'B'] → ['B', 'A']",
    ]


BANDS = [{"id": "A", "from": 80, "title": "Baik"}, {"id": "B", "below": 80}]


def test_bands_stand_in_a_table_before_and_after():
    after = [
        {"id": "A", "above": 90, "title": "Baik"},
        {"id": "BB", "from": 70, "to": 90},
        {"id": "C", "below": 70},
    ]
    assert lines(small(bands=BANDS), small(bands=after), "id")[1:] == [
        "",
        "predikat 'A' (Baik)",
        "  from: dihapus: 80",
        "  above: ditambahkan: 90",
        "",
        "predikat 'B': dihapus",
        "  below: 80",
        "",
        "predikat 'BB': ditambahkan",
        "  from: 70",
        "  to: 90",
        "",
        "predikat 'C': ditambahkan",
        "  below: 70",
        "",
        "predikat  sebelum  sesudah",
        "A         x ≥ 80   x > 90",
        "B         x < 80   –",
        "BB        –        70 ≤ x ≤ 90",
        "C         –        x < 70",
    ]


def test_a_band_with_another_name_alone_needs_no_table_of_edges():
    after = [BANDS[0], {"id": "D", "below": 80}]
    found = diff(small(bands=BANDS), small(bands=after))
    assert [(each.place, each.kind) for each in found.changes] == [("bands['D']", "renamed")]
    assert found.bands == ()
    assert found.effect == "scores"


def test_the_comparison_as_plain_values():
    found = diff(small(bands=BANDS), small(edition="2027", bands=[{"id": "A", "title": "Baik"}]))
    made = found.to_dict()
    assert json.loads(json.dumps(made)) == made
    assert (made["same"], made["effect"]) == (False, "scores")
    assert made["before"] == {
        "id": "desk", "edition": "2026", "fingerprint": found.fingerprints[0],
    }  # fmt: skip
    assert made["changes"][0] == {
        "place": "edition", "kind": "changed", "before": "2026", "after": "2027", "moves": False,
    }  # fmt: skip
    assert [(each["place"], each["kind"], each["moves"]) for each in made["changes"][1:]] == [
        ("bands['A'].from", "removed", True),
        ("bands['B']", "removed", True),
    ]
    assert made["bands"][1] == {"band": "B", "before": "x < 80", "after": ""}


def test_a_notebook_shows_the_text_escaped():
    found = diff(small(title="a"), small(title="<b>"))
    assert "&lt;b&gt;" in found._repr_html_()
    assert repr(found) == f"<PolicyDiff>\n{found}"


def test_a_limit_names_a_renamed_band_by_its_new_name():
    limits = [{"id": "x", "bands": ["B"], "most": "50%"}]
    before = small(bands=BANDS, guidance={"group": "all", "limits": limits})
    after = json.loads(json.dumps(before).replace('"B"', '"Z"'))
    assert [(each.place, each.kind) for each in diff(before, after).changes] == [
        ("bands['Z']", "renamed")
    ]


def test_shares_of_limits_are_in_per_cent_and_rows_without_a_name_have_their_place():
    before = FUTURE | {"guidance": copy.deepcopy(FUTURE["guidance"])}
    before["guidance"]["limits"][0]["most"] = "1/3"
    after = copy.deepcopy(FUTURE)
    after["decision"]["cells"].insert(0, {"if": {"b": 2}, "then": None})
    after["decision"]["cells"][2]["then"] = "worse"
    del after["numbers"]
    assert between(before, after).text().splitlines()[2:] == [
        "",
        "guidance.limits['best_max_10']",
        "  most: 1/3 (≈ 33.33%) → 10%",
        "",
        "decision",
        "  cells[0]: added: { if = { b = 2 }, then = none }",
        "  cells[1].then: 'bad' → 'worse'",
        "",
        "numbers: removed",
        "  rate.value: 0.25",
        "  rate.trust: 'unconfirmed'",
    ]
