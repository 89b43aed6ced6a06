"""Allowances: every tier and edge against the tables as the reference has them, policy and rule."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import product

import pytest

import capaian
from capaian.packs import allowance
from held import KINDS, held
from pack_rules import all_cases, apply, trusts

F = Fraction
# Minutes, per cent of the discipline part (Tulang Bawang), tier; below 1 minute nothing is cut.
TULANG_BAWANG = (
    (0, F(0), "tepat_waktu"),
    (F(99, 100), F(0), "tepat_waktu"),
    (1, F(1, 2), "terlambat_1"),
    (30, F(1, 2), "terlambat_1"),
    (F(3099, 100), F(1, 2), "terlambat_1"),
    (31, F(1), "terlambat_2"),
    (60, F(1), "terlambat_2"),
    (61, F(5, 4), "terlambat_3"),
    (90, F(5, 4), "terlambat_3"),
    (F(9099, 100), F(5, 4), "terlambat_3"),
    (91, F(3, 2), "terlambat_4"),
    (480, F(3, 2), "terlambat_4"),
    (None, F(3, 2), "tanpa_catatan"),
)
# The same in per cent of the whole allowance, as the district's program has them.
WHOLE = {"terlambat_1": F("0.2"), "terlambat_2": F("0.4"), "terlambat_3": F("0.5"), "terlambat_4": F("0.6")}  # fmt: skip
FINANCE = ((0, 0), (1, F(1, 2)), (30, F(1, 2)), (31, 1), (60, 1), (61, F(5, 4)), (90, F(5, 4)), (91, F(5, 2)))  # fmt: skip


def test_every_case_of_the_pack_passes():
    found = all_cases(allowance)
    assert found.passed == len(found.results) > 80, found.text()


@pytest.mark.parametrize(("minutes", "cut", "tier"), TULANG_BAWANG, ids=str)
def test_lateness_in_tulang_bawang(minutes, cut, tier):
    """Of the part, and of the whole: 40 % of that; in rupiah to the last."""
    assert apply(allowance, "tpp-tulang-bawang/lateness", menit=minutes) == {
        "potongan_percent_dari_komponen_disiplin": cut,
        "potongan_percent_dari_tpp": WHOLE.get(tier, cut * F(2, 5)),
        "tingkat": tier,
    }
    rupiah = apply(allowance, "tpp-tulang-bawang/lateness-rupiah", tpp=4_321_987, menit=minutes)
    assert rupiah == {"potongan": 4_321_987 * cut * F(4, 1000)}


def test_the_monthly_rule_has_the_same_tiers():
    """It stands in a document of its own, whose table is a copy."""
    for minutes, cut, _ in TULANG_BAWANG:
        found = apply(
            allowance,
            "kepmendagri-900-4700-2020/tpp-monthly",
            tpp=100,
            produktivitas_percent=0,
            terlambat_menit=[minutes],
        )
        assert found["disiplin_percent"] == 100 - cut


@pytest.mark.parametrize(("minutes", "cut"), FINANCE)
def test_lateness_and_leaving_early_at_the_ministry_of_finance(minutes, cut):
    """Both have the same tiers, and all of it is recalled."""
    late = apply(allowance, "pmk-214-2011/lateness", menit_terlambat=minutes)
    early = apply(allowance, "pmk-214-2011/early-leave", menit_pulang_cepat=minutes)
    assert late["potongan_percent"] == early["potongan_percent"] == cut
    assert late["kode"].replace("TL", "PSW") == early["kode"]
    assert trusts(allowance, "pmk-214-2011/lateness", menit_terlambat=minutes) == {"unconfirmed"}


def test_what_is_not_confirmed_is_said():
    """The district's own table is a copy; the split, the structure and the absence are recalled."""
    assert trusts(allowance, "tpp-tulang-bawang/lateness", menit=45) == {"derived"}
    monthly = {"tpp": 1, "produktivitas_percent": 1, "terlambat_menit": [45]}
    name = "kepmendagri-900-4700-2020/tpp-monthly"
    assert trusts(allowance, name, **monthly) == {"derived", "unconfirmed"}
    assert trusts(allowance, "pmk-85-2015/absence", hari_tidak_masuk=2) == {"derived"}
    assert trusts(allowance, "pp-94-2021/moderate-sanction", hukuman="sedang_2") == {"derived"}
    name = "pp-94-2021/attendance"
    assert trusts(allowance, name, menit=1, tidak_merekam=1) == {"unconfirmed"}


@pytest.mark.parametrize(
    ("rule", "values", "said"),
    [
        ("tpp-tulang-bawang/lateness", {"menit": -1}, "'menit' is not 0 or more"),
        (
            "tpp-tulang-bawang/lateness",
            {"minit": 1},
            "'minit' is not known; there is menit (did you mean 'menit'?)",
        ),
        ("pmk-214-2011/lateness", {}, "'menit_terlambat' is missing"),
        (
            "pmk-85-2015/absence",
            {"hari_tidak_masuk": "1/2"},
            "'hari_tidak_masuk' is not a whole number of days",
        ),
        (
            "pp-94-2021/moderate-sanction",
            {"hukuman": "sedang_4"},
            "'hukuman' is none of sedang_1, sedang_2, sedang_3 (did you mean 'sedang_3'?)",
        ),
        (
            "kepmendagri-900-4700-2020/tpp-monthly",
            {"tpp": 1, "produktivitas_percent": 101, "terlambat_menit": []},
            "'produktivitas_percent' is not 100 or less",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(rule, values, said):
    with pytest.raises(ValueError, match=r".") as refused:
        apply(allowance, rule, **values)
    assert str(refused.value) == said


# ---- the policy --------------------------------------------------------------------------------

CUTS = {tier: cut for _, cut, tier in TULANG_BAWANG} | {"tanpa_keterangan": F(3), "apel": F(2)}
# Kinds of days of a month; what was done of 120 points that were planned.
MONTHS = list(
    product(
        (
            ["tepat_waktu"],
            ["tepat_waktu", "terlambat_1", "terlambat_2", "terlambat_3", "terlambat_4"],
            ["tanpa_catatan", "apel", "tanpa_keterangan"],
            ["terlambat_1"] * 22,
            ["tanpa_keterangan"] * 34,
        ),
        (0, 41, 90, 120, 150),
    )
)


def month():
    """The attendance and the work of one employee for each combination."""
    attendance, work = [], []
    for number, (kinds, done) in enumerate(MONTHS):
        who = f"E-{number:02d}"
        for index, kind in enumerate(kinds):
            day = date(2026, 7, 1) + timedelta(days=index % 31)
            attendance.append({"employee": who, "day": day, "kind": kind})
        work += [
            {"employee": who, "day": date(2026, 7, 31), "done": done - done // 3, "planned": 80},
            {"employee": who, "day": date(2026, 7, 15), "done": done // 3, "planned": 40},
        ]
    return {"attendance": attendance, "work": work}


@pytest.mark.parametrize("kind", KINDS)
def test_the_share_that_is_paid_is_that_of_fractions_on_every_table(kind):
    policy = capaian.load_policy("allowance/2020", plugins=[allowance])
    given = {name: held(rows, kind) for name, rows in month().items()}
    columns = capaian.score(policy, given, period="2026-07").columns()
    for who, score in zip(columns["subject"], columns["score"], strict=True):
        kinds, done = MONTHS[int(who[2:])]
        worked = min(F(done, 120), F(1)) * 100
        kept = max(100 - sum((CUTS[each] for each in kinds), F(0)), F(0))
        assert score == float(F(3, 5) * worked + F(2, 5) * kept)
    assert len(columns["score"]) == len(MONTHS)


def test_the_policy_pays_what_the_monthly_rule_pays():
    """From minutes to tiers by the district's rule, from tiers to the share by the policy."""
    minutes = [0, 12, 31, 61, None, 95]
    tiers = [apply(allowance, "tpp-tulang-bawang/lateness", menit=each)["tingkat"] for each in minutes]  # fmt: skip
    rows = [
        {"employee": "e", "day": date(2026, 7, 1 + index), "kind": tier}
        for index, tier in enumerate([*tiers, "tanpa_keterangan"])
    ]
    work = [{"employee": "e", "day": date(2026, 7, 31), "done": 37, "planned": 40}]
    policy = capaian.load_policy("allowance", plugins=[allowance])
    (score,) = capaian.score(policy, {"attendance": rows, "work": work}, period="2026-07").columns()["score"]  # fmt: skip
    paid = apply(
        allowance,
        "kepmendagri-900-4700-2020/tpp-monthly",
        tpp=5_000_000,
        produktivitas_percent=F("92.5"),
        terlambat_menit=minutes,
        hari_tanpa_keterangan=1,
    )
    assert score == float(paid["bagian_percent"])
    assert paid["tpp_dibayar"] == 50_000 * paid["bagian_percent"]


def test_nobody_is_paid_a_share_by_default():
    """Without a day of attendance there is no score, and a kind that is not known is refused."""
    policy = capaian.load_policy("allowance", plugins=[allowance])
    work = [{"employee": "e", "day": date(2026, 7, 31), "done": 1, "planned": 1}]
    late = {"employee": "f", "day": date(2026, 7, 1), "kind": "terlambat_1"}
    scores = capaian.score(policy, {"attendance": [late], "work": work}, period="2026-07")
    assert scores.columns()["score"] == [None, None]
    wrong = [{**late, "kind": "telat"}]
    with pytest.raises(capaian.EvidenceError):
        capaian.score(policy, {"attendance": wrong, "work": work}, period="2026-07")


def test_every_number_of_the_policy_is_cited_with_its_trust():
    policy = capaian.load_policy("allowance", plugins=[allowance])
    assert all(each.source for each in (*policy.indicators, *policy.nodes))
    assert {each.trust for each in policy.sources} == {"derived", "unconfirmed"}
