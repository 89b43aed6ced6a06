"""Band: the class of a score, exactly; whole columns; and the least score of the next band."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.band import band_codes, band_of, interval_text, ladder_of, next_band
from capaian.errors import PolicyError
from capaian.exact import round_ratio
from capaian.exact.interval import gaps
from capaian.policy import Band, Rounding

GOLDEN = Path(__file__).parent / "golden" / "method_cases.json"
CASES = json.loads(GOLDEN.read_text(encoding="utf-8"))["cases"]


def band(name, low, high, *, low_in=True, high_in=False, gate=""):
    """A band; ends as people write them."""
    ends = [None if end is None else Fraction(end) for end in (low, high)]
    return Band(name, {"en": name}, *ends, low_in, high_in, gate)


def ladder(*edges, names, upper=False):
    """Bands that meet at the edges, from the lowest; `upper`: an edge belongs to the lower band."""
    ends = [None, *edges, None]
    return [
        band(name, low, high, low_in=not upper, high_in=upper)
        for name, low, high in zip(names, ends, ends[1:], strict=False)
    ]


SKM = [
    band("A", "88.31", "100", high_in=True),
    band("B", "76.61", "88.30", high_in=True),
    band("C", "65", "76.60", high_in=True),
    band("D", "25", "64.99", high_in=True),
]
SAKIP = [
    *(
        band(name, low, high, low_in=False, high_in=True)
        for name, low, high in [
            ("AA", 90, 100), ("A", 80, 90), ("BB", 70, 80), ("B", 60, 70), ("CC", 50, 60),
            ("C", 30, 50), ("D", 0, 30),
        ]
    ),
    band("E", 0, 0, high_in=True),
]  # fmt: skip
PP30 = [
    band("sangat_baik", 110, 120, high_in=True, gate="ide_baru"),
    band("baik", 90, 120, high_in=True),
    band("cukup", 70, 90),
    band("kurang", 50, 70),
    band("sangat_kurang", None, 50),
]
ADJECTIVES = ["poor", "unsatisfactory", "satisfactory", "very_satisfactory", "outstanding"]
RULES = {
    "permenpanrb-14-2017/skm-grade": (SKM, "ikm", "mutu", 2),
    "permenpanrb-88-2021/grade": (SAKIP, "nilai", "predikat", None),
    "pp-30-2019/predicate": (PP30, "nilai", "predikat", None),
    "kmk-127-2026/rating-threshold": (
        [
            band("di_bawah_ekspektasi", None, 90),
            band("sesuai_ekspektasi", 90, 100, high_in=True),
            band("di_atas_ekspektasi", 100, None, low_in=False),
        ],
        "nilai",
        "rating",
        None,
    ),
    "kmk-127-2026/org-predicate": (
        ladder(80, 90, 100, 110, names=["buruk", "kurang", "cukup", "baik", "sangat_baik"]),
        "nko",
        "predikat",
        None,
    ),
    "kmk-127-2026/status-colour": (
        ladder(80, 100, names=["merah", "kuning", "hijau"]),
        "capaian",
        "status",
        None,
    ),
    "csc-spms/adjectival": (
        ladder("1.51", "2.51", "3.51", "4.51", names=ADJECTIVES),
        "rating",
        "adjectival",
        2,
    ),
    "deped-rpms/adjectival": (
        ladder("1.5", "2.5", "3.5", "4.5", names=ADJECTIVES),
        "rating",
        "adjectival",
        3,
    ),
    "india-apar/score": (
        ladder(4, 6, 8, names=["below_good", "good", "very_good", "outstanding"]),
        "overall_grade",
        "band",
        None,
    ),
    "india-apar/overall": (
        ladder(4, 6, 8, names=["below_good", "good", "very_good", "outstanding"]),
        None,
        "band",
        None,
    ),
}


@pytest.mark.parametrize(
    "case", [pytest.param(each, id=each["id"]) for each in CASES if each["rule"] in RULES]
)
def test_bands_of_regulations(case):
    """SKM, SAKIP, PP 30, KMK 127, CSC, DepEd, APAR: which side of an edge a score belongs to."""
    bands, key, expected, digits = RULES[case["rule"]]
    given_in = case["input"]
    value = Fraction(str(given_in[key] if key else case["expected"]["overall_grade"]))
    facts = {"ide_baru": given_in.get("ide_baru", False)}
    if digits is not None:
        value = round_ratio(value, digits, "half-up")
        given_facts = {gate: np.array([bool(is_so)]) for gate, is_so in facts.items()}
        codes, _ = coded([float(value * 10**digits)], bands, digits, given_facts)
        assert bands[codes[0]].id == case["expected"][expected]
    assert band_of(value, bands, True, facts).id == case["expected"][expected]


def test_printed_bands_with_gaps_need_the_rounding():
    """88.305 is in no printed band of the SKM until it is rounded; 4.505 is in no CSC band."""
    assert band_of(Fraction("88.305"), SKM, False, {}) is None
    assert band_of(Fraction("4.505"), [band("VS", "3.51", "4.5", high_in=True)], False, {}) is None
    assert band_of(round_ratio(Fraction("88.305"), 2, "half-up"), SKM, False, {}).id == "A"


# ---- laws --------------------------------------------------------------------------------------


@st.composite
def ladders(draw):
    """Bands that partition the line, each edge belonging to one side or the other."""
    edges = sorted(draw(st.sets(st.integers(-300, 300), min_size=1, max_size=5)))
    edges = [Fraction(edge, draw(st.sampled_from([1, 2, 3, 8]))) for edge in edges]
    edges = sorted(set(edges))
    upper = [draw(st.booleans()) for _ in edges]
    ends, inside = [None, *edges, None], [True, *upper, True]
    return [
        band(str(index), ends[index], ends[index + 1], low_in=not inside[index] or index == 0,
             high_in=inside[index + 1])
        for index in range(len(edges) + 1)
    ]  # fmt: skip


@given(ladders(), st.fractions(-350, 350, max_denominator=24))
def test_bands_partition_the_line(bands, value):
    """Every score is in exactly one, and there is no gap."""
    from capaian.band import interval_of

    holding = [each for each in bands if interval_of(each).holds(value)]
    assert len(holding) == 1
    assert band_of(value, bands, False, {}) is holding[0]
    assert gaps([interval_of(each) for each in bands]) == []


def coded(points, bands, digits, facts=None):
    """The bands of a column, and which of them are in doubt."""
    codes = np.empty(len(points), dtype=np.int8)
    found = band_codes(np.array(points, dtype=float), ladder_of(bands, digits), facts or {}, codes)
    return codes.tolist(), [False] * len(points) if found is None else found.tolist()


@given(
    ladders(), st.lists(st.integers(-40_000, 40_000), min_size=1, max_size=20), st.integers(0, 3)
)
def test_columns_of_rounded_scores_are_exact(bands, steps, digits):
    """The integer decides: the same band as in fractions, nothing in doubt."""
    codes, doubt = coded([float(step) for step in steps], bands, digits)
    assert not any(doubt)
    exact = [band_of(Fraction(step, 10**digits), bands, False, {}) for step in steps]
    assert [bands[code] for code in codes] == exact
    rungs = ladder_of(bands, digits)
    assert [bands[rungs.code(Fraction(step), 0)] for step in steps] == exact


@given(ladders(), st.lists(st.fractions(-350, 350, max_denominator=60), min_size=1, max_size=20))
def test_columns_of_unrounded_scores_are_exact_where_they_are_sure(bands, scores):
    """The nearest float64 tells the band but at an edge; the fraction tells it everywhere."""
    codes, doubt = coded([float(score) for score in scores], bands, None)
    rungs = ladder_of(bands, None)
    for score, code, unsure in zip(scores, codes, doubt, strict=True):
        exact = band_of(score, bands, False, {})
        assert unsure or bands[code] is exact
        assert bands[rungs.code(score, 0)] is exact


def test_only_the_float_of_an_edge_is_in_doubt():
    """Its neighbours are told: to round to the nearest keeps order."""
    bands = ladder("76.61", names=["low", "high"])
    edge = 76.61
    points = [edge, np.nextafter(edge, 0), np.nextafter(edge, 100)]
    assert coded(points, bands, None) == ([1, 0, 1], [True, False, False])


def test_gates_are_read_for_each_subject():
    """110 with the idea and without; a gate that nobody listed is closed."""
    facts = {"ide_baru": np.array([True, False, True])}
    for digits, points in ((2, [11_000, 11_000, 9500]), (None, [110.5, 110.5, 95])):
        assert coded(points, PP30, digits, facts)[0] == [0, 1, 1]
        assert coded(points, PP30, digits)[0] == [1, 1, 1]
    assert ladder_of(PP30, 2).code(Fraction(11_000), 1) == 0


def test_scores_of_no_band_have_no_code():
    """Between printed bands, above and below them, and where there are no bands at all."""
    codes, _ = coded([10_001, 8830, 6499.0, 2499], SKM, 2)
    assert codes == [-1, 1, 3, -1]
    assert coded([1, 2], [], 2)[0] == [-1, -1]
    assert coded([1, 2], [], None)[0] == [-1, -1]


def test_two_bands_without_precedence_are_refused():
    """The whole text."""
    with pytest.raises(PolicyError) as refused:
        band_of(Fraction(115), PP30, False, {"ide_baru": True})
    assert str(refused.value) == (
        "The band cannot be told; nothing was scored.\n"
        "  CPN-P82  bands: the bands 'sangat_baik' and 'baik' both fit and the policy has no"
        " precedence.\n"
        "           to fix: let no value belong to two bands, or set precedence = true."
    )


def test_an_interval_reads_as_people_write_it():
    """As the explanation shows it."""
    texts = [interval_text(each) for each in (SKM[1], SAKIP[0], SAKIP[-1], PP30[-1])]
    assert texts == ["76.61 ≤ x ≤ 88.3", "90 < x ≤ 100", "x = 0", "x < 50"]


# ---- the next band -----------------------------------------------------------------------------

HALF_UP = Rounding("score", 2)
HALF_EVEN = Rounding("score", 2, "half-even")
NONE = Rounding("score", 0, "none")
TWO = ladder(90, names=["low", "high"])


@pytest.mark.parametrize(
    ("bands", "rounding", "rounded", "score", "inside"),
    [
        (TWO, HALF_UP, "90", "89.995", True),
        (TWO, HALF_EVEN, "90", "89.995", True),
        (ladder("90.01", names=["low", "high"]), HALF_EVEN, "90.01", "90.005", False),
        (ladder("89.998", names=["low", "high"]), HALF_UP, "90", "89.995", True),
        (ladder(90, names=["low", "high"], upper=True), HALF_UP, "90.01", "90.005", True),
        (TWO, NONE, None, "90", True),
        (TWO, None, None, "90", True),
        (ladder(90, names=["low", "high"], upper=True), NONE, None, "90", False),
        (ladder(0, names=["low", "high"]), HALF_UP, "0", "-0.005", False),
        (SKM, HALF_UP, "88.31", "88.305", True),
    ],
)
def test_the_least_score_of_the_next_band(bands, rounding, rounded, score, inside):
    """Half a unit below the edge is enough where ties go up to it, and only more where not."""
    value = Fraction(-1) if bands[0].high == 0 else Fraction(80)
    found = next_band(value, bands, False, {}, rounding)
    assert found.rounded == (None if rounded is None else Fraction(rounded))
    assert found.score == Fraction(score)
    assert found.inside == inside
    assert found.reached_by(Fraction(score)) == inside
    assert found.reached_by(Fraction(score) + Fraction(1, 10**9))
    assert not found.reached_by(Fraction(score) - Fraction(1, 10**9))


@given(
    ladders(),
    st.integers(-35_000, 35_000),
    st.integers(0, 2),
    st.sampled_from(["half-up", "half-even"]),
)
def test_the_least_score_is_the_least(bands, step, digits, mode):
    """It is rounded into the next band; nothing below it leaves the band or a lower one."""
    value = Fraction(step, 10**digits)
    rounding = Rounding("score", digits, mode)
    found = next_band(value, bands, False, {}, rounding)
    now = band_of(value, bands, False, {})
    if found is None:
        assert now is band_of(Fraction(10**6), bands, False, {})
        return
    tiny = Fraction(1, 10**9)
    least = found.score if found.inside else found.score + tiny
    assert band_of(round_ratio(least, digits, mode), bands, False, {}) is found.band
    before = found.score - tiny if found.inside else found.score
    assert band_of(round_ratio(before, digits, mode), bands, False, {}) is now
    assert found.rounded > value


@given(ladders(), st.fractions(-350, 350, max_denominator=24))
def test_without_rounding_the_edge_itself_decides(bands, value):
    """The neighbour above begins at its own edge."""
    found = next_band(value, bands, False, {}, None)
    now = band_of(value, bands, False, {})
    if found is None:
        assert now is bands[-1]
    else:
        assert bands.index(found.band) == bands.index(now) + 1
        assert (found.score, found.inside) == (found.band.low, found.band.low_inside)


def test_a_band_without_a_place_on_the_grid_is_passed_over():
    """Between 90 and 90.004 there is no score of two decimals."""
    bands = ladder(90, "90.001", "90.004", names=["low", "narrow", "narrower", "high"])
    bands[1] = band("narrow", 90, "90.001", low_in=False)
    bands[0] = band("low", None, 90, high_in=True)
    found = next_band(Fraction(90), bands, False, {}, HALF_UP)
    assert (found.band.id, found.rounded) == ("high", Fraction("90.01"))


def test_what_is_needed_besides_the_score():
    """PP 30: by score alone where there is such a band; else the fact that is lacking."""
    found = next_band(Fraction(80), PP30, True, {}, HALF_UP)
    assert (found.band.id, found.rounded, found.gate) == ("baik", 90, "")
    found = next_band(Fraction(100), PP30, True, {}, HALF_UP)
    assert (found.band.id, found.rounded, found.gate) == ("sangat_baik", 110, "ide_baru")
    found = next_band(Fraction(100), PP30, True, {"ide_baru": True}, HALF_UP)
    assert (found.band.id, found.rounded, found.gate) == ("sangat_baik", 110, "")
    found = next_band(Fraction(115), PP30, True, {}, HALF_UP)
    assert (found.band.id, found.score, found.gate) == (
        "sangat_baik",
        Fraction("109.995"),
        "ide_baru",
    )
    assert next_band(Fraction(115), PP30, True, {"ide_baru": True}, HALF_UP) is None


def test_one_subject_needs_no_numpy():
    """A band is told and the next one found without loading NumPy."""
    code = (
        "import sys; from fractions import Fraction;"
        "from capaian.band import band_of, next_band; from capaian.policy import Band;"
        "b = [Band('a', {}, None, Fraction(1)), Band('b', {}, Fraction(1), None)];"
        "next_band(Fraction(0), b, False, {}, None); sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
