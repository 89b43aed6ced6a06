"""Cells of an office's sheet as values: exact, with the digits that they show."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from fractions import Fraction
from typing import Literal

from attrs import frozen

from capaian.exact import round_ratio

Locale = Literal["en", "id"]
State = Literal["empty", "number", "text", "unreadable", "fault", "uncomputed"]
"""What a cell holds. `unreadable` is text where a number belongs, `fault` an error of the
spreadsheet's (`#DIV/0!`), `uncomputed` a formula whose value was never stored."""
SIGNIFICANT = 15
"""Significant digits of a binary number that a spreadsheet shows and compares."""

_CONTEXT = Context(prec=SIGNIFICANT)
_FORMS = {
    "id": re.compile(r"([+-]?)((?:\d{1,3}(?:\.\d{3})+)|\d+)(?:,(\d+))?\s?(%?)"),
    "en": re.compile(r"([+-]?)((?:\d{1,3}(?:,\d{3})+)|\d+)(?:\.(\d+))?\s?(%?)"),
}
_LONGEST = 100
_ASIDE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_PLACES = re.compile(r"\.([0#?]+)")


@frozen
class Cell:
    """One cell.

    Attributes
    ----------
    state
        What it holds.
    number
        Its exact value, where it is a number. A binary number stands for its first 15 significant
        digits, which is what a spreadsheet shows of it.
    digits
        How many decimals are shown; `None` where the value is shown as far as it goes.
    text
        Its text, where it is text.
    binary
        Whether the number was kept in binary, so that no more than 15 digits of it are known.
    """

    state: State
    number: Fraction | None = None
    digits: int | None = None
    text: str = ""
    binary: bool = False

    def same(self, value: Fraction) -> bool:
        """Return whether the cell holds exactly this value, as far as a cell can hold it."""
        if self.number is None:
            return False
        return self.number == (significant(value) if self.binary else value)

    def shows(self, value: Fraction) -> bool:
        """Return whether the value, rounded to the digits that the cell shows, is what it shows.

        A tie may go either way: another mode of rounding is no other value.
        """
        if self.number is None:
            return False
        digits = self.digits if self.digits is not None else decimals(self.number)
        shown = round_ratio(self.number, digits, "half-up")
        return 2 * abs(value - shown) <= Fraction(1, 10**digits)

    def times(self, factor: Fraction) -> Cell:
        """Return the cell with its number in another unit; a power of ten moves its digits."""
        if self.number is None or factor == 1:
            return self
        digits = self.digits if self.digits is not None else decimals(self.number)
        moved = power_of_ten(factor)
        digits = max(0, digits - moved) if moved is not None else digits
        return Cell(self.state, self.number * factor, digits, self.text, self.binary)


EMPTY = Cell("empty")


def significant(value: Fraction) -> Fraction:
    """Return a value to 15 significant digits, ties to even."""
    top, bottom = Decimal(value.numerator), Decimal(value.denominator)
    return Fraction(_CONTEXT.divide(top, bottom))


def decimals(value: Fraction) -> int:
    """Return how many decimals a decimal fraction has; at most 15 of another."""
    for digits in range(SIGNIFICANT):
        if (value * 10**digits).denominator == 1:
            return digits
    return SIGNIFICANT


def power_of_ten(factor: Fraction) -> int | None:
    """Return n for a factor of 10^n, `None` for another."""
    for n in range(-SIGNIFICANT, SIGNIFICANT + 1):
        if factor == Fraction(10) ** n:
            return n
    return None


def read_text(text: str, locale: Locale | None) -> Cell:
    """Return a text as a number, as people of a locale write it; `unreadable` where it is none.

    Parameters
    ----------
    text
        A number with or without thousands, such as `1.234,50` or `87,5 %`.
    locale
        `id`: decimal comma, thousands dot. `en`: decimal point, thousands comma. Without one only
        whole numbers without thousands are read, since nothing else is sure.
    """
    said = text.strip()
    if not said:
        return EMPTY
    match = _FORMS[locale or "en"].fullmatch(said) if len(said) <= _LONGEST else None
    if match is None or (locale is None and not said.lstrip("+-").isdigit()):
        return Cell("unreadable", text=said)
    sign, whole, part, percent = match[1], re.sub(r"[.,]", "", match[2]), match[3] or "", match[4]
    number = Fraction(int(f"{whole}{part}"), 10 ** len(part))
    number = -number if sign == "-" else number
    if percent:
        return Cell("number", number / 100, len(part) + 2)
    return Cell("number", number, len(part))


def read_binary(value: float, form: str) -> Cell:
    """Return a number of a workbook with the digits that its format shows.

    Parameters
    ----------
    value
        The stored number.
    form
        The cell's format, such as `0.00` or `0.0%`.
    """
    if isinstance(value, int):
        exact = Fraction(value)
        whole = abs(value) < 10**SIGNIFICANT
        return Cell(
            "number", exact if whole else significant(exact), shown_digits(form), binary=True
        )
    if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124 - NaN
        return Cell("fault")
    return Cell("number", significant(Fraction(repr(value))), shown_digits(form), binary=True)


def shown_digits(form: str) -> int | None:
    """Return how many decimals a format shows; `None` where it does not say (`General`)."""
    plain = _ASIDE.sub("", form.split(";", maxsplit=1)[0])
    if plain.strip().lower() in {"", "general", "@"} or "e" in plain.lower():
        return None
    match = _PLACES.search(plain)
    digits = len(match[1]) if match else 0
    return digits + 2 if "%" in plain else digits
