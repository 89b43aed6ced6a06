"""The complaints of the made-up office: late, open, cancelled, reopened, across holidays."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from people import BUSY, DAYS, DESK, FIELD, LAST, OFF, SECTION, SEED, WORKING, Dice, Person, Row

CHANNELS = (("whatsapp", 34), ("loket", 28), ("lapor", 18), ("telepon", 14), ("surat", 6))
CATEGORIES = (
    ("kebersihan", 24), ("drainase", 18), ("administrasi kependudukan", 18), ("jalan", 14),
    ("bantuan sosial", 12), ("penerangan", 9), ("ketertiban", 5),
)  # fmt: skip
DELAYS = (
    ((1, 8), (2, 8), (3, 10), (4, 10), (5, 10), (6, 12), (7, 12), (9, 14), (12, 10), (20, 6)),
    ((0, 10), (1, 22), (2, 22), (3, 18), (4, 11), (5, 7), (6, 4), (7, 3), (9, 2), (14, 1)),
    ((0, 20), (1, 36), (2, 20), (3, 12), (4, 6), (5, 3), (6, 1), (8, 1), (12, 1)),
)
"""Working days until an answer, by skill."""


@dataclass
class _Case:
    person: Person | None
    received: datetime
    nip: str = ""
    responded: datetime | None = None
    status: str = "open"
    reopened: bool = False
    before: _Case | None = None
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    channel: str = ""
    category: str = ""


def make_complaints(people: Sequence[Person], seed: int = SEED) -> tuple[list[Row], list[Row]]:
    """Return the complaints and the pauses of their clocks."""
    dice = Dice(seed, "complaints")
    takers = [each for each in people if each.complaints and each.post in {DESK, FIELD, SECTION}]
    cases: list[_Case] = []
    for day in DAYS:
        there = [
            (each, 1 if each.post == SECTION else 12 if each.office in BUSY else 8)
            for each in takers
            if each.is_there(day)
        ]
        for _ in range(_received_on(day, dice)):
            case = _Case(
                person=None if dice.chance(25) else dice.draw(there),
                received=_at(day, _minute_received(dice)),
                channel=dice.draw(CHANNELS),
                category=dice.draw(CATEGORIES),
            )
            _run(case, dice)
            cases.append(case)
            while case.status == "closed" and dice.chance(60) and (again := _again(case, dice)):
                cases.append(again)
                case = again
    cases += _planted(people)
    cases.sort(key=lambda case: (case.received, case.nip, case.category))
    names = {id(case): f"CONTOH-ADU-{number:05d}" for number, case in enumerate(cases, 1)}
    complaints: list[Row] = [
        {
            "case_id": names[id(case)],
            "nip": case.nip or None,
            "channel": case.channel,
            "category": case.category,
            "received": case.received,
            "responded": case.responded,
            "status": case.status,
            "reopened": case.reopened,
            "reopens": names[id(case.before)] if case.before else None,
        }
        for case in cases
    ]
    pauses: list[Row] = [
        {"case_id": names[id(case)], "paused_from": start, "paused_to": stop}
        for case in cases
        for start, stop in case.pauses
    ]
    return complaints, pauses


def _at(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60))


def _received_on(day: date, dice: Dice) -> int:
    if day in OFF:
        return dice.between(2, 8)
    if day.weekday() > 4:
        return dice.between(6, 14)
    after = day - timedelta(days=1) in OFF  # people come when the office opens again
    return dice.between(38, 58) if after else dice.between(22, 38)


def _minute_received(dice: Dice) -> int:
    if dice.chance(700):
        return dice.between(7 * 60 + 30, 16 * 60)
    return dice.between(16 * 60 + 1, 22 * 60 + 30) if dice.chance(750) else dice.below(450)


def _working_day(after: date, count: int) -> date | None:
    """Return the working day so many after a date; none where the year is over."""
    place = bisect_right(WORKING, after) - 1 + count
    return WORKING[max(place, 0)] if place < len(WORKING) else None


def _run(case: _Case, dice: Dice) -> None:
    """Decide what became of a case: answered, and after which pauses; cancelled; still open."""
    case.nip = case.person.nip if case.person else ""
    if dice.chance(40):
        case.status = "cancelled"
        return
    skill = case.person.skill if case.person else 0
    delay = dice.draw(DELAYS[skill])
    waits = dice.between(1, 9) if delay > 1 and dice.chance(150) else 0
    if waits:
        case.pauses = _pauses(case.received.date(), delay, waits, dice)
    if dice.chance((50, 16, 6)[skill]):
        return  # never answered
    earliest = case.received.date()
    if earliest not in OFF and delay + waits == 0 and case.received.hour > 14:
        delay = 1
    day = _working_day(earliest, delay + waits)
    if day is not None and day < earliest:
        day = _working_day(earliest, 1)  # came on a day off: the next working day at the earliest
    if day is None:
        return  # not within the year
    start = max(480, (case.received.hour + 1) * 60) if day == earliest else 480
    minute = dice.between(start, max(start, 950))
    if dice.chance(30):
        minute = dice.between(1140, 1320)  # answered from home in the evening
    case.responded, case.status = _at(day, minute), "closed"
    if len(case.pauses) == 1 and dice.chance(40):
        # The end of the wait was noted only after the answer.
        ((begin, _),) = case.pauses
        case.pauses = ((begin, case.responded + timedelta(days=dice.between(1, 3))),)


def _pauses(
    received: date, delay: int, waits: int, dice: Dice
) -> tuple[tuple[datetime, datetime | None], ...]:
    """Return the waits for the citizen; some overlap, some have not ended by the year's end."""
    begin = _working_day(received, dice.between(1, delay - 1))
    if begin is None:
        return ()
    start = _at(begin, dice.between(500, 900))
    end = _working_day(begin, waits)
    if end is None:
        return ((start, None),)
    stop = _at(end, dice.between(480, 900))
    if not dice.chance(250):
        return ((start, stop),)
    length = (stop - start) // timedelta(minutes=1)
    second = start + timedelta(minutes=dice.below(length - 60))
    return ((start, stop), (second, stop - timedelta(minutes=dice.below(50))))


def _again(case: _Case, dice: Dice) -> _Case | None:
    """Return the complaint with which a citizen comes back, where it is still in the year."""
    if case.responded is None or case.person is None:
        return None
    received = case.responded + timedelta(days=dice.between(1, 10), minutes=dice.below(300))
    if received.date() > LAST or not case.person.is_there(received.date()):
        return None
    again = _Case(case.person, received, before=case, channel=case.channel, category=case.category)
    _run(again, dice)
    case.reopened = True
    return again


def _planted(people: Sequence[Person]) -> list[_Case]:
    """Return cases at the edge of five working days around the closure of 18-24 March."""
    desk = next(each for each in people if each.post == DESK)
    field = next(each for each in people if each.post == FIELD)
    stranger = "999999992019019999"  # left before the year began: on no list of staff
    answered = {
        "2026-03-16T09:00": ("2026-03-30T15:30", "2026-03-31T08:05"),  # kept, late by a morning
        "2026-03-17T15:59": ("2026-03-31T08:00", "2026-04-01T08:00"),
        "2026-03-21T21:15": ("2026-03-25T08:00", "2026-04-01T08:00"),  # on the day of Eid
    }
    cases = []
    for received, (kept, late) in answered.items():
        for person, responded in ((desk, kept), (field, kept), (desk, late), (field, late)):
            case = _Case(person, datetime.fromisoformat(received), person.nip, status="closed")
            case.responded = datetime.fromisoformat(responded)
            cases.append(case)
    cases += [_Case(None, _at(day, 600), stranger) for day in WORKING[10:240:40]]
    for case in cases:
        case.channel, case.category = "surat", "drainase"
    return cases
