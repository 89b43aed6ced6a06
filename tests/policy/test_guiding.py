"""Guidance in a document: read, proved, written out and back."""

import copy
import tomllib
from decimal import Decimal
from fractions import Fraction

import pytest

from capaian.errors import PolicyError, catalogue
from capaian.policy import (
    GroupLabels,
    Limit,
    load_assignment,
    policy_fingerprint,
    policy_toml,
    read_policy,
    to_document,
)
from capaian.policy.assigning import assignment_document
from capaian.policy.guidance import Guidance
from posts_office import RULE
from small_office import OFFICE

STAFF = {"table": "staff", "subject": "nip", "unit": "unit"}
LABELS = {"table": "organisasi", "unit": "unit", "label": "predikat"}
GUIDANCE = {
    "group": "unit",
    "title": {"id": "Sebaran", "en": "Spread"},
    "source": "SE 3/2023",
    "labels": LABELS,
    "limits": [
        {"id": "high_max_70", "for": ["istimewa"], "bands": ["high"], "most": "70%"},
        {"id": "low_min_10", "for": ["kurang"], "bands": ["low"], "least": 0.1, "source": "b"},
        {"id": "some", "bands": ["low", "middle"], "least_count": 1},
        {"id": "none", "for": ["kurang"], "bands": ["high"], "most_count": 0},
    ],
}


def office(**changes):
    """The office with guidance, of which some is changed."""
    return copy.deepcopy(OFFICE | {"subjects": STAFF, "guidance": GUIDANCE | changes})


def told(document):
    """What is wrong with a document, line by line."""
    with pytest.raises(PolicyError) as caught:
        read_policy(document)
    return [f"{each.code} {each.where}: {each.text()}" for each in caught.value.findings]


def one(**limit):
    """An office with this limit alone."""
    return office(limits=[{"id": "x", "bands": ["high"], "most": "70%"} | limit])


def test_what_is_written_is_what_is_meant():
    assert read_policy(office()).guidance == Guidance(
        "unit",
        (
            Limit("high_max_70", ("high",), "most", Fraction(7, 10), ("istimewa",)),
            Limit("low_min_10", ("low",), "least", Fraction(1, 10), ("kurang",), "b"),
            Limit("some", ("low", "middle"), "least_count", Fraction(1)),
            Limit("none", ("high",), "most_count", Fraction(0), ("kurang",)),
        ),
        {"id": "Sebaran", "en": "Spread"},
        GroupLabels("organisasi", "predikat", "unit"),
        "SE 3/2023",
    )


def test_the_document_reads_back_as_the_same_policy():
    policy = read_policy(office())
    assert read_policy(to_document(policy)) == policy
    assert policy_fingerprint(read_policy(to_document(policy))) == policy_fingerprint(policy)
    toml = tomllib.loads(policy_toml(policy), parse_float=Decimal)
    assert read_policy(toml) == policy
    known = read_policy(office(labels=LABELS | {"known": ["istimewa", "kurang"]}))
    assert read_policy(to_document(known)) == known


def test_the_fingerprint_knows_the_guidance_and_not_how_a_share_is_written():
    with_, without = read_policy(office()), read_policy(office() | {"guidance": None})
    assert policy_fingerprint(with_) != policy_fingerprint(without)
    written = office()
    written["guidance"]["limits"][0]["most"] = "7/10"
    assert policy_fingerprint(read_policy(written)) == policy_fingerprint(with_)


def test_a_policy_without_guidance_says_nothing_of_it():
    assert "guidance" not in to_document(read_policy(OFFICE))


def test_an_assignment_has_guidance_for_everybody():
    limits = [{"id": "x", "bands": ["good"], "most": "70%"}]
    rule = copy.deepcopy(RULE)
    rule |= {"bands": [{"id": "good", "from": 60}, {"id": "poor", "below": 60}]}
    rule |= {"guidance": {"group": "all", "limits": limits}}
    read = load_assignment(rule)
    assert read.guidance.limits == (Limit("x", ("good",), "most", Fraction(7, 10)),)
    assert load_assignment(assignment_document(read)) == read
    rule["guidance"]["group"] = "unit"
    with pytest.raises(PolicyError) as caught:
        load_assignment(rule)
    assert str(caught.value) == (
        "1 problem in the assignment 'posts'; nothing was read.\n"
        "  CPN-U10  guidance.group: the groups are units, and an assignment does not say in which "
        "unit a subject is.\n"
        '           to fix: write group = "all".'
    )


FAULTS = {
    "nothing": (
        office(limits=[]),
        ["CPN-U01 guidance.limits: the guidance says nothing: it has no limit."],
    ),
    "no units": (
        office() | {"subjects": {"table": "staff"}},
        [
            ("CPN-U02 guidance.group: the groups are units, and nothing says in which unit a "
            "subject is.")
        ],
    ),
    "units of everybody": (
        office(group="all"),
        ["CPN-U03 guidance.labels.unit: a column of units, and everybody is one group."],
    ),
    "labels of no units": (
        office(labels={"table": "organisasi", "label": "predikat"}),
        ["CPN-P02 guidance.labels: 'unit' is missing."],
    ),
    "no bound": (
        office(limits=[{"id": "x", "bands": ["high"]}]),
        [
            ("CPN-U04 guidance.limits['x']: a limit has one of most, least, most_count, "
            "least_count; this one has none of them.")
        ],
    ),
    "two bounds": (
        one(least="10%"),
        [
            ("CPN-U04 guidance.limits['x']: a limit has one of most, least, most_count, "
            "least_count; this one has most and least.")
        ],
    ),
    "no bands": (
        one(bands=[]),
        ["CPN-U05 guidance.limits['x'].bands: the limit names no band."],
    ),
    "unknown band": (
        one(bands=["hihg", "low"]),
        [
            "CPN-U06 guidance.limits['x'].bands: there is no band 'hihg'. Did you mean 'high'?",
        ],
    ),
    "no labels": (
        office(labels=None, limits=[GUIDANCE["limits"][0]]),
        [
            ("CPN-U07 guidance.limits['high_max_70'].for: the limit is for groups with a label, "
            "and nothing says which label a group has.")
        ],
    ),
    "unknown label": (
        office(labels=LABELS | {"known": ["istimewa", "baik"]}, limits=GUIDANCE["limits"][:2]),
        ["CPN-U08 guidance.limits['low_min_10'].for: there is no label 'kurang'."],
    ),
    "too much": (
        one(most="170%"),
        ["CPN-P20 guidance.limits['x'].most: 1.7 lies outside 0 ≤ x ≤ 1."],
    ),
    "less than nobody": (
        office(limits=[{"id": "x", "bands": ["high"], "least_count": -1}]),
        ["CPN-P20 guidance.limits['x'].least_count: -1 lies outside x ≥ 0."],
    ),
    "a name twice": (
        office(limits=[GUIDANCE["limits"][2]] * 2),
        [
            "CPN-P12 guidance.limits[1].id: the name 'some' is taken by guidance.limits[0].",
        ],
    ),
    "no name": (
        one(id="x y"),
        ["CPN-P11 guidance.limits[0].id: 'x y' cannot be a name."],
    ),
    "no title": (
        office(title={}),
        ["CPN-P27 guidance.title: " + catalogue()["CPN-P27"]["en"]],
    ),
    "together": (
        office(limits=[
            {"id": "A", "for": ["kurang", "baik"], "bands": ["high"], "least": "60%"},
            {"id": "B", "for": ["kurang"], "bands": ["low"], "least": "60%"},
            {"id": "C", "bands": ["middle"], "most": "90%"},
        ]),
        [
            ("CPN-U09 guidance.limits: no group ('kurang') could keep these limits together, "
            "whatever its size: 'A', 'B'.")
        ],
    ),
    "together for all": (
        office(limits=[
            {"id": "A", "bands": ["high"], "least": "60%"},
            {"id": "B", "bands": ["low"], "least": "60%"},
        ]),
        [
            ("CPN-U09 guidance.limits: no group could keep these limits together, whatever its "
            "size: 'A', 'B'.")
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("document", "lines"), FAULTS.values(), ids=FAULTS)
def test_faults(document, lines):
    assert told(document) == lines


def test_all_that_is_wrong_is_told_at_once_and_what_to_do():
    document = one(bands=["hihg"], least_count=1, **{"for": ["x"]})
    del document["guidance"]["labels"]
    with pytest.raises(PolicyError) as caught:
        read_policy(document)
    assert str(caught.value) == (
        "3 problems in the policy 'desk'; nothing was read.\n"
        "  CPN-U04  guidance.limits['x']: a limit has one of most, least, most_count, "
        "least_count; this one has most and least_count.\n"
        "           to fix: write one limit, with an id of its own, for each.\n"
        "  CPN-U06  guidance.limits['x'].bands: there is no band 'hihg'. Did you mean 'high'?\n"
        "           to fix: use one of: low, middle, high.\n"
        "  CPN-U07  guidance.limits['x'].for: the limit is for groups with a label, and nothing "
        "says which label a group has.\n"
        "           to fix: add [guidance.labels] with table, unit and label, or leave 'for' out."
    )
    assert caught.value.text("id") == (
        "3 problems in the policy 'desk'; nothing was read.\n"
        "  CPN-U04  guidance.limits['x']: satu batas memuat salah satu dari most, least, "
        "most_count, least_count; batas ini memuat most dan least_count.\n"
        "           perbaikan: tulis satu batas, dengan id sendiri, untuk masing-masing.\n"
        "  CPN-U06  guidance.limits['x'].bands: tidak ada predikat 'hihg'. Maksud Anda 'high'?\n"
        "           perbaikan: pakai salah satu: low, middle, high.\n"
        "  CPN-U07  guidance.limits['x'].for: batas ini untuk kelompok berlabel, tetapi tidak "
        "disebut label tiap kelompok.\n"
        "           perbaikan: tambahkan [guidance.labels] dengan table, unit, dan label, atau "
        "hapus 'for'."
    )


def test_a_fault_elsewhere_in_the_bands_does_not_make_them_unknown():
    document = office()
    document["bands"][2]["form"] = document["bands"][2].pop("from")
    assert not any("CPN-U" in each for each in told(document))
