"""Put made-up rows into an empty database: three employees, one month."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from office.models import Complaint, Service, SurveyForm

# 18 digits, like those of a NIP; nobody was born on the 99th of month 99 of 9999.
ONE, TWO, THREE = (f"99999999202600000{number}" for number in (1, 2, 3))
# Received and answered in January 2026: day and hour; None is not answered.
COMPLAINTS: list[tuple[str, tuple[int, int], tuple[int, int] | None]] = [
    (ONE, (5, 9), (6, 10)), (ONE, (12, 9), (13, 8)), (ONE, (19, 14), (20, 9)), (ONE, (26, 9), None),
    (TWO, (7, 11), (9, 8)), (TWO, (8, 9), (16, 9)), (TWO, (14, 10), (14, 15)),
]  # fmt: skip
SERVICES = [
    (ONE, 6, "2.50"), (ONE, 9, "4.00"), (ONE, 20, "2.50"), (ONE, 27, "1.25"), (TWO, 8, "2.75"),
    (TWO, 21, "8.00"), (TWO, 22, "2.50"), (THREE, 15, "4.00"), (THREE, 16, "1.25"),
]  # fmt: skip
FORMS: list[tuple[str, int, tuple[int | None, int | None, int | None]]] = [
    (ONE, 9, (4, 4, 3)), (ONE, 20, (3, 4, 4)), (ONE, 27, (4, 3, None)), (TWO, 8, (3, 3, 2)),
    (THREE, 15, (4, 4, 4)),
]  # fmt: skip


def at(moment: tuple[int, int] | None) -> datetime | None:
    """Return a moment of January 2026 in the office's zone."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return datetime(2026, 1, *moment, tzinfo=zone) if moment else None


class Command(BaseCommand):
    """The command."""

    help = __doc__ or ""

    def handle(self, *_: Any, **__: Any) -> None:
        """Write the rows."""
        if Complaint.objects.exists():
            raise CommandError("there are complaints already: nothing was added")
        Complaint.objects.bulk_create(
            Complaint(nip=nip, received=at(received), answered=at(answered))
            for nip, received, answered in COMPLAINTS
        )
        Service.objects.bulk_create(
            Service(nip=nip, served=date(2026, 1, day), points=Decimal(points))
            for nip, day, points in SERVICES
        )
        SurveyForm.objects.bulk_create(
            SurveyForm(nip=nip, answered=date(2026, 1, day), u1=u1, u2=u2, u3=u3)
            for nip, day, (u1, u2, u3) in FORMS
        )
        self.stdout.write("3 employees, made up")
