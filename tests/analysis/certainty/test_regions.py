"""Cuts taken back through rounding and the root: against the band of the exact score."""

from fractions import Fraction as F

from hypothesis import given
from hypothesis import strategies as st

from analysis.certainty.marks import indicator, policy
from capaian.analysis.certainty.additive import form_of
from capaian.analysis.certainty.regions import regions_of
from capaian.band import band_of
from capaian.exact import round_ratio
from capaian.scores.plan import make_plan
from capaian.scores.tail import make_tail

NAMES = ("b0", "b1", "b2", "b3")
ROOTS = [
    {},
    {"cap": 85},
    {"floor": 75, "cap": 95},
    {"convert": {"method": "piecewise", "points": [[0, 0], [80, 90], [100, 120]]}},
    {"convert": {"method": "piecewise", "points": [[0, 100], [85, 60], [100, 95]]}},
]
ROUNDINGS = [{"mode": "none"}, {"digits": 0}, {"digits": 2}, {"digits": 1, "mode": "half-even"}]


def code_at(regions, total):
    edges = [F(edge).limit_denominator(10**6) for edge in regions.edges]
    at = 0
    for edge, inside in zip(edges, regions.inside, strict=True):
        at += total > edge or (total == edge and not inside)
    return regions.codes[at]


@given(
    root=st.sampled_from(ROOTS),
    rounding=st.sampled_from(ROUNDINGS),
    total=st.one_of(
        st.fractions(50, 110, max_denominator=40),
        st.sampled_from(
            [F(139, 2), F(13999, 200), F(1391, 20), F(80), F(159, 2), F(90), F(179, 2)]
        ),
    ),
)
def test_a_sum_has_the_band_of_its_score(root, rounding, total):
    """Law: whatever root, rounding and sum, ties and edges included."""
    rule = policy([indicator("a", "0.5"), indicator("b", "0.5")], score=root,
                  rounding=[{"where": "score", **rounding}])  # fmt: skip
    form = form_of(make_tail(make_plan(rule), frozenset("ab")))
    found = regions_of(rule, form.outer, NAMES, {})
    score = form.outer.at(total)
    if "digits" in rounding:
        score = round_ratio(score, rounding["digits"], rounding.get("mode", "half-up"))
    official = band_of(score, rule.bands, rule.precedence, {})
    assert NAMES[code_at(found, total)] == official.id


def test_half_a_unit_below_the_cut_is_enough():
    rule = policy([indicator("a")])
    found = regions_of(rule, form_of(make_tail(make_plan(rule), frozenset("a"))).outer, NAMES, {})
    assert found.edges == (69.995, 79.995, 89.995)
    assert found.inside == (False, False, False)
    assert found.codes == (0, 1, 2, 3)


def test_a_closed_gate_has_other_stretches():
    """The top band needs a fact; without it the score falls to the next that fits."""
    bands = [
        {"id": "top", "from": 90, "gate": "clean"},
        {"id": "good", "from": 70},
        {"id": "rest"},
    ]
    rule = policy(
        [indicator("a")],
        bands=bands,
        precedence="first",
        subjects={"table": "staff", "facts": {"clean": "clean"}},
    )
    outer = form_of(make_tail(make_plan(rule), frozenset("a"))).outer
    names = ("rest", "good", "top")
    assert regions_of(rule, outer, names, {"clean": True}).codes == (0, 1, 2)
    assert regions_of(rule, outer, names, {}).codes == (0, 1)
