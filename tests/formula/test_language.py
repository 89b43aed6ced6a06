"""Formulas as text: what they mean, and the whole text of every refusal."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capaian.errors import FormulaError
from capaian.exact import Program, round_ratio, run_paired
from capaian.formula import col, lit, read_formula, when, words

NAMES = {name: col(name) for name in ("a", "b", "office")}
NUMBERS = st.fractions(-200, 200, max_denominator=40)


def run(text: str, **inputs: Fraction) -> Fraction:
    return run_paired(Program((("y", read_formula(text, NAMES)),)), inputs)["y"][1]


def sums() -> st.SearchStrategy[str]:
    """Formulas without division, as Python writes them too."""
    leaves = st.sampled_from(["a", "b", "office", "3", "0.1", "12.5"])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*"), inner).map(
                lambda x: f"({x[0]} {x[1]} {x[2]})"
            ),
            st.tuples(inner, inner).map(lambda x: f"min({x[0]}, {x[1]})"),
            st.tuples(inner, inner, inner).map(
                lambda x: f"({x[0]} if {x[1]} >= {x[2]} else {x[1]})"
            ),
            st.tuples(inner, inner).map(
                lambda x: f"({x[0]} if not ({x[0]} < {x[1]}) else -{x[1]})"
            ),
        ),
        max_leaves=8,
    )


@given(sums(), NUMBERS, NUMBERS, NUMBERS)
def test_a_formula_means_what_it_means_to_python_with_exact_numbers(
    text: str, a: Fraction, b: Fraction, office: Fraction
) -> None:
    exact = text.replace("0.1", "tenth").replace("12.5", "twelve").replace("3", "three")
    known = {"a": a, "b": b, "office": office, "tenth": Fraction(1, 10), "min": min}
    known |= {"twelve": Fraction(25, 2), "three": Fraction(3)}
    assert run(text, a=a, b=b, office=office) == eval(exact, {}, known)  # noqa: S307 - the oracle


@given(NUMBERS)
def test_round_takes_ties_away_from_zero(a: Fraction) -> None:
    assert run("round(a, 2)", a=a) == round_ratio(a, 2, "half-up")
    assert run("round(a / 8, 2)", a=a) == round_ratio(a / 8, 2, "half-up")


def test_decimals_are_what_they_say_and_never_floats() -> None:
    assert run("0.1 + 0.2") == Fraction(3, 10)
    assert read_formula("0.1", {}) == lit(Fraction(1, 10))
    assert run("1.50 * a", a=Fraction(2)) == 3


def test_a_formula_is_a_tree_like_any_other() -> None:
    tree = read_formula("a if a >= office else clip(b, 0, 120)", NAMES)
    a, b, office = NAMES.values()
    assert tree == when(a >= office, a, b.clip(lit(0), lit(120)))
    assert words(tree) == "(a if a ≥ office, else b, at most 120, at least 0)"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "CPN-F10", "the formula is not an expression: it breaks off or goes wrong at character 1."),
        ("a +* b", "CPN-F10", "the formula is not an expression: it breaks off or goes wrong at character 4."),
        ("offce + a", "CPN-F11", "the formula uses 'offce', which is not known here. Did you mean 'office'?"),
        ("mim(a, b)", "CPN-F12", "the formula calls 'mim', which is no function here. Did you mean 'min'?"),
        ("a" * 4001, "CPN-F13", "the formula has 4001 characters; 4000 is the most."),
        ("a ** 2", "CPN-F14", "'a ** 2' (character 1) cannot stand in a formula."),
        ("a + b.real", "CPN-F14", "'b.real' (character 5) cannot stand in a formula."),
        ("1 < a < 2", "CPN-F14", "'1 < a < 2' (character 1) cannot stand in a formula."),
        ("a if a in (1, 2) else b", "CPN-F14", "'(1, 2)' (character 11) cannot stand in a formula."),
        ("1e400 * a", "CPN-F14", "'1e400' (character 1) cannot stand in a formula."),
        ("True", "CPN-F14", "'True' (character 1) cannot stand in a formula."),
        ("__import__('os')", "CPN-F14", "'__import__' (character 1) cannot stand in a formula."),
        ("-" * 70 + "a", "CPN-F15", "the formula has more than 60 parts inside one another."),
        ("round(a, b)", "CPN-F16", "'round' does not take these 2 arguments."),
        ("a < b", "CPN-F06", "'formula' needs integer or ratio, not boolean."),
        ("a if b else 2", "CPN-F06", "'when' needs boolean, not ratio."),
    ],
)  # fmt: skip
def test_what_is_not_in_the_language_is_refused_with_its_place(
    text: str, code: str, said: str
) -> None:
    with pytest.raises(FormulaError) as caught:
        read_formula(text, NAMES)
    assert [(each.code, each.text()) for each in caught.value.findings] == [(code, said)]


def test_every_name_that_is_not_known_is_told_at_once() -> None:
    with pytest.raises(FormulaError) as caught:
        read_formula("x + y + f(z)", NAMES)
    assert str(caught.value) == (
        "The formula cannot be read.\n"
        "  CPN-F11  the formula uses 'x', which is not known here.\n"
        "           to fix: use one of: a, b, office.\n"
        "  CPN-F11  the formula uses 'y', which is not known here.\n"
        "           to fix: use one of: a, b, office.\n"
        "  CPN-F12  the formula calls 'f', which is no function here.\n"
        "           to fix: use one of: clip, max, min, round.\n"
        "  CPN-F11  the formula uses 'z', which is not known here.\n"
        "           to fix: use one of: a, b, office."
    )


@pytest.mark.parametrize("number", ["1e99999999", "1E-99999999", "2.5e+99999999", "1e61"])
def test_a_power_that_would_fill_the_memory_is_refused_at_once(number):
    """Before its digits are written out."""
    with pytest.raises(FormulaError) as caught:
        read_formula(f"a + {number}", {"a": col("a")})
    assert caught.value.findings[0].text() == f"'{number}' (character 5) cannot stand in a formula."


def test_one_decimal_is_one_in_words():
    assert words(read_formula("round(a, 1)", NAMES)) == "a rounded to 1 decimal (half-up)"
    assert words(read_formula("round(a, 2)", NAMES)) == "a rounded to 2 decimals (half-up)"
    assert words(read_formula("round(a, 1)", NAMES), "id") == "a dibulatkan ke 1 desimal (half-up)"
