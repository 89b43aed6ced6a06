"""What a quota of bands does, against exact integers and against lists sorted by hand."""

from fractions import Fraction as F
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import capaian
from analysis.matrices import matrix
from capaian.analysis import forced_distribution_effects
from capaian.analysis.forced import expected_wrong, none_of
from capaian.analysis.seats import seats
from capaian.errors import AnalysisError
from capaian.policy import read_policy
from small_office import OFFICE, made_up_evidence

THIRDS = {"low": "20%", "middle": "60%", "high": "20%"}


def test_a_unit_of_five_has_no_true_member_every_third_time():
    """[P16]: of a bottom fifth of 100, though everybody is measured without error."""
    assert none_of(5, 20, 100) == pytest.approx(0.319309441990)
    found = forced_distribution_effects([5] * 20, {"bottom": "20%"}, semantics="at_most")
    assert found.sizes["p_none"] == pytest.approx([0.319309441990])


@given(
    n=st.integers(0, 5000),
    parts=st.lists(st.integers(1, 40), min_size=2, max_size=5),
)
def test_seats_add_up_and_stay_within_one_of_the_share(n, parts):
    """Laws of largest remainders (quota rule), in exact fractions."""
    shares = [F(each, sum(parts)) for each in parts]
    found = seats(n, shares, semantics="proportional")[0]
    assert found.sum() == n
    for seat, share in zip(found.tolist(), shares, strict=True):
        assert n * share - 1 < seat < n * share + 1
    capped = seats(n, shares, semantics="at_most")[0]
    assert capped.tolist() == [n * share // 1 for share in shares]


def by_hand(units, scores, bands, quota, semantics):
    """Labels in the order of people, one after another; scores all differ."""
    labels = {}
    everybody = sorted(range(len(scores)), key=lambda at: (units[at], -scores[at]))
    for _, some in groupby(everybody, key=lambda at: units[at]):
        people = list(some)
        n = len(people)
        if semantics == "proportional":
            count = seats(n, quota, semantics=semantics)[0].tolist()
            names = [band for band in range(len(quota) - 1, -1, -1) for _ in range(count[band])]
            labels |= dict(zip(people, names, strict=True))
            continue
        left = [n * share // 1 if share else n for share in quota]
        for at in people:
            band = bands[at]
            while quota[band] and not left[band]:
                band -= 1
            left[band] -= 1
            labels[at] = band
    return [labels[at] for at in range(len(scores))]


@given(
    units=st.lists(st.integers(0, 3), min_size=1, max_size=60),
    seed=st.integers(0, 999),
    semantics=st.sampled_from(["at_most", "proportional"]),
)
def test_labels_are_those_handed_out_by_hand(units, seed, semantics):
    """Law: whatever the units, the same labels as one person after another."""
    rng = np.random.default_rng(seed)
    score = rng.permutation(len(units)) * 120 / max(len(units), 1)
    made = matrix(score, units=[f"u{each}" for each in units])
    quota = THIRDS if semantics == "proportional" else {"middle": "40%", "high": "20%"}
    shares = [F(str(quota.get(each, "0")).rstrip("%")) / 100 for each in made.bands]
    found = forced_distribution_effects(made, quota, semantics=semantics, ties="order")
    expected = by_hand(units, score.tolist(), made.band.tolist(), shares, semantics)
    assert found.people["quota_band"] == [made.bands[each] for each in expected]
    assert found.tied == 0
    moved = np.array(expected) - made.band
    assert (found.forced_down, found.forced_up) == ((moved < 0).sum(), (moved > 0).sum())


def test_equal_scores_at_the_edge_are_counted():
    """Two equal people, one seat: all better, all worse, or chance; two labels hang on it."""
    made = matrix([95, 95, 50, 50, 50], units=["u"] * 5)
    labels = {
        ties: forced_distribution_effects(made, {"high": "20%"}, semantics="at_most", ties=ties)
        for ties in ("better", "worse", "order")
    }
    assert labels["better"].people["quota_band"][:2] == ["high", "high"]
    assert labels["worse"].people["quota_band"][:2] == ["middle", "middle"]
    assert labels["order"].people["quota_band"][:2] == ["high", "middle"]
    assert {each.tied for each in labels.values()} == {2}


def test_expected_wrong_labels_are_those_of_a_simulation():
    rng = np.random.default_rng(0)
    true = rng.hypergeometric(20, 80, 9, 200_000)
    into, out = expected_wrong(9, 2, 20, 100)
    assert into == pytest.approx(np.maximum(2 - true, 0).mean(), abs=0.01)
    assert out == pytest.approx(np.maximum(true - 2, 0).mean(), abs=0.01)


def test_the_smallest_unit_is_told():
    found = forced_distribution_effects([5] * 20, {"top": "20%"}, semantics="at_most")
    assert found.bands["smallest_with_a_seat"] == [5]
    assert none_of(found.bands["smallest_with_a_true_member"], 20, 100)[0] <= 0.05
    both = forced_distribution_effects([9, 9], THIRDS, semantics="proportional")
    assert both.sizes["seats"] == [2, 5, 2]


def test_it_is_read_as_text():
    made = matrix([95, 93, 50, 40, 55], units=["u"] * 5)
    found = forced_distribution_effects(made, {"high": "20%"}, semantics="at_most", ties="order")
    assert found.text().startswith("1 forced down, 0 forced up, of 5; 0 labels depend on how equal")
    assert repr(found) == "<ForcedEffects 1 down, 0 up>"
    assert str(found.people.rows()[1]) == (
        "{'subject': 's0000001', 'unit': 'u', 'score': 93.0, 'band': 'high', 'quota_band': "
        "'middle', 'moved': -1}"
    )


@pytest.mark.parametrize(
    ("quota", "options", "said"),
    [
        (
            {"high": "120%"},
            {},
            (
                "  CPN-M48  quota: the quota cannot be used: the share of 'high' is no number from 0 "
                "to 1.\n           to fix: write it like this: "
                '{"high": "20%", "middle": "60%", "low": "20%"}.'
            ),
        ),
        (
            {"high": "20%"},
            {"semantics": "proportional"},
            (
                "  CPN-M48  quota: the quota cannot be used: the shares add up to 1/5, not 1.\n"
                '           to fix: write it like this: {"high": "20%", "middle": "60%", "low": "20%"}.'
            ),
        ),
        (
            {"low": "20%"},
            {},
            (
                "  CPN-M48  quota: the quota cannot be used: 'low' is the lowest band, and nobody can "
                "fall from it.\n           to fix: write it like this: "
                '{"high": "20%", "middle": "60%", "low": "20%"}.'
            ),
        ),
        (
            {"high": "20%"},
            {"ties": None},
            (
                "  CPN-M47  ties: 'None' is not one of the choices.\n"
                "           to fix: use one of: better, worse, order."
            ),
        ),
        (
            {"high": "20%"},
            {"semantics": "at most"},
            (
                "  CPN-M47  semantics: 'at most' is not one of the choices. Did you mean 'at_most'?\n"
                "           to fix: use one of: at_most, proportional."
            ),
        ),
    ],
)
def test_a_quota_that_cannot_be_used_is_refused(quota, options, said):
    made = matrix([95, 50], units=["u", "u"])
    with pytest.raises(AnalysisError) as error:
        forced_distribution_effects(
            made, quota, **{"semantics": "at_most", "ties": "order", **options}
        )
    assert str(error.value) == f"The quota cannot be tried.\n{said}"


def test_guidance_is_joined_and_is_no_quota():
    """What the policy's own guidance finds, as `Scores.guidance` says it."""
    document = {
        **OFFICE,
        "guidance": {
            "group": "all",
            "limits": [{"id": "few", "bands": ["high"], "most": "1%"}],
        },
    }
    who = tuple(f"s{at:02}" for at in range(20))
    scores = capaian.score(
        read_policy(document), made_up_evidence(who, 600), period="2026-Q1", as_of="2026-04-01"
    )
    found = forced_distribution_effects(
        scores, {"high": "20%"}, semantics="at_most", ties="order", units=dict.fromkeys(who, "u")
    )
    assert list(found.guidance) == scores.guidance()
    assert found.guidance
    assert "CPN-U28" in found.text()


def test_who_has_no_band_or_no_unit_is_counted():
    made = matrix([95, 50, np.nan, 70], units=["u", "u", "u", None])
    found = forced_distribution_effects(made, {"high": "20%"}, semantics="at_most", ties="order")
    assert found.people.notes == ("2 subjects have no band or no unit and are left out.",)


def test_a_share_that_no_unit_can_hold_has_no_smallest_unit():
    found = forced_distribution_effects(
        [5], {"none": "0%", "all": "100%"}, semantics="proportional"
    )
    assert found.bands["smallest_with_a_seat"] == [None, 1]


@pytest.mark.parametrize("quota", [{}, {"high": True}, {"high": "much"}])
def test_other_quotas_that_cannot_be_used(quota):
    with pytest.raises(AnalysisError, match="CPN-M48"):
        forced_distribution_effects([5], quota, semantics="at_most")


def test_sizes_are_whole_numbers():
    with pytest.raises(AnalysisError) as error:
        forced_distribution_effects([2.5], {"top": "20%"}, semantics="at_most")
    assert str(error.value) == (
        "The quota cannot be tried.\n"
        "  CPN-M45  scores: it is not scores, or whole numbers from 1 on: the sizes of units.\n"
        "           to fix: write it like this: [5, 9, 12]."
    )
