"""The checks as tests of pytest: one each, expected failures strict."""

import pytest

from capaian.errors import PluginError
from capaian.testing import Profile, Sample, parametrize_with_checks
from testing.mutants import gaps, good

QUICK = Profile(examples=4, engines=("records",), probe=False)
SAMPLES = [Sample(good, {"type": "good-cases"}), "identity"]


@parametrize_with_checks(SAMPLES, edition="2026.1", profile=QUICK)
def test_good_plugins(check):
    """What an author writes is `check()` alone; here what does not apply must have a reason."""
    reason = status = ""
    try:
        status = check().status
    except pytest.skip.Exception as skipped:
        reason = str(skipped)
    assert status in {"passed", "notice"} or reason


def made(expected=None):
    """The mark of a plugin of which one check fails, by the check's id."""
    sample = Sample(gaps, {"type": "missing-as-zero"})
    mark = parametrize_with_checks(
        [sample], edition="2026.1", expected_failures=expected, profile=QUICK
    )
    assert mark.args[0] == "check"
    return {each.values[0].check: each for each in mark.args[1]}


def test_a_failing_check_fails_its_test():
    """Without a traceback: the outcome says it all."""
    one = made()["C02"].values[0]
    with pytest.raises(pytest.fail.Exception, match="C02  failed    A missing number"):
        one()
    assert repr(one) == "C02 of 'missing-as-zero': A missing number is not counted as zero."


def test_what_does_not_apply_is_skipped():
    with pytest.raises(pytest.skip.Exception, match="the sample has no cases"):
        made()["B06"].values[0]()


@pytest.mark.parametrize("by_kind", [False, True])
def test_an_expected_failure_is_strict(by_kind):
    """By check, or by kind and check."""
    expected = {"C02": "the rule"}
    found = made({"missing-as-zero": expected} if by_kind else expected)
    (mark,) = found["C02"].marks
    assert mark.name == "xfail"
    assert mark.kwargs == {"strict": True, "reason": "the rule"}
    assert found["C01"].marks == ()
    assert found["C01"].id == "missing-as-zero-C01"


def test_an_unknown_check_or_edition_is_refused_when_tests_are_collected():
    with pytest.raises(PluginError, match="CPN-T02"):
        made({"C99": "never"})
    with pytest.raises(PluginError, match="CPN-T01"):
        parametrize_with_checks([], edition="1999")
