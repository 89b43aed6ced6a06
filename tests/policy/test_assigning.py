"""The assignment document: its reference, its faults, and back."""

import copy
import json
import re
import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import attrs
import pytest

import capaian
from capaian.errors import PolicyError
from capaian.policy import assigning as document
from capaian.policy import (
    assignment_document,
    assignment_fingerprint,
    is_assignment,
    load_assignment,
    load_named,
    load_policy,
    load_rule,
)
from capaian.policy.assignment import Assign
from desk import small
from posts_office import RULE

PAGE = (Path(__file__).parents[2] / "docs/reference/assignment.md").read_text("utf-8")
CHAPTERS = {
    "## The document": document.WrittenAssignment,
    "### `postings`": document.WrittenPostings,
    "### `leave`": document.WrittenLeave,
    "### `assign`": Assign,
}
EVERY = {
    **RULE,
    "title": {"en": "Posts", "id": "Jabatan"},
    "in_force": {"from": "2026-01-01", "to": "2026-12-31"},
    "sources": [{"cite": "Decree 1", "trust": "verified", "note": "n"}],
    "weigh": "working_days",
    "minimum_days": 30,
    "missing": "refer",
    "of": "unrounded",
    "names_post": "jabatan",
    "calendar": "id/2024-2027",
    "zone": "WIT",
    "rounding": {"mode": "none"},
    "postings": {
        "table": "p", "subject": "who", "post": "post", "from": {"column": "a", "format": "%d/%m/%Y"},
        "weight": {"column": "w", "digits": 2}, "where": {"status": "sah"},
    },
    "leave": {"table": "l", "from": "a", "to": "b", "where": {"kind": {"not": "x"}}},
    "assign": {"table": "rules", "post": "post", "policy": "policy"},
}  # fmt: skip


def rows(chapter):
    """Return the keys of a chapter's first table, each with its default."""
    text = PAGE.split(f"\n{chapter}\n")[1].split("\n#")[0]
    found = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            keys, _, default, meaning = (cell.strip() for cell in line.strip("|").split(" | "))
            assert meaning
            found |= dict.fromkeys(re.findall(r"`(\w+)`", keys), default)
    return found


def refusal(**changes):
    """The whole text of what is wrong with a document."""
    with pytest.raises(PolicyError) as caught:
        load_assignment(copy.deepcopy(RULE) | changes)
    return str(caught.value).splitlines()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_key_stands_in_its_table_and_no_other(chapter):
    found = rows(chapter)
    for each in attrs.fields(CHAPTERS[chapter]):
        default = found.pop(each.name.removesuffix("_"))
        assert default.startswith("required") == (each.default is attrs.NOTHING)
    assert found == {}


def test_the_example_of_the_reference_is_sound():
    (example,) = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    made = load_assignment(tomllib.loads(example, parse_float=Decimal))
    assert (made.weigh, made.minimum_days, made.bands[0].low) == ("active_days", 30, Fraction(75))


@pytest.mark.parametrize("given", [RULE, EVERY])
def test_an_assignment_written_out_reads_back_the_same(given):
    made = load_assignment(given)
    written = assignment_document(made)
    assert load_assignment(written) == made
    assert load_assignment(json.loads(json.dumps(written))) == made
    assert assignment_fingerprint(load_assignment(written)) == assignment_fingerprint(made)


def test_the_order_of_posts_changes_no_fingerprint():
    turned = RULE | {"assign": RULE["assign"][::-1]}
    assert assignment_fingerprint(load_assignment(turned)) == assignment_fingerprint(
        load_assignment(RULE)
    )
    other = RULE | {"weigh": "equal"}
    assert assignment_fingerprint(load_assignment(other)) != assignment_fingerprint(
        load_assignment(RULE)
    )


def test_what_an_assignment_lacks_has_no_silent_default():
    for key in ("weigh", "missing", "rounding", "assign"):
        with pytest.raises(PolicyError) as caught:
            load_assignment({name: value for name, value in RULE.items() if name != key})
        assert f"'{key}' is missing." in str(caught.value)


def test_all_faults_of_a_document_are_told_at_once():
    assert refusal(
        id="posts!", in_force={"from": "2026-02-01", "to": "2026-01-01"}, weigh="working_days",
        minimum_days=0, rounding={"mode": "half-up"}, subject="", names_pots="post",
        postings={"table": "p", "post": "post", "from": "from", "where": {"a": []}},
        assign=[{"post": "x", "policy": "a"}, {"post": "x", "policy": "b"}, {"policy": "c"}, {"policy": "d"}],
    ) == [
        "10 problems in the assignment 'posts!'; nothing was read.",
        "  CPN-P01  unknown key 'names_pots'. Did you mean 'names_post'?",
        "           to fix: remove it, or use one of: id, edition, in_force, postings, assign, weigh, missing, rounding, subject, title, sources, leave, minimum_days, of, names_post, calendar, zone, bands, guidance.",
        "  CPN-P11  id: 'posts!' cannot be a name.",
        "           to fix: use 1 to 64 letters a-z, A-Z, digits and _ . -, a letter or digit first; what people read belongs in the title.",
        "  CPN-P22  in_force: it is in force from 2026-02-01 and already ends on 2026-01-01.",
        "           to fix: exchange the dates, or leave out 'to' while it is open.",
        "  CPN-P26  postings.where.a: the condition says nothing.",
        "           to fix: give the values that count, or a table with not or present.",
        "  CPN-P02  postings: 'subject' is missing.",
        "           to fix: add 'subject' (a column).",
        "  CPN-P20  minimum_days: 0 lies outside x ≥ 1.",
        "           to fix: give an x within x ≥ 1.",
        '  CPN-A11  weigh: weigh = "working_days" needs a work calendar and the assignment names none.',
        '           to fix: add calendar = "id/2024-2027", or weigh by "active_days".',
        "  CPN-A13  assign[1].post: the post has a policy already, in assign[0].",
        "           to fix: name each post once, and at most one policy without a post.",
        "  CPN-A13  assign[3].post: the post has a policy already, in assign[2].",
        "           to fix: name each post once, and at most one policy without a post.",
        "  CPN-P02  rounding: 'digits' is missing.",
        "           to fix: add 'digits' (a whole number).",
    ]  # fmt: skip


def test_an_assignment_without_a_policy_is_refused():
    assert refusal(assign=[]) == [
        "1 problem in the assignment 'posts'; nothing was read.",
        "  CPN-A12  assign: it names no policy.",
        "           to fix: add [[assign]] with a policy, or name a table with the columns 'post' and 'policy'.",
    ]


def test_bands_take_every_number_and_have_no_gates():
    gap = refusal(bands=[{"id": "low", "below": 60}, {"id": "good", "from": 60, "to": 100}])
    assert gap[1].startswith("  CPN-P32  bands: ")
    gate = refusal(bands=[{"id": "low", "below": 60}, {"id": "good", "from": 60, "gate": "idea"}])
    assert gate[1].startswith("  CPN-P36  bands['good'].gate: ")
    assert refusal(rounding={"digits": 10})[1].startswith("  CPN-P20  rounding.digits: ")
    weight = RULE["postings"] | {"weight": {"column": "w", "digits": 12}}
    assert refusal(postings=weight)[1].startswith("  CPN-P20  postings.weight.digits: ")


# ---- policy or assignment ----------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "posts.json").write_text(json.dumps(RULE))
    (tmp_path / "desk.json").write_text(json.dumps(small()))
    return tmp_path


def test_the_keys_tell_an_assignment_from_a_policy(folder):
    assert is_assignment(RULE)
    assert not is_assignment(small())
    assert isinstance(load_rule(folder / "posts.json"), capaian.Assignment)
    assert isinstance(load_rule(folder / "desk.json"), capaian.Policy)
    assert isinstance(load_rule("skm/2017"), capaian.Policy)
    assert load_assignment(folder / "posts.json").folder == str(folder)


def test_an_assignment_is_no_policy(folder):
    with pytest.raises(PolicyError) as caught:
        load_policy("skm", on="2026-01-01") and load_policy(folder / "posts.json")
    assert str(caught.value).splitlines()[1:] == [
        "  CPN-A10  this document assigns posts to policies.",
        "           to fix: load it with capaian.load_assignment.",
    ]
    with pytest.raises(PolicyError):
        load_assignment(folder / "nowhere.json")


def test_policies_are_found_beside_the_document_and_among_the_shipped(folder):
    assert [each.id for each in load_named("desk.json", str(folder))] == ["desk"]
    assert [each.id for each in load_named("skm", str(folder))] == ["skm"]
    assert [each.edition for each in load_named("skm/2017", str(folder))] == ["2017"]
    with pytest.raises(PolicyError):
        load_named("nowhere.json", str(folder))
