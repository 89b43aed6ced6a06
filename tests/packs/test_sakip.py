"""PermenPANRB 88/2021: answers, weights, grades, and an office's own evaluation."""

import random
from fractions import Fraction
from itertools import pairwise

import pytest

import capaian
from capaian.packs import sakip
from capaian.shelf import find_pack
from panrb_tables import KINDS, published, scored

PACK = find_pack("sakip", [sakip])
ANSWERS = {"AA": 100, "A": 90, "BB": 80, "B": 70, "CC": 60, "C": 50, "D": 30, "E": 0}
GRADES = [(90, "AA"), (80, "A"), (70, "BB"), (60, "B"), (50, "CC"), (30, "C"), (0, "D")]
"""What a score is above, and its grade; 0 itself is E."""
WEIGHTS = {
    "perencanaan": (6, 9, 15),
    "pengukuran": (6, 9, 15),
    "pelaporan": (3, Fraction("4.5"), Fraction("7.5")),
    "evaluasi_internal": (5, Fraction("7.5"), Fraction("12.5")),
}
PARTS = ("keberadaan", "kualitas", "pemanfaatan")


def grade(score):
    return next((name for above, name in GRADES if score > above), "E")


def total(answers):
    """Of answers by component, in the order of the parts."""
    return sum(
        Fraction(weight) * ANSWERS[answer] / 100
        for component, weights in WEIGHTS.items()
        for weight, answer in zip(weights, answers[component], strict=True)
    )


def rule(name):
    return PACK.rule(f"permenpanrb-88-2021/{name}")


def refusal(name, **values):
    with pytest.raises(ValueError) as refused:
        rule(name).apply(values)
    return str(refused.value)


def same(answer):
    return dict.fromkeys(WEIGHTS, (answer,) * 3)


def mixes():
    """Units with one answer throughout, with one answer better by a step, and with any."""
    draw = random.Random(88)
    levels = list(ANSWERS)
    found = [same(answer) for answer in levels]
    for better, answer in pairwise(levels):
        found += [
            {**same(answer), component: tuple(better if at == place else answer for at in range(3))}
            for component in WEIGHTS
            for place in range(3)
        ]
    found += [
        {component: tuple(draw.choices(levels, k=3)) for component in WEIGHTS} for _ in range(20)
    ]
    return found


# --- The pack -------------------------------------------------------------------------------------


def test_every_case_passes_and_every_row_and_edge_is_met():
    found = capaian.run_cases("sakip", plugins=[sakip])
    assert found.text() == "67 passed, 0 failed, 0 unknown"
    assert capaian.cover_cases("sakip", plugins=[sakip]).missed == ()


def test_pack_document_and_policy_say_the_same():
    (document,) = PACK.documents
    pack = PACK.pack
    policy = capaian.load_policy("sakip/2021", plugins=[sakip])
    assert pack.regulations == (document.id,)
    assert pack.title == policy.title == {"en": document.title.en, "id": document.title.id}
    assert (pack.first, pack.last) == (document.in_force.from_, None)
    assert (policy.first, policy.last) == (pack.first, None)
    assert document.in_force.trust == "unconfirmed"
    assert {each.trust for each in document.sources.values()} == {"derived"}
    assert all(each.source for each in (*policy.indicators, *policy.nodes, *policy.bands))


# --- Rules ----------------------------------------------------------------------------------------


def test_every_answer_has_its_value():
    for answer, value in ANSWERS.items():
        assert rule("answer-scale").apply({"jawaban": answer})["nilai"] == value


def test_lower_ends_of_grades_are_open():
    near = Fraction(1, 10**9)
    for edge, _ in GRADES:
        for score in (edge, edge + near, max(0, edge - near)):
            assert rule("grade").apply({"nilai": score}) == {"predikat": grade(score)}
    assert rule("grade").apply({"nilai": 100}) == {"predikat": "AA"}


def test_the_total_is_the_sum_of_weights_and_answers():
    for answers in mixes():
        exact = total(answers)
        found = {"nilai": exact, "predikat": grade(exact)}
        listed = {component: list(each) for component, each in answers.items()}
        assert rule("total").apply({"jawaban": listed}) == found
        given = {component: list(each) for component, each in WEIGHTS.items()}
        assert rule("total").apply({"jawaban": listed, "bobot": given}) == found


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        (
            "answer-scale",
            {"jawaban": "AAA"},
            "'jawaban' is none of AA, A, BB, B, CC, C, D, E (did you mean 'AA'?)",
        ),
        ("grade", {"nilai": "100.01"}, "'nilai' is not 100 or less"),
        (
            "total",
            {"jawaban": {**same("A"), "pelaporan": ["A", "A"]}},
            "a component of 'jawaban' has not three answers",
        ),
        (
            "total",
            {"jawaban": same("A"), "bobot": {**WEIGHTS, "pelaporan": [15]}},
            "a component of 'bobot' has not three weights",
        ),
        (
            "total",
            {"jawaban": same("A"), "bobot": {**WEIGHTS, "pelaporan": [3, 4, 7]}},
            "the weights of 'bobot' do not add up to 100",
        ),
        (
            "total",
            {"jawaban": {**same("A"), "pelaporan": ["A", "A", "F"]}},
            "'jawaban.pelaporan[2]' is none of AA, A, BB, B, CC, C, D, E",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(name, values, said):
    assert refusal(name, **values) == said


# --- The policy -----------------------------------------------------------------------------------


def rows(answers, unit):
    return [
        {"unit": unit, "komponen": component, "subkomponen": part, "jawaban": answer}
        for component, given in answers.items()
        for part, answer in zip(PARTS, given, strict=True)
    ]


@pytest.fixture(scope="module")
def policy():
    return capaian.load_policy("sakip/2021", plugins=[sakip])


@pytest.fixture(scope="module")
def answers():
    """One unit for each of the mixes."""
    return [each for mix, found in enumerate(mixes()) for each in rows(found, f"u{mix:03}")]


@pytest.mark.parametrize("kind", KINDS)
def test_an_evaluation_from_its_answers(policy, answers, kind):
    """At every edge of a grade, just above it and anywhere, whatever holds the rows."""
    given = published(scored(policy, {"jawaban": answers}, kind))
    assert given == {
        f"u{mix:03}": (float(total(found)), grade(total(found)))
        for mix, found in enumerate(mixes())
    }
    assert {band for _, band in given.values()} == set(ANSWERS)


def test_an_evaluation_is_exact_and_adds_up(policy, answers):
    scores = scored(policy, {"jawaban": answers})
    for mix, found in enumerate(mixes()[:: len(ANSWERS)]):
        explanation = scores.explain(f"u{mix * len(ANSWERS):03}")
        assert explanation.score == explanation.total() == total(found)


def test_an_answer_missing_or_given_twice_leaves_no_grade(policy):
    answers = [*rows(same("A"), "a"), *rows(same("A"), "b")[:-1], *rows(same("A"), "c")]
    answers.append(answers[-1])
    given = published(scored(policy, {"jawaban": answers}))
    assert given == {"a": (90.0, "A"), "b": (None, None), "c": (None, None)}
