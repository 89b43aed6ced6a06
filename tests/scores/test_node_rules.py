"""Nodes made ready: conversions with their faults, formulas under other methods, explanations."""

from fractions import Fraction

import pytest

import capaian
from capaian.errors import PolicyError
from capaian.policy import read_policy
from capaian.scores import make_plan

KMK = {"method": "piecewise", "points": [[0, 0], [100, 100], [120, 115]]}
"""Calibration below the highest posts, KMK 127/2026: beyond 100 only 15 of every 20 count."""


def part(name, **keys):
    return {
        "id": name,
        "type": "count-based",
        "table": "rows",
        "columns": {"amount": {"column": name.replace("-", "_"), "digits": 2}},
        "measure": {"statistic": "sum", "no_rows": "missing"},
        "normalise": {"method": "identity"},
        **keys,
    }


def document(*parts, **changes):
    made = {
        "id": "desk",
        "edition": "2026",
        "in_force": {"from": "2026-01-01"},
        "scale": {"worst": 0, "best": 100, "cap": 120},
        "missing": "withhold",
        "subject": "nip",
        "rounding": [{"where": "score", "digits": 2}],
        "indicators": list(parts),
    }
    return made | changes


def score(policy, **values):
    rows = [{"nip": "a", **values}]
    return capaian.score(read_policy(policy), {"rows": rows}, period="2026-01").explain("a")


def refused(policy):
    with pytest.raises(PolicyError) as caught:
        make_plan(read_policy(policy))
    return caught.value


@pytest.mark.parametrize(
    ("before", "after"),
    [("105.17", "103.88"), ("100.71", "100.53"), ("120", "115"), ("95.5", "95.5"), ("0", "0")],
)
def test_calibration_of_kmk_127_2026(before, after):
    """x up to 100, then 100 + (x - 100) x 15/20; the printed examples go on from unrounded values."""
    found = score(document(part("x"), score={"convert": KMK}), x=float(before))
    assert found.score == Fraction(after)
    change = {each.reason: each.amount for each in found.adjustments}
    assert change.get("conversion", 0) == found.unrounded - Fraction(before)
    assert found.total() == found.score


def test_the_mean_of_seven_is_calibrated_as_printed():
    """82, 100, 98, 105, 100, 115, 105: their mean, 100.714..., becomes 100.54."""
    values = dict(zip("abcdefg", (82, 100, 98, 105, 100, 115, 105), strict=True))
    policy = document(*map(part, "abcdefg"), weights="equal", score={"convert": [KMK]})
    assert score(policy, **values).score == Fraction("100.54")


def test_an_employee_of_kmk_127_2026_as_printed():
    """Achievements and qualities (80, 1.05) (120, 0.9) (104.69, 1) (120, 1) (100, 1.1): 103.87.

    NKC = min(120, achievement x K3), weighed by K3: 105.17, not rounded before it is calibrated.
    """
    pairs = [(80, "1.05"), (120, "0.9"), (104.69, 1), (120, 1), (100, "1.1")]
    listed = [
        part(name, quality=k3, normalise=[{"method": "identity"}, {"method": "times", "by": k3}])
        for name, (_, k3) in zip("abcde", pairs, strict=True)
    ]
    values = {name: value for name, (value, _) in zip("abcde", pairs, strict=True)}
    before = score(document(*listed, weights="quality"), **values)
    assert before.score == Fraction("105.17")
    after = score(document(*listed, weights="quality", score={"convert": KMK}), **values)
    assert after.score == Fraction("103.87")
    assert after.total() == after.score


def test_conversion_stands_before_the_limits_and_below_other_nodes():
    """90 → × 1.5 = 135 → cap 120; half of it counts above; every step is a line of its own."""
    policy = document(
        part("x", parent="n"),
        part("y"),
        weights="equal",
        nodes=[{"id": "n", "convert": {"method": "times", "by": "1.5"}, "cap": 120}],
    )
    found = score(policy, x=90, y=10)
    lines = [(each.node, each.reason, each.amount) for each in found.adjustments]
    assert lines == [("n", "conversion", Fraction(45, 2)), ("n", "limits", Fraction(-15, 2))]
    assert [each.contribution for each in found.parts] == [45, 5]
    assert found.score == 65 == found.total()


def test_a_formula_below_a_geometric_mean_explains_itself():
    """What a formula adds by itself is carried up by the slope of the mean above."""
    policy = document(
        part("x", parent="n"),
        part("y"),
        weights="equal",
        score={"method": "geometric"},
        nodes=[{"id": "n", "method": "formula", "formula": "x * x / 100 + 7", "floor": 0}],
    )
    found = score(policy, x=30, y=64)
    assert found.unrounded == 32  # the root of 16 x 64
    assert found.total() == found.score
    lines = {(each.node, each.reason): each.amount for each in found.adjustments}
    # n = 16: slope 0.6, so x adds 18 of it and the formula itself -2; above, half of 32 / 16 each.
    assert lines == {("n", "formula"): -2}
    assert {each.id: each.contribution for each in found.parts} == {"x": 18, "y": 16}


def test_a_part_that_counts_as_the_worst_is_a_part_of_the_formula():
    """A formula needs all its parts: one without a value is withheld, or the worst itself."""
    policy = document(
        part("x", missing="worst", floor=0), part("y"),
        score={"method": "formula", "formula": "100 - x + y / (x + 1)"},
    )  # fmt: skip
    rows = {"rows": [{"nip": "a", "x": None, "y": 20}, {"nip": "b", "x": 20, "y": None}]}
    for each in policy["indicators"]:
        each["where"] = {each["id"]: {"present": True}}
    scores = capaian.score(read_policy(policy), rows, period="2026-01")
    found, other = scores.explain("a"), scores.explain("b")
    assert (found.score, found.total()) == (120, 120)
    assert (other.score, other.status) == (None, "withheld")


def test_the_text_of_an_explanation_says_the_formula():
    """In both languages, with the titles of its parts, and what it adds by itself."""
    policy = document(
        part("hasil", title={"en": "Result", "id": "Hasil"}),
        part("nko", title={"en": "Office", "id": "Organisasi"}),
        score={"method": "formula", "formula": "hasil + mix * (nko - hasil) - 1",
               "title": {"en": "NKP", "id": "NKP"}},
        numbers=[{"id": "mix", "value": "0.3"}],
    )  # fmt: skip
    found = score(policy, hasil=100, nko=102)
    english, indonesian = found.text("en"), found.text("id")
    assert "what the formula adds by itself: NKP" in english
    assert (
        "'NKP' is the formula Result + 0.3 × (Office − Result) − 1; a part adds there its slope ×"
        " its\nvalue"
    ) in english
    assert "yang ditambahkan rumus: NKP" in indonesian
    assert (
        "'NKP' adalah rumus Hasil + 0.3 × (Organisasi − Hasil) − 1; sumbangan suatu bagian:"
        " kemiringan ×\nnilainya"
    ) in indonesian
    assert found.to_dict()["formulas"] == {
        "score": {
            "en": "Result + 0.3 × (Office − Result) − 1",
            "id": "Hasil + 0.3 × (Organisasi − Hasil) − 1",
        }
    }
    assert "formulas" not in score(document(part("x")), x=1).to_dict()


def test_what_cannot_convert_is_refused_in_full():
    """Relative methods, targets of a subject's own, kinds that nobody brings, wrong options."""
    policy = document(
        part("x", parent="n"), part("y", parent="m"), part("z", parent="o"), part("w", parent="p"),
        weights="equal",
        relative=True,
        targets={"table": "goals"},
        score={"convert": {"method": "piecewise", "points": [[0, 0]]}},
        nodes=[
            {"id": "n", "convert": [KMK, {"method": "rank", "better": "higher", "ties": "average",
                                          "gives": "share"}]},
            {"id": "m", "convert": {"method": "target", "target": {"from": "targets"},
                                    "better": "higher"}},
            {"id": "o", "convert": {"method": "times", "bye": 2}},
            {"id": "p", "convert": {"method": "arithmetic"}},
        ],
    )  # fmt: skip
    assert str(refused(policy)) == (
        "7 problems in the policy 'desk'; nothing was scored.\n"
        "  CPN-W13  nodes['m'].convert: a node's value has no target of the subject's own to be held"
        " against.\n"
        "           to fix: write the target as a number.\n"
        "  CPN-W12  nodes['n'].convert[1].method: 'rank' compares with a cohort, which a node's value"
        " cannot be.\n"
        "           to fix: use it to normalise indicators, and here a method such as 'piecewise'.\n"
        "  CPN-P01  nodes['o'].convert: unknown key 'bye'. Did you mean 'by'?\n"
        "           to fix: remove it, or use one of: by.\n"
        "  CPN-P02  nodes['o'].convert: 'by' is missing.\n"
        "           to fix: add 'by' (a number).\n"
        "  CPN-P52  nodes['p'].convert.method: 'arithmetic' is no normalisation.\n"
        "           to fix: use one of: distance-to-target, goalposts, identity, lookup, mean-band,"
        " min-max, nearest, percentile, piecewise, range, rank, reference, round, target, times, z-score.\n"
        "  CPN-P91  score.convert.points: there is no line to follow (points: 1).\n"
        "           to fix: give at least two points [x, y] with different x.\n"
        "  CPN-R02  relative: the policy says that it is relative, and none of its methods compares"
        " subjects.\n"
        "           to fix: remove relative = true, or use one of min-max, z-score, rank,"
        " percentile, reference, mean-band, distance-to-target."
    )
    indonesian = {each.code: each.text("id") for each in refused(policy).findings}
    assert indonesian["CPN-W12"].startswith("'rank' membandingkan dengan kelompok")
    assert indonesian["CPN-W13"].startswith("nilai simpul tidak punya target")


def test_a_conversion_of_a_kind_that_nobody_brings():
    policy = document(part("x"), score={"convert": {"method": "calibrate"}})
    (finding,) = refused(policy).findings
    assert (finding.code, finding.where) == ("CPN-G01", "score.convert")


def test_bands_of_a_converted_score_are_proved_with_its_methods():
    """115 is the most that the calibration gives: bands to 115 are whole, bands to 114 are not."""
    for top, sound in ((115, True), (114, False)):
        bands = [{"id": "all", "from": 0, "to": top}]
        policy = document(part("x"), score={"convert": KMK}, bands=bands)
        if sound:
            assert make_plan(read_policy(policy)).conversions
        else:
            assert str(refused(policy)) == (
                "1 problem in the policy 'desk'; nothing was scored.\n"
                "  CPN-P32  bands: there is no band from 114.01 to 115 ('all' 0 ≤ x ≤ 114).\n"
                "           to fix: let the bands meet (from and to are inside, above and below are"
                " not), over 0 ≤ x ≤ 115."
            )


def test_a_geometric_mean_needs_a_floor_of_what_may_go_below():
    """A formula and a conversion lead beyond their parts; a plain mean between them does not."""
    for keys in (
        {"method": "formula", "formula": "x - 1"},
        {"convert": {"method": "times", "by": -1}},
    ):
        nodes = [{"id": "n", **keys}]
        policy = document(part("x", parent="n"), score={"method": "geometric"}, nodes=nodes)
        (finding,) = refused(policy).findings
        assert (finding.code, finding.values["child"]) == ("CPN-P51", "n")
        nodes[0]["floor"] = 0
        assert make_plan(read_policy(policy))


def test_the_provenance_names_what_converts():
    """A formula is the policy's own, and comes from no plugin."""
    policy = document(part("x"), score={"method": "formula", "formula": "x + 1", "convert": KMK})
    rows = [{"nip": "a", "x": 1}]
    scores = capaian.score(read_policy(policy), {"rows": rows}, period="2026-01")
    assert list(scores.provenance["score"]) == ["piecewise"]
