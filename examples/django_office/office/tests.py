"""The office by what it promises; `python -W error manage.py test` runs it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from typing import Any

from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import TestCase

import capaian
from capaian.scores import make_plan
from office.management.commands.example_rows import ONE, THREE, TWO
from office.models import Complaint, Result, Service, SurveyForm
from office.scoring import evidence, score_period

AS_OF = "2026-02-01"


def floats(value: Any) -> list[float]:
    """Return every float in a JSON value."""
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return [found for part in parts for found in floats(part)]
    return [value] if isinstance(value, float) else []


def run(*given: str) -> tuple[str, str]:
    """Run a command; return what it prints, and what it warns of."""
    out, err = StringIO(), StringIO()
    call_command(*given, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


class OfficeTests(TestCase):
    """Three employees and their January."""

    @classmethod
    def setUpTestData(cls) -> None:
        """Fill the tables."""
        run("example_rows")

    def test_scores_are_those_of_the_policy_by_hand(self) -> None:
        """3 of 4 in time, 10.25 points of 12, and three forms of which one lacks an answer."""
        score_period("2026-01", AS_OF)
        response = Fraction(3, 4) / Fraction(90, 100) * 100
        services = Fraction("10.25") / 12 * 100
        index = (Fraction(11, 3) + Fraction(11, 3) + Fraction(7, 2)) / 3 * 25
        survey = (index - 25) / (100 - 25) * 100
        by_hand = (response * 40 + services * 30 + survey * 30) / 100
        found = Result.objects.get(nip=ONE)
        self.assertIsInstance(found.score, Decimal)
        self.assertEqual(found.score, Decimal(round(by_hand * 100)) / 100)
        self.assertEqual((found.band, found.status), ("fair", "scored"))

    def test_documents_hold_text_and_no_float(self) -> None:
        """A NIP of 18 digits and exact numbers come through JSON as they went in."""
        score_period("2026-01", AS_OF)
        for each in Result.objects.all():
            self.assertEqual(floats(each.document), [])
            self.assertEqual(each.document["subject"], each.nip)
            self.assertEqual(Decimal(each.document["score"]), each.score)

    def test_missing_is_a_state_and_not_zero(self) -> None:
        """Nobody complained about the third: that indicator is left out, and says so."""
        score_period("2026-01", AS_OF)
        (response,) = (
            part
            for part in Result.objects.get(nip=THREE).document["parts"]
            if part["id"] == "response"
        )
        self.assertEqual(response["state"], "no_evidence")
        self.assertIsNone(response["achievement"])

    def test_to_score_again_changes_nothing(self) -> None:
        """The same rows, with the same keys and documents."""
        score_period("2026-01", AS_OF)
        before = list(Result.objects.order_by("id").values())
        score_period("2026-01", AS_OF)
        self.assertEqual(list(Result.objects.order_by("id").values()), before)
        self.assertEqual([each["nip"] for each in before], [ONE, TWO, THREE])

    def test_a_stamp_belongs_to_the_month_of_the_office_s_zone(self) -> None:
        """23:30 on 31 January in Greenwich is February in Jakarta."""
        count = len(evidence(capaian.read_period("2026-01"))["complaints"])
        late = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
        Complaint.objects.create(nip=ONE, received=late)
        self.assertEqual(len(evidence(capaian.read_period("2026-01"))["complaints"]), count)
        self.assertEqual(len(evidence(capaian.read_period("2026-02"))["complaints"]), 1)

    def test_what_is_wrong_is_said_with_a_code_and_nothing_is_kept(self) -> None:
        """No message holds an identifier."""
        SurveyForm.objects.filter(nip=ONE).update(u1=7)
        with self.assertRaises(CommandError) as caught:
            run("score_period", "2026-01", "--as-of", AS_OF)
        self.assertRegex(str(caught.exception), r"CPN-E\d\d  survey")
        self.assertNotIn(ONE, str(caught.exception))
        self.assertFalse(Result.objects.exists())

    def test_a_period_of_no_edition_names_the_neighbours(self) -> None:
        """The policy of 2026 does not score 2027."""
        with self.assertRaises(CommandError) as caught:
            run("score_period", "2027-01")
        self.assertIn("CPN-D", str(caught.exception))

    def test_an_employee_reads_the_reasons_in_both_languages(self) -> None:
        """And another program reads the document."""
        run("score_period", "2026-01", "--as-of", AS_OF)
        address = f"/office/scores/2026-01/{ONE}/"
        indonesian = self.client.get(address, headers={"accept-language": "id"})
        self.assertContains(indonesian, "Pengaduan dijawab tepat waktu")
        english = self.client.get(address, headers={"accept-language": "en"})
        self.assertContains(english, "Complaints answered in time")
        document = self.client.get(f"/office/scores/2026-01/{ONE}.json").json()
        self.assertEqual(document["subject"], ONE)
        self.assertEqual(self.client.get(f"/office/scores/2026-02/{ONE}/").status_code, 404)

    def test_the_engine_is_built_once(self) -> None:
        """Every request finds the same policy, planned."""
        engine = apps.get_app_config("office").engine
        (policy,) = engine.editions
        self.assertIs(apps.get_app_config("office").engine, engine)
        self.assertIs(make_plan(policy), make_plan(policy))

    def test_threads_share_the_engine(self) -> None:
        """A hundred threads score by turns everybody and one employee, and get the same bytes."""
        engine = apps.get_app_config("office").engine
        period = capaian.read_period("2026-01")
        everybody = evidence(period)
        one = {name: [row for row in rows if row["nip"] == ONE] for name, rows in everybody.items()}
        tables = [everybody, one]
        alone = [engine.score(each, period, AS_OF).to_json() for each in tables]

        def score(number: int) -> str:
            return str(engine.score(tables[number % 2], period, AS_OF).to_json())

        with ThreadPoolExecutor(max_workers=100) as threads:
            found = list(threads.map(score, range(400)))
        self.assertEqual(found, alone * 200)

    def test_points_keep_their_decimals(self) -> None:
        """0.10 thirty times is 3, which float64 does not say."""
        Service.objects.filter(nip=ONE).delete()
        day = capaian.read_period("2026-01").first
        Service.objects.bulk_create(
            Service(nip=ONE, served=day, points=Decimal("0.10")) for _ in range(30)
        )
        score_period("2026-01", AS_OF)
        (services,) = (
            part
            for part in Result.objects.get(nip=ONE).document["parts"]
            if part["id"] == "services"
        )
        self.assertEqual((services["numerator"], services["denominator"]), ("3", "1"))
