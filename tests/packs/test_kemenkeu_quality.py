"""Tabel 14, Tabel 15 and K3 of KMK 127/2026: which weights are sure, and which are not guessed."""

from fractions import Fraction
from importlib.resources import files

import pytest

from capaian.rules import read_regulation, rules_of

FILE = files("capaian") / "packs" / "kemenkeu" / "documents" / "kmk-127-2026.toml"
RULES = {rule.id: rule for rule in rules_of(read_regulation(FILE))}


def gives(rule, **values):
    return RULES[f"kmk-127-2026/{rule}"].apply(values)


def unconfirmed(rule, **values):
    found = RULES[f"kmk-127-2026/{rule}"].sources(values)
    return [each.cite for each in found if each.trust == "unconfirmed"]


def refused(rule, **values):
    with pytest.raises(ValueError, match=r"^") as caught:
        gives(rule, **values)
    return str(caught.value)


TABEL_14 = {
    "exact": ("1.2", "1.15", None),
    "proxy": ("1.1", "1", "0.9"),
    "activity": (None, "0.8", "0.6"),
}


def test_tabel_14():
    for validity, weights in TABEL_14.items():
        for control, weight in zip(("low", "moderate", "high"), weights, strict=True):
            found = gives("indicator-quality-weight", validitas=validity, kendali=control)
            assert found == {"bobot": None if weight is None else Fraction(weight)}


def tabel_15(target, last, real):
    """The first reading, in the direction in which more is better."""
    if target < last:
        return "0.8"
    if target == last:
        return "0.9" if real > last else "1"
    if target > max(last, real):
        return "1.2"
    return "1.1" if target == real else "1"


@pytest.mark.parametrize("real", [95, 100, 105])
@pytest.mark.parametrize("target", [90, 95, 97, 100, 103, 105, 110])
def test_tabel_15_and_its_mirror(target, real):
    weight = Fraction(tabel_15(target, 100, real))
    more = {"target_y": target, "target_y1": 100, "realisasi_y1": real, "polarisasi": "maximize"}
    less = {key: -each for key, each in more.items() if key != "polarisasi"}
    less["polarisasi"] = "minimize"
    sure = real > 100 and target != 100
    for given in (more, less):
        assert gives("target-quality-weight", **given) == {"bobot": weight}
        assert bool(unconfirmed("target-quality-weight", **given)) is not sure
        if sure:
            assert gives("target-quality-weight", **given, ketat=True) == {"bobot": weight}
        else:
            assert "is not guessed" in refused("target-quality-weight", **given, ketat=True)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"target_y": 105, "target_y1": 100, "realisasi_y1": 95, "polarisasi": "maximize"},
            (
                "last year's target was missed, and there the two sources of Tabel 15 are the reverse "
                "of each other: its weight is not guessed"
            ),
        ),
        (
            {"target_y": 100, "target_y1": 100, "realisasi_y1": 105, "polarisasi": "maximize"},
            (
                "the target is that of last year, which was met, and there the two sources of Tabel 15 "
                "differ, 0.9 and 0.8: its weight is not guessed"
            ),
        ),
        (
            {"target_y": 100, "target_y1": 100, "realisasi_y1": 100, "polarisasi": "minimize"},
            (
                "last year's realisation is exactly its target (as for a new indicator with a "
                "history), and no row of Tabel 15 was found for that: its weight is not guessed"
            ),
        ),
        (
            {"target_y": 100, "polarisasi": "stabilize"},
            (
                "of a stabilize indicator it is known only that its weight is 1 at least: its weight is "
                "not guessed"
            ),
        ),
    ],
)
def test_what_the_sources_contradict_is_refused_with_the_reason_where_one_is_strict(
    given, expected
):
    assert refused("target-quality-weight", **given, ketat=True) == expected
    assert gives("target-quality-weight", **given, ketat=False) == gives(
        "target-quality-weight", **given
    )


def test_exceptions_go_before_the_table_and_need_no_guess():
    missed = {"target_y": 90, "target_y1": 100, "realisasi_y1": 95, "polarisasi": "maximize"}
    for key in ("target_undang_undang", "target_maksimal_dinilai"):
        assert gives("target-quality-weight", **missed, ketat=True, **{key: True}) == {
            "bobot": Fraction("1.2")
        }
        assert unconfirmed("target-quality-weight", **missed, **{key: True}) == []
    stable = gives("target-quality-weight", **missed, deviasi_persen=["2.5", 0])
    assert stable == {"bobot": Fraction("1.2")}
    assert gives("target-quality-weight", **missed, deviasi_persen=["2.51", 0]) == {
        "bobot": Fraction("0.8")
    }
    assert gives("target-quality-weight", **missed, mandatory=True) == {"bobot": 1}
    new = gives(
        "target-quality-weight", target_y=1, polarisasi="minimize", jenis="baru_tanpa_historis"
    )
    assert new == {"bobot": 1}


@pytest.mark.parametrize(
    ("indicator", "target", "k3", "label"),
    [
        (1, 1, 1, "berkualitas"),
        ("0.9", "1.1", 1, "berkualitas"),
        (1, "1.1", "1.05", "sangat_berkualitas"),
        ("1.15", "0.8", "0.975", "cukup_berkualitas"),
    ],
)
def test_levels_of_k3(indicator, target, k3, label):
    found = gives("k3", bobot_kualitas_indikator=indicator, bobot_kualitas_target=target)
    assert found == {"k3": Fraction(k3), "label": label}
