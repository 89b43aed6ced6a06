"""Formulas of nodes in a document: read, written back, and what there can be of their scores."""

import tomllib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import PolicyError
from capaian.exact import Program, run_paired
from capaian.formula import Column, words
from capaian.policy import policy_fingerprint, policy_toml, read_policy, to_document
from capaian.policy.difference import difference
from capaian.policy.formulas import formula_of
from capaian.policy.proof import prove_converted
from desk import indicator, small

HASIL = {
    "missing": "withhold",
    "scale": {"worst": 0, "best": 100, "cap": 120},
    "numbers": [
        {"id": "mix-above", "value": "0.3", "title": {"en": "Mix"}, "source": "p. 148"},
        {"id": "mix-below", "value": "10%"},
    ],
    "score": {
        "method": "formula",
        "formula": "hasil + (mix_above if hasil >= nko.mixed else mix_below) * (nko_mixed - hasil)",
    },
    "indicators": [indicator("hasil"), indicator("nko.mixed")],
}


def document(**changes):
    made = small(**{**HASIL, **changes})
    made["score"]["formula"] = made["score"].get("formula", "").replace("nko.mixed", "nko_mixed")
    return made


def refused(**changes):
    with pytest.raises(PolicyError) as caught:
        read_policy(document(**changes))
    return [(each.code, each.where) for each in caught.value.findings]


def test_a_formula_reads_parts_and_numbers_by_their_names():
    """KMK 127/2026: b is 0.3 at or above the organisation's value, 0.1 below: 100 and 102 → 100.2."""
    policy = read_policy(document())
    tree = formula_of(policy, policy.root)
    assert words(tree) == ("hasil + (0.3 if hasil ≥ nko.mixed, else 0.1) × (nko.mixed − hasil)")
    for hasil, nko, wanted in ((100, 102, "100.2"), (115, 110, "113.5"), (115, 120, "115.5")):
        given_ = {"hasil": hasil, "nko.mixed": nko}
        found = run_paired(Program((("y", tree),)), given_)["y"][1]
        assert found == Fraction(wanted)


def test_the_document_reads_back_as_the_same_policy():
    """As plain values and as TOML, without weights below the formula, numbers in order."""
    policy = read_policy(document())
    made = to_document(policy)
    assert read_policy(made) == policy
    assert read_policy(tomllib.loads(policy_toml(policy))) == policy
    assert not any("weight" in each for each in made["indicators"])
    assert [each.weight for each in policy.indicators] == [0, 0]
    assert [(each.id, each.value) for each in policy.numbers] == [
        ("mix-above", Fraction(3, 10)),
        ("mix-below", Fraction(1, 10)),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"score": {"method": "formula", "formula": "hasil + (mix_above - mix_below) * nko.mixed"}},
        {"numbers": [{"id": "mix-above", "value": "0.5"}, {"id": "mix-below", "value": "0.1"}]},
        {"score": HASIL["score"] | {"convert": {"method": "times", "by": 2}}},
    ],
)
def test_what_a_formula_says_is_in_the_fingerprint(changes):
    first, second = read_policy(document()), read_policy(document(**changes))
    assert policy_fingerprint(first) != policy_fingerprint(second)


def test_policies_without_formulas_keep_their_fingerprint():
    """Nothing is written of what a policy does not have."""
    made = to_document(read_policy(small()))
    assert "numbers" not in made
    assert not {"formula", "convert"} & set(made["score"])


@pytest.mark.parametrize(
    ("formula", "low", "high"),
    [
        ("(hasil + nko.mixed) / 2", 0, 120),
        ("hasil - nko.mixed", -120, 120),
        ("min(hasil, 100) + nko.mixed * 0", 0, 100),
        ("hasil * nko.mixed / 120", 0, 120),
        ("hasil / nko.mixed if nko.mixed > 0 else 0", 0, None),
    ],
)
def test_bands_cover_what_a_formula_can_give(formula, low, high):
    """Bands to just those ends are taken; one short of them is refused with the scores left open."""
    score = {"method": "formula", "formula": formula}
    top = {} if high is None else {"to": high}
    keys = {"score": score, "numbers": [], "rounding": [{"where": "score", "digits": 0}]}
    assert read_policy(document(bands=[{"id": "all", "from": low, **top}], **keys))
    short = [{"id": "all", "from": low + 1, **top}]
    assert refused(bands=short, **keys) == [("CPN-P32", "bands")]


def test_limits_of_a_node_bound_what_its_formula_gives_above():
    """A node below is a part like any other: with its limits, its rounding, and the worst."""
    keys = {
        "numbers": [],
        "score": {"method": "formula", "formula": "100 / n"},
        "nodes": [
            {"id": "n", "method": "formula", "formula": "hasil + nko_mixed", "floor": 20, "cap": 50}
        ],
        "indicators": [each | {"parent": "n"} for each in HASIL["indicators"]],
        "bands": [{"id": "all", "from": 2, "to": 5}],
    }
    assert read_policy(document(**keys))
    assert refused(**keys, missing="worst") == [("CPN-W11", "score.formula")]


def test_a_formula_that_may_divide_by_zero_says_nothing_of_bands():
    """One fault, one finding: where there is no value, no band is asked for it."""
    score = {"method": "formula", "formula": "hasil / nko.mixed"}
    bands = [{"id": "all", "from": 0, "to": 1}]
    assert refused(score=score, numbers=[], bands=bands) == [("CPN-W11", "score.formula")]


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("hasil +", "CPN-F10"),
        ("hasil + nko.mixed + other", "CPN-F11"),
        ("hasil + abs(nko.mixed)", "CPN-F12"),
        ("hasil + nko.mixed" + " " * 4000, "CPN-F13"),
        ("hasil + nko.mixed[0]", "CPN-F14"),
        ("hasil + " + "(1 + " * 80 + "nko.mixed" + ")" * 80, "CPN-F15"),
        ("clip(hasil, nko.mixed)", "CPN-F16"),
        ("hasil > nko.mixed", "CPN-F06"),
        ("hasil", "CPN-W09"),
        ("hasil + round(nko.mixed, 10)", "CPN-P20"),
    ],
)
def test_what_cannot_be_read_is_told_at_the_formula(formula, code):
    score = {"method": "formula", "formula": formula}
    assert refused(score=score, numbers=[]) == [(code, "score.formula")]


NAMES = st.from_regex(r"[a-z][a-z0-9_.-]{0,6}", fullmatch=True)


@given(st.sets(NAMES, min_size=2, max_size=4))
def test_every_name_that_is_taken_is_its_own(names):
    """Either every part has a name of its own in the formula, or the policy is refused."""
    listed = [indicator(each) for each in sorted(names)]
    written = [each.replace("-", "_").replace(".", "_") for each in sorted(names)]
    made = small(
        missing="worst",
        score={"method": "formula", "formula": " + ".join(written)},
        indicators=listed,
    )
    try:
        policy = read_policy(made)
    except PolicyError as error:
        codes = {each.code for each in error.findings}
        assert codes & {"CPN-W07", "CPN-W10", "CPN-P13"}
    else:
        assert len(set(written)) == len(names)
        tree = formula_of(policy, policy.root)
        assert run_paired(Program((("y", tree),)), dict.fromkeys(names, 1))["y"][1] == len(names)


def test_bands_of_a_converted_score_are_proved_once_its_methods_are_known():
    """Read without methods, such a policy is proved only as far as it can be."""
    convert = {"method": "piecewise", "points": [[0, 0], [100, 100], [120, 115]]}
    score = {"convert": convert}
    keys = {"score": score, "numbers": [], "weights": "equal"}
    narrow = read_policy(document(**keys, bands=[{"id": "all", "from": 0, "to": 115}]))
    raw = Column("raw:score")
    fits = {"score": raw.clip(0, 115)}
    assert prove_converted(to_document(narrow), fits) == []
    found = prove_converted(to_document(narrow), {"score": raw})
    assert [(each.code, each.where) for each in found] == [("CPN-P32", "bands")]


def test_a_comparison_says_which_formula_and_number_changed():
    """A formula and a number may move scores; the title of a number does not."""
    first = read_policy(document())
    numbers = [HASIL["numbers"][0] | {"title": "Other"}, HASIL["numbers"][1]]
    titled = read_policy(document(numbers=numbers))
    found = difference(first, titled)
    assert found.effect == "texts"
    numbers = [numbers[0] | {"value": "0.5"}, numbers[1]]
    score = {"method": "formula", "formula": "mix_above * hasil - mix_below * nko.mixed"}
    moved = difference(titled, read_policy(document(numbers=numbers, score=score)))
    assert moved.effect == "scores"
    assert "value: 0.3 → 0.5" in moved.text()
    assert "number 'mix-above'" in moved.text()
    assert "mix_above * hasil - mix_below * nko_mixed" in moved.text()
