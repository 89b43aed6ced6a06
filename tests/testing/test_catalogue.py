"""The checks as data: none without its words, none that changes within an edition, one page of all."""

import re

import pytest

from capaian.errors import PluginError
from capaian.testing.catalogue import (
    EDITIONS,
    GROUPS,
    binding,
    clauses,
    prove_checks,
    prove_edition,
)
from capaian.testing.run import known_checks
from testing.conformance_page import CHECKS, PAGE, pages, rendered

FROZEN = {
    "2026.1": "A01 A02 A03 A04 A06 A07 A08 A09 B01 B02 B03 B04 B05 B06 B07 C01 C02 C03 C04 C05 C06 "
    "D01 D02 D03 D04 D05 D06 E01 E02 E03 E04 E05 E06 E07 E08 E09 E10 E11 E12 E13 E14 E15 E16 E17 "
    "F01 F02 F03 F04 F05 G01 G02 G03 G04 H01 H02 H03 H04 I01 I02 I03 I04 I05 J01 J02 J03 J04 J05 "
    "K01 K02 K03 K04 K05 K06 L01 L02 P01 P02 P03 P04 P05 P06 P07"
}
"""What binds in an edition, for good: a new check does not belong here."""


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_edition_never_changes(edition):
    assert " ".join(each for each in clauses() if binding(each, edition)) == FROZEN[edition]


def test_a_new_check_is_a_preview_first():
    """It is known in the newest edition and does not bind."""
    assert binding("A05", EDITIONS[-1]) is False
    assert "A05" in known_checks("indicator", EDITIONS[-1])


@pytest.mark.parametrize("check", clauses())
def test_every_check_has_a_page(check):
    """Clause, why, example, fix; ids are a letter of a group and two digits."""
    each = clauses()[check]
    assert re.fullmatch(r"[A-Z]\d\d", check)
    assert check[0] in GROUPS
    assert all(text.strip() for text in (each.clause, each.why, each.example, each.fix))
    assert (CHECKS / f"{check}.md").read_text(encoding="utf-8") == pages()[check]


def test_the_pages_are_what_the_checks_say():
    """Written by `python tests/testing/conformance_page.py`; none is left of a check that is gone."""
    assert PAGE.read_text(encoding="utf-8") == rendered()
    assert {each.stem for each in CHECKS.iterdir()} == set(clauses())


def test_an_unknown_edition_is_refused():
    with pytest.raises(PluginError) as caught:
        prove_edition("2025")
    assert str(caught.value) == (
        "Nothing was checked.\n"
        "  CPN-T01  edition: there is no edition '2025' of the checks.\n"
        "           to fix: use one of: 2026.1."
    )


def test_an_unknown_check_is_refused():
    with pytest.raises(PluginError) as caught:
        prove_checks({"B1": "known", "C01": "known"})
    assert str(caught.value) == (
        "Nothing was checked.\n"
        "  CPN-T02  expected_failures: there is no check 'B1'. Did you mean 'B01'?\n"
        "           to fix: remove it from the expected failures, or correct its id."
    )
