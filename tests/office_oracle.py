"""Three regulations in plain fractions: what the example office's people are to have.

Written from the regulations' facts; it reads no policy and no pack.
"""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction as F

BELOW, MEETS, ABOVE = "di_bawah_ekspektasi", "sesuai_ekspektasi", "di_atas_ekspektasi"
CELLS = {
    (ABOVE, ABOVE): "sangat_baik",
    (ABOVE, MEETS): "baik",
    (ABOVE, BELOW): "kurang",
    (MEETS, ABOVE): "baik",
    (MEETS, MEETS): "baik",
    (MEETS, BELOW): "kurang",
    (BELOW, ABOVE): "butuh_perbaikan",
    (BELOW, MEETS): "butuh_perbaikan",
    (BELOW, BELOW): "sangat_kurang",
}
POINTS = {"simple": 1, "medium": 2, "complex": 4}
CUT = datetime(2027, 1, 8)
OFF_2027 = {date(2027, 1, 1), date(2027, 1, 5)}
"""New Year and Isra Mikraj: a complaint of 30 December is not yet past its limit at the cut-off."""
CORE = (
    "berorientasi_pelayanan",
    "akuntabel",
    "kompeten",
    "harmonis",
    "loyal",
    "adaptif",
    "kolaboratif",
)


def whole(value):
    """A value that is not negative, rounded half up."""
    return (value + F(1, 2)).__floor__()


def mine(rows, nip, _of={}):  # noqa: B006 - each table is taken apart once
    if id(rows) not in _of:
        of = _of[id(rows)] = defaultdict(list)
        for row in rows:
            of[row["nip"]].append(row)
    return _of[id(rows)][nip]


class Clock:
    """Working days after the day of receipt, from the office's list of days off."""

    def __init__(self, off, pauses):
        self.pauses = defaultdict(list)
        for row in pauses:
            self.pauses[row["case_id"]].append((row["paused_from"], row["paused_to"]))
        self.count, total = {}, 0
        for number in range(400):
            day = date(2026, 1, 1) + timedelta(days=number)
            total += day.weekday() < 5 and day not in off and day not in OFF_2027
            self.count[day] = total

    def took(self, start, stop, pauses):
        """Working days from a stamp to another, without those of pauses, each counted once."""
        days = self.count[stop.date()] - self.count[start.date()]
        until = start
        for begin, end in sorted(pauses, key=lambda each: each[0]):
            first, last = max(begin, until), min(end or stop, stop)
            if first < last:
                days -= self.count[last.date()] - self.count[first.date()]
                until = last
        return days


def in_time(nip, tables, clock):
    """The share of mature complaints that were answered within five working days."""
    kept = due = 0
    for row in mine(tables["complaints"], nip):
        if row["status"] == "cancelled":
            continue
        waits, answered = clock.pauses[row["case_id"]], row["responded"]
        if clock.took(row["received"], CUT, waits) > 5:
            due += 1
            known = answered is not None and answered < CUT
            kept += known and clock.took(row["received"], answered, waits) <= 5
    return F(kept, due) if due else None


def points(nip, tables):
    return sum(
        POINTS[row["complexity"]]
        for row in mine(tables["services"], nip)
        if row["status"] == "done"
    )


def ikm(nip, tables):
    """The index of nine elements; none under ten forms that answer five of them at least."""
    forms = [[row[f"u{i}"] for i in range(1, 10)] for row in mine(tables["survey"], nip)]
    forms = [form for form in forms if sum(each is not None for each in form) >= 5]
    if len(forms) < 10:
        return None
    means = []
    for item in range(9):
        given = [form[item] for form in forms if form[item] is not None]
        means.append(F(sum(given), len(given)))
    return sum(means) / 9 * 25


def by_asn_2022(nip, tables):
    rated = mine(tables["penilaian"], nip)
    if len(rated) != 1:
        return None
    return CELLS[rated[0]["hasil_kerja"], rated[0]["perilaku_kerja"]]


def in_range(share, low, high):
    return 100 * (share / high if share > high else share / low if share < low else F(1))


def of_8_2021(achieved):
    """The value of an indicator by PermenPANRB 8/2021, of whole per cents."""
    per_cent = whole(achieved)
    if per_cent < 60:
        return F(49, 59) * per_cent
    if per_cent < 100:
        return F(per_cent - 10)
    if per_cent == 100:
        return F(109)
    return 110 + F(10, 9) * (per_cent - 101) if per_cent <= 110 else F(120)


def by_pp_30_2019(person, tables, clock):
    """Score and predicate: 70% SKP, 30% conduct; at 110 and more a new idea makes it very good."""
    nip, desk = person["nip"], person["jabatan"] == "loket"
    share = in_time(nip, tables, clock)
    (target,) = mine(tables["target"], nip)
    parts = [None if share is None else in_range(share, F(80, 100), F(90, 100))]
    parts.append(F(100 * points(nip, tables), target["nilai"]))
    if desk:
        index = ikm(nip, tables)
        parts.append(None if index is None else index / 82 * 100)
    else:
        given = Counter(row["status"] for row in mine(tables["services"], nip))
        share = F(given["done"], sum(given.values())) if given else None
        parts.append(None if share is None else in_range(share, F(96, 100), F(98, 100)))
    conduct = [row["nilai"] for row in mine(tables["perilaku"], nip)]
    if None in parts or not conduct:
        return None, None
    score = F(7, 10) * sum(map(of_8_2021, parts)) / 3 + F(3, 10) * F(sum(conduct), len(conduct))
    if score >= 110 and person["ide_baru"]:
        return score, "sangat_baik"
    steps = ((90, "baik"), (70, "cukup"), (50, "kurang"))
    return score, next((name for edge, name in steps if score >= edge), "sangat_kurang")


def held_at_120(value):
    return max(F(0), min(F(120), value))


def calibrated(value):
    return value if value <= 100 else 100 + (value - 100) * F(15, 20)


def by_kemenkeu_2026(person, tables, clock, full):
    """NKP to two decimals, and the predicate of the two ratings."""
    nip, desk = person["nip"], person["jabatan"] == "loket"
    share = in_time(nip, tables, clock)
    (staff,) = mine(tables["staff"], nip)
    days = staff["days_in_post"] - staff["leave_days"]
    returned = sum(row["status"] == "returned" for row in mine(tables["services"], nip))
    goal, most = (500, 15) if desk else (240, 6)
    parts = [
        (F(105, 100), None if share is None else share / F(85, 100) * 100),
        (F(1), F(100 * points(nip, tables) * full, goal * days) if days else None),
        (F(9, 10), 200 - F(100 * returned, most)),
    ]
    if desk:
        index = ikm(nip, tables)
        parts.append((F(11, 10), None if index is None else index / 82 * 100))
    conduct = mine(tables["perilaku"], nip)
    ruled = {
        kind: [F(row["nilai"]) for row in mine(tables["penyesuaian"], nip) if row["jenis"] == kind]
        for kind in ("hukdis", "hukdis_bawahan", "koreksi")
    }
    corrected = sum(ruled["koreksi"], F(0))
    if any(each is None for _, each in parts) or not conduct or abs(corrected) > 5:
        return None, None
    qualities = sum(k3 for k3, _ in parts)
    work = sum(k3 * held_at_120(held_at_120(each) * k3) for k3, each in parts) / qualities
    core = [F(sum(row[name] for row in conduct), len(conduct)) for name in CORE]
    work, behaviour = calibrated(work), calibrated(sum(core) / 7)
    shift = corrected - sum(ruled["hukdis"]) - min(F(5), sum(ruled["hukdis_bawahan"]) / 20)
    (unit,) = mine(tables["nko"], nip)
    nko = F(unit["nko"])

    def mixed(value):
        value = held_at_120(value + shift)
        share = F(5, 10) if person["tier"] == "tier_1" else F(3, 10)
        return value + (share if value >= nko else F(1, 10)) * (nko - value)

    def rating(value):
        return ABOVE if value > 100 else BELOW if value < 90 else MEETS

    score = mixed(F(3, 4) * work + F(1, 4) * behaviour)
    return F(whole(score * 100), 100), CELLS[rating(mixed(work)), rating(mixed(behaviour))]
