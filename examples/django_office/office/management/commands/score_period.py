"""Score everybody in a period."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from capaian import CapaianError
from office.scoring import score_period


class Command(BaseCommand):
    """The command."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what is scored."""
        parser.add_argument("period", help="2026-01, 2026-Q1, 2026")
        parser.add_argument(
            "--as-of", help="evidence is known up to here; the period's end if left out"
        )

    def handle(self, *_: Any, period: str, as_of: str | None, **__: Any) -> None:
        """Score, and print the table; what is wrong is said with codes and what to do."""
        try:
            scores = score_period(period, as_of)
        except CapaianError as error:
            raise CommandError(error.text()) from None
        self.stdout.write(scores.text())
        for finding in scores.findings:
            self.stderr.write(finding.line())
