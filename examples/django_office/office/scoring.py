"""From rows of the database to results in it."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.db import transaction

import capaian
from office.models import Complaint, Result, Service, SurveyForm

KEY = ("nip", "period", "policy", "edition")
FOUND = ("fingerprint", "score", "band", "status", "document", "texts")


def evidence(period: capaian.Period) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a period: stamps, decimals and empty fields as they are."""
    zone = ZoneInfo(settings.TIME_ZONE)
    first = datetime.combine(period.first, datetime.min.time(), zone)
    after = datetime.combine(period.last + timedelta(days=1), datetime.min.time(), zone)
    days = (period.first, period.last)
    complaints = Complaint.objects.filter(received__gte=first, received__lt=after)
    services = Service.objects.filter(served__range=days)
    survey = SurveyForm.objects.filter(answered__range=days)
    return {
        "complaints": list(complaints.values("nip", "received", "answered")),
        "services": list(services.values("nip", "served", "points")),
        "survey": list(survey.values("nip", "answered", "u1", "u2", "u3")),
    }


def result(scores: capaian.Scores, nip: str) -> Result:
    """Return one employee's result as a row; the JSON document holds no float."""
    explanation = scores.explain(nip)
    document = explanation.to_dict()
    return Result(
        nip=nip,
        period=scores.period.label,
        policy=scores.policy.id,
        edition=scores.policy.edition,
        fingerprint=document["policy"]["fingerprint"],
        score=None if document["score"] is None else Decimal(document["score"]),
        band=document["band"] or "",
        status=document["status"],
        document=document,
        texts={"en": explanation.text("en"), "id": explanation.text("id")},
    )


def score_period(label: str, as_of: str | None = None) -> capaian.Scores:
    """Score everybody in a period and keep the results; to do it again changes nothing.

    Raises
    ------
    capaian.CapaianError
        All faults at once, with codes; then nothing is kept.
    """
    period = capaian.read_period(label)
    scores: capaian.Scores = apps.get_app_config("office").engine.score(
        evidence(period), period, as_of
    )
    rows = [result(scores, nip) for nip in scores.subjects]
    with transaction.atomic():
        Result.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=KEY, update_fields=FOUND
        )
    return scores
