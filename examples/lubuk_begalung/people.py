"""The people of the made-up office, its working days, and the chance that makes both.

Everybody is invented. There is no clock, and of the standard generator only `random()` is used,
whose sequence Python promises to keep: the same seed gives the same people everywhere.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TypeAlias, TypeVar

Cell: TypeAlias = str | int | bool | Decimal | date | datetime | None
Row: TypeAlias = dict[str, Cell]
Item = TypeVar("Item")

SEED = 2026
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
PERIODS: Mapping[str, tuple[date, date]] = {
    "2026": (FIRST, LAST),
    "2026-Q1": (FIRST, date(2026, 3, 31)),
    "2026-Q2": (date(2026, 4, 1), date(2026, 6, 30)),
    "2026-Q3": (date(2026, 7, 1), date(2026, 9, 30)),
    "2026-Q4": (date(2026, 10, 1), LAST),
}

# Public holidays and collective leave of 2026 (SKB 1497/2025, 2/2025, 5/2025).
OFF = frozenset(
    date(2026, month, day)
    for month, days in {
        1: (1, 16), 2: (16, 17), 3: (18, 19, 20, 21, 22, 23, 24), 4: (3, 5),
        5: (1, 14, 15, 27, 28, 31), 6: (1, 16), 8: (17, 25), 12: (24, 25),
    }.items()
    for day in days
)  # fmt: skip
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
WORKING = [day for day in DAYS if day.weekday() < 5 and day not in OFF]

KECAMATAN = "Kecamatan Lubuk Begalung (contoh)"
KELURAHAN = [
    f"Kelurahan Contoh {flower}"
    for flower in (
        "Anggrek", "Bougenvil", "Cempaka", "Dahlia", "Edelweis", "Flamboyan", "Gladiol", "Kenanga",
        "Lavender", "Mawar", "Melati", "Nusa Indah", "Seroja", "Teratai", "Wijaya Kusuma",
    )
]  # fmt: skip
DESK, FIELD, SECTION = "loket", "petugas lapangan", "kepala seksi"
AT_KECAMATAN = {
    "camat": 1, "sekretaris kecamatan": 1, SECTION: 5, "staf administrasi": 4, DESK: 8, FIELD: 8,
}  # fmt: skip
AT_KELURAHAN = {
    "lurah": 1, "sekretaris kelurahan": 1, SECTION: 2, DESK: 2, FIELD: 2,
}  # fmt: skip
BUSY = frozenset(KELURAHAN[::4])
"""Kelurahan with a third field officer, and more complaints."""

GIVEN = (
    "Awan", "Bintang", "Cakrawala", "Dahan", "Embun", "Fajar", "Gerimis", "Hutan", "Intan",
    "Jingga", "Kabut", "Langit", "Mega", "Nuansa", "Ombak", "Pelangi", "Rimba", "Samudra", "Telaga",
    "Ufuk", "Kerikil", "Wangi", "Yudha", "Zamrud",
)  # fmt: skip
FAMILY = (
    "Biru", "Cemara", "Delima", "Ebony", "Gaharu", "Hijau", "Jati", "Kelapa", "Lontar", "Mahoni",
    "Nipah", "Pinus", "Rotan", "Salju", "Tembaga", "Ungu", "Waru", "Senja", "Pualam", "Meranti",
    "Cendana", "Bambu", "Akasia", "Damar",
)  # fmt: skip
DEGREES = (("", 70), (", S.Sos.", 12), (", S.E.", 10), (", A.Md.", 8))


class Dice:
    """Chance that is the same everywhere; each table has its own, so that none moves another."""

    def __init__(self, seed: int, table: str) -> None:
        self._random = Random(f"{seed}/{table}").random

    def below(self, count: int) -> int:
        """Return a whole number from 0 to one less than the count."""
        return int(self._random() * count)

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high."""
        return low + self.below(high - low + 1)

    def chance(self, in_thousand: int) -> bool:
        """Return true so many times in a thousand."""
        return self.below(1000) < in_thousand

    def draw(self, weighted: Sequence[tuple[Item, int]]) -> Item:
        """Return one of the items, as often as its weight says."""
        left = self.below(sum(weight for _, weight in weighted))
        for item, weight in weighted:
            left -= weight
            if left < 0:
                return item
        raise AssertionError


@dataclass(frozen=True)
class Person:
    """One made-up officer; skill, pace and content run from 0 (poor) to 2 (good)."""

    nip: str
    name: str
    post: str
    office: str
    skill: int = 1
    pace: int = 1
    content: int = 1
    new_idea: bool = False
    joined: date = FIRST
    left: date = LAST
    leave: tuple[tuple[date, date], ...] = ()
    moved: tuple[date, str] | None = None
    complaints: bool = True
    services: bool = True
    forms: int | None = None
    """At most so many survey forms in a quarter; any number where empty."""

    def office_on(self, day: date) -> str:
        """Return where the person works on a day."""
        return self.moved[1] if self.moved and day >= self.moved[0] else self.office

    def is_there(self, day: date) -> bool:
        """Return whether the person is in post and not on leave."""
        return self.joined <= day <= self.left and not any(a <= day <= b for a, b in self.leave)

    def days(self, first: date, last: date) -> tuple[int, int]:
        """Return the working days in post in a period, and those of them on leave."""
        first, last = max(first, self.joined), min(last, self.left)
        away = sum(count_working_days(max(a, first), min(b, last)) for a, b in self.leave)
        return count_working_days(first, last), away


def count_working_days(first: date, last: date) -> int:
    """Return the working days from first to last, both included."""
    return max(0, bisect_right(WORKING, last) - bisect_left(WORKING, first))


def make_people(seed: int = SEED) -> list[Person]:
    """Return everybody who was in post in 2026, with the planned special cases."""
    dice = Dice(seed, "people")
    places = [(KECAMATAN, post) for post, count in AT_KECAMATAN.items() for _ in range(count)]
    for office in KELURAHAN:
        extra = {FIELD: 1} if office in BUSY else {}
        for post, count in AT_KELURAHAN.items():
            places += [(office, post)] * (count + extra.get(post, 0))
    start = dice.below(len(GIVEN))
    people = []
    for number, (office, post) in enumerate(places):
        given = GIVEN[(start + number) % len(GIVEN)]
        family = FAMILY[(number // len(GIVEN) * 5 + number * 7) % len(FAMILY)]
        people.append(
            Person(
                # Like a NIP in length only: no one is born on the 99th of month 99 of 9999.
                nip=f"9999999920{dice.between(10, 25)}019{number + 1:03d}",
                name=f"{given} {family}{dice.draw(DEGREES)}",
                post=post,
                office=office,
                skill=dice.draw(((0, 15), (1, 50), (2, 35))),
                pace=dice.draw(((0, 25), (1, 45), (2, 30))),
                content=dice.draw(((0, 15), (1, 45), (2, 40))),
                new_idea=dice.chance(150),
                leave=_ordinary_leave(dice),
            )
        )
    return _with_special_cases(people)


def _ordinary_leave(dice: Dice) -> tuple[tuple[date, date], ...]:
    found = []
    for first, last in list(PERIODS.values())[1:]:
        if dice.chance(550):
            begin = first + timedelta(days=dice.below((last - first).days - 8))
            found.append((begin, begin + timedelta(days=dice.between(1, 6))))
    return tuple(found)


def _with_special_cases(people: list[Person]) -> list[Person]:
    """Give chosen officers what a real year has: joining, leaving, long leave, no evidence."""
    desk = [number for number, each in enumerate(people) if each.post == DESK]
    field = [number for number, each in enumerate(people) if each.post == FIELD]
    special: dict[int, dict[str, object]] = {
        desk[8]: {"new_idea": True},
        desk[9]: {"joined": date(2026, 2, 18), "leave": ()},
        desk[10]: {"joined": date(2026, 5, 18), "leave": ()},
        desk[12]: {"leave": ((date(2026, 3, 30), date(2026, 7, 10)),)},
        desk[14]: {"forms": 0},
        desk[16]: {"forms": 3},
        desk[18]: {"moved": (date(2026, 7, 1), KELURAHAN[11]), "leave": ()},
        desk[20]: {"complaints": False},
        desk[22]: {"name": "Rimba D'Samudra, S.T."},
        desk[24]: {"name": 'Kabut "Tua" Senja'},
        desk[26]: {"skill": 2, "pace": 2, "content": 2, "new_idea": True},
        desk[28]: {"skill": 2, "pace": 2, "content": 2, "new_idea": False},
        desk[30]: {"skill": 0, "pace": 0, "content": 0},
        field[9]: {"joined": date(2026, 8, 18), "leave": ()},
        field[11]: {"left": date(2026, 6, 30), "leave": ()},
        field[13]: {"complaints": False},
        field[15]: {"services": False, "forms": 0},
        field[17]: {"leave": ((date(2026, 1, 1), date(2026, 3, 31)),)},
        field[19]: {"complaints": False, "services": False, "forms": 0},
        field[21]: {"skill": 2, "pace": 2, "content": 2, "new_idea": True},
        field[23]: {"skill": 0, "pace": 0, "content": 0},
    }
    return [
        replace(each, **special.get(number, {}))  # type: ignore[arg-type]
        for number, each in enumerate(people)
    ]


def make_staff(people: Iterable[Person], period: str = "2026") -> list[Row]:
    """Return who was in post in a period, with working days in post and working days of leave."""
    first, last = PERIODS[period]
    rows: list[Row] = []
    for each in people:
        if each.joined > last or each.left < first:
            continue
        days, leave = each.days(first, last)
        rows.append(
            {
                "nip": each.nip,
                "name": each.name,
                "post": each.post,
                "office": each.office_on(min(last, each.left)),
                "in_post_from": max(first, each.joined),
                "in_post_to": min(last, each.left),
                "days_in_post": days,
                "leave_days": leave,
                "new_idea": each.new_idea,
            }
        )
    return rows
