"""Documents of every form make the same policy; what a file cannot say is told with its place."""

import copy
import json
import os
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import PolicyError
from capaian.indicator import ColumnRef, Condition, Exposure, Pauses, Step
from capaian.policy import (
    Band,
    NodeRule,
    Policy,
    Roster,
    Rounding,
    Scale,
    Source,
    policy_fingerprint,
    read_policy,
    to_document,
)
from desk import DESK, documents, indicator, shuffled, small

TOML = """\
id = "desk"
edition = "2026"
in_force = { from = 2026-01-01, to = 2026-12-31 }
scale = { worst = 0, best = 100 }
missing = "exclude"
subject = "nip"
rounding = [{ where = "score", digits = 2 }]

[[indicators]]
id = "answered"
weight = 1.0
type = "count-based"
table = "complaints"
measure = { statistic = "count", share = 0.90, whole = 90.0, day = 2026-01-31 }
normalise = { method = "target", target = 0.30000000000000000001 }

[[bands]]
id = "low"
below = 76.61

[[bands]]
id = "high"
from = 76.61
"""


def same(text: str) -> dict[str, str]:
    return {"en": text, "id": text}


def test_every_key_is_read_and_every_default_written_out():
    policy = read_policy(DESK)
    assert (policy.id, policy.edition) == ("city/front-desk", "2026")
    assert policy.title == {"en": "Front desk", "id": "Loket"}
    assert (policy.first, policy.last) == (date(2026, 1, 1), date(2026, 12, 31))
    assert policy.sources == (Source("Decree 1/2026", "verified", "made up"),)
    assert policy.scale == Scale(Fraction(0), Fraction(100), Fraction(0), Fraction(120))
    assert policy.rounding == (
        Rounding("measured", 4, "half-up", ("response",)),
        Rounding("achievement", 1, "half-even"),
        Rounding("node", 0, "none"),
        Rounding("score", 2),
    )
    assert (policy.calendar, policy.zone) == ("id/2024-2027", "WIB")
    assert (policy.precedence, policy.relative) == (True, True)
    assert policy.subjects == Roster(
        table="staff",
        subject="nip",
        label="name",
        unit="office",
        where=(Condition("status", one_of=("active",)),),
        facts={"new_idea": "ide_baru"},
    )
    assert policy.nodes == (
        NodeRule("conduct", same("conduct"), "arithmetic", Fraction(1, 3), "exclude"),
        NodeRule(
            id="score",
            title=same("Score"),
            method="arithmetic",
            weight=Fraction(1),
            missing="exclude",
            floor=Fraction(0),
            cap=Fraction(110),
            available=Fraction(1, 2),
            source="article 3",
        ),
        NodeRule(
            id="service",
            title=same("Service"),
            method="geometric",
            weight=Fraction(2, 3),
            missing="withhold",
            floor=Fraction(1),
            available=Fraction(1, 2),
            source="article 4",
        ),
    )
    assert [each.id for each in policy.indicators] == ["asked", "response", "served"]
    asked, response, served = policy.indicators
    assert (asked.weight, asked.parent, asked.title) == (Fraction(1), "conduct", same("asked"))
    assert (asked.floor, asked.cap, asked.missing) == (Fraction(0), Fraction(120), "exclude")
    assert (asked.minimum, asked.subject, asked.measure) == (1, "nip", {})
    assert response.title == same("Response")
    assert (response.weight, served.weight) == (Fraction(3, 5), Fraction(2, 5))
    assert (response.floor, response.cap, response.missing) == (None, Fraction(110), "worst")
    assert (response.minimum, response.subject) == (5, "officer")
    assert response.columns == {
        "start": ColumnRef("received"),
        "stop": ColumnRef("closed", "%m/%d/%y %H:%M"),
    }
    assert response.where == (
        Condition("channel", none_of=("phone",), present=True),
        Condition("closed", present=True),
        Condition("kind", one_of=("a", 2, True)),
        Condition("reason", none_of=("x",)),
        Condition("status", one_of=("done",)),
    )
    assert response.measure == {"statistic": "share_within", "limit": "3 days", "share": "0.9"}
    assert response.normalise == (
        Step("target", {"target": "90%"}),
        Step("round", {"digits": 1}),
    )
    assert response.pauses == Pauses(
        "pauses", "case", ColumnRef("from"), ColumnRef("until"), "number"
    )
    assert served.exposure == Exposure("posts", "days", "leave", "working_days", "nip", "month")
    assert policy.bands == (
        Band("best", same("Best"), Fraction(110), None, gate="new_idea", source="6"),
        Band("good", same("good"), Fraction(181, 2), Fraction(120), False, True),
        Band("poor", same("poor"), None, Fraction(181, 2), high_inside=True),
    )


def test_what_is_not_written_has_its_default():
    policy = read_policy(small(scale={"worst": 5, "best": 1}))
    assert policy.scale == Scale(Fraction(5), Fraction(1), Fraction(1), Fraction(5))
    assert policy.title == same("desk")
    assert policy.last is None
    assert (policy.sources, policy.bands, policy.calendar, policy.zone) == ((), (), "", "")
    assert (policy.precedence, policy.relative, policy.subjects) == (False, False, None)
    assert policy.nodes == (
        NodeRule("score", {"en": "Score", "id": "Nilai"}, "arithmetic", Fraction(1), "exclude"),
    )
    assert read_policy(small(scale={"worst": 0, "best": 1, "cap": "none"})).scale.cap is None


def test_one_policy_from_toml_json_and_a_mapping(tmp_path):
    written = {
        "id": "desk",
        "edition": "2026",
        "in_force": {"from": date(2026, 1, 1), "to": "2026-12-31"},
        "scale": {"worst": 0.0, "best": Fraction(100)},
        "missing": "exclude",
        "subject": "nip",
        "rounding": ({"where": "score", "digits": 2},),
        "indicators": [
            {
                "id": "answered",
                "weight": "100%",
                "type": "count-based",
                "table": "complaints",
                "measure": {
                    "statistic": "count",
                    "share": 0.9,
                    "whole": 90,
                    "day": date(2026, 1, 31),
                },
                "normalise": {"method": "target", "target": Decimal("0.30000000000000000001")},
            }
        ],
        "bands": [{"id": "low", "below": "76.61"}, {"id": "high", "from": 76.61}],
    }
    toml, json_, bom = (tmp_path / name for name in ("a.toml", "b.json", "c.TOML"))
    toml.write_text(TOML, encoding="utf-8")
    bom.write_bytes(b"\xef\xbb\xbf" + TOML.replace("\n", "\r\n").encode())
    first = read_policy(toml)
    assert first.indicators[0].normalise[0].options == {"target": "0.30000000000000000001"}
    assert first.indicators[0].measure == {
        "statistic": "count",
        "share": "0.9",
        "whole": 90,
        "day": "2026-01-31",
    }
    json_.write_text(json.dumps(to_document(first)), encoding="utf-8")
    assert first == read_policy(str(json_)) == read_policy(bom) == read_policy(written)
    assert (first.folder, read_policy(written).folder) == (str(tmp_path), "")


def test_a_policy_says_what_its_document_says():
    document = to_document(read_policy(DESK))
    assert document["id"] == "city/front-desk"
    assert document["nodes"][1] == {
        "id": "service",
        "title": {"en": "Service", "id": "Service"},
        "parent": "",
        "weight": "2/3",
        "method": "geometric",
        "missing": "withhold",
        "floor": 1,
        "cap": "none",
        "available": "0.5",
        "source": "article 4",
    }
    assert document["bands"][1] == {
        "id": "good",
        "title": {"en": "good", "id": "good"},
        "above": "90.5",
        "to": 120,
        "gate": "",
        "source": "",
    }


def test_options_made_in_python_are_written_as_plain_as_those_read():
    policy = read_policy(small())
    steps = (Step("target", {"target": Fraction(9, 10), "points": ((Fraction(1), 2),)}),)
    changed = evolve(policy, indicators=(evolve(policy.indicators[0], normalise=steps),))
    (written,) = to_document(changed)["indicators"]
    assert written["normalise"] == [{"method": "target", "target": "0.9", "points": [[1, 2]]}]


@given(documents() | st.just(DESK))
def test_round_trip(document):
    """Document, policy, JSON, document: the same policy, the same fingerprint."""
    policy = read_policy(copy.deepcopy(document))
    again = read_policy(json.loads(json.dumps(to_document(policy))))
    assert again == policy
    assert policy_fingerprint(again) == policy_fingerprint(policy)


@given(st.data(), documents() | st.just(DESK))
def test_order_does_not_change_the_policy(data, document):
    """Neither the order of nodes and indicators nor that of keys changes what a policy says."""
    other = read_policy(data.draw(shuffled(document)))
    policy = read_policy(document)
    assert other == policy
    assert policy_fingerprint(other) == policy_fingerprint(policy)


@pytest.mark.parametrize(
    "change",
    [
        {"edition": "2027"},
        {"title": "Desk"},
        {"missing": "worst"},
        {"rounding": [{"where": "score", "digits": 1}]},
        {"rounding": [{"where": "score", "digits": 2, "mode": "half-even"}]},
        {"scale": {"worst": 0, "best": 100, "cap": 101}},
        {"relative": True},
        {"indicators": [indicator("answered", minimum=2)]},
        {"indicators": [indicator("answered", measure={"limit": 3})]},
        {"bands": [{"id": "all"}]},
    ],
    ids=str,
)
def test_whatever_a_policy_says_is_in_its_fingerprint(change):
    assert policy_fingerprint(read_policy(small(**change))) != policy_fingerprint(
        read_policy(small())
    )


def test_the_place_of_a_document_is_no_part_of_the_policy():
    policy = read_policy(small())
    moved = evolve(policy, folder="elsewhere")
    assert moved == policy
    assert policy_fingerprint(moved) == policy_fingerprint(policy)


UNREADABLE = {
    "a.toml": (
        b'id = "desk"\nedition = 2026-13-01\n',
        (
            "  CPN-P07  it cannot be understood:"
            " expected newline or end of document after a statement (line 2, column 15).\n"
            "           to fix: correct the document at that place."
        ),
    ),
    "end.toml": (
        b'id = "desk"\nedition = ',
        (
            "  CPN-P07  it cannot be understood: invalid value (line 2, column 11).\n"
            "           to fix: correct the document at that place."
        ),
    ),
    "a.json": (
        b'{"id": "desk",\n "edition" "2026"}',
        (
            "  CPN-P07  it cannot be understood: expecting ':' delimiter (line 2, column 12).\n"
            "           to fix: correct the document at that place."
        ),
    ),
    "list.json": (
        b"[]",
        (
            "  CPN-P07  it cannot be understood:"
            " the document is not an object (line 1, column 1).\n"
            "           to fix: correct the document at that place."
        ),
    ),
    "twice.json": (
        b'{"id": "a", "id": "b"}',
        "  CPN-P45  the key 'id' stands twice in one table.\n           to fix: keep one of them.",
    ),
    "nan.json": (
        b'{"scale": NaN}',
        (
            "  CPN-P46  it cannot be understood: NaN is not a number.\n"
            "           to fix: correct the document."
        ),
    ),
    "huge.json": (
        b'{"scale": ' + b"9" * 5000 + b"}",
        (
            "  CPN-P46  it cannot be understood: a number in it has too many digits.\n"
            "           to fix: correct the document."
        ),
    ),
    "huge.toml": (
        b"scale = 1e99999999999999999999",
        (
            "  CPN-P46  it cannot be understood: a number in it has too many digits.\n"
            "           to fix: correct the document."
        ),
    ),
    "deep.json": (
        b'{"a": ' + b"[" * 100_000,
        (
            "  CPN-P46  it cannot be understood: its tables or lists lie too deep in one another.\n"
            "           to fix: correct the document."
        ),
    ),
    "latin.toml": (
        'id = "désk"'.encode("latin-1"),
        "  CPN-P08  it is not UTF-8 text (byte 7).\n           to fix: save it as UTF-8.",
    ),
    "policy.yaml": (
        b"id: desk",
        (
            "  CPN-P10  it cannot be opened: its name does not end in .toml or .json.\n"
            "           to fix: give a .toml or .json file, or a folder of them, that may be read."
        ),
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_parsed_is_told_with_its_place(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content, said = UNREADABLE[name]
    Path(name).write_bytes(content)
    with pytest.raises(PolicyError) as caught:
        read_policy(name)
    assert str(caught.value) == f"The policy document '{name}' cannot be read.\n{said}"


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = tmp_path / "desk.toml"
    path.write_text(TOML, encoding="utf-8")

    def refuse(_):
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(PolicyError) as caught:
        read_policy(path)
    assert caught.value.findings[0].text() == "it cannot be opened: Permission denied."


def test_a_path_that_does_not_exist(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("front-desk.toml").write_text(TOML, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        read_policy("front-dsk.toml")
    assert str(caught.value) == (
        "The policy cannot be read.\n"
        "  CPN-P09  there is no document, folder, shipped policy or pack 'front-dsk.toml'."
        " Did you mean 'front-desk.toml'?\n"
        "           to fix: give the path of a .toml or .json file, of a folder of them,"
        " a shipped policy (skm/2017) or one of `capaian packs`."
    )


@pytest.mark.parametrize("name", ["x" * 100_000 + ".toml", "a\0b.toml", "/no/such/place/x.json"])
def test_a_path_that_cannot_exist(name):
    with pytest.raises(PolicyError) as caught:
        read_policy(name)
    assert caught.value.code == "CPN-P09"
    assert len(str(caught.value)) < 300


def test_options_that_json_cannot_say_are_refused():
    document = small(
        indicators=[
            indicator(
                "answered",
                measure={"limit": float("nan"), "points": [1, {"x": {1}}], "odd key": b"x"},
                normalise=[{"method": "target", "target": Decimal("1e999")}],
            )
        ]
    )
    with pytest.raises(PolicyError) as caught:
        read_policy(document)
    fix = '           to fix: write it like this: 0.25, "text", true, [1, 2].\n'
    place = "indicators['answered'].measure"
    assert str(caught.value) == (
        "4 problems in the policy 'desk'; nothing was read.\n"
        f"  CPN-P04  {place}.limit: it is nan, not a value that JSON has.\n{fix}"
        f"  CPN-P04  {place}.points[1].x: it is a set, not a value that JSON has.\n{fix}"
        f"  CPN-P04  {place}['odd key']: it is a bytes, not a value that JSON has.\n{fix}"
        "  CPN-P04  indicators['answered'].normalise[0].target:"
        f" it is 1E+999, not a value that JSON has.\n{fix}"
    ).rstrip("\n")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_indicators_of_any_shape_are_told_and_not_tripped_over(value):
    for document in ({"indicators": value}, {"indicators": [value]}, {"nodes": [{"id": value}]}):
        with pytest.raises(PolicyError):
            read_policy(document)


def test_a_policy_is_a_value():
    assert isinstance(read_policy(DESK), Policy)
    assert hash(read_policy(DESK)) == hash(read_policy(copy.deepcopy(DESK)))


def test_a_fact_has_a_title_or_is_a_column():
    """Both are written back as they were; the fingerprint of a policy without titles is as before."""
    plain = small() | {"subjects": {"table": "staff", "facts": {"idea": "ide_baru"}}}
    title = {"en": "a new idea", "id": "ide baru"}
    titled = small() | {
        "subjects": {"table": "staff", "facts": {"idea": {"column": "ide_baru", "title": title}}}
    }
    one, two = read_policy(plain), read_policy(titled)
    assert one.subjects.facts == two.subjects.facts == {"idea": "ide_baru"}
    assert (one.subjects.fact_titles, two.subjects.fact_titles) == ({}, {"idea": title})
    assert to_document(one)["subjects"]["facts"] == {"idea": "ide_baru"}
    assert to_document(two)["subjects"]["facts"] == titled["subjects"]["facts"]
    assert read_policy(to_document(two)) == two
    assert policy_fingerprint(one) != policy_fingerprint(two)
    untitled = titled | {"subjects": {"table": "staff", "facts": {"idea": {"column": "ide_baru"}}}}
    assert policy_fingerprint(read_policy(untitled)) == policy_fingerprint(one)
