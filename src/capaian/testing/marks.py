"""The checks as tests of pytest: one test for each check of each plugin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from capaian.testing.catalogue import clauses, prove_checks, prove_edition
from capaian.testing.outcome import Outcome
from capaian.testing.run import Profile, Setting, known_checks, run_check, set_up

_Expected = Mapping[str, str]


@frozen(eq=False)
class OneCheck:
    """One check of one plugin; calling it runs it."""

    setting: Setting
    check: str
    edition: str

    def __repr__(self) -> str:
        return f"{self.check} of '{self.setting.subject}': {clauses()[self.check].clause}"

    def __call__(self) -> Outcome:
        """Run the check; what fails fails the test, what does not apply is skipped.

        Returns
        -------
        Outcome
            What was found, where it passed or is a notice.
        """
        import pytest  # noqa: PLC0415 - a notebook needs none

        outcome = run_check(self.setting, self.check, self.edition, {})
        if outcome.status == "failed":
            pytest.fail(outcome.text(), pytrace=False)
        if outcome.status == "skipped":
            pytest.skip(outcome.reason)
        return outcome


def parametrize_with_checks(
    plugins: Sequence[object],
    *,
    edition: str,
    expected_failures: _Expected | Mapping[str, _Expected] | None = None,
    profile: Profile | None = None,
) -> Any:
    """Return a mark that gives a test the argument `check`, once for each check of each plugin.

    Parameters
    ----------
    plugins
        Kinds, modules, records, `Sample` or `MethodSample`, as for `check_indicator`.
    edition
        The edition of the checks.
    expected_failures
        Ids of checks that are known to fail, with the reason: of every plugin, or by its kind. They
        are strict: a check that does not fail any more fails the test.
    profile
        As for `check_indicator`.

    Examples
    --------
    ::

        @parametrize_with_checks(["first-visit"], edition="2026.1")
        def test_conformance(check):
            check()
    """
    import pytest  # noqa: PLC0415 - a notebook needs none

    prove_edition(edition)
    made = []
    for each in plugins:
        setting = set_up(each, profile or Profile())
        expected = _of(setting.subject, expected_failures or {})
        prove_checks(expected)
        for check in known_checks(setting.sort, edition):
            reason = expected.get(check)
            failing = pytest.mark.xfail(strict=True, reason=reason) if reason else ()
            one = OneCheck(setting, check, edition)
            made.append(pytest.param(one, id=f"{setting.subject}-{check}", marks=failing))
    return pytest.mark.parametrize("check", made)


def _of(subject: str, expected: Mapping[str, Any]) -> _Expected:
    by_kind = any(isinstance(each, Mapping) for each in expected.values())
    found: _Expected = expected.get(subject, {}) if by_kind else expected
    return found
