"""What a document may not say: every fault together, in full, and no sound document refused.

Each file in `malformed` has beside it the whole text of the error that it must give.
"""

import copy
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import PolicyError, catalogue
from capaian.exact import round_ratio
from capaian.policy import read_policy
from capaian.policy.bands import Tree
from capaian.policy.written import WrittenPolicy
from capaian.wire import structure
from desk import DESK, indicator, small

MALFORMED = Path(__file__).parent / "malformed"
NAMES = sorted(each.stem for each in MALFORMED.glob("*.toml"))


def refused(document):
    with pytest.raises(PolicyError) as caught:
        read_policy(document)
    return caught.value


def codes(document):
    return [each.code for each in refused(document).findings]


@pytest.mark.parametrize("name", NAMES)
def test_malformed_documents_are_refused_in_full(name, monkeypatch):
    monkeypatch.chdir(MALFORMED)
    expected = Path(f"{name}.txt").read_text(encoding="utf-8")
    assert str(refused(f"{name}.toml")) + "\n" == expected


def test_every_malformed_document_has_its_text():
    assert NAMES
    assert [each.stem for each in sorted(MALFORMED.glob("*.txt"))] == NAMES


def test_every_fault_of_a_document_is_shown_in_the_corpus():
    """No code of a document's proof is without an example and its text."""
    shown = "\n".join(each.read_text(encoding="utf-8") for each in MALFORMED.glob("*.txt"))
    proofs = {f"CPN-P{each:02}" for each in [*range(1, 6), 7, *range(11, 38)]} & set(catalogue())
    proofs |= {f"CPN-W{each:02}" for each in [*range(1, 12), 14, 15, 16, 17, 18, 20]}
    proofs |= {each for each in catalogue() if each.startswith("CPN-B")} - {"CPN-B14"}
    assert {code for code in proofs if code not in shown} == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_fault_is_told_in_indonesian(name):
    error = refused(MALFORMED / f"{name}.toml")
    for finding in error.findings:
        assert finding.line("id") != finding.line("en")
        assert "{" not in finding.text("id")


def test_ten_faults_are_shown_and_all_are_kept():
    error = refused(MALFORMED / "more_than_ten.toml")
    assert len(error.findings) == 11
    assert error.findings[-1].code == "CPN-P03"


# --- weights --------------------------------------------------------------------------------------


def weighed(*weights, **keys):
    names = "abcdefghijklmnop"
    listed = [
        indicator(name) | ({} if weight is None else {"weight": weight})
        for name, weight in zip(names, weights, strict=False)
    ]
    return small(indicators=listed, **keys)


@pytest.mark.parametrize(
    ("weights", "shares"),
    [
        (["1/9"] * 9, [Fraction(1, 9)] * 9),
        (["60%", 0.4], [Fraction(3, 5), Fraction(2, 5)]),
        ([60, "40"], [Fraction(3, 5), Fraction(2, 5)]),
        (["100/3"] * 3, [Fraction(1, 3)] * 3),
        ([0.1] * 10, [Fraction(1, 10)] * 10),
        ([None], [1]),
        ([100], [1]),
        (["100 %"], [1]),
    ],
)
def test_weights_add_up_exactly(weights, shares):
    """To 1, or to 100 points; never to almost."""
    assert [each.weight for each in read_policy(weighed(*weights)).indicators] == shares


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([60, 35], "add up to 95, not 100 (5 short)."),
        ([60, 45.5], "add up to 105.5, not 100 (5.5 over)."),
        (["1/3", "1/3"], "add up to 2/3, not 1 (1/3 short)."),
        (["0.3333", "0.3333", "0.3333"], "add up to 0.9999, not 1 (0.0001 short)."),
        (["50%", "40%"], "add up to 90%, not 100% (10% short)."),
        ([1, 1], "add up to 2, not 1 (1 over)."),
        ([1], None),
        ([50], "add up to 50, not 100 (50 short)."),
    ],
)
def test_the_gap_is_told_in_the_authors_own_unit(weights, said):
    if said is None:
        assert read_policy(weighed(*weights))
    else:
        error = refused(weighed(*weights))
        assert [each.text() for each in error.findings] == [f"the weights of 'score' {said}"]


POSITIVE = st.fractions(min_value="1/100", max_value=100, max_denominator=1000)


@given(st.lists(POSITIVE, min_size=1, max_size=9), POSITIVE)
def test_relative_weights_scale(weights, factor):
    """Shares are exact, add up to 1, and do not know the unit of the weights."""
    one = read_policy(weighed(*weights, weights="relative")).indicators
    other = read_policy(weighed(*(each * factor for each in weights), weights="relative"))
    assert [each.weight for each in one] == [each / sum(weights) for each in weights]
    assert sum(each.weight for each in one) == 1
    assert other.indicators == one


@given(st.lists(POSITIVE, min_size=2, max_size=9))
def test_exact_weights_are_refused_unless_they_add_up(weights):
    if sum(weights) in {1, 100}:
        assert read_policy(weighed(*weights))
    else:
        assert codes(weighed(*weights)) == ["CPN-P03"]


def test_relative_is_said_for_each_node():
    nodes = [{"id": "n", "weights": "relative"}]
    listed = [indicator("a", parent="n", weight=1), indicator("b", parent="n", weight=2)]
    policy = read_policy(small(nodes=nodes, indicators=listed))
    assert [each.weight for each in policy.indicators] == [Fraction(1, 3), Fraction(2, 3)]
    nodes[0]["weights"] = "exact"
    assert codes(small(nodes=nodes, indicators=listed, weights="relative")) == ["CPN-P03"]


def test_a_weight_that_cannot_be_read_is_told_once():
    error = refused(weighed("many", 40))
    assert [each.where for each in error.findings] == ["indicators['a'].weight"]
    assert codes(weighed("1e999", 40)) == ["CPN-P04"]


# --- bands ----------------------------------------------------------------------------------------

EDGES = st.fractions(min_value=-1, max_value=11, max_denominator=20)


@st.composite
def some_bands(draw):
    bands = []
    for index in range(draw(st.integers(1, 4))):
        band = {"id": f"b{index}"}
        low, high = draw(st.none() | EDGES), draw(st.none() | EDGES)
        if low is not None and high is not None and low > high:
            low, high = high, low
        if low is not None:
            band[draw(st.sampled_from(["from", "above"]))] = low
        if high is not None:
            band["to" if low == high else draw(st.sampled_from(["to", "below"]))] = high
        if low == high and low is not None:
            band.pop("above", None)
            band["from"] = low
        bands.append(band)
    return bands


@st.composite
def partitions(draw):
    """Make bands that meet, each edge owned by one of its two neighbours."""
    edges = sorted(draw(st.sets(EDGES, min_size=1, max_size=4)))
    bands = [{"id": f"b{index}"} for index in range(len(edges) + 1)]
    for index, edge in enumerate(edges):
        below, above = draw(st.sampled_from([("to", "above"), ("below", "from")]))
        bands[index][below] = edge
        bands[index + 1][above] = edge
    return draw(st.permutations(bands))


def holds(band, score):
    """The oracle: what four words mean, written without the library's intervals."""
    return (
        ("from" not in band or score >= band["from"])
        and ("above" not in band or score > band["above"])
        and ("to" not in band or score <= band["to"])
        and ("below" not in band or score < band["below"])
    )


def grid(digits):
    return [Fraction(step, 10**digits) for step in range(10 * 10**digits + 1)]


def scored(bands, digits, **keys):
    rounding = {"where": "score", "mode": "none"} if digits is None else {"digits": digits}
    return small(
        scale={"worst": 0, "best": 10},
        rounding=[{"where": "score", **rounding}],
        bands=bands,
        **keys,
    )


@given(some_bands(), st.integers(0, 2))
def test_bands_are_refused_just_where_a_score_has_none_or_two(bands, digits):
    """Against brute force over every score that there can be."""
    taken = [sum(holds(band, score) for band in bands) for score in grid(digits)]
    if set(taken) == {1}:
        assert len(read_policy(scored(bands, digits)).bands) == len(bands)
        return
    found = set(codes(scored(bands, digits)))
    assert ("CPN-P32" in found) == (0 in taken)
    assert ("CPN-P34" in found) == any(each > 1 for each in taken)


@given(some_bands(), st.integers(0, 2), st.data())
def test_with_precedence_every_score_must_have_a_band_without_a_gate(bands, digits, data):
    for band in bands:
        if data.draw(st.booleans()):
            band["gate"] = "fact"
    subjects = {"table": "staff", "facts": {"fact": "column"}}
    document = scored(bands, digits, precedence="first", subjects=subjects)
    always = [band for band in bands if "gate" not in band]
    bare = any(not any(holds(band, score) for band in always) for score in grid(digits))
    hidden = []
    for index, band in enumerate(bands):
        own = [score for score in grid(digits) if holds(band, score)]
        before = [each for each in bands[:index] if "gate" not in each]
        hidden.append(bool(own) and all(any(holds(b, s) for b in before) for s in own))
    if bare or any(hidden):
        found = codes(document)
        gap = "CPN-P32" if len(always) == len(bands) else "CPN-P33"
        assert (gap in found) == bare
        assert found.count("CPN-P35") == sum(hidden)
    else:
        assert read_policy(document)


@given(partitions(), st.none() | st.integers(0, 3))
def test_bands_that_meet_are_a_partition_of_every_line_and_grid(bands, digits):
    assert read_policy(scored(bands, digits))


@given(some_bands())
def test_unrounded_scores_are_proved_on_the_whole_line(bands):
    """The oracle looks at every edge, and between every two: nothing else can make a difference."""
    edges = {Fraction(0), Fraction(10)}
    edges |= {edge for band in bands for edge in band.values() if isinstance(edge, Fraction)}
    inner = sorted(edge for edge in edges if 0 <= edge <= 10)
    points = inner + [(a + b) / 2 for a, b in pairwise(inner)]
    taken = [sum(holds(band, point) for band in bands) for point in points]
    if set(taken) == {1}:
        assert read_policy(scored(bands, None))
    else:
        found = set(codes(scored(bands, None)))
        assert ("CPN-P32" in found) == (0 in taken)
        assert ("CPN-P34" in found) == any(each > 1 for each in taken)


@pytest.mark.parametrize(
    ("bands", "digits", "said"),
    [
        ([{"to": "76.6"}, {"from": "76.61"}], 2, None),
        ([{"to": "76.6"}, {"from": "76.61"}], 3, "from 76.601 to 76.609"),
        ([{"to": "76.6"}, {"from": "76.61"}], None, "between 76.6 and 76.61"),
        ([{"to": "76.6"}, {"above": "76.605"}], 3, "from 76.601 to 76.605"),
        ([{"to": "76.604"}, {"above": "76.605"}], 3, "for 76.605"),
        ([{"below": 60}, {"above": 60}], None, "for 60"),
        ([{"below": 60}, {"above": 61}], None, "from 60 to 61"),
        ([{"below": 60}, {"from": 61}], None, "for 60 ≤ x < 61"),
        ([{"from": 1}], None, "for 0 ≤ x < 1"),
        ([{"from": 0, "below": 100}], 0, "for 100"),
    ],
)
def test_the_gap_is_told_as_scores_that_there_can_be(bands, digits, said):
    rounding = {"mode": "none"} if digits is None else {"digits": digits}
    listed = [{"id": f"b{index}", **band} for index, band in enumerate(bands)]
    document = small(bands=listed, rounding=[{"where": "score", **rounding}])
    if said is None:
        assert read_policy(document)
    else:
        (finding,) = refused(document).findings
        beside = finding.values["beside"]
        assert finding.text() == f"there is no band {said}{beside}."


def span(**keys):
    written, findings = structure(small(**keys), WrittenPolicy)
    assert findings == []
    tree = Tree(
        scale=written.scale.meant,
        missing=written.missing,
        score=written.score,
        nodes=written.nodes,
        indicators=written.indicators,
        rounding=written.rounding,
    )
    return tree.span.text()


def test_the_scores_there_can_be_follow_from_the_tree():
    assert span() == "0 ≤ x ≤ 100"
    assert span(scale={"worst": 25, "best": 100, "cap": 120}) == "25 ≤ x ≤ 120"
    assert span(scale={"worst": 0, "best": 100, "cap": "none"}) == "x ≥ 0"
    assert span(scale={"worst": 0, "best": 1, "floor": "none"}) == "x ≤ 1"
    unlimited = {"worst": 0, "best": 1, "floor": "none", "cap": "none"}
    assert span(scale=unlimited) == "−∞ < x < ∞"
    assert span(scale=unlimited, score={"floor": 0, "cap": 1}) == "0 ≤ x ≤ 1"
    assert span(score={"cap": 90}) == "0 ≤ x ≤ 90"
    assert span(indicators=[indicator("a", cap=150), indicator("b", floor=-5)]) == "−5 ≤ x ≤ 150"
    assert span(indicators=[indicator("a", floor=50)]) == "50 ≤ x ≤ 100"
    assert span(indicators=[indicator("a", floor=50, missing="worst")]) == "0 ≤ x ≤ 100"
    assert span(indicators=[]) == "0 ≤ x ≤ 100"
    below = [indicator("a", parent="n", cap="none")]
    assert span(indicators=below, nodes=[{"id": "n", "cap": 80}]) == "0 ≤ x ≤ 80"
    assert span(indicators=below, nodes=[{"id": "n", "floor": 10}]) == "x ≥ 10"
    worst = [{"id": "n", "floor": 10, "missing": "worst"}]
    assert span(indicators=below, nodes=worst) == "x ≥ 0"


def test_rounding_on_the_way_widens_the_scores_there_can_be():
    score = {"where": "score", "digits": 2}
    scale = {"worst": 0, "best": 1, "cap": "1.005"}
    assert span(scale=scale, rounding=[score]) == "0 ≤ x ≤ 1.01"
    assert span(scale=scale, rounding=[{**score, "mode": "half-even"}]) == "0 ≤ x ≤ 1"
    first = {"where": "achievement", "digits": 0, "of": ["answered"]}
    assert span(scale={"worst": 0, "best": "1.5"}, rounding=[first, score]) == "0 ≤ x ≤ 2"
    other = {"where": "achievement", "digits": 0, "of": ["another"]}
    assert span(scale={"worst": 0, "best": "1.5"}, rounding=[other, score]) == "0 ≤ x ≤ 1.5"


@given(
    st.fractions(min_value=-5, max_value=5, max_denominator=2000),
    st.integers(0, 3),
    st.sampled_from(["half-up", "half-even"]),
)
def test_every_rounded_score_lies_on_the_grid_that_was_proved(score, digits, mode):
    rounded = round_ratio(score, digits, mode)
    assert (rounded * 10**digits).denominator == 1
    assert floor(score * 10**digits) <= rounded * 10**digits <= ceil(score * 10**digits)


# --- all together ---------------------------------------------------------------------------------


def test_a_document_with_a_misspelt_key_still_hears_of_weights_and_bands():
    document = small(
        colour="red",
        nodes=[{"id": "n", "wieght": 1}],
        indicators=[indicator("a", weight=60, parent="n"), indicator("b", weight=35, parent="n")],
        bands=[{"id": "low", "below": 50}, {"id": "high", "above": 50}],
    )
    assert codes(document) == ["CPN-P01", "CPN-P01", "CPN-P03", "CPN-P32"]


@pytest.mark.parametrize(
    "keys",
    [
        {"bands": [{"id": "low", "form": 50}]},
        {"bands": [{"id": "low", "below": 50}], "scale": {"worst": 0, "best": 100, "cpa": 50}},
        {"bands": [{"id": "low", "below": 50}], "score": {"caps": 50}},
        {"bands": [{"id": "low", "below": 50}], "missing": 5},
    ],
    ids=str,
)
def test_bands_are_not_judged_by_what_was_misread(keys):
    assert codes(small(**keys))[0] in {"CPN-P01", "CPN-P04"}
    assert len(codes(small(**keys))) == 1


def test_bands_are_not_judged_before_the_rounding_is_known():
    low = [{"id": "low", "below": 50}]
    assert codes(small(bands=low, rounding=[])) == ["CPN-P23"]
    assert codes(small(bands=low, rounding=[{"where": "score", "digits": 10**9}])) == ["CPN-P20"]


def test_a_circle_is_told_once():
    nodes = [{"id": name, "parent": above} for name, above in ["ab", "bc", "ca", "da", "ee"]]
    error = refused(small(nodes=nodes, indicators=[indicator("x", parent="d")]))
    said = [each.text() for each in error.findings if each.code == "CPN-P16"]
    assert said == [
        "the nodes stand in a circle: a → b → c → a.",
        "the nodes stand in a circle: e → e.",
    ]


def test_a_subject_must_be_named_somewhere():
    document = small(
        subjects={"table": "staff"},
        indicators=[
            indicator("a", weight=50, subject="nip"),
            indicator("b", weight=50),
        ],
    )
    del document["subject"]
    error = refused(document)
    assert [(each.code, each.where) for each in error.findings] == [
        ("CPN-P02", "subjects"),
        ("CPN-P02", "indicators['b']"),
    ]
    document["subjects"]["subject"] = "id"
    document["indicators"][1]["subject"] = "officer"
    policy = read_policy(document)
    assert [each.subject for each in policy.indicators] == ["nip", "officer"]


@given(st.sampled_from(sorted(DESK)), st.none() | st.integers() | st.text() | st.just([5]))
def test_a_wrong_value_under_any_key_is_a_finding_and_never_a_crash(key, value):
    document = {**copy.deepcopy(DESK), key: value}
    try:
        read_policy(document)
    except PolicyError as error:
        told = [each.line("en") + each.line("id") for each in error.findings]
    else:
        told = ["nothing to tell"]
    assert all(told)


def test_a_figure_is_told_as_people_write_it():
    (finding,) = refused(small(score={"available": "-5%"})).findings
    assert finding.text() == "-0.05 lies outside 0 ≤ x ≤ 1."
