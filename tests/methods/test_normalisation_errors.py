"""Options that cannot be meant: the whole text, in the words of the policy, all faults at once."""

from fractions import Fraction

import pytest

from capaian.errors import PolicyError
from capaian.formula import col
from capaian.methods.normalisations import RoundOptions, TimesOptions, capaian_methods
from capaian.methods.posts import GoalpostsOptions, NearestOptions, RangeOptions
from capaian.methods.tables import LookupOptions, PiecewiseOptions, Row
from capaian.methods.targets import TargetOptions
from capaian.policy import Scale

METHODS = {each.kind: each for each in capaian_methods()}
CAPPED = Scale(Fraction(0), Fraction(100), None, Fraction(120))
OPEN = Scale(Fraction(0), Fraction(100), None, None)
N = Fraction


def refusal(kind, options, scale=CAPPED):
    """The exception that building the method raises."""
    with pytest.raises(PolicyError) as refused:
        METHODS[kind].build(options, scale, col("x"))
    return refused.value


def points(*pairs, **options):
    """Options of `piecewise`."""
    return PiecewiseOptions(tuple((N(x), N(y)) for x, y in pairs), **options)


HEADLINE = "The method '{kind}' cannot be used as it is written; nothing was scored.\n"


@pytest.mark.parametrize(
    ("kind", "options", "text"),
    [
        (
            "target",
            TargetOptions(N(0), "higher"),
            (
                "  CPN-P80  target: a target of 0 where more is better has no ratio: x would be"
                " divided"
                " by 0.\n"
                "           to fix: use 'goalposts' with a worst and a best value, or 'piecewise'."
            ),
        ),
        (
            "target",
            TargetOptions(N(0), "lower"),
            (
                "  CPN-P81  worst: a target of 0 where less is better needs the worst value,"
                " above 0"
                " (given: -).\n"
                "           to fix: add worst = the greatest value that can come about; the"
                " achievement"
                " is (worst − x) ÷ worst."
            ),
        ),
        (
            "target",
            TargetOptions(N(0), "lower", worst=N(-2)),
            (
                "  CPN-P81  worst: a target of 0 where less is better needs the worst value,"
                " above 0"
                " (given: -2).\n"
                "           to fix: add worst = the greatest value that can come about; the"
                " achievement"
                " is (worst − x) ÷ worst."
            ),
        ),
        (
            "target",
            TargetOptions(N(5), "higher", "inverse", most=N(130)),
            (
                '  CPN-P83  formula: formula = "inverse" with better = "higher" and a target of 5'
                " would"
                " give more for worse.\n"
                "           to fix: use one of: ratio."
            ),
        ),
        (
            "target",
            TargetOptions(N(5), "lower", "ratio"),
            (
                '  CPN-P83  formula: formula = "ratio" with better = "lower" and a target of 5'
                " would"
                " give more for worse.\n"
                "           to fix: use one of: mirror, inverse."
            ),
        ),
        (
            "target",
            TargetOptions(N(-5), "lower"),
            (
                "  CPN-P84  formula: with a target below 0 (-5) where less is better, the mirror"
                " formula gives more for more.\n"
                '           to fix: write formula = "ratio" for x ÷ target, or formula = "mirror"'
                " for"
                " KMK 127/2026 as it stands."
            ),
        ),
        (
            "target",
            TargetOptions(N(5), "higher", worst=N(9), met=N(90), most=N(120)),
            (
                "  CPN-P85  worst: 'worst' does nothing here: it is for a target of 0 with better ="
                ' "lower".\n'
                "           to fix: remove it.\n"
                "  CPN-P85  most: 'most' does nothing here: it is for formula = \"inverse\".\n"
                "           to fix: remove it.\n"
                "  CPN-P87  met: met = 90 is less than the best of the scale (100), which the"
                " target"
                " itself earns.\n"
                "           to fix: give 100 or more."
            ),
        ),
        (
            "target",
            TargetOptions(N(0), "lower", "mirror", worst=N(9)),
            (
                "  CPN-P85  formula: 'formula' does nothing here: it is for targets other than 0.\n"
                "           to fix: remove it."
            ),
        ),
        (
            "goalposts",
            GoalpostsOptions(N("0.5"), N("0.5")),
            (
                "  CPN-P88  best: both goalposts are 0.5.\n"
                "           to fix: give two values: what earns the worst of the scale, and what"
                " earns"
                " the best."
            ),
        ),
        (
            "range",
            RangeOptions(N(90), N(80), "higher"),
            (
                "  CPN-P89  low: the target range from 90 to 80 does not run upwards above 0.\n"
                "           to fix: give 0 < low ≤ high; for other ranges use 'piecewise', or"
                " 'target'"
                " with met = 100."
            ),
        ),
        (
            "nearest",
            NearestOptions(N(0)),
            (
                "  CPN-P90  reach: a reach of 0 around the target 0 leaves no room.\n"
                "           to fix: add reach = how far from the target the worst of the scale"
                " lies,"
                " above 0."
            ),
        ),
        (
            "piecewise",
            points((1, 2), (1, 3)),
            (
                "  CPN-P91  points: there is no line to follow (points: 2).\n"
                "           to fix: give at least two points [x, y] with different x."
            ),
        ),
        (
            "piecewise",
            points((0, 0), (5, 2), (3, 1), (9, 0), (9, 1), (9, 2), outside="extend"),
            (
                "  CPN-P92  points[2]: x = 3 stands after x = 5.\n"
                "           to fix: write the points in order of x.\n"
                "  CPN-P93  points: x = 9 has more than two points.\n"
                "           to fix: a jump is two points of one x: the value that ends there and"
                " the"
                " value that begins there.\n"
                "  CPN-P98  outside: there is no line to extend beyond x = 9: the outermost"
                " points are"
                " a jump.\n"
                '           to fix: add a point farther out, or set outside = "clamp".'
            ),
        ),
        (
            "lookup",
            LookupOptions((Row(N(1), from_=N(5), to=N(4)), Row(N(2), is_=N(7), above=N(6)))),
            (
                "  CPN-P94  rows[0]: the row (from = 5, to = 4) is for no stretch of values.\n"
                "           to fix: use from or above, to or below, the lower end first; or is,"
                " alone.\n"
                "  CPN-P94  rows[1]: the row (is = 7, above = 6) is for no stretch of values.\n"
                "           to fix: use from or above, to or below, the lower end first; or is,"
                " alone."
            ),
        ),
        (
            "lookup",
            LookupOptions((Row(N(0), to=N(30)), Row(N(1), from_=N(31), below=N(61)))),
            (
                "  CPN-P95  rows: no row is for 30 < x < 31.\n"
                "           to fix: add a row, move an end (from and to are inside, above and"
                " below are"
                " not), or set otherwise.\n"
                "  CPN-P95  rows: no row is for x ≥ 61.\n"
                "           to fix: add a row, move an end (from and to are inside, above and"
                " below are"
                " not), or set otherwise."
            ),
        ),
        (
            "lookup",
            LookupOptions((Row(N(0), to=N(5)), Row(N(1), from_=N(5)), Row(N(2), is_=N(-1)))),
            (
                "  CPN-P96  rows[1]: rows 0 and 1 (counted from 0) are both for x = 5.\n"
                "           to fix: let each value belong to one row: from and to are inside,"
                " above and"
                " below are not.\n"
                "  CPN-P96  rows[2]: rows 0 and 2 (counted from 0) are both for x = −1.\n"
                "           to fix: let each value belong to one row: from and to are inside,"
                " above and"
                " below are not."
            ),
        ),
        (
            "lookup",
            LookupOptions(()),
            (
                "  CPN-P95  rows: no row is for −∞ < x < ∞.\n"
                "           to fix: add a row, move an end (from and to are inside, above and"
                " below are"
                " not), or set otherwise."
            ),
        ),
        (
            "times",
            TimesOptions(N(0)),
            (
                "  CPN-P44  by: by = 0 makes every value 0.\n"
                "           to fix: give what the value is to be multiplied by, such as 1.05."
            ),
        ),
        (
            "round",
            RoundOptions(10),
            (
                "  CPN-P97  digits: digits = 10; decimals run from 0 to 9.\n"
                "           to fix: give a number from 0 to 9."
            ),
        ),
    ],
    ids=lambda each: each if isinstance(each, str) and len(each) < 20 else "",
)
def test_the_whole_text(kind, options, text):
    """What is wrong, by how much, where in the options, and what to do."""
    assert str(refusal(kind, options)) == HEADLINE.format(kind=kind) + text


def test_an_inverse_ratio_needs_a_limit():
    """The cap of the scale is one; without it the policy has to give it."""
    options = TargetOptions(N(5), "lower", "inverse")
    METHODS["target"].build(options, CAPPED, col("x"))
    assert str(refusal("target", options, OPEN)) == HEADLINE.format(kind="target") + (
        '  CPN-P86  most: formula = "inverse" grows without limit as x nears 0, and the scale has'
        " no cap.\n"
        "           to fix: add most = the most that it may give."
    )


def test_the_same_in_indonesian():
    """The person who writes the policy reads the fault in her own language."""
    found = refusal("goalposts", GoalpostsOptions(N(3), N(3))).findings[0]
    assert found.line("id") == (
        "  CPN-P88  best: kedua patokan sama, yaitu 3.\n"
        "           perbaikan: beri dua nilai: yang memperoleh nilai terburuk skala, dan yang"
        " memperoleh nilai terbaik."
    )
