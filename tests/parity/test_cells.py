"""Cells as values: how numbers are written, how many digits are shown, when two are the same."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.parity.cells import (
    EMPTY,
    Cell,
    decimals,
    power_of_ten,
    read_binary,
    read_text,
    shown_digits,
    significant,
)


@pytest.mark.parametrize(
    ("text", "locale", "value", "digits"),
    [
        ("1.234,50", "id", "1234.50", 2),
        ("1,234.50", "en", "1234.50", 2),
        ("87,5", "id", "87.5", 1),
        (" 99,82 ", "id", "99.82", 2),
        ("1.234", "id", "1234", 0),
        ("1.234", "en", "1.234", 3),
        ("-0,5", "id", "-0.5", 1),
        ("+7", "id", "7", 0),
        ("87,5%", "id", "0.875", 3),
        ("60 %", "en", "0.60", 2),
        ("100", None, "100", 0),
    ],
)
def test_a_number_is_read_as_its_locale_writes_it(text, locale, value, digits):
    assert read_text(text, locale) == Cell("number", Fraction(value), digits)


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("87.5", "id"),  # a dot that is followed by no thousand
        ("1.23.456", "id"),
        ("87,5", "en"),
        ("12,34,567", "en"),
        ("87,5", None),  # without a locale nothing is guessed
        ("1.234", None),
        ("1e5", "en"),
        ("Rp 5", "id"),
        ("-", "id"),
        ("٣", "id"),
        ("9" * 101, "id"),
    ],
)
def test_what_no_locale_writes_like_that_is_not_guessed(text, locale):
    if text == "٣":  # a digit of another script is a digit to Python: its value is the same
        assert read_text(text, locale).number == 3
        return
    assert read_text(text, locale).state == "unreadable"


def test_blank_is_empty_and_not_zero():
    assert read_text("  ", "id") is EMPTY


@pytest.mark.parametrize(
    ("form", "digits"),
    [
        ("General", None),
        ("0.00", 2),
        ("#,##0.000;[Red]-#,##0.000", 3),
        ("0", 0),
        ("0%", 2),
        ("0.0%", 3),
        ('0.00" poin"', 2),
        ("0.00E+00", None),
        ("@", None),
        ("", None),
    ],
)
def test_a_format_says_how_many_digits_are_shown(form, digits):
    assert shown_digits(form) == digits


def test_a_binary_number_stands_for_its_fifteen_digits():
    """59.99999999999999 is 60 to whoever reads the sheet, and to its own comparisons."""
    assert read_binary(0.1 + 0.2, "General").number == Fraction("0.3")
    assert read_binary(59.999999999999999, "0.00") == Cell("number", Fraction(60), 2, binary=True)
    assert read_binary(10**17 + 1, "0").number == 10**17
    assert read_binary(float("nan"), "0").state == read_binary(float("-inf"), "0").state == "fault"


@given(st.decimals(-1000, 1000, places=6), st.integers(0, 4))
def test_a_cell_shows_a_value_whichever_way_its_tie_is_rounded(value, digits):
    """Oracle: decimal's own rounding, half up and half to even."""
    unit = Decimal(1).scaleb(-digits)
    for mode in (ROUND_HALF_UP, ROUND_HALF_EVEN):
        shown = value.quantize(unit, rounding=mode)
        assert Cell("number", Fraction(shown), digits).shows(Fraction(value))
        off = Cell("number", Fraction(shown + 2 * unit), digits)
        assert not off.shows(Fraction(value))


def test_a_cell_that_holds_more_than_it_shows_is_not_the_same():
    cell = Cell("number", Fraction("99.814407"), 2)
    assert cell.shows(Fraction("99.81"))
    assert not cell.same(Fraction("99.81"))
    assert Cell("number", significant(Fraction(1, 3)), None, binary=True).same(Fraction(1, 3))
    assert not EMPTY.same(Fraction(0))
    assert not EMPTY.shows(Fraction(0))


def test_another_unit_moves_the_digits():
    """60 % shown without decimals, in points: 60, shown to the unit."""
    cell = Cell("number", Fraction(3, 5), 2)
    assert cell.times(Fraction(100)) == Cell("number", Fraction(60), 0)
    assert cell.times(Fraction(1)) is cell
    assert EMPTY.times(Fraction(100)) is EMPTY
    assert cell.times(Fraction(1, 3)).digits == 2
    assert power_of_ten(Fraction(1, 100)) == -2
    assert power_of_ten(Fraction(3)) is None
    assert (decimals(Fraction("0.125")), decimals(Fraction(1, 3))) == (3, 15)
