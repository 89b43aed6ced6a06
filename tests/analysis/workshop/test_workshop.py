"""A workshop from answers to a new edition of the policy."""

from fractions import Fraction

import numpy as np
import pytest

import capaian
from capaian import AnalysisError
from capaian.analysis import weights_workshop
from small_office import OFFICE

POLICY = capaian.load_policy(OFFICE)
ANSWERS = {
    "1": {"response": 70, "services": 30},
    "2": {"response": 60, "services": 40},
    "3": {"response": "33.3", "services": 66.7},
}
NO_PARTS = "this node has no two parts that could be weighted."
STRANGE = "an answer is about something that is no part of the node."
GROUPS = {"1": "staff", "2": "staff", "3": "citizens"}


def held(**options):
    return weights_workshop(POLICY, ANSWERS, **{"method": "budget", "parent": "service", **options})


def test_the_weights_add_up_to_exactly_one():
    """(0.7 + 0.6 + 0.333) / 3, rounded by largest remainder."""
    found = held()
    assert found.weights == (Fraction("0.5443"), Fraction("0.4557"))
    assert sum(held(digits=1).weights) == 1


def test_the_new_edition_of_the_policy():
    """The weights are in it, exactly; nothing else has changed but the edition's name."""
    document = held().document(POLICY, edition="2027")
    changed = {each.place for each in capaian.compare_policies(POLICY, document).changes}
    assert changed == {
        "edition",
        "indicators['response'].weight",
        "indicators['services'].weight",
    }
    policy = capaian.load_policy(document)
    assert {each.id: each.weight for each in policy.indicators if each.parent == "service"} == {
        "response": Fraction("0.5443"), "services": Fraction("0.4557")}  # fmt: skip


def test_its_text():
    found = held(groups=GROUPS)
    assert found.text().splitlines() == [
        "Weights of 3 participants",
        "",
        "part      weight  lowest  highest  spread  of staff  of citizens",
        "response  0.5443  0.3330   0.7000  0.1897    0.6500       0.3330",
        "services  0.4557  0.3000   0.6670  0.1897    0.3500       0.6670",
        "",
        "note: asked by budget; the arithmetic centre, to 4 digits",
        "note: agreement: Kendall's W 0.11; homogeneity 0.95; concentration 10.2",
    ]
    assert repr(found) == "<Workshop 3 participants, 2 parts>"
    assert "<table>" in found._repr_html_()


def test_its_document():
    """Everything that somebody would need to do it again."""
    document = held(groups=GROUPS).to_dict()
    assert document["weights"] == {"response": "5443/10000", "services": "4557/10000"}
    assert document["participants"][2]["group"] == "citizens"
    assert document["participants"][0]["weights"] == {"response": 0.7, "services": 0.3}


def test_pairs_of_judgements():
    """Of two parts one judgement; each way round says the same."""
    one = weights_workshop(POLICY, {"1": {("response", "services"): "3"}}, method="pairwise",
                           parent="service")  # fmt: skip
    two = weights_workshop(POLICY, {"1": {("services", "response"): "1/3"}}, method="pairwise",
                           parent="service")  # fmt: skip
    assert one.weights == two.weights == (Fraction(3, 4), Fraction(1, 4))
    assert np.isnan(one.agreement.kendall_w)


def test_ranks_and_best_and_worst():
    ranks = weights_workshop(POLICY, {"1": {"response": 1, "services": 2}}, method="ranks",
                             parent="service")  # fmt: skip
    assert ranks.weights == (Fraction(3, 4), Fraction(1, 4))
    answer = {"best": "response", "worst": "services", "best_to_others": {"services": 4},
              "others_to_worst": {"response": 4}}  # fmt: skip
    found = weights_workshop(POLICY, {"1": answer}, method="best-worst", parent="service")
    assert found.weights == (Fraction(4, 5), Fraction(1, 5))
    assert found.consistency[0]["ratio"] == 0


def test_who_contradicts_himself_is_counted_and_the_triad_named():
    document = {
        **OFFICE,
        "nodes": [{"id": "service", "weight": 1}],
        "indicators": [
            {**each, "parent": "service", "weight": "1/3"} for each in OFFICE["indicators"]
        ],
    }
    answer = {("response", "services"): 9, ("services", "satisfaction"): 9,
              ("satisfaction", "response"): 9}  # fmt: skip
    found = weights_workshop(capaian.load_policy(document), {"1": answer}, method="pairwise",
                             parent="service")  # fmt: skip
    assert found.table().notes[-1] == (
        "1 of 1 contradict themselves (ratio over 0.1), most in response – satisfaction – services"
    )


def test_a_weight_of_nought():
    """It has no ratio to anything: refused for the centre of ratios, kept by a floor."""
    answers = {"1": {"response": 100, "services": 0}, "2": {"response": 50, "services": 50}}
    with pytest.raises(AnalysisError, match="CPN-M74"):
        weights_workshop(POLICY, answers, method="budget", parent="service", centre="compositional")
    found = weights_workshop(POLICY, answers, method="budget", parent="service",
                             centre="compositional", floor=0.01)  # fmt: skip
    assert found.individual.min() == pytest.approx(0.01 / 1.01)
    assert "no participant's weight was left below 0.01" in found.table().notes
    plain = weights_workshop(POLICY, answers, method="budget", parent="service")
    assert plain.weights == (Fraction(3, 4), Fraction(1, 4))


@pytest.mark.parametrize(
    ("answers", "options", "lines"),
    [
        ({}, {}, ["CPN-M65  answers: nobody answered."]),
        (ANSWERS, {"method": "budgets"},
         ["CPN-M62  method: 'budgets' is not known here. Did you mean 'budget'?"]),
        (ANSWERS, {"centre": "mean"}, ["CPN-M62  centre: 'mean' is not known here."]),
        (ANSWERS, {"parent": "servise"},
         [f"CPN-M72  parent: {NO_PARTS} Did you mean 'service'?"]),
        (ANSWERS, {"groups": {"1": "staff"}},
         ["CPN-M73  groups: 2 participants have a group and no answer, or an answer and no group."]),
        ({"Budi": {"response": -1, "services": "x"}}, {},
         ["CPN-M66  participant 1: response: this is not a number of 0 or more.",
          "CPN-M66  participant 1: services: this is not a number of 0 or more."]),
        ({"Budi": {"response": 0, "services": 0}}, {},
         ["CPN-M67  participant 1: answer: all points are 0."]),
        ({"Budi": {"response": 1, "servises": 0}}, {},
         ["CPN-M70  participant 1: answer.services: there is no answer.",
          f"CPN-M71  participant 1: answer: {STRANGE} Did you mean 'services'?"]),
        ({"Budi": {}}, {"method": "pairwise"},
         ["CPN-M68  participant 1: response, services: this pair was not judged."]),
        ({"Budi": {"best": "x", "worst": "services", "best_to_others": {}, "others_to_worst": {}}},
         {"method": "best-worst"},
         ["CPN-M69  participant 1: best: this is no part of the node."]),
    ],
)  # fmt: skip
def test_what_is_refused(answers, options, lines):
    """All faults of all participants at once; a participant is counted, never named."""
    with pytest.raises(AnalysisError) as caught:
        weights_workshop(POLICY, answers, **{"method": "budget", "parent": "service", **options})
    told = str(caught.value)
    assert [each.strip() for each in told.splitlines() if "CPN-" in each] == lines
    assert "Budi" not in told
